"""``/etc/resolv.conf``: the DNS servers of a device that has no ``show network`` (FMC).

::

    # written by the system
    search example.com
    nameserver 10.25.0.1
    nameserver fe80::1%eth0
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import excerpt, is_address, why_unreadable

_KEYWORDS = ("nameserver", "search", "domain", "options", "sortlist", "lookup", "family")
_COMMENTS = ("#", ";")


@dataclass(frozen=True, slots=True)
class ResolvConf:
    """The resolver's configuration."""

    #: Servers that the resolver would use: a name in place of an address is none.
    nameservers: tuple[str, ...]


def parse(result: ProbeResult) -> ResolvConf:
    """The DNS servers; none where the file is empty.

    Raises:
        Unavailable: the file could not be read whole, or is not a resolver configuration.
    """
    if missing := why_unreadable(result):
        raise Unavailable(f"/etc/resolv.conf: {missing}")
    if result.truncated:
        raise Unavailable("/etc/resolv.conf was not read to its end")
    # No cleaning: what the resolver would not read as a keyword must not become one here.
    text = [line.rstrip("\r") for line in result.stdout.split("\n")]
    settings = [line.split() for line in text if line.strip() and not line.lstrip().startswith(_COMMENTS)]
    if settings and not any(words and words[0] in _KEYWORDS for words in settings):
        raise Unavailable(f"/etc/resolv.conf is not a resolver configuration: {excerpt(result.stdout)}")
    servers = [found.group(1) for line in text if (found := _NAMESERVER.match(line))]
    return ResolvConf(tuple(server for server in servers if is_address(server)))


#: The resolver wants the keyword at the line's very beginning.
_NAMESERVER = re.compile(r"nameserver[ \t]+([0-9A-Za-z.:%_-]+)(?:[ \t]|$)")
