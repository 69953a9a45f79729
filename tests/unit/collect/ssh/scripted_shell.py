"""A device from its first prompt to the agent, without SSH: the CLI, sudo and root's shell answer from a table, the
scripts of probes are run by a real shell."""

from __future__ import annotations

import asyncio
import re
import subprocess
from base64 import b64decode
from dataclasses import dataclass, field
from typing import Any

from sse_compliance.collect.ssh.lines import BEAT, BECOME_ROOT, SUDO_PROMPT


@dataclass
class Firepower:
    """What asyncssh's connection and its channel are to a session."""

    #: cli or shell: what the login gives.
    start: str = "cli"
    #: Whom `id -u` names to root.
    root_id: str = "0"
    password: str = "s3cret"
    #: What the connection raises where a channel is opened.
    refuses: BaseException | None = None
    #: Where it stops: the channel ends at the first script.
    lost: bool = False
    sent: list[str] = field(default_factory=list)
    options: dict[str, Any] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._state = self.start
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self._part = ""
        self.stdin = self.stdout = self

    async def create_process(self, **options: Any) -> Firepower:
        self.options = options
        if self.refuses is not None:
            raise self.refuses
        if options["command"] is not None:
            self._start_agent(str(options["command"]))
        else:
            self._say({"cli": "> ", "shell": "admin@fp:~$ "}[self._state])
        return self

    def _say(self, text: str) -> None:
        self._out.put_nowait(text.encode())

    async def read(self, n: int = -1) -> bytes:
        return await self._out.get()

    def write(self, data: bytes) -> None:
        text = data.decode()
        self.sent.append(text)
        if self._state == "agent":
            self._run(text)
            return
        for line in text.splitlines():
            self._answer(line)

    def _answer(self, line: str) -> None:
        prompts = {"cli": "> ", "shell": "admin@fp:~$ ", "root": "root@fp:~# "}
        if self._state == "asking":
            self._state = "root" if line == self.password else "shell"
            sorry = "" if self._state == "root" else "Sorry, admin@fp, try again.\n"
            self._say(f"\n{sorry}{prompts[self._state]}")
        elif f"{line}\n" == BECOME_ROOT:
            self._state = "asking"
            self._say(f"{line}\n{SUDO_PROMPT}")
        elif line.startswith("unset HISTFILE; stty -echo"):
            self._start_agent(line)
        else:
            self._state = "shell" if (self._state, line) == ("cli", "expert") else self._state
            who = self.root_id if self._state == "root" else "1000"
            said = {"id -u": f"{who}\n", "show network": "DNS: 1.1.1.1\n"}.get(line, "")
            self._say(f"{line}\n{said}{prompts[self._state]}")

    def _start_agent(self, line: str) -> None:
        marker = re.search(r" ([0-9a-f]{8}) ([0-9a-f]{8}) ", line)
        assert marker
        self._state = "agent"
        self._say(f"\n{marker[1]}{marker[2]} {self.root_id}\n")

    def _run(self, text: str) -> None:
        if text in {BEAT, "\n"}:
            return
        if self.lost:
            self._say("")
            return
        length, _, lines = text.partition("\n")
        assert len(lines) == int(length)
        script = b64decode(lines).decode()
        done = subprocess.run(["sh", "-c", script], stdin=subprocess.DEVNULL, capture_output=True, timeout=60)
        self._out.put_nowait(done.stdout)

    def close(self) -> None:
        self.ended.append("closed")

    async def wait_closed(self) -> None:
        self.ended.append("waited")

    def abort(self) -> None:
        self.ended.append("aborted")
