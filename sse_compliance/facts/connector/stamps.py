"""When an entry of a log was written, where its line tells that only in part.

Go's ``log`` and klog print no zone, syslog and klog no year, a panic no time at all. The log's own entries help: one
program writes all of them in one zone, and in the order of the file. What is still open stays a range.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo

from sse_compliance.facts.connector.entry import Entry
from sse_compliance.facts.connector.forms import NO_YEAR, Line

_EARLIEST = datetime.min.replace(tzinfo=UTC)
_LATEST = datetime.max.replace(tzinfo=UTC)
#: How far local time may be ahead of, and behind, UTC.
_AHEAD, _BEHIND = timedelta(hours=14), timedelta(hours=12)

_Range = tuple[datetime, datetime]


def dated(lines: Sequence[Line]) -> tuple[Entry, ...]:
    """The lines as entries, each with its time or the range in which it lies."""
    zones = {offset: line.time.tzinfo for line in lines if line.time and (offset := line.time.utcoffset()) is not None}
    zone = next(iter(zones.values())) if len(zones) == 1 else None
    anchors = [line.time if line.time and line.time.tzinfo else None for line in lines]
    before, after = _before(anchors), list(reversed(_before(anchors[::-1])))
    entries = []
    for line, previous, following in zip(lines, before, after, strict=True):
        earliest, latest = _range(line.time, zone, previous or following)
        if earliest < latest:
            narrowed = max(earliest, previous or earliest), min(latest, following or latest)
            # Neighbours that contradict the stamp: the clock was set.
            earliest, latest = narrowed if narrowed[0] <= narrowed[1] else (earliest, latest)
        exact = earliest == latest
        entries.append(Entry(earliest, line.level, line.message, line.component, None if exact else latest))
    return tuple(entries)


def _before(times: Sequence[datetime | None]) -> list[datetime | None]:
    """For each, itself or the nearest one before it."""
    nearest: datetime | None = None
    found = []
    for time in times:
        nearest = time or nearest
        found.append(nearest)
    return found


def _range(stamp: datetime | None, zone: tzinfo | None, anchor: datetime | None) -> _Range:
    if stamp is None:
        return _EARLIEST, _LATEST
    if stamp.tzinfo is not None:
        return stamp, stamp
    if stamp.year == NO_YEAR:
        if anchor is None:
            return _EARLIEST, _LATEST
        years = (year for year in (anchor.year - 1, anchor.year, anchor.year + 1) if _is_date(stamp, year))
        local = anchor.replace(tzinfo=None)
        stamp = min((stamp.replace(year=year) for year in years), key=lambda moment: abs(moment - local), default=stamp)
    if zone is not None:
        moment = stamp.replace(tzinfo=zone)
        return moment, moment
    try:
        moment = stamp.replace(tzinfo=UTC)
        return moment - _AHEAD, moment + _BEHIND
    except OverflowError:
        return _EARLIEST, _LATEST


def _is_date(stamp: datetime, year: int) -> bool:
    """Whether that year has such a day; the 29th of February is not in every one."""
    try:
        stamp.replace(year=year)
    except ValueError:
        return False
    return True
