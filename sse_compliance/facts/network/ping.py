"""``ping -c 1 -W 2 HOST`` (iputils and busybox).

::

    PING api-sse.cisco.com (10.6.187.110) 56(84) bytes of data.
    64 bytes from 10.6.187.110: icmp_seq=1 ttl=238 time=82.1 ms

    --- api-sse.cisco.com ping statistics ---
    1 packets transmitted, 1 received, 0% packet loss, time 0ms
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import TIME_LIMIT, clean, ensure_ran, excerpt

_STATISTICS = re.compile(r"^([0-9]{1,9}) packets transmitted, ([0-9]{1,9}) (?:packets )?received\b", re.MULTILINE)
_ECHO = re.compile(r"^[0-9]{1,5} bytes from .{1,300}(?:icmp_)?seq=[0-9]{1,5} ", re.MULTILINE)
_ERRORS = (
    (re.compile(r"Name or service not known|[Uu]nknown host|bad address|Name does not resolve"), "name not known"),
    (re.compile(r"Temporary failure in name resolution"), "name resolution failed"),
    (re.compile(r"Network is unreachable|No route to host"), "network unreachable"),
)


@dataclass(frozen=True, slots=True)
class Ping:
    """Whether a host answered an echo request."""

    answered: bool
    #: Why not; None where it did.
    error: str | None = None


def parse(result: ProbeResult) -> Ping:
    """The answer. A ping that its time limit cut off tells what it printed until then.

    Raises:
        Unavailable: it was cut off before it told anything, there is no ping, it is not permitted, or its output is
            not understood.
    """
    said = clean(f"{result.stdout}\n{result.stderr}")
    statistics = {found.groups() for found in _STATISTICS.finditer(said)}
    cut_off = result.exit_status == TIME_LIMIT
    if cut_off and not statistics and _ECHO.search(said):
        return Ping(answered=True)  # it was cut off while it looked up the name of the address
    if not (cut_off and statistics):
        ensure_ran(result, "ping")
    if len(statistics) == 1:
        sent, received = (int(number) for number in statistics.pop())
        if received == 0 and result.exit_status != 0:
            return Ping(answered=False, error="no answer")
        if 0 < received <= sent and (cut_off or result.exit_status == 0):
            return Ping(answered=True)
    elif not statistics and result.exit_status != 0:
        for pattern, error in _ERRORS:
            if pattern.search(said):
                return Ping(answered=False, error=error)
    raise Unavailable(f"ping's output is not understood: {excerpt(said) or 'it is empty'}")
