"""The embedded lab as a user meets it: any SSH client logs in, nothing of the host is in reach, nothing is left."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import netmiko
import paramiko
import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.inventory.load import load_inventory
from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenario import Sudo
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.server import PASSWORD_VARIABLE, USER

ROOT = Path(__file__).resolve().parents[2]

#: Also those that start a lab of their own are skipped where there can be none.
pytestmark = pytest.mark.usefixtures("lab")

#: End of a prompt: clish's, an ordinary user's, root's. readline may switch bracketed paste on before it.
_PROMPT = re.compile(r"(?:^|\n)(?:\x1b\[\?2004h)?(?:> |[\w.-]+@[\w.-]+:\S*[$#] )$")
_PASSWORD = re.compile("Password: $")


def _password(lab: Lab) -> str:
    return lab.environment[PASSWORD_VARIABLE]


class Terminal:
    """A person at a terminal: types a line, reads until the next prompt."""

    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self.process = process

    async def until(self, pattern: re.Pattern[str] = _PROMPT) -> str:
        """Everything printed up to the pattern."""
        said = ""
        async with asyncio.timeout(20):
            while not pattern.search(said):
                more = await self.process.stdout.read(4096)
                assert more, f"the session ended after {said!r}"
                said += more.replace("\r", "")
        return said

    async def type(self, line: str, pattern: re.Pattern[str] = _PROMPT) -> str:
        """What is printed after a line was typed."""
        self.process.stdin.write(f"{line}\n")
        return await self.until(pattern)

    async def become_root(self, lab: Lab) -> None:
        """From the first prompt of clish to root's."""
        await self.until()
        await self.type("expert")
        await self.type("sudo su -", _PASSWORD)
        await self.type(_password(lab))


@asynccontextmanager
async def _connect(lab: Lab, device: str, **options: Any) -> AsyncIterator[asyncssh.SSHClientConnection]:
    login = {"username": USER, "password": _password(lab), "known_hosts": str(lab.known_hosts), **options}
    async with asyncssh.connect("127.0.0.1", lab.ports[device], **login) as connection:
        yield connection


def _at_terminal(lab: Lab, device: str, talk: Callable[[Terminal], Awaitable[None]]) -> None:
    async def run() -> None:
        async with (
            _connect(lab, device) as connection,
            connection.create_process(term_type="dumb", term_size=(512, 1000)) as process,
        ):
            await talk(Terminal(process))

    asyncio.run(run())


def _ssh(lab: Lab, device: str, tmp_path: Path, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """OpenSSH's client, given the password as a person would give it."""
    helper = tmp_path / "askpass"
    helper.write_text(f'#!/bin/sh\nprintf "%s\\n" "${PASSWORD_VARIABLE}"\n')
    helper.chmod(0o700)
    environment = {**os.environ, **lab.environment, "SSH_ASKPASS": str(helper), "SSH_ASKPASS_REQUIRE": "force"}
    options = ("-F", "none", "-o", f"UserKnownHostsFile={lab.known_hosts}", "-o", "IdentityAgent=none")
    return subprocess.run(
        ["ssh", *options, "-tt" if typed else "-T", "-p", str(lab.ports[device]), f"{USER}@127.0.0.1", *command],
        env=environment,
        input=typed,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_openssh_logs_in_and_gets_show_network(lab: Lab, tmp_path: Path) -> None:
    ended = _ssh(lab, "ftd-us", tmp_path, typed="show network\nexit\n")
    assert "> show network" in ended.stdout
    assert "DNS Servers               : 208.67.222.222" in ended.stdout
    assert ended.returncode == 0


def test_netmiko_logs_in_and_gets_show_network(lab: Lab) -> None:
    connection = netmiko.ConnectHandler(
        device_type="cisco_ftd", host="127.0.0.1", port=lab.ports["ftd-us"], username=USER, password=_password(lab)
    )
    try:
        assert connection.find_prompt() == ">"
        said = str(connection.send_command("show network"))
    finally:
        connection.disconnect()
    assert "DNS Servers               : 208.67.222.222" in said
    assert said.rstrip().endswith("Authentication            : Disabled")


def test_paramiko_logs_in_and_gets_show_network(lab: Lab) -> None:
    client = paramiko.SSHClient()
    client.load_host_keys(str(lab.known_hosts))
    client.connect(
        "127.0.0.1", lab.ports["ftd-us"], USER, _password(lab), allow_agent=False, look_for_keys=False, timeout=20
    )
    try:
        channel = client.invoke_shell(width=200)
        channel.settimeout(20)
        said = ""
        channel.sendall(b"show network\n")
        while not said.endswith("Disabled\r\n\r\n> "):
            said += channel.recv(4096).decode()
    finally:
        client.close()
    assert "DNS Servers               : 208.67.222.222" in said


def test_the_inventory_is_what_the_suite_reads(lab: Lab) -> None:
    inventory = load_inventory(lab.inventory_file, load_regions().profiles)
    assert {target.device.name: target.access.port for target in inventory.targets} == dict(lab.ports)
    assert _password(lab) not in lab.inventory_file.read_text()


@pytest.mark.parametrize("device", ["ftd-us", "ftd-apj", "ftd-64", "fmc-clish", "sfr"])
def test_root_by_expert_and_sudo(lab: Lab, device: str) -> None:
    async def talk(terminal: Terminal) -> None:
        await terminal.until()
        notice = await terminal.type("expert")
        assert ("NOTICE - Shell access will be deprecated" in notice) == (device == "ftd-64")
        assert "\n1000\n" in await terminal.type("id -u")
        asked = await terminal.type("unset HISTFILE; sudo su -", _PASSWORD)
        assert ("We trust you have received the usual lecture" in asked) == (device == "ftd-64")
        answer = await terminal.type(_password(lab))
        assert _password(lab) not in answer
        assert "Last login: " in answer
        assert "\n0\n" in await terminal.type("id -u")
        assert (await terminal.type("exit")).endswith("$ ")
        assert (await terminal.type("exit")).endswith("> ")
        terminal.process.stdin.write("exit\n")
        assert (await terminal.process.wait()).exit_status == 0

    _at_terminal(lab, device, talk)


def test_a_straight_shell_runs_exec_requests(lab: Lab) -> None:
    async def run() -> None:
        async with _connect(lab, "fmc-shell") as connection:
            ended = await connection.run("cat /etc/sf/sf-version; echo oops >&2; id -u; exit 3")
            assert ended.stdout == (
                "Cisco Firepower Management Center for VMWare v6.4.0 (build 102) / Cisco Fire Linux OS v6.4.0 (build 2)"
                "\n1000\n"
            )
            assert (ended.stderr, ended.exit_status) == ("oops\n", 3)

    asyncio.run(run())


def test_sudo_without_a_terminal_reads_the_password_from_its_input() -> None:
    async def run(lab: Lab) -> None:
        async with _connect(lab, "fmc-shell") as connection:
            command = "sudo -S -p 'WHO? ' sh -c 'id -u; cat'"
            ended = await connection.run(command, input=f"{_password(lab)}\nrest\n")
            assert (ended.stdout, ended.stderr, ended.exit_status) == ("0\nrest\n", "WHO? ", 0)
            ended = await connection.run(command, input="wrong\n")
            assert (ended.stdout, ended.exit_status) == ("", 1)
            assert "sudo: 1 incorrect password attempts" in str(ended.stderr)

    with Lab.start([replace(SCENARIOS["fmc-shell"], sudo=Sudo.PASSWORD)]) as lab:
        asyncio.run(run(lab))


def test_an_ftd_does_not_run_exec_requests(lab: Lab) -> None:
    async def run() -> None:
        async with _connect(lab, "ftd-us") as connection:
            ended = await connection.run("id -u", input="exit\n")
            assert "Threat Defense v7.4.2" in str(ended.stdout)
            assert "uid" not in str(ended.stdout)
        async with _connect(lab, "ftd-apj") as connection:
            ended = await connection.run("id -u")
            assert (ended.stdout, ended.exit_status) == ("Syntax error: Illegal command line\n", 1)
            ended = await connection.run("show version")
            assert "Version 7.6.4 (Build 69)" in str(ended.stdout)

    asyncio.run(run())


def test_nothing_of_the_host_is_in_reach_of_roots_shell(lab: Lab) -> None:
    async def talk(terminal: Terminal) -> None:
        await terminal.become_root(lab)
        assert "root:x:0:0:root:/root:/bin/sh\nadmin:" in await terminal.type("cat /etc/passwd")
        for program in ("/usr/bin/python3", "/usr/bin/ssh", "/usr/bin/perl", sys.executable):
            assert "No such file or directory" in await terminal.type(program)
        assert "Could not resolve host: www.example.com" in await terminal.type("curl https://www.example.com")
        port = lab.ports["ftd-us"]
        said = await terminal.type(f"/usr/bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'; echo ended with $?")
        assert "ended with 1" in said
        assert "No such file" in await terminal.type(f"ls {lab.inventory_file}")

    _at_terminal(lab, "ftd-us", talk)


def test_a_long_line_is_cut_as_on_a_real_terminal(lab: Lab) -> None:
    async def talk(terminal: Terminal) -> None:
        await terminal.become_root(lab)
        # The plain sh leaves editing to the terminal, which takes 4,096 bytes a line at most.
        await terminal.type("stty -echo")
        said = await terminal.type(f"printf %s {'x' * 6000} | wc -c")
        assert "6000" not in said

    _at_terminal(lab, "ftd-64", talk)


def test_much_output_arrives_whole(lab: Lab) -> None:
    async def run() -> None:
        async with _connect(lab, "fmc-shell") as connection:
            line = "i=0; while [ $i -lt 20000 ]; do echo $i 0123456789012345678901234567890123456789; i=$((i+1)); done"
            ended = await connection.run(line)
            lines = str(ended.stdout).splitlines()
            assert len(lines) == 20_000
            assert lines[-1].startswith("19999 ")

    asyncio.run(run())


@pytest.mark.parametrize("method", ["password", "keyboard-interactive", "publickey"])
def test_every_way_to_log_in(lab: Lab, method: str) -> None:
    async def run() -> None:
        key = [str(lab.key_file)] if method == "publickey" else None
        async with _connect(lab, "fmc-shell", preferred_auth=method, client_keys=key) as connection:
            assert (await connection.run("echo in")).stdout == "in\n"

    asyncio.run(run())


def test_logins_and_refusals_are_counted(lab: Lab) -> None:
    before = dict(lab.connections), dict(lab.logins), dict(lab.refusals)

    async def run() -> None:
        async with _connect(lab, "sfr"):
            pass
        with pytest.raises(asyncssh.PermissionDenied):
            async with _connect(lab, "ftd-wrong-password", preferred_auth="password"):
                pass

    asyncio.run(run())
    for device, change in (("sfr", (1, 1, 0)), ("ftd-wrong-password", (1, 0, 1)), ("ftd-us", (0, 0, 0))):
        after = lab.connections, lab.logins, lab.refusals
        assert tuple(now[device] - then.get(device, 0) for now, then in zip(after, before, strict=True)) == change


def test_the_banner_before_authentication_is_sent(lab: Lab) -> None:
    banners: list[str] = []

    class Client(asyncssh.SSHClient):
        def auth_banner_received(self, msg: str, _lang: str) -> None:
            banners.append(msg)

    async def run() -> None:
        async with _connect(lab, "ftd-aus", client_factory=Client):
            pass

    asyncio.run(run())
    assert banners == ["Cisco Firepower Threat Defense for Azure v7.6.4 (build 69)\n"]


def _processes_of(directory: Path) -> list[str]:
    listing = subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if str(directory) in line]


def _gone(directory: Path) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not directory.exists() and not _processes_of(directory):
            return True
        time.sleep(0.05)
    return False


@asynccontextmanager
async def _busy_session(lab: Lab) -> AsyncIterator[None]:
    """A session in which root waits for a program."""
    async with _connect(lab, "ftd-us") as connection:
        process = await connection.create_process(term_type="dumb", term_size=(200, 50))
        terminal = Terminal(process)
        await terminal.become_root(lab)
        await terminal.type("echo started; sleep 1000", re.compile("\nstarted\n"))
        assert _processes_of(lab.inventory_file.parent)
        yield


def test_nothing_is_left_after_stop_even_with_a_session_open() -> None:
    async def run() -> Path:
        with Lab.start(["ftd-us"]) as lab:
            directory = lab.inventory_file.parent
            session = _busy_session(lab)
            await session.__aenter__()
        return directory

    assert _gone(asyncio.run(run()))


@contextmanager
def _command(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The verb ``lab`` in a process of its own, and its directory."""
    command = subprocess.Popen(
        [sys.executable, "-m", "sse_compliance", "lab", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    try:
        said = ""
        while "Ctrl-C stops the lab" not in said:
            line = command.stdout.readline()
            assert line, f"the lab ended after {said!r}"
            said += line
        found = re.search(r"pytest --inventory=(\S+)", said)
        assert found is not None
        assert "ssh -o UserKnownHostsFile=" in said
        yield command, Path(found[1]).parent
    finally:
        command.kill()
        command.wait()
        command.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_verb_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    with _command("--scenario", "ftd-us", "--count", "3") as (command, directory):
        assert (directory / "inventory.yaml").read_text().count("address: 127.0.0.1") == 3
        command.send_signal(number)
        assert command.wait(20) == 0
        assert _gone(directory)


def test_nothing_is_left_when_the_verb_is_killed() -> None:
    with _command("--scenario", "ftd-us") as (command, directory):
        command.kill()
        command.wait()
        assert _gone(directory)


def test_a_killed_server_takes_its_sessions_along_and_the_next_lab_removes_its_directory() -> None:
    async def run() -> Path:
        with Lab.start(["ftd-us"]) as lab:
            directory = lab.inventory_file.parent
            session = _busy_session(lab)
            await session.__aenter__()
            listing = subprocess.run(
                ["pgrep", "-n", "-P", str(os.getpid()), "-f", "sse_compliance.lab.server"], capture_output=True
            )
            (server,) = listing.stdout.split()
            os.kill(int(server), signal.SIGKILL)
        return directory

    directory = asyncio.run(run())
    deadline = time.monotonic() + 10
    while _processes_of(directory) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _processes_of(directory) == []
    assert directory.exists()
    with Lab.start(["ftd-us"]):
        assert not directory.exists()


def test_the_verb_names_the_scenarios_that_there_are() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sse_compliance", "lab", "--scenario", "nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 4
    assert "the lab has no scenario 'nonsense'; it has: ftd-us, " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_system_that_refuses_namespaces_is_told_with_what_to_do() -> None:
    # Inside a namespace that may have none of its own, as in a container with default settings.
    line = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" -m sse_compliance lab --scenario ftd-us'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", line, sys.executable]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 4
    assert "this system refuses them" in ended.stderr
    assert "sysctl -w user.max_user_namespaces=15000" in ended.stderr
    assert "Traceback" not in ended.stderr
