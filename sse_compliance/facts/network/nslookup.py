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

The first ``Address`` is the DNS server's own. An answer is an ``Address`` below a ``Name``, and nothing else is; that
name must be the one that was asked for, or one that it is an alias of. A search domain with a wildcard answers for
``api-sse.cisco.com.corp.example``, and the connector's host is not resolved by that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import TIME_LIMIT, ensure_ran, excerpt, is_address, lines

_SERVER = re.compile(r"Server:[ \t]*(\S+)[ \t]*")
_NAME = re.compile(r"Name:[ \t]*(\S+)[ \t]*")
_ADDRESS = re.compile(r"Address(?:es)?(?: [0-9]{1,3})?:[ \t]*([0-9A-Za-z.:%]+)(?:[ \t].*)?")
_ALIAS = re.compile(r"(\S+)[ \t]+canonical name = (\S+?)\.?[ \t]*")

NO_SERVER = "no servers could be reached"
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
    #: Addresses of the name that was asked for.
    addresses: tuple[str, ...]
    #: Canonical names, in the order of the chain, without the last dot.
    aliases: tuple[str, ...] = ()
    #: ``NXDOMAIN``, ``SERVFAIL``, ``REFUSED``, ``no servers could be reached``, ``no answer`` …
    error: str | None = None


def parse(result: ProbeResult) -> Nslookup:
    """The answer; also that of a command which its time limit cut off, where it had been printed by then.

    Raises:
        Unavailable: it was cut off before that, there is no such tool, or it gave neither an answer nor an error that
            is understood.
    """
    if result.exit_status != TIME_LIMIT:
        ensure_ran(result, "nslookup")
    server: str | None = None
    aliases: list[tuple[str, str]] = []
    answers: list[tuple[str, str]] = []
    owner: str | None = None
    code: str | None = None
    for line in lines(result.stdout):
        if found := _ADDRESS.fullmatch(line):
            if owner is not None and is_address(found.group(1)):
                answers.append((owner, found.group(1)))
        elif found := _NAME.fullmatch(line):
            owner = found.group(1)
        elif found := _SERVER.fullmatch(line):
            server, owner = server or found.group(1), None
        elif found := _ALIAS.fullmatch(line):
            aliases.append((found.group(1), found.group(2)))
        elif found := _REFUSED_BY_SERVER.fullmatch(line):
            code, owner = code or found.group(1), None
        else:
            owner = None
    names = _names_of(_asked(result), aliases)
    addresses = tuple(dict.fromkeys(address for name, address in answers if _plain(name) in names))
    if result.exit_status == TIME_LIMIT and not addresses and code is None:
        ensure_ran(result, "nslookup")
    error = code or _error(result)
    if error is None and not addresses:
        if answers:
            error = f"the answer is for {excerpt(answers[0][0], 255)}, which is another name"
        elif not aliases or result.truncated:
            raise Unavailable(f"nslookup's output is not understood: {excerpt(result.stdout) or 'it is empty'}")
        else:
            error = NO_ANSWER
    return Nslookup(server, addresses, tuple(dict.fromkeys(target for _, target in aliases)), error)


def _asked(result: ProbeResult) -> str:
    """The name that the command asks for: its last word."""
    words = result.command.split()
    return words[-1].strip("'\"") if words else ""


def _plain(name: str) -> str:
    return name.lower().removesuffix(".")


def _names_of(asked: str, aliases: list[tuple[str, str]]) -> set[str]:
    """The name that was asked for and all that it is an alias of."""
    targets: dict[str, list[str]] = {}
    for name, target in aliases:
        targets.setdefault(_plain(name), []).append(_plain(target))
    names: set[str] = set()
    waiting = [_plain(asked)] if asked else []
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            waiting += targets.get(name, [])
    return names


def _error(result: ProbeResult) -> str | None:
    said = "\n".join(lines(f"{result.stdout}\n{result.stderr}"))
    return next((normal for pattern, normal in _ERRORS if pattern.search(said)), None)
