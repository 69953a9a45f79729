"""What became of a fleet over its runs: what broke when, how long it stayed so, what flaps.

Only a run that judged a requirement on a device and found it met ends a breakage. A run that did not look (the device
is not in it, it could not be assessed, the requirement was not judged) says nothing; and what another catalogue or
allowlist judges otherwise is told as that, never as mended.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from sse_compliance.findings.finding import State, rank
from sse_compliance.findings.results import WaiverUse
from sse_compliance.findings.waivers import SOON
from sse_compliance.report.history.record import DeviceRecord, Keys, RunRecord

#: From so many changes between met and unmet on, something flaps.
FLAPPING = 3
#: A pause of so many times the usual one is a run that is missing.
PAUSE = 2.5


@dataclass(frozen=True, slots=True)
class Breakage:
    """A root finding of a device, from the run that first saw it on."""

    device: str
    key: str
    since: datetime
    #: The last run that saw it.
    last_seen: datetime
    #: The run that it was over in; None where no run has found it over.
    until: datetime | None
    #: How it ended: ``met``, ``waived or does not apply``, ``met by another catalogue or allowlist``; why nobody knows.
    end: str

    @property
    def lasted(self) -> timedelta:
        """How long it was broken, as far as runs tell."""
        return (self.until or self.last_seen) - self.since


@dataclass(frozen=True, slots=True)
class Flapping:
    """A requirement of a device that goes back and forth."""

    device: str
    key: str
    changes: int


@dataclass(frozen=True, slots=True)
class Point:
    """A run on the page."""

    run: RunRecord
    #: Devices by state.
    counts: dict[State, int]
    #: Devices of other runs that are not in it.
    absent: int
    #: What must be known of it before it is compared with the others.
    marks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The history of a fleet, oldest run first."""

    points: tuple[Point, ...]
    #: Of each device its state in each run; None where it is not in it. Those that are worst now first.
    devices: dict[str, tuple[State | None, ...]]
    #: Open ones first, the longest first.
    breakages: tuple[Breakage, ...]
    flapping: tuple[Flapping, ...]
    #: Of the last run, those that end soon or have ended.
    waivers: tuple[WaiverUse, ...]


def tell(records: Iterable[RunRecord], keys: Keys, now: datetime) -> Story:
    """The story of some runs, in any order.

    Args:
        records: one at least.
        keys: of their findings.
        now: when it is told; with zone.
    """
    runs = sorted(records, key=lambda run: run.at)
    names = sorted({name for run in runs for name in run.devices})
    breakages: list[Breakage] = []
    flapping: list[Flapping] = []
    for name in names:
        own = [run.devices.get(name) for run in runs]
        breakages += _breakages(name, runs, own, keys)
        flapping += _flapping(name, own, keys)
    states = {name: tuple(run.devices[name].state if name in run.devices else None for run in runs) for name in names}
    worst = sorted(names, key=lambda name: (_worst_now(states[name]), name))
    return Story(
        points=tuple(_points(runs, len(names))),
        devices={name: states[name] for name in worst},
        breakages=tuple(sorted(breakages, key=lambda one: (one.until is not None, -one.lasted))),
        flapping=tuple(sorted(flapping, key=lambda one: -one.changes)),
        waivers=tuple(waiver for waiver in runs[-1].waivers if _ends_soon(waiver, now)),
    )


def _worst_now(states: Sequence[State | None]) -> int:
    """By the last run that it was in."""
    return next(rank(state) for state in reversed(states) if state is not None)


def _ends_soon(waiver: WaiverUse, now: datetime) -> bool:
    try:
        return datetime.fromisoformat(waiver.expires) - now <= SOON
    except (ValueError, TypeError):
        return True


def _points(runs: Sequence[RunRecord], devices: int) -> Iterable[Point]:
    pauses = [(after.at - before.at).total_seconds() for before, after in pairwise(runs)]
    usual = median(pauses) if pauses else 0.0
    for place, run in enumerate(runs):
        before = runs[place - 1] if place else None
        marks = [run.limited] if run.limited else []
        if before is not None:
            pause = (run.at - before.at).total_seconds()
            if len(pauses) > 2 and pause > usual * PAUSE:
                marks.append(f"no run for {duration(timedelta(seconds=pause))} before it")
            if run.judged_by != before.judged_by:
                what = "catalogue" if run.catalogue != before.catalogue else "allowlist"
                marks.append(f"another {what} than the run before")
        absent = devices - len(run.devices)
        if absent and run.limited is None:
            marks.append(f"{absent} of {devices} devices of this history are not in it")
        counts = dict.fromkeys(State, 0)
        for device in run.devices.values():
            counts[device.state] += 1
        yield Point(run, counts, absent, tuple(marks))


def _breakages(
    name: str, runs: Sequence[RunRecord], own: Sequence[DeviceRecord | None], keys: Keys
) -> Iterable[Breakage]:
    ever = 0
    for device in own:
        ever |= device.roots if device else 0
    for key in keys.of(ever):
        yield from _of_key(name, key, keys.bit(key), runs, own)


def _of_key(
    name: str, key: str, bit: int, runs: Sequence[RunRecord], own: Sequence[DeviceRecord | None]
) -> Iterable[Breakage]:
    since: RunRecord | None = None
    last = runs[0]
    for run, device in zip(runs, own, strict=True):
        if device is None:
            continue
        if device.unmet & bit:
            if since is None and device.roots & bit:
                since = run
            last = run
        elif since is not None and (device.met | device.excused) & bit:
            end = "met" if device.met & bit else "waived or does not apply"
            if end == "met" and run.judged_by != last.judged_by:
                end = "met by another catalogue or allowlist"
            yield Breakage(name, key, since.at, last.at, run.at, end)
            since = None
    if since is not None:
        end = "still broken" if last is runs[-1] else "not judged since it was last seen"
        yield Breakage(name, key, since.at, last.at, None, end)


def _flapping(name: str, own: Sequence[DeviceRecord | None], keys: Keys) -> Iterable[Flapping]:
    ever = 0
    for device in own:
        ever |= device.unmet if device else 0
    for key in keys.of(ever):
        bit = keys.bit(key)
        known = [bool(device.unmet & bit) for device in own if device and (device.unmet | device.met) & bit]
        changes = sum(before != after for before, after in pairwise(known))
        if changes >= FLAPPING:
            yield Flapping(name, key, changes)


def duration(time: timedelta) -> str:
    """``3 d 4 h``, ``25 min``: the two largest units."""
    minutes = round(time.total_seconds() / 60)
    units = ((minutes // 1440, "d"), (minutes // 60 % 24, "h"), (minutes % 60, "min"))
    told = [f"{count} {unit}" for count, unit in units if count]
    return " ".join(told[:2]) or "less than a minute"
