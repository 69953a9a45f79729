"""Where the docs' commands are run: a copy of the project beside a fleet whose devices can be changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.server import PASSWORD_VARIABLE
from tests.integration.switchboard import Switchboard

ROOT = Path(__file__).resolve().parents[2]

#: The docs' fleet, each device with the state that it begins in.
FLEET = {"ftd-nyc-01": "ftd-us", "ftd-nyc-02": "ftd-us", "fmc-nyc-01": "fmc-clish"}

#: The states that a page may put a device in; *down* is added to them.
STATES = ("ftd-us", "fmc-clish", "ftd-wrong-port", "ftd-zeromq", "ftd-blocked-ingest")

_PROJECT = ("conftest.py", "pytest.ini", "requirements.txt", "tests_sse", "fixtures", "sse_compliance")


@dataclass(frozen=True, slots=True)
class Stage:
    """A directory to run commands in, and the devices that they find."""

    #: Holds ``fleet.yaml``, its host keys, and the project.
    directory: Path
    project: Path
    devices: dict[str, Switchboard]
    password: str

    def put(self, device: str, states: str) -> None:
        """Puts a device in a state of the lab; several, separated by commas, are taken one a connection."""
        self.devices[device].lead_to(*(None if state == "down" else state for state in states.split(",")))

    def run(self, commands: str, directory: Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Runs shell commands as they stand, waiting by a clock that runs fast."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
        environment = {
            **own,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTEST_ADDOPTS": "-p no:cacheprovider -p fast_clock",
            "PYTHONPATH": str(ROOT / "tests" / "integration"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "FTD_PASSWORD": self.password,
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


@contextmanager
def a_stage(lab: Lab, directory: Path, *, project: str = ".", inventory: str = "fleet.yaml") -> Iterator[Stage]:
    """A stage of its own; its devices begin in the states of ``FLEET``.

    Args:
        lab: with all of ``STATES``.
        directory: empty.
        project: where the project is put, below the directory.
        inventory: the name of the inventory file.
    """
    home = directory / project
    home.mkdir(exist_ok=True)
    for name in _PROJECT:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, home / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, home)
    with ExitStack() as stack:
        boards = {name: stack.enter_context(Switchboard(lab)) for name in FLEET}
        stage = Stage(directory, home, boards, lab.environment[PASSWORD_VARIABLE])
        entries = []
        for name, state in FLEET.items():
            stage.put(name, state)
            platform = SCENARIOS[state].platform
            entries.append(
                f"  - {{name: {name}, address: 127.0.0.1, port: {boards[name].port}, platform: {platform}, region: us}}\n"
            )
        defaults = "defaults:\n  password: {env: FTD_PASSWORD}\n  known_hosts: known_hosts\ndevices:\n"
        (directory / inventory).write_text(defaults + "".join(entries), encoding="utf-8")
        known = "".join(board.known_hosts for board in boards.values())
        (directory / "known_hosts").write_text(known, encoding="utf-8")
        yield stage
