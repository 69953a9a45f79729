"""Where the docs' commands are run: a copy of the project beside a fleet whose devices can be changed."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.server import PASSWORD_VARIABLE
from tests.docs.shell import copy_project, run_commands
from tests.integration.switchboard import Switchboard

#: The docs' fleet, each device with the state that it begins in.
FLEET = {"ftd-nyc-01": "ftd-us", "ftd-nyc-02": "ftd-us", "fmc-nyc-01": "fmc-clish"}

#: The states that a page may put a device in; *down* is added to them.
STATES = ("ftd-us", "fmc-clish", "ftd-other-properties", "ftd-zeromq", "ftd-blocked-ingest")


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
        return run_commands(commands, directory, self.password, options="-p fast_clock", **variables)


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
    copy_project(home)
    with ExitStack() as stack:
        boards = {name: stack.enter_context(Switchboard(lab)) for name in FLEET}
        stage = Stage(directory, home, boards, lab.environment[PASSWORD_VARIABLE])
        entries = []
        for name, state in FLEET.items():
            stage.put(name, state)
            platform = SCENARIOS[state].platform
            where = f"address: 127.0.0.1, port: {boards[name].port}"
            entries.append(f"  - {{name: {name}, {where}, platform: {platform}, region: us}}\n")
        defaults = "defaults:\n  password: {env: FTD_PASSWORD}\n  known_hosts: known_hosts\ndevices:\n"
        (directory / inventory).write_text(defaults + "".join(entries), encoding="utf-8")
        known = "".join(board.known_hosts for board in boards.values())
        (directory / "known_hosts").write_text(known, encoding="utf-8")
        yield stage
