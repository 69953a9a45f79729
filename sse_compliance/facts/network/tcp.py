"""A TCP connection made by bash: ``bash -c 'exec 3<>/dev/tcp/HOST/PORT'``. It prints nothing where it succeeds.

::

    bash: connect: Connection refused
    bash: line 1: /dev/tcp/10.6.187.110/8989: Connection refused
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import TIME_LIMIT, clean, ensure_ran, excerpt

_ERRORS = (
    (re.compile(r"Name or service not known|Name does not resolve|nodename nor servname"), "name not known"),
    (re.compile(r"Temporary failure in name resolution"), "name resolution failed"),
    (re.compile(r": Connection refused[ \t]*$", re.MULTILINE), "connection refused"),
    (re.compile(r": Connection timed out[ \t]*$", re.MULTILINE), "timed out"),
    (re.compile(r": Connection reset by peer[ \t]*$", re.MULTILINE), "connection reset"),
    (
        re.compile(r": (?:No route to host|(?:Network|Host) is unreachable)[ \t]*$", re.MULTILINE),
        "unreachable",
    ),
    (re.compile(r": Permission denied[ \t]*$", re.MULTILINE), "forbidden"),
)


@dataclass(frozen=True, slots=True)
class TcpConnect:
    """Whether a TCP connection was made."""

    connected: bool
    #: Why not; None where it was.
    error: str | None = None


def parse(result: ProbeResult) -> TcpConnect:
    """The connection; none within the time limit is none.

    Raises:
        Unavailable: there is no bash, or it can't make connections, or its message is not understood.
    """
    if result.exit_status == TIME_LIMIT:
        return TcpConnect(connected=False, error="timed out")
    ensure_ran(result, "bash")
    said = clean(f"{result.stdout}\n{result.stderr}")
    if result.exit_status == 0 and not said.strip():
        return TcpConnect(connected=True)
    if result.exit_status != 0:
        for pattern, error in _ERRORS:
            if pattern.search(said):
                return TcpConnect(connected=False, error=error)
    raise Unavailable(f"bash's message is not understood: {excerpt(said) or 'there is none'}")
