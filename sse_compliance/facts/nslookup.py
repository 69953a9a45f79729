"""``nslookup HOST`` (BIND's of all ages, and busybox's).

::

    Server:         10.25.0.1
    Address:        10.25.0.1#53

    Non-authoritative answer:
    api-sse.cisco.com       canonical name = api-sse.cisco.com.akadns.net.
    Name:   api-sse.cisco.com.akadns.net
    Address: 10.6.187.110
    Name:   api-sse.cisco.com.akadns.net
    Address: 10.234.20.16

The first ``Address`` is the DNS server's own. An answer is an ``Address`` below a ``Name``, and nothing else is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence import ProbeResult
from sse_compliance.facts.text import TIME_LIMIT, ensure_ran, excerpt, is_address, lines

_SERVER = re.compile(r"Server:[ \t]*(\S+)[ \t]*")
_NAME = re.compile(r"Name:[ \t]*\S+[ \t]*")
_ADDRESS = re.compile(r"Address(?:es)?(?: [0-9]{1,3})?:[ \t]*([0-9A-Za-z.:%]+)(?:[ \t].*)?")
_ALIAS = re.compile(r"\S+[ \t]+canonical name = (\S+?)\.?[ \t]*")

NO_SERVER = "no servers could be reached"
TIMED_OUT = "timed out"
NO_ANSWER = "no answer"

_REFUSED_BY_SERVER = re.compile(r"\*\* server can't find \S*: ([A-Z]+)[ \t]*")
#: What the tools print, against its normal form. The first that is found counts.
_ERRORS = (
    (re.compile(r"^.{0,80}no servers could be reached", re.MULTILINE), NO_SERVER),
    (re.compile(r"^\*\*\* Can't find .{0,300}: No answer", re.MULTILINE), NO_ANSWER),
    (re.compile(r"^nslookup: .{0,300}Name (?:does not resolve|or service not known)", re.MULTILINE), "NXDOMAIN"),
    (re.compile(r"^nslookup: .{0,300}(?:Temporary failure|Try again)", re.MULTILINE), "SERVFAIL"),
    (re.compile(r"^nslookup: .{0,300}(?:timed out|[Cc]onnection refused|unreachable)", re.MULTILINE), NO_SERVER),
    (re.compile(r"^nslookup: can't resolve", re.MULTILINE), "can't resolve"),
)


@dataclass(frozen=True, slots=True)
class Nslookup:
    """What the device's DNS server said of a name."""

    #: Address of the DNS server that was asked.
    server: str | None
    addresses: tuple[str, ...]
    #: Canonical names, in the order of the chain, without the last dot.
    aliases: tuple[str, ...] = ()
    #: ``NXDOMAIN``, ``SERVFAIL``, ``REFUSED``, ``no servers could be reached``, ``no answer``, ``timed out`` …
    error: str | None = None


def parse(result: ProbeResult) -> Nslookup:
    """The answer. A command that ran into its time limit is a lookup that *timed out*.

    Raises:
        Unavailable: there is no such tool, or it gave neither an answer nor an error that is understood.
    """
    if result.exit_status != TIME_LIMIT:
        ensure_ran(result, "nslookup")
    server: str | None = None
    aliases: list[str] = []
    answers: dict[str, None] = {}
    in_answer = False
    code: str | None = None
    for line in lines(result.stdout):
        if found := _ADDRESS.fullmatch(line):
            if in_answer:
                answers[found.group(1)] = None
        elif not line or _NAME.fullmatch(line):
            in_answer = bool(line)
        elif found := _SERVER.fullmatch(line):
            server, in_answer = server or found.group(1), False
        elif found := _ALIAS.fullmatch(line):
            aliases.append(found.group(1))
        elif found := _REFUSED_BY_SERVER.fullmatch(line):
            code, in_answer = code or found.group(1), False
        else:
            in_answer = False
    addresses = tuple(answer for answer in answers if is_address(answer))
    error = code or _error(result)
    if error is None and not addresses:
        if not aliases or result.truncated:
            raise Unavailable(f"nslookup's output is not understood: {excerpt(result.stdout) or 'it is empty'}")
        error = NO_ANSWER
    return Nslookup(server, addresses, tuple(dict.fromkeys(aliases)), error)


def _error(result: ProbeResult) -> str | None:
    if result.exit_status == TIME_LIMIT:
        return TIMED_OUT
    said = "\n".join(lines(f"{result.stdout}\n{result.stderr}"))
    return next((normal for pattern, normal in _ERRORS if pattern.search(said)), None)
