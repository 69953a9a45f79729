"""A device double for what OpenSSH and the embedded lab will not do: odd prompts, refusals, cut links.

An asyncssh server on loopback whose CLI is a table and whose shell is a real bash on a real terminal; ``sudo`` and
``id`` are small stand-ins, so that nothing needs root.
"""

from __future__ import annotations

import asyncio
import os
import pty
import termios
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncssh

BANNER = """Last login: Thu Jul 10 09:11:54 UTC 2025 from 10.42.1.2 on pts/0

Copyright 2004-2024, Cisco and/or its affiliates. All rights reserved.
Cisco is a registered trademark of Cisco Systems, Inc.

Cisco Firepower Extensible Operating System (FX-OS) v2.14.1 (build 167)
Cisco Firepower 1010 Threat Defense v7.4.2 (build 172)

"""

SHOW_NETWORK = """===============[ System Information ]===============
Hostname                  : firepower
DNS Servers               : 208.67.222.222
                            208.67.220.220
"""

NOTICE = """**************************************************************
NOTICE - Shell access will be deprecated in future releases
         and will be replaced with a separate expert mode CLI.
**************************************************************
"""

LECTURE = """
We trust you have received the usual lecture from the local System
Administrator. It usually boils down to these three things:

    #1) Respect the privacy of others.
    #2) Think before you type.
    #3) With great power comes great responsibility.

"""

SUDO = """#!/bin/bash
# {mode}
case "$1" in -S) shift 3;; esac
lecture() {{ cat <<'END'
{lecture}
END
}}
case {mode} in
  free) ;;
  denied) echo "Sorry, user admin is not allowed to execute '/bin/su -' as root on firepower."; exit 1;;
  warned) echo "sudo: unable to resolve host firepower: Name or service not known";;
esac
if [ {mode} != free ]; then
  lecture
  tries=0
  while :; do
    stty -echo 2>/dev/null; printf 'Password: '; read -r p; stty echo 2>/dev/null; echo
    echo try >> "$COUNT"
    [ "$p" = '{password}' ] && break
    tries=$((tries + 1)); [ $tries = 3 ] && {{ echo "sudo: 3 incorrect password attempts"; exit 1; }}
    echo "Sorry, try again."
  done
fi
echo "Last login: Tue Jan 24 18:18:07 UTC 2023 on pts/0"
export AS_ROOT=1
case "$1" in su) exec bash --noprofile --rcfile "$RC" -i;; *) exec "$@";; esac
"""


@dataclass
class Double:
    """What the device does."""

    password: str = "login-s3cret"
    sudo_password: str = "login-s3cret"
    #: kbdint, password, both, otp, none (any key will do), or drop: the link goes when the password comes.
    auth: str = "kbdint"
    banner: str = BANNER
    #: clish, shell, module, fxos, silent, first-run or flood.
    start: str = "clish"
    #: ok, notice, refused, refused-plain, asks.
    expert: str = "notice"
    #: asks, free, denied or warned.
    sudo: str = "asks"
    #: What id -u says to root.
    root_id: str = "0"
    root_prompt: str = r"root@\\h:\\w# "
    #: The link is cut when this many bytes have come from the shell.
    cut_after: int | None = None
    #: Text that the device's other processes write into the terminal.
    noise: str = ""
    commands: dict[str, str] = field(default_factory=lambda: {"show network": SHOW_NETWORK})
    #: Where it listens.
    host: str = "127.0.0.1"
    connections: int = 0
    logins: list[str] = field(default_factory=list)
    port: int = 0
    home: Path = Path()
    #: What a shell printed and what it was sent.
    transcript: bytearray = field(default_factory=bytearray)

    @property
    def sudo_tries(self) -> int:
        """How often a password was given to sudo."""
        file = self.home / "count"
        return len(file.read_text().splitlines()) if file.exists() else 0


class _Server(asyncssh.SSHServer):
    def __init__(self, double: Double) -> None:
        self._double = double

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._double.connections += 1
        self._connection = conn

    def begin_auth(self, username: str) -> bool:
        return self._double.auth != "none"

    def password_auth_supported(self) -> bool:
        return self._double.auth in {"password", "both", "drop"}

    def validate_password(self, username: str, password: str) -> bool:
        self._double.logins.append(password)
        if self._double.auth == "drop":
            self._connection.abort()
        return password == self._double.password

    def kbdint_auth_supported(self) -> bool:
        return self._double.auth in {"kbdint", "otp", "both"}

    def get_kbdint_challenge(
        self, username: str, lang: str, submethods: str
    ) -> tuple[str, str, str, list[tuple[str, bool]]]:
        prompt = "Verification code: " if self._double.auth == "otp" else "Password: "
        return "", "", "", [(prompt, False)]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> bool:
        self._double.logins.append(responses[0])
        return responses[0] == self._double.password


@asynccontextmanager
async def serving(double: Double, home: Path) -> AsyncIterator[Double]:
    """Runs the double on a free port of loopback, with a known_hosts file beside it."""
    double.home = home
    stand_ins = home / "bin"
    stand_ins.mkdir()
    sudo = SUDO.format(mode=double.sudo, password=double.sudo_password, lecture=LECTURE)
    identity = f'#!/bin/sh\n[ -n "$AS_ROOT" ] && echo {double.root_id} || echo 1000\n'
    for name, text in {"sudo": sudo, "id": identity}.items():
        (stand_ins / name).write_text(text)
        (stand_ins / name).chmod(0o755)
    (home / "rc").write_text(f'PS1="{double.root_prompt}"\nHISTFILE={home}/root_history\n')
    key = asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen(
        double.host,
        0,
        server_factory=lambda: _Server(double),
        process_factory=lambda process: _handle(process, double),
        server_host_keys=[key],
        encoding=None,
        line_editor=False,
    )
    double.port = server.sockets[0].getsockname()[1]
    (home / "known_hosts").write_text(f"[{double.host}]:{double.port} {key.export_public_key().decode()}")
    try:
        yield double
    finally:
        server.close()
        await server.wait_closed()


async def _handle(process: asyncssh.SSHServerProcess[bytes], double: Double) -> None:
    with suppress(asyncssh.Error, OSError):
        if process.command:
            await _shell(process, double, ["bash", "-c", process.command])
        elif await _cli(process, double):
            await _shell(process, double, ["bash", "--noprofile", "--norc", "-i"])
    process.exit(0)


async def _cli(process: asyncssh.SSHServerProcess[bytes], double: Double) -> bool:
    """The CLI, until `expert`. Whether a shell follows."""

    def say(text: str) -> None:
        process.stdout.write(text.replace("\n", "\r\n").encode())

    say(double.banner)
    prompt = {"module": "Firepower-module1>", "fxos": "firepower# "}.get(double.start, "> ")
    if double.start == "shell":
        return True
    if double.start in {"silent", "first-run", "flood"}:
        say(
            {
                "silent": "",
                "first-run": "You must change the password for 'admin' to continue.\nEnter new password: ",
            }.get(double.start, "x" * 2_000_000)
        )
        await asyncio.sleep(30)
        return False
    say("\x1bE\x1b[J\x07" + prompt)
    line = ""
    while data := await process.stdin.read(1):
        char = data.decode()
        if char == "\x15":
            line = ""
        elif char not in "\r\n":
            line += char
            say(char)
        else:
            say("\n")
            command, line = line.strip(), ""
            if command == "connect ftd":
                prompt = "> "
                say("Connecting to ftd(ftd) console... enter exit to return to bootCLI\n")
            elif command == "expert" and prompt == "> ":
                if double.expert in {"ok", "notice"}:
                    say(NOTICE if double.expert == "notice" else "")
                    return True
                if double.expert == "asks":
                    say("Password: ")
                    continue
                say("Syntax error: Illegal command line\n")
                if double.expert == "refused":
                    say("> expert\a")
                    line = "expert"
                    continue
            elif command in double.commands:
                text, hang, _ = double.commands[command].partition("<hang>")
                await _paged(process, text)
                while hang and await process.stdin.read(1) != b"\x03":
                    pass
            elif command:
                say("Syntax error: Illegal parameter\n")
                say(f"> {command}\a")
                line = command
                continue
            say(prompt)
    return False


async def _paged(process: asyncssh.SSHServerProcess[bytes], text: str) -> None:
    pages = text.split("<page>")
    for number, page in enumerate(pages):
        process.stdout.write(page.replace("\n", "\r\n").encode())
        if number < len(pages) - 1:
            process.stdout.write(b"<--- More --->")
            await process.stdin.read(1)
            process.stdout.write(b"\r              \r")


async def _shell(process: asyncssh.SSHServerProcess[bytes], double: Double, argv: list[str]) -> None:
    """A real shell: on a terminal of its own where the client has one, else on pipes."""
    environment = {
        "PATH": f"{double.home}/bin:{os.environ['PATH']}",
        "HOME": str(double.home),
        "PS1": r"admin@firepower:/opt/cisco/csp $ ",
        "RC": f"{double.home}/rc",
        "COUNT": f"{double.home}/count",
        "TERM": process.term_type or "dumb",
        "HISTFILE": f"{double.home}/history",
        "MARK": "1",
    }
    if process.term_type:
        master, slave = pty.openpty()
        child = await asyncio.create_subprocess_exec(
            *argv,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            env=environment,
            cwd=double.home,
            start_new_session=True,
            preexec_fn=lambda: _control(slave),
        )
        os.close(slave)
        source, sink = await _streams(master)
    else:
        child = await asyncio.create_subprocess_exec(
            *argv, stdin=-1, stdout=-1, stderr=asyncio.subprocess.STDOUT, env=environment, cwd=double.home
        )
        assert child.stdout
        assert child.stdin
        source, sink = child.stdout, child.stdin

    async def upward() -> None:
        while data := await process.stdin.read(4096):
            sink.write(data)
            await sink.drain()

    feeding = asyncio.create_task(upward())
    sent = 0
    try:
        while data := await source.read(65536):
            double.transcript += data
            if double.cut_after is not None and sent + len(data) > double.cut_after:
                process.stdout.write(data[: max(0, double.cut_after - sent)])
                await process.stdout.drain()
                process.channel.get_connection().abort()
                return
            sent += len(data)
            process.stdout.write(data)
            # As on a terminal, where one write is not torn by another: behind a line or a prompt.
            if double.noise and b"." in data and data.endswith((b"\n", b"$ ", b"# ")):
                process.stdout.write(double.noise.encode())
            await process.stdout.drain()
    except OSError:
        pass
    finally:
        feeding.cancel()
        with suppress(ProcessLookupError):
            child.kill()
        # Before the wait: what the child has started reads there, for 45 s, and holds the other pipe.
        sink.close()
        await child.wait()


def _control(slave: int) -> None:
    import fcntl

    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)


async def _streams(master: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(os.dup(master), "rb", 0))
    transport, protocol = await loop.connect_write_pipe(asyncio.streams.FlowControlMixin, os.fdopen(master, "wb", 0))
    return reader, asyncio.StreamWriter(transport, protocol, reader, loop)
