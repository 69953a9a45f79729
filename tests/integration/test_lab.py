"""The embedded lab as a user meets it: any SSH client logs in, nothing of the host is in reach."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

import asyncssh
import netmiko
import paramiko
import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.inventory.load import load_inventory
from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenario import Sudo
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.server import USER
from tests.integration.lab_login import (
    ASKED,
    Terminal,
    at_terminal,
    connect,
    openssh,
    password_of,
)

pytestmark = pytest.mark.usefixtures("lab")


def test_openssh_logs_in_and_gets_show_network(lab: Lab, tmp_path: Path) -> None:
    ended = openssh(lab, "ftd-us", tmp_path, typed="show network\nexit\n")
    assert "> show network" in ended.stdout
    assert "DNS Servers               : 208.67.222.222" in ended.stdout
    assert ended.returncode == 0


def test_netmiko_logs_in_and_gets_show_network(lab: Lab) -> None:
    connection = netmiko.ConnectHandler(
        device_type="cisco_ftd", host="127.0.0.1", port=lab.ports["ftd-us"], username=USER, password=password_of(lab)
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
        "127.0.0.1", lab.ports["ftd-us"], USER, password_of(lab), allow_agent=False, look_for_keys=False, timeout=20
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
    assert password_of(lab) not in lab.inventory_file.read_text()


@pytest.mark.parametrize("device", ["ftd-us", "ftd-apj", "ftd-64", "fmc-clish", "sfr"])
def test_root_by_expert_and_sudo(lab: Lab, device: str) -> None:
    async def talk(terminal: Terminal) -> None:
        await terminal.until()
        notice = await terminal.type("expert")
        assert ("NOTICE - Shell access will be deprecated" in notice) == (device == "ftd-64")
        assert "\n1000\n" in await terminal.type("id -u")
        asked = await terminal.type("unset HISTFILE; sudo su -", ASKED)
        assert ("We trust you have received the usual lecture" in asked) == (device == "ftd-64")
        answer = await terminal.type(password_of(lab))
        assert password_of(lab) not in answer
        assert "Last login: " in answer
        assert "\n0\n" in await terminal.type("id -u")
        assert (await terminal.type("exit")).endswith("$ ")
        assert (await terminal.type("exit")).endswith("> ")
        terminal.process.stdin.write("exit\n")
        assert (await terminal.process.wait()).exit_status == 0

    at_terminal(lab, device, talk)


def test_a_straight_shell_runs_exec_requests(lab: Lab) -> None:
    async def run() -> None:
        async with connect(lab, "fmc-shell") as connection:
            ended = await connection.run("cat /etc/sf/sf-version; echo oops >&2; id -u; exit 3")
            assert ended.stdout == (
                "Cisco Firepower Management Center for VMWare v6.4.0 (build 102) / Cisco Fire Linux OS v6.4.0 (build 2)"
                "\n1000\n"
            )
            assert (ended.stderr, ended.exit_status) == ("oops\n", 3)

    asyncio.run(run())


def test_sudo_without_a_terminal_reads_the_password_from_its_input() -> None:
    async def run(lab: Lab) -> None:
        async with connect(lab, "fmc-shell") as connection:
            command = "sudo -S -p 'WHO? ' sh -c 'id -u; cat'"
            ended = await connection.run(command, input=f"{password_of(lab)}\nrest\n")
            assert (ended.stdout, ended.stderr, ended.exit_status) == ("0\nrest\n", "WHO? ", 0)
            ended = await connection.run(command, input="wrong\n")
            assert (ended.stdout, ended.exit_status) == ("", 1)
            assert "sudo: 1 incorrect password attempts" in str(ended.stderr)

    with Lab.start([replace(SCENARIOS["fmc-shell"], sudo=Sudo.PASSWORD)]) as lab:
        asyncio.run(run(lab))


def test_an_ftd_does_not_run_exec_requests(lab: Lab) -> None:
    async def run() -> None:
        async with connect(lab, "ftd-us") as connection:
            ended = await connection.run("id -u", input="exit\n")
            assert "Threat Defense v7.4.2" in str(ended.stdout)
            assert "uid" not in str(ended.stdout)
        async with connect(lab, "ftd-apj") as connection:
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

    at_terminal(lab, "ftd-us", talk)


def test_a_long_line_is_cut_as_on_a_real_terminal(lab: Lab) -> None:
    async def talk(terminal: Terminal) -> None:
        await terminal.become_root(lab)
        # The plain sh leaves editing to the terminal, which takes 4,096 bytes a line at most.
        await terminal.type("stty -echo")
        said = await terminal.type(f"printf %s {'x' * 6000} | wc -c")
        assert "6000" not in said

    at_terminal(lab, "ftd-64", talk)


def test_much_output_arrives_whole(lab: Lab) -> None:
    async def run() -> None:
        async with connect(lab, "fmc-shell") as connection:
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
        async with connect(lab, "fmc-shell", preferred_auth=method, client_keys=key) as connection:
            assert (await connection.run("echo in")).stdout == "in\n"

    asyncio.run(run())


def test_logins_and_refusals_are_counted(lab: Lab) -> None:
    before = dict(lab.connections), dict(lab.logins), dict(lab.refusals)

    async def run() -> None:
        async with connect(lab, "sfr"):
            pass
        with pytest.raises(asyncssh.PermissionDenied):
            async with connect(lab, "ftd-wrong-password", preferred_auth="password"):
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
        async with connect(lab, "ftd-aus", client_factory=Client):
            pass

    asyncio.run(run())
    assert banners == ["Cisco Firepower Threat Defense for Azure v7.6.4 (build 69)\n"]
