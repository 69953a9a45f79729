"""What a client of an emulated device meets after authentication: clish, ``expert``, and shells in a cell."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass

from sse_compliance.inventory.device import Platform
from sse_compliance.lab.cell import Cell, Toolbox
from sse_compliance.lab.console import Console, HungUp
from sse_compliance.lab.image import Disk
from sse_compliance.lab.scenario import Scenario, Shell
from sse_compliance.lab.texts import cli

PROMPT = "> "

#: As printed by 6.4 and 6.5.
_EXPERT_NOTICE = (
    "**************************************************************\n"
    "NOTICE - Shell access will be deprecated in future releases\n"
    "         and will be replaced with a separate expert mode CLI.\n"
    "**************************************************************\n"
)


@dataclass(frozen=True, slots=True)
class LabDevice:
    """An emulated device that is ready to be logged in to."""

    name: str
    scenario: Scenario
    disk: Disk


class Session:
    """One SSH session on a device, served by a thread of its own."""

    def __init__(self, device: LabDevice, toolbox: Toolbox, banner: str, term: str) -> None:
        self._device = device
        self._toolbox = toolbox
        self._banner = banner
        self._term = term
        self._cell: Cell | None = None
        self._lock = threading.Lock()
        self._ended = False

    def serve(self, console: Console, command: str | None) -> int:
        """Talk to the client until it leaves.

        Args:
            command: the exec request's command; None for a shell request.

        Returns:
            The exit status of the session.
        """
        scenario = self._device.scenario
        try:
            if scenario.shell is Shell.LINUX:
                argv = ("/bin/sh", "-c", command) if command is not None else self._admin_shell()
                return self._run(console, argv)
            if command is not None and scenario.shell is Shell.CLISH_EXEC:
                output = self._clish_commands().get(_words(command))
                console.write("Syntax error: Illegal command line\n" if output is None else output())
                return 1 if output is None else 0
            console.raw()
            self._clish(console)
        except HungUp:
            return 255
        return 0

    def end(self) -> None:
        """The client is gone: end whatever runs for it."""
        with self._lock:
            self._ended = True
            if self._cell is not None:
                self._cell.kill()

    def _clish(self, console: Console) -> None:
        commands = self._clish_commands()
        console.write(self._banner)
        left_over = ""
        while True:
            line = console.read_line(PROMPT, left_over)
            left_over = ""
            words = _words(line or "")
            if line is None or words in ("exit", "logout", "quit"):
                return
            if words == "expert" and not self._device.scenario.expert_refused:
                self._expert(console)
            elif words in commands:
                console.write(commands[words]())
            elif words:
                # The refused command stands behind the next prompt again and waits for Ctrl-U.
                console.write("Syntax error: Illegal parameter\n")
                left_over = words if console.is_terminal else ""

    def _clish_commands(self) -> dict[str, Callable[[], str]]:
        scenario = self._device.scenario
        commands = {
            "show version": lambda: cli.show_version(scenario),
            "show version system": lambda: cli.show_version(scenario),
        }
        if scenario.platform is not Platform.FMC:
            commands["show network"] = lambda: cli.show_network(scenario)
            commands["show managers"] = lambda: cli.show_managers(scenario)
        return commands

    def _expert(self, console: Console) -> None:
        if self._device.scenario.software.expert_notice:
            console.write(_EXPERT_NOTICE)
        console.cooked()
        self._run(console, self._admin_shell())
        console.raw()

    def _admin_shell(self) -> tuple[str, ...]:
        return ("/usr/libexec/lab/shell", "admin")

    def _run(self, console: Console, argv: tuple[str, ...]) -> int:
        home = "/Volume/home/admin" if self._device.scenario.platform is Platform.FMC else "/home/admin"
        with self._lock:
            if self._ended:
                raise HungUp
            cell = Cell(self._toolbox, self._device.disk.fresh(), argv, console, home=home, term=self._term)
            self._cell = cell
        return cell.wait()


def _words(line: str) -> str:
    return " ".join(line.split())
