"""Hostile devices of many kinds beside ten good ones, in one run: it ends in time, and the good are judged right."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncssh
import pytest
import yaml

from tests.integration.device_double import Double, serving
from tests.integration.suite_run import ROOT, run_suite

PASSWORD = "login-s3cret"

SHOW_NETWORK = """===============[ System Information ]===============
Hostname                  : firepower
DNS Servers               : 208.67.222.222
                            208.67.220.220
Management port           : 8305
IPv4 Default route
  Gateway                 : 192.0.2.1

==================[ management0 ]===================
State                     : Enabled
----------------------[ IPv4 ]----------------------
Address                   : 192.0.2.45

===============[ Proxy Information ]================
State                     : Disabled
Authentication            : Disabled

"""
DEVICE_SECONDS = 40.0
GOOD = 10

Process = asyncssh.SSHServerProcess[bytes]
Behave = Callable[[Process], Awaitable[None]]


async def line(process: Process) -> str:
    """The next line that is typed."""
    text = b""
    while not text.endswith(b"\n"):
        data = await process.stdin.read(1)
        if not data:
            raise ConnectionError
        text += data
    return text.decode(errors="replace").strip()


async def say(process: Process, text: str | bytes) -> None:
    process.stdout.write(text.encode() if isinstance(text, str) else text)
    await process.stdout.drain()


async def forever(process: Process, piece: str) -> None:
    while True:
        await say(process, piece)
        await asyncio.sleep(0)


async def cli(process: Process, answer: str = "", *, command: str = "show network") -> None:
    """A CLI that answers one command in its own way; returns when that command came."""
    await say(process, "> ")
    while True:
        typed = await line(process)
        if typed == command:
            await say(process, f"{typed}\r\n{answer}")
            return
        await say(process, f"{typed}\r\n" + ("DNS Servers : 208.67.222.222\r\n" if typed else "") + "> ")


async def shell(process: Process) -> str:
    """A false shell that gets as far as the agent: gives the marker that frames of the script need."""
    await cli(process, "admin@fw:~$ ", command="expert")
    root = False
    while True:
        typed = await line(process)
        if "sudo su" in typed:
            root = True
            await say(process, f"{typed}\r\nroot@fw:~# ")
        elif typed == "id -u":
            await say(process, f"{typed}\r\n{0 if root else 1000}\r\nroot@fw:~# ")
        elif found := re.search(r"%s%s %s\\n'\"'\"' (\w+) (\w+)", typed):
            await say(process, f"\r\n{found[1]}{found[2]} 0\r\n")
            break
        else:
            await say(process, f"{typed}\r\nadmin@fw:~$ ")
    import base64

    size = int(await line(process))
    text = b""
    while len(text) < size:
        text += await process.stdin.read(size - len(text))
    script = base64.b64decode(text).decode()
    found = re.search(r"^M=(\w+)", script, re.MULTILINE)
    assert found
    return found[1]


async def frames(process: Process, of: Callable[[str, int], str], many: int = 10**9) -> None:
    marker = await shell(process)
    for number in range(many):
        await say(process, of(marker, number))
        await asyncio.sleep(0)
    await process.stdin.read()


async def numbers(process: Process) -> None:
    import base64

    marker = await shell(process)
    for lane, probe in enumerate((0, 1, 2)):
        blob = f"{marker} {probe} 0 0\nx\n{marker} 0\n\n{marker} 1e999\n".encode()
        await say(process, f"{marker} {lane} {base64.b64encode(blob).decode()}\n{marker} {lane} . 1\n")
    await say(process, f"{marker} {'9' * 5000} . {'9' * 5000}\n{marker} end\n")
    await process.stdin.read()


async def fish(process: Process, question: str) -> None:
    """After `sudo su -`, a question of its own; whatever is typed comes back."""
    await cli(process, "admin@fw:~$ ", command="expert")
    while True:
        typed = await line(process)
        if "sudo su" in typed:
            await say(process, f"{typed}\r\n{question}")
            await say(process, f"you said {await line(process)}\r\n{question}")
        else:
            await say(process, f"{typed}\r\n1000\r\nadmin@fw:~$ ")


async def quiet(process: Process) -> None:
    await process.stdin.read()


async def echo_at(process: Process, command: str) -> None:
    """Gives the password back where a command is refused."""
    await cli(process, f"Syntax error: {PASSWORD}\r\n> ", command=command)
    await process.stdin.read()


#: What a device does once it is logged in to.
AFTER_LOGIN: dict[str, Behave] = {
    "silent": quiet,
    "flood-of-banner": lambda p: forever(p, "x" * 8000),
    "flood-of-lines": lambda p: forever(p, "> \r\n" * 2000),
    "backspaces": lambda p: cli(p, "a" * 400_000 + "\x08" * 400_000 + "\r\n> "),
    "backspaces-for-ever": lambda p: forever(p, "\x08" * 8000),
    "returns": lambda p: cli(p, "\r" * 250_000 + "x\r\n> "),
    "controls": lambda p: cli(p, "\x1b]" * 100_000 + "\x1b[" + "0" * 40_000 + "\r\n> "),
    "pager-for-ever": lambda p: forever(p, "<--- More --->"),
    "prompts-for-ever": lambda p: forever(p, "\r\n> "),
    "stall-in-the-cli": cli,
    "stall-after-expert": lambda p: cli(p, command="expert"),
    "lanes": lambda p: frames(p, lambda marker, n: f"{marker} {n} {'A' * 3000}\n" * 30),
    "lines": lambda p: frames(p, lambda marker, n: f"{marker} 0 A\n" * 2000),
    "frames-without-end": lambda p: frames(p, lambda marker, n: f"{marker} 0 {'A' * 7000}"),
    "numbers": numbers,
    "fish-vault": lambda p: fish(p, "Enter password for the vault: "),
    "fish-new": lambda p: fish(p, "New password: "),
    "echo-in-refusal": lambda p: echo_at(p, "expert"),
    "echo-in-cli": lambda p: echo_at(p, "show network"),
    "drip": lambda p: _drip(p),
}


async def _drip(process: Process) -> None:
    while True:
        await say(process, ".")
        await asyncio.sleep(0.02)


@dataclass
class _Server(asyncssh.SSHServer):
    kind: str

    def password_auth_supported(self) -> bool:
        return False

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "", "", "", [] if self.kind == "rounds" else [("Password: ", False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> Any:
        if self.kind == "rounds":
            return "", "once more", "", []
        if self.kind == "echo-in-question":
            return "", f"you typed {responses}", "", [(f"{responses} again? ", True)]
        return True


#: What a device does before the login is over.
BEFORE_LOGIN = ("rounds", "echo-in-question", "compression", "no-greeting", "greeting-for-ever")


async def raw(kind: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while kind == "greeting-for-ever":
            writer.write(b"x" * 100 + b"\r\n")
            await writer.drain()
        await reader.read()


async def hostile(stack: AsyncExitStack, kind: str, known: list[str]) -> int:
    """Starts a hostile device; its port."""
    if kind in ("no-greeting", "greeting-for-ever"):
        plain = await asyncio.start_server(lambda r, w: raw(kind, r, w), "127.0.0.1", 0)
        stack.callback(plain.close)
        return int(plain.sockets[0].getsockname()[1])

    async def talk(process: Process) -> None:
        with suppress(asyncssh.Error, OSError):
            await AFTER_LOGIN.get(kind, quiet)(process)

    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        "127.0.0.1",
        0,
        server_factory=lambda: _Server(kind),
        process_factory=talk,
        server_host_keys=[key],
        encoding=None,
        line_editor=False,
        compression_algs=["zlib@openssh.com"] if kind == "compression" else (),
    )
    stack.callback(server.close)
    port = int(server.sockets[0].getsockname()[1])
    known.append(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    return port


async def run(home: Path) -> dict[str, float]:
    known: list[str] = []
    async with AsyncExitStack() as stack:
        ports = {kind: await hostile(stack, kind, known) for kind in (*BEFORE_LOGIN, *AFTER_LOGIN)}
        for number in range(GOOD):
            place = home / f"good-{number}"
            place.mkdir()
            double = await stack.enter_async_context(serving(Double(commands={"show network": SHOW_NETWORK}), place))
            known.append((place / "known_hosts").read_text())
            ports[f"good-{number}"] = double.port
        (home / "known_hosts").write_text("".join(known))
        entries = [{"name": name, "address": "127.0.0.1", "port": port} for name, port in ports.items()]
        defaults = {"platform": "ftd", "region": "us", "known_hosts": "known_hosts", "password": {"env": "HOSTILE_PW"}}
        (home / "fleet.yaml").write_text(yaml.safe_dump({"defaults": defaults, "devices": entries}))
        (home / "evidence").mkdir()
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "tests.integration.hostile_run",
            str(home / "fleet.yaml"),
            str(home / "evidence"),
            str(DEVICE_SECONDS),
            cwd=ROOT,
            env={**os.environ, "HOSTILE_PW": PASSWORD},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said, _ = await process.communicate()
        assert process.returncode == 0, said.decode()
        found: dict[str, float] = json.loads(said.decode().splitlines()[-1])
        return found


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("hostile")


@pytest.fixture(scope="module")
def measured(home: Path) -> dict[str, float]:
    return asyncio.run(run(home))


def test_it_ends_within_the_deadline_and_small(measured: dict[str, float]) -> None:
    assert measured["seconds"] < DEVICE_SECONDS * 1.1
    assert measured["peak_mib"] < 300


def test_the_good_are_judged_right_and_the_hostile_not_assessed(measured: dict[str, float], home: Path) -> None:
    done = run_suite(home / "reports", f"--evidence={home / 'evidence'}", "-q", "-k", "SSE-DNS-01")
    assert done.status != 0
    states = {finding.device: finding.state for finding in done.results.findings if finding.requirement == "SSE-DNS-01"}
    assert len(states) == GOOD + len(BEFORE_LOGIN) + len(AFTER_LOGIN)
    assert {states[f"good-{number}"] for number in range(GOOD)} == {"compliant"}
    errors = {}
    for file in (home / "evidence").glob("*.json"):
        found = json.loads(file.read_text(), parse_constant=pytest.fail)
        errors[found["device"]["name"]] = found["error"]
    assert not [name for name in errors if name.startswith("good-") and errors[name]]
    # One of them gets through the login; what it said of its DNS servers is in order.
    assert [kind for kind in (*BEFORE_LOGIN, *AFTER_LOGIN) if not errors[kind]] == ["numbers"]
    assert {states[kind] for kind in (*BEFORE_LOGIN, *AFTER_LOGIN) if errors[kind]} == {"not assessed"}


def test_no_secret_is_anywhere(measured: dict[str, float], home: Path) -> None:
    for folder in ("evidence", "reports"):
        for file in (home / folder).rglob("*"):
            assert not file.is_file() or PASSWORD.encode() not in file.read_bytes(), file
