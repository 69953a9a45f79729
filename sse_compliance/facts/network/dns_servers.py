"""Each DNS server of the device, asked by itself: what nslookup said, one block for each ``nameserver``.

::

    == 208.67.222.222 1
    ;; communications error to 208.67.222.222#53: timed out
    ;; no servers could be reached
    == 208.67.220.220 0
    Server:         208.67.220.220
    Name:   api-sse.cisco.com
    Address: 10.6.187.110
    end
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network import nslookup
from sse_compliance.facts.text import clean, ensure_ran, excerpt, is_address

_BLOCK = re.compile(r"^== (\S{1,60}) ([0-9]{1,3})$", re.MULTILINE)
#: What a server that works may say of a name.
_ANSWERS = frozenset({None, "NXDOMAIN", nslookup.NO_ANSWER})


@dataclass(frozen=True, slots=True)
class DnsServer:
    """A DNS server, and what became of a question to it."""

    address: str
    #: Why it is of no use (``no servers could be reached``, ``REFUSED``, ``SERVFAIL`` …); None where it answered.
    error: str | None


def parse(result: ProbeResult) -> tuple[DnsServer, ...]:
    """The servers in the order in which the device lists them, as far as they were asked.

    Raises:
        Unavailable: none was asked, or what nslookup said is not understood.
    """
    ensure_ran(result, "nslookup")
    text = clean(result.stdout).rstrip()
    if result.truncated or not text.endswith("\nend"):
        raise Unavailable(f"no DNS server was asked by itself, or not all: {excerpt(text) or 'the output is empty'}")
    parts = _BLOCK.split(text.removesuffix("end"))
    servers = []
    for address, status, text in zip(parts[1::3], parts[2::3], parts[3::3], strict=True):
        if not is_address(address):
            raise Unavailable(f"{excerpt(address)!r} is no address of a DNS server")
        said = nslookup.parse(replace(result, stdout=text, stderr="", exit_status=int(status)))
        servers.append(DnsServer(address, None if said.addresses or said.error in _ANSWERS else said.error))
    if not servers:
        raise Unavailable("no DNS server was asked by itself")
    return tuple(sorted(servers, key=lambda server: server.address))
