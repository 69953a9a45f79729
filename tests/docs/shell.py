"""A copy of the project to run the docs' commands in, and the way to run them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: The variable from which the docs' inventories take the password.
PASSWORD_VARIABLE = "FTD_PASSWORD"

_PROJECT = (
    *(
        "conftest.py",
        "pytest.ini",
        "requirements.txt",
        "requirements-cluster.txt",
        "tests_sse",
        "fixtures",
        "sse_compliance",
    ),
    *("pyproject.toml", "setup.py", "README.md", "LICENSE", ".gitignore"),
)


def copy_project(home: Path) -> None:
    """Copies what running the suite needs, with what Python has compiled of it: no command has to do that again."""
    home.mkdir(parents=True, exist_ok=True)
    for name in _PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name)
        else:
            shutil.copy2(source, home)


def run_commands(
    commands: str, directory: Path, password: str, *, options: str = "", **variables: str
) -> subprocess.CompletedProcess[str]:
    """Runs shell commands as they stand; their whole output is in ``stdout``.

    Args:
        commands: for bash.
        directory: where to.
        password: of the devices.
        options: for every pytest among the commands.
        variables: more of the environment.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
    environment = {
        **own,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTEST_ADDOPTS": f"-p no:cacheprovider {options}",
        "PYTHONPATH": str(ROOT / "tests" / "integration"),
        "PYTHONDONTWRITEBYTECODE": "1",
        PASSWORD_VARIABLE: password,
        **variables,
    }
    return subprocess.run(
        ["bash", "-c", commands],
        cwd=directory,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=300,
    )
