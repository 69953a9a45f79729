"""Logging in to a device of the lab, as a person does."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh

from sse_compliance.lab.lab import Lab
from sse_compliance.lab.server import PASSWORD_VARIABLE, USER

ROOT = Path(__file__).resolve().parents[2]

#: Also those that start a lab of their own are skipped where there can be none.

#: End of a prompt: clish's, an ordinary user's, root's. readline may switch bracketed paste on before it.
PROMPT = re.compile(r"(?:^|\n)(?:\x1b\[\?2004h)?(?:> |[\w.-]+@[\w.-]+:\S*[$#] )$")
ASKED = re.compile("Password: $")


def password_of(lab: Lab) -> str:
    return lab.environment[PASSWORD_VARIABLE]


class Terminal:
    """A person at a terminal: types a line, reads until the next prompt."""

    def __init__(self, process: asyncssh.SSHClientProcess[str]) -> None:
        self.process = process

    async def until(self, pattern: re.Pattern[str] = PROMPT) -> str:
        """Everything printed up to the pattern."""
        said = ""
        async with asyncio.timeout(20):
            while not pattern.search(said):
                more = await self.process.stdout.read(4096)
                assert more, f"the session ended after {said!r}"
                said += more.replace("\r", "")
        return said

    async def type(self, line: str, pattern: re.Pattern[str] = PROMPT) -> str:
        """What is printed after a line was typed."""
        self.process.stdin.write(f"{line}\n")
        return await self.until(pattern)

    async def become_root(self, lab: Lab) -> None:
        """From the first prompt of clish to root's."""
        await self.until()
        await self.type("expert")
        await self.type("sudo su -", ASKED)
        await self.type(password_of(lab))


@asynccontextmanager
async def connect(lab: Lab, device: str, **options: Any) -> AsyncIterator[asyncssh.SSHClientConnection]:
    login = {"username": USER, "password": password_of(lab), "known_hosts": str(lab.known_hosts), **options}
    async with asyncssh.connect("127.0.0.1", lab.ports[device], **login) as connection:
        yield connection


def at_terminal(lab: Lab, device: str, talk: Callable[[Terminal], Awaitable[None]]) -> None:
    async def run() -> None:
        async with (
            connect(lab, device) as connection,
            connection.create_process(term_type="dumb", term_size=(512, 1000)) as process,
        ):
            await talk(Terminal(process))

    asyncio.run(run())


def openssh(lab: Lab, device: str, tmp_path: Path, *command: str, typed: str = "") -> subprocess.CompletedProcess[str]:
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
