"""The built wheel, installed alone into a fresh virtual environment, once for all tests that use it, of all workers."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.integration.suite_run import ROOT

#: Devices with a fault, without one, and one whose login fails.
SCENARIOS = ("ftd-us", "ftd-wrong-port", "fmc-clish", "ftd-not-root")


@dataclass(frozen=True, slots=True)
class Installed:
    """A user's machine: a home, a working directory, a virtual environment, and nothing of the clone."""

    home: Path
    directory: Path
    venv: Path

    @property
    def bin(self) -> Path:
        """Where the environment's programs are."""
        return self.venv / "bin"

    def run(
        self, *command: str, at: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of the environment; its whole output is in ``stdout``."""
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=at or self.directory,
            env={**self.environment(), **(variables or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )

    def environment(self) -> dict[str, str]:
        """A user's own, without anything of the developer's."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith("PIP_") or name in ("LANG", "TMPDIR")
        }
        path = f"{self.bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        return {**kept, "HOME": str(self.home), "PATH": path}


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A virtual environment with the wheel alone, made by the first worker that needs it."""
    own = tmp_path_factory.getbasetemp()
    shared = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "package"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "made").exists():
            _make_environment(shared / "venv", _build(shared))
            (shared / "made").touch()
    return shared / "venv"


def _build(directory: Path) -> Path:
    """The wheel, of what a source distribution holds, so that a file that it lacks is found out."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (directory / "source" / name).parent.mkdir(parents=True, exist_ok=True)
            (directory / "source" / name).write_bytes((ROOT / name).read_bytes())
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", directory / "dist", directory / "source"],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = directory.glob("dist/*.whl")
    assert list(directory.glob("dist/*.tar.gz"))
    return found


def _make_environment(venv: Path, wheel: Path) -> None:
    made = subprocess.run([sys.executable, "-m", "venv", str(venv)], capture_output=True, text=True)
    assert made.returncode == 0, made.stderr
    # What is compiled at the first use need not be compiled before.
    alone = Installed(venv.parent, venv.parent, venv)
    put = alone.run("python", "-m", "pip", "install", "--quiet", "--no-compile", str(wheel))
    assert put.returncode == 0, put.stdout


@pytest.fixture(scope="session")
def installed(environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A machine that has the wheel."""
    home = tmp_path_factory.mktemp("home")
    (home / "work").mkdir()
    return Installed(home, home / "work", environment)


@pytest.fixture(scope="session")
def some_devices(installed: Installed) -> Iterator[Lab]:
    """A small fleet, named in ``~/fleet.yaml``."""
    with Lab.start(SCENARIOS) as lab:
        (installed.home / "fleet.yaml").write_bytes(lab.inventory_file.read_bytes())
        yield lab
