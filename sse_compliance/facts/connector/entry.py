r"""An entry of ``connector.log``: when, how grave, what; and what a failure says that failed, or a success that works.

::

    [events.go:90 events:connectWebSocket] dial tcp 18.205.49.246:443: getsockopt: connection timed out

No line of a success or of a start is public. So a line counts as the success of a connection, or as a start, only
where the whole of it is a plain sentence that says so: ``websocket connected to HOST`` does, ``websocket was connected
for 0s, retry in 30s`` does not. The two documented failures count at any level.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sse_compliance.facts.text import is_address

#: The level of a line that names none (Go's plain log).
NO_LEVEL = ""
_ERRORS = ("error", "fatal", "panic")
_QUIET = (NO_LEVEL, "info", "debug")

#: The function that dials the cloud for events, and the first label of the host that it dials.
_DIALS = "connectwebsocket"
_EVENTING = "eventing-ingest"
_REGISTERS = "registration:"

#: Successes that are not named by a host; no host has such a name.
_ZEROMQ, _STREAM, _REGISTRATION = "<zeromq>", "<event stream>", "<registration>"

_DIAL_FAILED = re.compile(
    r"\bdial tcp[46]?\b.*: \S|timed out|i/o timeout|deadline exceeded|connection re(?:fused|set)|unreachable"
    r"|no route to host|no such host|server misbehaving|x509|bad handshake|handshake timeout"
    r"|Client\.Timeout exceeded|request canceled while waiting",
    re.IGNORECASE,
)
_ZEROMQ_FAILED = re.compile(r"could not (?:connect to ZeroMQ|dial to \W{0,2}ipc:)", re.IGNORECASE)
_LOOKUP = re.compile(r"no such host|\blookup \S|server misbehaving|name resolution", re.IGNORECASE)
#: What makes a line that names no level one that tells an error.
_COMPLAINS = re.compile(
    r"\berr(?:or)?\b|fail|fatal|panic|unable|could ?n[o']t|can(?:not|'t)|refused|denied|rejected|timed out"
    r"|unauthori[sz]ed|invalid|no such|dial unix .*: \S",
    re.IGNORECASE,
)

#: Hosts that a failure names: of a URL, of a name that was looked up, of what was dialled.
_HOSTS = re.compile(
    r"""(?:\b(?:https?|wss?)://|\blookup ["']?|\bdial tcp[46]? ["']?\[?)([A-Za-z0-9](?:[\w.-]{0,250}\w)?)""",
    re.IGNORECASE,
)

#: The failure of a call, in the words of Go's ``net/url``: method, address, why. The connector itself is no cloud.
_CALLED = re.compile(
    r"""\b(?:Get|Head|Post|Put|Patch|Delete) ["']?(?:https?|wss?)://"""
    r"""(?!localhost\b|127\.|\[::1\])[^\s"']{1,2000}?["']?: """,
    re.IGNORECASE,
)
#: Plain sentences, to be matched whole.
_TO = r"""(?: (?:to|with) ["']?(?:(?:wss?|https?)://)?(?P<{}>[\w.-]{{1,253}})(?::[0-9]{{1,5}})?(?:/[\w./-]{{0,200}})?["']?)?"""
_UP = (
    rf"(?:(?:is )?(?:successfully )?connected{_TO.format('a')}"
    rf"|connection{_TO.format('b')} (?:is )?(?:successfully )?established{_TO.format('c')})\.?"
)
_STREAM_UP = re.compile(rf"(?:web ?socket|events? stream):? {_UP}", re.IGNORECASE)
_CONNECTED = re.compile(_UP, re.IGNORECASE)
_ZEROMQ_UP = re.compile(
    r"ZeroMQ(?: PUSH)?(?: endpoint)? (?:(?:is )?(?:successfully )?connected|connection (?:is )?established)\.?"
    r"|connected to ZeroMQ PUSH endpoint\.?",
    re.IGNORECASE,
)
_REGISTERED = re.compile(r"registration (?:refreshed|renewed|succeeded|successful)\.?", re.IGNORECASE)
_CONNECTOR = r"(?:sse ?)?connector(?: service)?(?: version [\w.-]{1,40})?"
_STARTED = re.compile(
    rf"(?:(?:starting|started) (?:the )?{_CONNECTOR}|{_CONNECTOR} (?:is )?(?:starting|started)(?:, pid [0-9]+)?)\.*",
    re.IGNORECASE,
)


class Kind(StrEnum):
    """What an error is about."""

    ZEROMQ = "zeromq"
    NAME_RESOLUTION = "name resolution"
    PROXY = "proxy"
    TLS = "tls"
    AUTHENTICATION = "authentication"
    DIAL = "dial"
    OTHER = "other"


#: How an error's text tells its kind; the first that is found counts.
_KINDS = (
    (Kind.ZEROMQ, re.compile(r"zeromq|ipc://|EventHandler_SSEConnector", re.IGNORECASE)),
    (Kind.NAME_RESOLUTION, _LOOKUP),
    (Kind.PROXY, re.compile(r"proxy", re.IGNORECASE)),
    (Kind.TLS, re.compile(r"x509|\btls\b|certificate", re.IGNORECASE)),
    (Kind.AUTHENTICATION, re.compile(r"\b40[13]\b|unauthori[sz]ed|forbidden|token|authenticat", re.IGNORECASE)),
    (
        Kind.DIAL,
        re.compile(r"\bdial tcp|connection (?:timed out|refused|reset)|i/o timeout", re.IGNORECASE),
    ),
)


def tells_failure(text: str) -> bool:
    """Whether a field's text is that of a failure, which then belongs to its line's message."""
    return any(pattern.search(text) for pattern in (_DIAL_FAILED, _ZEROMQ_FAILED, _COMPLAINS))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    #: When it was written, with the zone that the device wrote; the earliest it may have been where that is not told.
    time: datetime
    #: ``error``, ``info`` …; empty where the line names none.
    level: str
    #: Without the origin in brackets.
    message: str
    #: Where it comes from: ``events:connectWebSocket``; None where it does not tell.
    component: str | None = None
    #: The latest that it may have been written; None where the time is exact.
    latest: datetime | None = None

    @property
    def until(self) -> datetime:
        """The latest that it may have been written."""
        return self.latest or self.time

    @property
    def is_error(self) -> bool:
        return self.level in _ERRORS or (self.level == NO_LEVEL and _COMPLAINS.search(self.message) is not None)

    @property
    def kind(self) -> Kind:
        """What it is about; of meaning for errors only."""
        return next((kind for kind, pattern in _KINDS if pattern.search(self.message)), Kind.OTHER)

    @property
    def is_dial_failure(self) -> bool:
        """Whether it tells that the connector could not reach the cloud, at whatever level."""
        failed = self.is_error or _DIAL_FAILED.search(self.message) is not None
        if not failed or self.kind is Kind.ZEROMQ:
            return False
        return self._dials or "dial tcp" in self.message.lower() or self._calls_in_vain

    @property
    def is_zeromq_failure(self) -> bool:
        """Whether it tells that the connector could not reach EventHandler, at whatever level."""
        failed = self.is_error or _ZEROMQ_FAILED.search(self.message) is not None
        return failed and self.kind is Kind.ZEROMQ

    @property
    def is_other_error(self) -> bool:
        """Whether it tells an error that is neither of the two above."""
        return self.is_error and not self.is_dial_failure and not self.is_zeromq_failure

    @property
    def is_stream_up(self) -> bool:
        """Whether it tells that the event stream to the cloud is up."""
        return self._says(_STREAM_UP) is not None or (self._dials and self._says(_CONNECTED) is not None)

    @property
    def is_zeromq_up(self) -> bool:
        """Whether it tells that the way to EventHandler is up."""
        return self._says(_ZEROMQ_UP) is not None

    @property
    def is_start(self) -> bool:
        """Whether it tells that the connector starts."""
        return self._says(_STARTED) is not None

    @property
    def successes(self) -> frozenset[str]:
        """What it tells to work, in the words of ``mended_by``; nothing for most entries."""
        if self.is_zeromq_up:
            return frozenset({_ZEROMQ})
        reached = self._reached
        told = {reached} if reached else set()
        if self.is_stream_up and _is_eventing(reached):
            told.add(_STREAM)
        if self._registers and self._says(_REGISTERED):
            told.add(_REGISTRATION)
        return frozenset(told)

    @property
    def mended_by(self) -> frozenset[str]:
        """The successes, any of which after it tells that what failed works again; none for what is no such failure.

        The event stream being up says nothing of a registration, nor of another host; a look-up that failed is mended
        only where that very name was reached.
        """
        if self.is_zeromq_failure:
            return frozenset({_ZEROMQ})
        if not self.is_dial_failure:
            return frozenset()
        hosts = {host.lower() for host in _HOSTS.findall(self.message)}
        names = {host for host in hosts if not is_address(host)}
        if self.kind is Kind.NAME_RESOLUTION:
            return frozenset(names)
        if self._dials and all(_is_eventing(name) for name in names):
            hosts.add(_STREAM)
        if self._registers:
            hosts.add(_REGISTRATION)
        return frozenset(hosts)

    @property
    def _dials(self) -> bool:
        return _DIALS in (self.component or "").lower() or _DIALS in self.message.lower()

    @property
    def _calls_in_vain(self) -> bool:
        """Whether a call to a host of the cloud got no connection: Go's client says so with or without *dial tcp*."""
        called = _CALLED.search(self.message)
        return called is not None and _DIAL_FAILED.search(self.message, called.end()) is not None

    @property
    def _registers(self) -> bool:
        return (self.component or "").lower().startswith(_REGISTERS)

    @property
    def _reached(self) -> str | None:
        """The host that a success names."""
        said = self._says(_STREAM_UP) or self._says(_CONNECTED)
        host = next(filter(None, said.groups()), None) if said else None
        return host.lower() if host else None

    def _says(self, sentence: re.Pattern[str]) -> re.Match[str] | None:
        return sentence.fullmatch(self.message) if self.level in _QUIET else None


def _is_eventing(host: str | None) -> bool:
    return host is None or is_address(host) or host.partition(".")[0] == _EVENTING
