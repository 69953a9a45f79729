"""The lab's SSH server: one process, any number of devices, each on a loopback port of its own.

Run by ``Lab.start`` as ``python -m sse_compliance.lab.server``. It takes one line of JSON on stdin (``Plan``),
answers one line on stdout (``Ready``), and serves until stdin ends – which it also does when the parent is killed –
or a signal comes. Then it ends every session and removes its directory.
"""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import asyncssh
from pydantic import TypeAdapter

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.errors import SseError
from sse_compliance.lab import cell, directory, ledger
from sse_compliance.lab.console import Console
from sse_compliance.lab.fmc import managed
from sse_compliance.lab.fmc import server as fmc_server
from sse_compliance.lab.image import Disk, DiskWriter, device_clock
from sse_compliance.lab.login import LabDevice, Session
from sse_compliance.lab.scenario import Scenario, Shell
from sse_compliance.lab.texts.cli import login_banner
from sse_compliance.lab.trust import LabTrust

USER = "admin"
#: The variable that holds the password, here and for whoever uses the inventory.
PASSWORD_VARIABLE = "SSE_LAB_PASSWORD"  # nosec B105 # a name, not a password

#: A session has a thread of its own, because its shell lives and dies with the thread that started it.
_SESSIONS = 1000
#: As on an FTD.
_MOST_REFUSALS = 3
#: How long sessions may take to end when the lab does.
_PARTING_SECONDS = 2

#: The server's ends of a session's input, output and error output.
_FarEnd = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Plan:
    """What the server is asked to be."""

    devices: dict[str, Scenario]


@dataclass(frozen=True, slots=True)
class Ready:
    """What it became, or why not."""

    directory: str = ""
    ports: dict[str, int] | None = None
    host_key: str = ""
    #: Loopback port of the REST API of each FMC that has one.
    fmc_ports: dict[str, int] | None = None
    error: str | None = None
    #: What the system refuses the lab, in one line.
    refused: str | None = None


class _Authentication(asyncssh.SSHServer):
    """Who may log in to a device: ``admin`` with the lab's password, asked for in either way, or with the lab's key."""

    def __init__(self, server: _Server, device: LabDevice) -> None:
        self._server = server
        self._device = device
        self._refusals = 0
        self._connection: asyncssh.SSHServerConnection | None = None

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self._server.connections.add(conn)
        self._server.book.write(ledger.Event.CONNECTION, self._device.name)

    def connection_lost(self, _exc: Exception | None) -> None:
        self._server.connections.discard(self._connection)
        self._server.book.write(ledger.Event.END, self._device.name)

    def begin_auth(self, _username: str) -> bool:
        if self._device.scenario.pre_auth and self._connection is not None:
            self._connection.send_auth_banner(f"{self._device.scenario.pre_auth}\n")
        return True

    def auth_completed(self) -> None:
        self._server.book.write(ledger.Event.LOGIN, self._device.name)

    def public_key_auth_supported(self) -> bool:
        return not self._device.scenario.wrong_password

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        return username == USER and key.public_data == self._server.key.public_data

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return self._judge(username, password)

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(
        self, _username: str, _lang: str, _submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        return "", "", "", [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        return self._judge(username, responses[0] if len(responses) == 1 else "")

    def _judge(self, username: str, password: str) -> bool:
        if username == USER and password == self._server.password and not self._device.scenario.wrong_password:
            return True
        self._server.book.write(ledger.Event.REFUSAL, self._device.name)
        self._refusals += 1
        if self._refusals >= _MOST_REFUSALS and self._connection is not None:
            self._connection.disconnect(
                asyncssh.DISC_NO_MORE_AUTH_METHODS_AVAILABLE, "Too many authentication failures"
            )
        return False


class _Server:
    """All devices of a lab, once their disks are made."""

    def __init__(self, home: Path, password: str) -> None:
        self._home = home
        self.password = password
        self._toolbox = cell.Toolbox(home / "usr")
        self.book = ledger.Ledger(home / ledger.FILE)
        self._host_key = asyncssh.generate_private_key("ssh-ed25519")
        self.key = asyncssh.generate_private_key("ssh-ed25519")
        self._listeners: list[asyncssh.SSHAcceptor] = []
        self.connections: set[asyncssh.SSHServerConnection] = set()
        self._talks: set[asyncio.Task[None]] = set()

    def prepare(self, plan: Plan) -> tuple[LabDevice, ...]:
        """Make tools and disks, and see whether a cell can be had.

        Raises:
            NoCellError: the system does not let the lab make cells.
            InputError: a scenario is in a region or profile that there is not.
        """
        self._toolbox.fill()
        self.key.write_private_key(self._home / "key")
        (self._home / "key").chmod(0o600)
        writer = DiskWriter(load_regions(), LabTrust.new(), self.password)
        devices = tuple(
            LabDevice(name, scenario, Disk(self._home / "disks" / name, scenario, writer))
            for name, scenario in plan.devices.items()
        )
        cell.check(self._toolbox, devices[0].disk.fresh())
        return devices

    async def listen(self, devices: tuple[LabDevice, ...]) -> Ready:
        """Open a port for each device."""
        for device in devices:
            self._listeners.append(
                await asyncssh.create_server(
                    lambda device=device: _Authentication(self, device),
                    "127.0.0.1",
                    0,
                    server_host_keys=[self._host_key],
                    process_factory=lambda process, device=device: self._serve(process, device),
                    encoding=None,
                    line_editor=False,
                    server_version="OpenSSH_7.4",
                )
            )
        ports = {device.name: listener.get_port() for device, listener in zip(devices, self._listeners, strict=True)}
        return Ready(str(self._home), ports, self._host_key.export_public_key().decode().strip())

    async def close(self) -> None:
        """Stop listening and end every session."""
        for listener in self._listeners:
            listener.close()
        for connection in tuple(self.connections):
            connection.abort()
        if self._talks:
            await asyncio.wait(tuple(self._talks), timeout=_PARTING_SECONDS)

    async def _serve(self, process: asyncssh.SSHServerProcess[bytes], device: LabDevice) -> None:
        if process.subsystem is not None:
            process.exit(1)
            return
        clock = device_clock(device.scenario, datetime.now(UTC))
        session = Session(device, self._toolbox, login_banner(device.scenario, clock), process.term_type or "dumb")
        talk = asyncio.ensure_future(self._talk(process, session, device))
        self._talks.add(talk)
        try:
            await talk
        finally:
            self._talks.discard(talk)

    async def _talk(self, process: asyncssh.SSHServerProcess[bytes], session: Session, device: LabDevice) -> None:
        # An FTD whose exec requests are ignored starts its CLI instead.
        command = None if device.scenario.shell is Shell.CLISH else process.command
        far, console = _pipes() if process.term_type is None else _terminal()
        await process.redirect(stdin=far[0], stdout=far[1], stderr=far[2])
        serving = asyncio.get_running_loop().run_in_executor(None, session.serve, console, command)
        gone = asyncio.ensure_future(process.wait_closed())
        await asyncio.wait((serving, gone), return_when=asyncio.FIRST_COMPLETED)
        session.end()
        status = await serving
        # With the near end closed, what was said last goes to the client.
        console.close()
        if not gone.done():
            await process.stdout.drain()
            await process.stderr.drain()
            process.exit(status)
            await gone


def _terminal() -> tuple[_FarEnd, Console]:
    master, slave = os.openpty()
    return (os.dup(master), master, asyncssh.PIPE), Console(slave, slave, slave)


def _pipes() -> tuple[_FarEnd, Console]:
    input_read, input_write = os.pipe()
    output_read, output_write = os.pipe()
    error_read, error_write = os.pipe()
    return (input_write, output_read, error_read), Console(input_read, output_write, error_write)


async def _run(home: Path, plan: Plan, password: str) -> None:
    server = _Server(home, password)
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_SESSIONS))
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    ready = await server.listen(server.prepare(plan))
    fmcs = fmc_server.start(managed.fmc_states(plan.devices), USER, password, home)
    _say(replace(ready, fmc_ports={name: fmc.port for name, fmc in fmcs.items()}))
    loop.add_reader(sys.stdin.fileno(), stop.set)
    await stop.wait()
    for fmc in fmcs.values():
        fmc.close()
    await server.close()


def _say(ready: Ready) -> None:
    # Where the parent is gone already, the end of stdin tells so as well.
    with suppress(BrokenPipeError):
        print(TypeAdapter(Ready).dump_json(ready).decode(), flush=True)


def main() -> int:
    """Serve one lab."""
    plan = TypeAdapter(Plan).validate_json(sys.stdin.readline())
    password = os.environ.pop(PASSWORD_VARIABLE)
    with directory.home() as home:
        try:
            asyncio.run(_run(home, plan, password))
        except cell.NoCellError as error:
            _say(Ready(error=str(error), refused=error.lacking))
            return error.exit_code
        except SseError as error:
            _say(Ready(error=str(error)))
            return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
