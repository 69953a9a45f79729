"""Each address of a host, tried by itself: a line of curl's ``-w`` for each.

::

    52.4.85.66 0 0.091 52.4.85.66
    52.4.85.67 28 0.000000
    end

are address, exit status, the seconds that the TCP connection took, and the peer; no peer where there was no connection.
The seconds alone don't tell: curl 7.88 prints 0 where the TLS handshake timed out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import ensure_ran, excerpt, is_address, lines

_LINE = re.compile(r"(\S{1,60}) ([0-9]{1,3}) ([0-9]{1,6}[.,][0-9]{1,9})(?: (\S{1,60}))?[ \t]*")
#: curl's exit statuses for a TCP connection that was refused, or not made in time.
_FAILED, _TIMED_OUT = 7, 28


@dataclass(frozen=True, slots=True)
class TriedAddress:
    """An address of a host."""

    address: str
    #: Whether it accepted a TCP connection; None where that can't be told.
    accepted: bool | None


def parse(result: ProbeResult) -> tuple[TriedAddress, ...]:
    """The addresses that were tried.

    Raises:
        Unavailable: none was, or a line is not understood.
    """
    ensure_ran(result, "curl")
    *told, last = [line for line in lines(result.stdout) if line.strip()] or [""]
    if last != "end" or result.truncated:
        raise Unavailable(f"not all addresses were tried: {excerpt(result.stdout) or 'the output is empty'}")
    tried = []
    for line in told:
        found = _LINE.fullmatch(line)
        if found is None or not is_address(found.group(1)):
            raise Unavailable(f"what was tried is not understood: {excerpt(line)}")
        status, seconds = int(found.group(2)), float(found.group(3).replace(",", "."))
        connected = seconds > 0 or status == 0 or found.group(4) is not None
        accepted = True if connected else False if status in (_FAILED, _TIMED_OUT) else None
        tried.append(TriedAddress(found.group(1), accepted))
    if not tried:
        raise Unavailable(f"no address was tried: {excerpt(result.stderr) or 'nslookup gave none'}")
    return tuple(sorted(tried, key=lambda one: one.address))
