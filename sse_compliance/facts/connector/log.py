r"""``connector.log``: the end of the connector's log (TechNote 215547), entry by entry.

::

    time="2020-04-13T14:34:02.88472046-05:00" level=error msg="[firepower.cisco.com][events.go:90
    events:connectWebSocket] dial tcp 18.205.49.246:443: getsockopt: connection timed out"

(One line each; pages wrap them.) Lines of other forms stand in such logs too: :mod:`.forms` reads them.

What came later goes by the order of the lines: a clock may have been set back. An absent error proves nothing where
lines can't be read, or where the log begins within the time asked about: it may have been rotated. The questions below
raise Unavailable then, instead of answering "none".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector.entry import Entry
from sse_compliance.facts.connector.forms import Line, read_line
from sse_compliance.facts.connector.stamps import dated
from sse_compliance.facts.text import excerpt, path_read, why_unreadable

_START = 'time="'
#: Over how many further lines a page may have wrapped an entry.
_WRAPS = 4
_TAIL = re.compile(r"^tail -c ([0-9]{1,12}) ")

_COLOUR = re.compile(r"\x1b\[[0-9;]{0,20}m")

#: How a Go program dies, and what it prints then.
_PANIC = re.compile(r"(?:panic|fatal error): .+")
_TRACE = re.compile(
    r"\s*|goroutine [0-9]+ .*:|\[signal .*\]|created by .+|exit status [0-9]+|\t[^\t]+:[0-9]+(?: \+0x[0-9a-f]+)?"
    r"|(?:[\w./*()\[\]-]+\.)+[\w.*()\[\]{}-]+\(.*\)|\tpanic: .+|r(?:[a-z0-9]{1,5}) +0x[0-9a-f]+"
    r"|\.\.\.additional frames.*"
)


@dataclass(frozen=True, slots=True)
class Unread:
    """A line that can't be read."""

    #: Its beginning.
    text: str
    #: How many entries stand before it.
    after: int


@dataclass(frozen=True, slots=True)
class ConnectorLog:
    """The log's end, in the order of the file; at least one entry."""

    path: str
    entries: tuple[Entry, ...]
    not_understood: tuple[Unread, ...] = ()

    @property
    def first(self) -> datetime:
        """Since when the log surely tells: the time of the earliest entry."""
        return min(entry.until for entry in self.entries)

    @property
    def started(self) -> int | None:
        """Which entry tells the connector's last start; None where none does."""
        return max((number for number, entry in enumerate(self.entries) if entry.is_start), default=None)

    def healed(self, number: int) -> bool:
        """Whether a success of what this entry says had failed came after it."""
        mended_by = self.entries[number].mended_by
        return any(mended_by & later.successes for later in self.entries[number + 1 :])

    def errors_since(self, since: datetime) -> tuple[Entry, ...]:
        """Errors of every kind that nothing healed, from a time (with zone) on.

        Raises:
            Unavailable: there are none, but the log does not show all of that time, or not when it was.
        """
        return self._since(lambda entry: entry.is_error, since)

    def dial_failures_since(self, since: datetime) -> tuple[Entry, ...]:
        """Those that tell that the cloud could not be reached. Raises as ``errors_since``."""
        return self._since(lambda entry: entry.is_dial_failure, since)

    def other_errors_since(self, since: datetime) -> tuple[Entry, ...]:
        """Errors that are neither of the cloud nor of EventHandler out of reach. Raises as ``errors_since``."""
        return self._since(lambda entry: entry.is_other_error, since)

    def zeromq_failures_since_start(self) -> tuple[Entry, ...]:
        """Those that tell that EventHandler could not be reached, since the connector last started, or in all of the
        log where it does not tell that. Raises as ``errors_since``."""
        begin = self.started or 0
        found = self._standing(lambda entry: entry.is_zeromq_failure, begin)
        if not found:
            self._ensure_read(begin)
        return found

    def _since(self, wanted: Callable[[Entry], bool], since: datetime) -> tuple[Entry, ...]:
        standing = self._standing(wanted, 0)
        if found := tuple(entry for entry in standing if entry.time >= since):
            return found
        if unsure := [entry for entry in standing if entry.until >= since]:
            raise Unavailable(f"{self.path} does not tell when it was that it says: {excerpt(unsure[-1].message, 200)}")
        # What stands above an entry from before that time is from before it as well.
        self._ensure_read(max((n + 1 for n, entry in enumerate(self.entries) if entry.until < since), default=0))
        if self.first > since:
            raise Unavailable(f"{self.path} begins at {self.first.isoformat()}, within the time asked about")
        return ()

    def _standing(self, wanted: Callable[[Entry], bool], begin: int) -> tuple[Entry, ...]:
        """The entries wanted, from one on, that nothing after them healed."""
        found: list[Entry] = []
        works: set[str] = set()
        for entry in reversed(self.entries[begin:]):
            if wanted(entry) and not works & entry.mended_by:
                found.append(entry)
            works |= entry.successes
        return tuple(reversed(found))

    def _ensure_read(self, begin: int) -> None:
        if unread := [line for line in self.not_understood if line.after >= begin]:
            raise Unavailable(f"{self.path}: {len(unread)} lines can't be read: {unread[0].text}")


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
    # No cleaning: apart from colours a log holds no control character, and an escape sequence could hide an error.
    text = [line.removesuffix("\r") for line in _COLOUR.sub("", result.stdout).split("\n")]
    if _cut_at_its_beginning(result):
        del text[0]
    lines, not_understood = _read(text)
    entries = dated(lines)
    if not entries:
        raise Unavailable(f"{path} is not understood: {excerpt(result.stdout)}")
    return ConnectorLog(path, entries, tuple(not_understood))


def _cut_at_its_beginning(result: ProbeResult) -> bool:
    """Whether ``tail -c`` may have begun within a line: it gave as many bytes as it was to give."""
    tail = _TAIL.match(result.command)
    return tail is not None and len(result.stdout.encode(errors="replace")) >= int(tail.group(1))


def _read(text: Sequence[str]) -> tuple[list[Line], list[Unread]]:
    lines: list[Line] = []
    unread: list[Unread] = []
    waiting: list[str] = []
    dying = False

    def give_up() -> None:
        if waiting:
            unread.append(Unread(excerpt(waiting[0]), len(lines)))
            waiting.clear()

    for line in text:
        begins = line.startswith(_START)
        if begins or len(waiting) > _WRAPS:
            give_up()
        if begins or waiting:
            waiting.append(line)
            if (read := read_line(" ".join(waiting))) is not None:
                lines.append(read)
                waiting.clear()
                dying = False
        elif (read := read_line(line)) is not None:
            lines.append(read)
            dying = False
        elif _PANIC.fullmatch(line) and line.isprintable():
            lines.append(Line(None, "panic", line))
            dying = True
        elif line.strip() and not (dying and _TRACE.fullmatch(line)):
            unread.append(Unread(excerpt(line), len(lines)))
    give_up()
    return lines, unread
