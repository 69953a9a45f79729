r"""One line of ``connector.log`` in any of the forms that Go programs write.

::

    time="2020-04-13T14:34:02.88472046-05:00" level=error msg="[host][events.go:90 events:connectWebSocket] dial …"
    {"level":"error","msg":"[host][events.go:90 events:connectWebSocket] dial …","time":"2026-11-21T23:40:11Z"}
    {"level":"error","ts":1763768411.5,"caller":"events.go:90","msg":"dial …"}
    2026-11-21T23:40:11.123Z	ERROR	events.go:90	dial …	{"peer": "198.51.100.51"}
    ERRO[2026-11-21T23:40:11Z] dial …    error="…"        ERRO[0012] dial …
    2026/11/21 23:40:11 events.go:90: dial …              E1121 23:40:11.123456     812 events.go:90] dial …
    Nov 21 23:40:11 firepower connector[812]: any of these, or plain text

The first is logrus' text, the form of the one public sample; then JSON of logrus, slog and zap; zap's console; logrus
on a terminal, with and without a clock; Go's ``log``; klog; and what syslog puts before a line. A line of none of these
is not read, and the log says so.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from sse_compliance.facts.connector.entry import NO_LEVEL, tells_failure

_LEVELS: Final = {
    "trace": ("trace", "trac", "t"),
    "debug": ("debug", "debu", "dbug", "dbg", "d"),
    "info": ("info", "information", "notice", "i"),
    "warning": ("warn", "warning", "w"),
    "error": ("error", "erro", "err", "e"),
    "fatal": ("fatal", "fata", "critical", "f"),
    "panic": ("panic", "pani", "dpanic"),
}
_NAMES = {spelling: level for level, spellings in _LEVELS.items() for spelling in spellings}

_ISO = r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.,][0-9]{1,9})?(?: ?(?:Z|[+-][0-9]{2}:?[0-9]{2}))?"
_TIME = re.compile(_ISO)
_FIELDS = r"""((?: (?!time=|level=|msg=)[\w.]{1,60}+=(?:"(?:[^"\\]++|\\.)*+"|[^\s"]*+))*)"""
_FIELD = re.compile(r' ([\w.]{1,60}+)=(?:"((?:[^"\\]++|\\.)*+)"|([^\s"]*+))')
_LOGRUS = re.compile(
    r'time=(?:"([^"]{19,64})"|([^\s"]{19,64})) level=([A-Za-z]{3,8}(?:[+-][0-9]{1,3})?)'
    r'(?: source=([^\s"]{1,300}))? msg=(?:"((?:[^"\\]++|\\.)*+)"|([^\s"]*+))' + _FIELDS
)
_TERMINAL = re.compile(r"(TRAC|DEBU|INFO|WARN|ERRO|FATA|PANI)\[(?:([0-9]{4,9})|([^\]]{19,40}))\] ?(.*)", re.DOTALL)
_ZAP = re.compile(rf"({_ISO})\t([A-Za-z]{{4,6}})\t(?:([\w./-]{{1,200}}:[0-9]{{1,6}})\t)?([^\t]*)(?:\t(.*))?")
_GO = re.compile(
    r"([0-9]{4}/[0-9]{2}/[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.[0-9]{1,9})?"
    r"(?: ([\w./-]{1,200}\.go:[0-9]{1,6}):)? (.*)"
)
_KLOG = re.compile(
    r"([IWEF])([0-9]{2})([0-9]{2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})\.[0-9]{1,9} +[0-9]{1,9} "
    r"([\w./-]{1,200}:[0-9]{1,6})\] ?(.*)"
)
_SYSLOG = re.compile(
    r"(?:<[0-9]{1,3}>)?(?:1 )?(?:([A-Z][a-z]{2}) +([0-9]{1,2}) ([0-9]{2}:[0-9]{2}:[0-9]{2})|(" + _ISO + r")) "
    r"[\w.:-]{1,255} ([\w./-]{1,64})(?:\[[0-9]{1,10}\])?: ?(.*)"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WORD = re.compile(r"(?:\[([A-Za-z]{3,8})\]|([A-Z]{3,8}):?) (?=\S)|(error|warning|info|fatal|panic): ", re.IGNORECASE)
_ORIGIN = re.compile(r"\[[^\]]{0,255}\]\[[^\] ]{1,100} ([^\]]{1,200})\] ?")

_TIME_KEYS = ("time", "ts", "timestamp", "@timestamp", "T")
_LEVEL_KEYS = ("level", "lvl", "severity", "L")
_MESSAGE_KEYS = ("msg", "message", "M")
_ERROR_KEYS = ("error", "err", "cause")


@dataclass(frozen=True, slots=True)
class Line:
    """What one line tells. Its time is as printed: it may lack the zone, the year (then it is 1904), or be None."""

    time: datetime | None
    level: str
    message: str
    component: str | None = None


#: Stands for the year that a stamp does not tell; a leap year, so that 29 February can be read.
NO_YEAR = 1904


def read_line(text: str) -> Line | None:
    """A line; None where it has none of the forms, or what it holds is no time or level."""
    if not text.replace("\t", " ").isprintable():
        return None
    for read in (_logrus, _json, _zap, _terminal, _go, _klog, _syslog):
        if (line := read(text)) is not None:
            return line
    return None


def level_named(word: str) -> str | None:
    """The level that a word stands for: ``ERRO``, ``warn``, ``INFO+2``; None where it is none."""
    return _NAMES.get(re.split(r"[+-]", word.lower())[0])


def _line(time: datetime | None, word: str, message: str, component: str | None = None) -> Line | None:
    level = level_named(word) if word else NO_LEVEL
    if level is None:
        return None
    message = message.strip()
    if origin := _ORIGIN.match(message):
        component, message = origin.group(1), message[origin.end() :]
    return Line(time, level, message, component)


def _iso(text: str) -> datetime | None:
    if not _TIME.fullmatch(text):
        return None
    try:
        return datetime.fromisoformat(text.replace(",", ".").replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    except ValueError:
        return None


def _plain(quoted: str) -> str:
    return quoted.replace(r"\n", " ").replace(r"\t", " ").replace(r"\"", '"').strip()


def _with_failures(message: str, fields: list[tuple[str, str]]) -> str:
    """The message, with what its further fields tell of a failure: logrus' ``WithError`` puts it there."""
    told = [value for key, value in fields if value and (key.lower() in _ERROR_KEYS or tells_failure(value))]
    return ": ".join((message, *told))


def _logrus(text: str) -> Line | None:
    found = _LOGRUS.fullmatch(text)
    time = _iso(found.group(1) or found.group(2)) if found else None
    if found is None or time is None:
        return None
    fields = [(key, _plain(quoted or bare)) for key, quoted, bare in _FIELD.findall(found.group(7))]
    message = _with_failures(_plain(found.group(5) or found.group(6) or ""), fields)
    return _line(time, found.group(3), message, found.group(4))


def _json(text: str) -> Line | None:
    if not text.startswith("{"):
        return None
    try:
        pairs = json.loads(text, object_pairs_hook=_once)
    except (ValueError, RecursionError):
        return None
    if isinstance(inner := pairs.get("log"), str) and not any(key in pairs for key in _MESSAGE_KEYS):
        return read_line(inner.rstrip("\n"))
    time = _json_time(_first(pairs, _TIME_KEYS))
    level, message = _first(pairs, _LEVEL_KEYS), _first(pairs, _MESSAGE_KEYS)
    if time is None or not isinstance(level, str) or not level or not isinstance(message, str):
        return None
    known = {*_TIME_KEYS, *_LEVEL_KEYS, *_MESSAGE_KEYS}
    fields = [
        (key, value if isinstance(value, str) else json.dumps(value))
        for key, value in pairs.items()
        if key not in known
    ]
    component = _first(pairs, ("component", "func", "caller", "source"))
    if isinstance(component, dict):  # slog's source
        component = component.get("function")
    where = component if isinstance(component, str) else None
    return _line(time, level, _with_failures(_plain(message.replace("\n", " ")), fields), where)


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    content = dict(pairs)
    if len(content) != len(pairs):
        raise ValueError("a key stands twice")
    return content


def _first(pairs: dict[str, object], keys: tuple[str, ...]) -> object:
    return next((pairs[key] for key in keys if key in pairs), None)


def _json_time(value: object) -> datetime | None:
    if isinstance(value, str):
        return _iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    # zap writes seconds; some write milliseconds or nanoseconds.
    seconds = next((value / unit for unit in (1, 1_000, 1_000_000, 1_000_000_000) if 1e8 <= value / unit < 1e11), None)
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds is not None else None
    except (ValueError, OverflowError, OSError):
        return None


def _zap(text: str) -> Line | None:
    found = _ZAP.fullmatch(text)
    time = _iso(found.group(1)) if found else None
    if found is None or time is None:
        return None
    return _line(time, found.group(2), _with_failures(found.group(4), [("", found.group(5) or "")]), found.group(3))


def _terminal(text: str) -> Line | None:
    found = _TERMINAL.fullmatch(text)
    if found is None:
        return None
    time = _iso(found.group(3)) if found.group(3) else None
    if found.group(3) and time is None:
        return None
    # Fields stand behind a message padded with blanks; as failures they count with it.
    message, _, rest = found.group(4).partition("  ")
    fields = [(key, _plain(quoted or bare)) for key, quoted, bare in _FIELD.findall(f" {rest.strip()}")]
    unread = _FIELD.sub("", f" {rest.strip()}").strip() if rest else ""
    return _line(time, found.group(1), _with_failures(f"{message} {unread}".strip(), fields))


def _go(text: str) -> Line | None:
    found = _GO.fullmatch(text)
    if found is None:
        return None
    try:
        time = datetime.strptime(found.group(1), "%Y/%m/%d %H:%M:%S")  # noqa: DTZ007  it prints no zone
    except ValueError:
        return None
    return _worded(time, found.group(3), found.group(2))


def _klog(text: str) -> Line | None:
    found = _KLOG.fullmatch(text)
    time = _without_year(int(found.group(2)), int(found.group(3)), found.group(4)) if found else None
    if found is None or time is None:
        return None
    return _line(time, found.group(1), found.group(6), found.group(5))


def _syslog(text: str) -> Line | None:
    found = _SYSLOG.fullmatch(text)
    if found is None:
        return None
    month, day, clock, iso, program, rest = found.groups()
    dated = _without_year(_MONTHS.index(month) + 1, int(day), clock) if month in _MONTHS else None
    time = dated or _iso(iso or "")
    if time is None:
        return None
    inner = read_line(rest)
    if inner is None:
        return _worded(time, rest, None) if "connector" in program.lower() else None
    return replace(inner, time=inner.time or time)


def _without_year(month: int, day: int, clock: str) -> datetime | None:
    try:
        return datetime.fromisoformat(f"{NO_YEAR}-{month:02}-{day:02}T{clock}")
    except ValueError:
        return None


def _worded(time: datetime, text: str, component: str | None) -> Line | None:
    """A line whose text may begin with its level: ``[ERROR] …``, ``ERROR …``, ``error: …``."""
    word = _WORD.match(text)
    named = next(filter(None, word.groups()), "") if word else ""
    if word is not None and level_named(named):
        return _line(time, named, text[word.end() :], component)
    return _line(time, "", text, component)
