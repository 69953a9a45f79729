"""The audit log: what was done on which device, when, and how it ended, as JSON lines. No secret, no output.

Lines are appended, each in one write, so that runs may share a file; a run that is killed leaves what it has begun.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from stat import S_ISREG

from sse_compliance.errors import InputError, SseError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.files.clock import stamp
from sse_compliance.inventory.addresses import shown
from sse_compliance.inventory.device import Target


class AuditLog:
    """A file that is appended to, for its owner only.

    Args:
        path: the file; made where there is none.

    Raises:
        InputError: it can't be written, is no plain file, or is a symbolic link.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
        try:
            self._file = os.open(path, flags, 0o600)
            if not S_ISREG(os.fstat(self._file).st_mode):
                raise InputError("expected a plain file", place=f"--audit {path}")
            os.fchmod(self._file, 0o600)
        except OSError as error:
            raise InputError(f"can't be written: {error.strerror}", place=f"--audit {path}") from None
        self._error: str | None = None

    def check(self) -> None:
        """Makes sure that nothing was lost.

        Raises:
            SseError: a line could not be written; what was done on the devices is not whole in the file.
        """
        if self._error:
            raise SseError(f"--audit {self._path}: it is not whole: {self._error}")

    def connects(self, target: Target) -> None:
        """A session is about to be opened."""
        self._write("connect", target.device.name, **_way(target))

    def collected(self, target: Target, evidence: Evidence) -> None:
        """A device was asked all that it is asked in its session; what it said is masked already."""
        for name, answer in evidence.probes.items():
            self.command(target.device.name, name, answer)
        self.ended(target, f"{evidence.error_kind}: {evidence.error}" if evidence.error else "collected")

    def ended(self, target: Target, outcome: str) -> None:
        """How a session ended."""
        self._write("session", target.device.name, **_way(target), outcome=outcome)

    def asks(self, manager: Target) -> None:
        """An FMC is about to be asked over REST."""
        self._write("connect", manager.device.name, **_rest_way(manager))

    def request(self, manager: str, command: str, outcome: str) -> None:
        """A request that was sent to an FMC, as ``METHOD URL``: tokens stand in its headers, which are not told."""
        self._write("request", manager, command=command, outcome=outcome)

    def asked(self, manager: Target, outcome: str) -> None:
        """An FMC was asked all that it is asked."""
        self._write("session", manager.device.name, **_rest_way(manager), outcome=outcome)

    def command(self, device: str, probe: str, answer: ProbeResult | NotObtained) -> None:
        """A command that was sent, or why there is no answer to one that was planned."""
        if isinstance(answer, NotObtained):
            self._write("command", device, probe=probe, outcome=f"no answer: {answer.unavailable}")
        else:
            outcome = f"exit status {answer.exit_status}"
            self._write("command", device, answer.read_at, probe=probe, command=answer.command, outcome=outcome)

    def _write(self, event: str, device: str, time: str | None = None, **more: str) -> None:
        line = json.dumps({"time": time or stamp("milliseconds"), "event": event, "device": device, **more})
        try:
            written = os.write(self._file, f"{line}\n".encode())
            if written < len(line) + 1:
                self._error = self._error or "a line was cut"
        except OSError as error:
            self._error = self._error or error.strerror


def _way(target: Target) -> dict[str, str]:
    access = target.access
    hops = ", ".join(shown(hop.address, hop.port) for hop in access.jump)
    return {
        "address": shown(access.address, access.port),
        "user": access.user,
        **({"through": hops} if hops else {}),
    }


def _rest_way(manager: Target) -> dict[str, str]:
    rest = manager.access.rest
    return {} if rest is None else {"address": rest.base, **({"user": rest.user} if rest.user else {})}
