r"""``connector.log``: the end of the connector's log, in logrus' text form (TechNote 215547).

::

    time="2020-04-13T14:34:02.88472046-05:00" level=error msg="[firepower.cisco.com][events.go:90
    events:connectWebSocket] dial tcp 18.205.49.246:443: getsockopt: connection timed out"

(One line each; pages wrap them.) No line of a success or of a start is public. So a line counts as the success of a
connection, or as a start, only where the whole of it is a plain sentence that says so: ``websocket connected to HOST``
does, ``websocket was connected for 0s, retry in 30s`` does not. The two documented failures count at any level.

An absent error proves nothing where lines can't be read, or where the log begins within the time asked about: it may
have been rotated. The questions below raise Unavailable then, instead of answering "none".
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import excerpt, path_read, why_unreadable

_START = 'time="'
#: Over how many further lines a page may have wrapped an entry.
_WRAPS = 4
_LEVELS = ("trace", "debug", "info", "warn", "warning", "error", "fatal", "panic")
_ERRORS = ("error", "fatal", "panic")

_ENTRY = re.compile(
    r'time="([^"]{19,64})" level=([A-Za-z]{4,7}) msg=(?:"((?:[^"\\]++|\\.)*+)"|([^\s"]++))'
    r'((?: (?!time=|level=|msg=)[\w.]{1,60}+=(?:"(?:[^"\\]++|\\.)*+"|[^\s"]*+))*)'
)
#: Where logrus' ``WithError`` puts the error.
_ERROR_FIELD = re.compile(r' err(?:or)?=(?:"((?:[^"\\]++|\\.)*+)"|([^\s"]++))')
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})")
_ORIGIN = re.compile(r"\[[^\]]{0,255}\]\[[^\] ]{1,100} ([^\]]{1,200})\] ?")
#: A line that does not begin like an entry, but holds parts of one. So may any with control characters in it.
_DAMAGED = re.compile(r"(?:level|time|msg)\s?=", re.IGNORECASE)
_TAIL = re.compile(r"^tail -c ([0-9]{1,12}) ")

#: The function that dials the cloud.
_DIALS = "connectwebsocket"
_DIAL_FAILED = re.compile(
    r"\bdial tcp[46]?\b.*: \S|timed out|i/o timeout|deadline exceeded|connection re(?:fused|set)|unreachable"
    r"|no such host|x509|bad handshake",
    re.IGNORECASE,
)
_ZEROMQ_FAILED = re.compile(r"could not (?:connect to ZeroMQ|dial to \W{0,2}ipc:)", re.IGNORECASE)

#: Plain sentences, to be matched whole.
_TO = r"""(?: (?:to|with) ["']?[\w.:/-]{1,300}["']?)?"""
_UP = rf"(?:(?:is )?(?:successfully )?connected{_TO}|connection{_TO} (?:is )?(?:successfully )?established{_TO})\.?"
_STREAM_UP = re.compile(rf"(?:web ?socket|events? stream):? {_UP}", re.IGNORECASE)
_CONNECTED = re.compile(_UP, re.IGNORECASE)
_ZEROMQ_UP = re.compile(rf"ZeroMQ(?: PUSH)?(?: endpoint)? {_UP}|connected to ZeroMQ PUSH endpoint\.?", re.IGNORECASE)
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
    (Kind.NAME_RESOLUTION, re.compile(r"no such host|\blookup \S|server misbehaving|name resolution", re.IGNORECASE)),
    (Kind.PROXY, re.compile(r"proxy", re.IGNORECASE)),
    (Kind.TLS, re.compile(r"x509|\btls\b|certificate", re.IGNORECASE)),
    (Kind.AUTHENTICATION, re.compile(r"\b40[13]\b|unauthori[sz]ed|forbidden|token|authenticat", re.IGNORECASE)),
    (
        Kind.DIAL,
        re.compile(r"\bdial tcp|connection (?:timed out|refused|reset)|i/o timeout", re.IGNORECASE),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the log."""

    #: With the zone that the device wrote.
    time: datetime
    level: str
    #: Without the origin in brackets.
    message: str
    #: Where it comes from: ``events:connectWebSocket``; None where it does not tell.
    component: str | None = None

    @property
    def is_error(self) -> bool:
        return self.level in _ERRORS

    @property
    def kind(self) -> Kind:
        """What it is about; of meaning for errors only."""
        return next((kind for kind, pattern in _KINDS if pattern.search(self.message)), Kind.OTHER)

    @property
    def is_dial_failure(self) -> bool:
        """Whether it tells that the connector could not reach the cloud, at whatever level."""
        failed = self.is_error or _DIAL_FAILED.search(self.message) is not None
        return failed and (self._dials or "dial tcp" in self.message.lower()) and self.kind is not Kind.ZEROMQ

    @property
    def is_zeromq_failure(self) -> bool:
        """Whether it tells that the connector could not reach EventHandler, at whatever level."""
        failed = self.is_error or _ZEROMQ_FAILED.search(self.message) is not None
        return failed and self.kind is Kind.ZEROMQ

    @property
    def is_stream_up(self) -> bool:
        """Whether it tells that the event stream to the cloud is up."""
        return self._tells(_STREAM_UP) or (self._dials and self._tells(_CONNECTED))

    @property
    def is_zeromq_up(self) -> bool:
        """Whether it tells that the way to EventHandler is up."""
        return self._tells(_ZEROMQ_UP)

    @property
    def is_start(self) -> bool:
        """Whether it tells that the connector starts."""
        return self._tells(_STARTED)

    @property
    def _dials(self) -> bool:
        return _DIALS in (self.component or "").lower() or _DIALS in self.message.lower()

    def _tells(self, sentence: re.Pattern[str]) -> bool:
        return self.level in ("info", "debug") and sentence.fullmatch(self.message) is not None


@dataclass(frozen=True, slots=True)
class ConnectorLog:
    """The log's end, in the order of the file; at least one entry."""

    path: str
    entries: tuple[Entry, ...]
    #: Beginnings of lines that look like entries and can't be read.
    not_understood: tuple[str, ...] = ()
    #: When the event stream, and ZeroMQ, was last said to be up; None where the log does not say it.
    stream_up: datetime | None = None
    zeromq_up: datetime | None = None

    @property
    def first(self) -> datetime:
        """Time of the earliest entry."""
        return min(entry.time for entry in self.entries)

    @property
    def last(self) -> datetime:
        """Time of the latest entry."""
        return max(entry.time for entry in self.entries)

    @property
    def started(self) -> datetime | None:
        """When the connector last started, where the log tells."""
        return max((entry.time for entry in self.entries if entry.is_start), default=None)

    def healed(self, error: Entry) -> bool:
        """Whether a success of what this error says had failed came after it."""
        if error.is_dial_failure:
            return self.stream_up is not None and self.stream_up > error.time
        if error.is_zeromq_failure:
            return self.zeromq_up is not None and self.zeromq_up > error.time
        return False

    def errors_since(self, since: datetime) -> tuple[Entry, ...]:
        """Errors of every kind that nothing healed, from a time (with zone) on.

        Raises:
            Unavailable: there are none, but the log does not show all of that time.
        """
        return self._standing(lambda entry: entry.is_error, since)

    def dial_failures_since(self, since: datetime) -> tuple[Entry, ...]:
        """Those that tell that the cloud could not be reached. Raises as ``errors_since``."""
        return self._standing(lambda entry: entry.is_dial_failure, since)

    def zeromq_failures_since_start(self) -> tuple[Entry, ...]:
        """Those that tell that EventHandler could not be reached, since the connector last started, or in all of the
        log where it does not tell that. Raises as ``errors_since``."""
        return self._standing(lambda entry: entry.is_zeromq_failure, self.started or self.first)

    def _standing(self, wanted: Callable[[Entry], bool], since: datetime) -> tuple[Entry, ...]:
        found = tuple(e for e in self.entries if e.time >= since and wanted(e) and not self.healed(e))
        if found:
            return found
        if self.not_understood:
            raise Unavailable(f"{self.path}: {len(self.not_understood)} lines can't be read: {self.not_understood[0]}")
        if self.first > since:
            raise Unavailable(f"{self.path} begins at {self.first.isoformat()}, within the time asked about")
        return ()


def parse(result: ProbeResult) -> ConnectorLog:
    """The log's end.

    Raises:
        Unavailable: the log is missing, empty (rotated, perhaps), or not in a form that is understood.
    """
    path = path_read(result)
    if missing := why_unreadable(result):
        raise Unavailable(f"{path}: {missing}")
    if result.truncated:
        raise Unavailable(f"{path} was not read to its end")
    if not result.stdout.strip():
        raise Unavailable(f"{path} is empty; it may have been rotated")
    # No cleaning: logrus writes no control character, and an escape sequence could hide an error.
    text = [line.removesuffix("\r") for line in result.stdout.split("\n")]
    if _cut_at_its_beginning(result):
        del text[0]
    entries, not_understood = _read(text)
    if not entries:
        raise Unavailable(f"{path} is not understood: {excerpt(result.stdout)}")
    return ConnectorLog(
        path=path,
        entries=tuple(entries),
        not_understood=tuple(not_understood),
        stream_up=max((e.time for e in entries if e.is_stream_up), default=None),
        zeromq_up=max((e.time for e in entries if e.is_zeromq_up), default=None),
    )


def _cut_at_its_beginning(result: ProbeResult) -> bool:
    """Whether ``tail -c`` may have begun within a line: it gave as many bytes as it was to give."""
    tail = _TAIL.match(result.command)
    return tail is not None and len(result.stdout.encode(errors="replace")) >= int(tail.group(1))


def _read(text: list[str]) -> tuple[list[Entry], list[str]]:
    entries: list[Entry] = []
    not_understood: list[str] = []
    waiting: list[str] = []
    for line in text:
        begins = line.startswith(_START)
        if waiting and (begins or len(waiting) > _WRAPS):
            not_understood.append(excerpt(waiting[0]))
            waiting = []
        if begins or waiting:
            waiting.append(line)
            if entry := _entry(" ".join(waiting)):
                entries.append(entry)
                waiting = []
        elif _DAMAGED.search(line) or not line.replace("\t", " ").isprintable():
            not_understood.append(excerpt(line))
    if waiting:
        not_understood.append(excerpt(waiting[0]))
    return entries, not_understood


def _plain(quoted: str) -> str:
    return quoted.replace(r"\n", " ").replace(r"\"", '"').strip()


def _entry(text: str) -> Entry | None:
    found = _ENTRY.fullmatch(text)
    if found is None or found.group(2).lower() not in _LEVELS or not _TIME.fullmatch(found.group(1)):
        return None
    try:
        time = datetime.fromisoformat(found.group(1))
    except ValueError:
        return None
    message = _plain(found.group(3) or found.group(4) or "")
    origin = _ORIGIN.match(message)
    if error := _ERROR_FIELD.search(found.group(5)):
        message = f"{message}: {_plain(error.group(1) or error.group(2) or '')}"
    return Entry(
        time=time,
        level=found.group(2).lower(),
        message=message[origin.end() :] if origin else message,
        component=origin.group(1) if origin else None,
    )
