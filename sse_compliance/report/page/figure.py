"""The link as a picture: boxes in three lanes, and the same in words. Where it breaks, the findings say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sse_compliance.catalogue.link import Lane, Station
from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import DeviceResult
from sse_compliance.findings.stations import FleetStop, Link, Stop
from sse_compliance.report.words import STATES, problem

NOT_JUDGED = "not judged"
FOLLOWS = "follows"
#: The longest address that a box has room for.
_ROOM = 15


@dataclass(frozen=True, slots=True)
class Box:
    """A station as it is drawn."""

    name: str
    #: For the style sheet: the state's name, and ``first``, ``follows`` or ``end``.
    kind: str
    #: Symbol and word.
    said: str
    #: Where its findings stand; None for what has none.
    href: str | None = None
    #: A second line of words.
    more: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """A link as it is drawn, and what it says in words."""

    title: str
    lanes: Sequence[tuple[str, Sequence[Box]]]
    #: The same as the boxes say: a word or two, and the stations that it is true of.
    words: Sequence[tuple[str, str]]

    @property
    def columns(self) -> int:
        return max(len(boxes) for _, boxes in self.lanes)


def of_device(device: DeviceResult, link: Link, target: Callable[[Stop], str]) -> Picture:
    """The picture of one device's link.

    Args:
        device: whose it is.
        link: its stations.
        target: the fragment at which the findings of a station stand.
    """
    unknown = STATES[State.NOT_ASSESSED]
    address = device.address if len(device.address) <= _ROOM else "address"
    start = Box("Management", "end", address)
    if device.error is not None:
        start = Box("Management", f"end {unknown.name}", f"{unknown.symbol} {State.NOT_ASSESSED.value}")
    boxes = {lane: [_box(stop, target) for stop in link.lane(lane)] for lane in Lane}
    return Picture(f"The cloud link of {device.name}", _lanes(boxes, start, device.region), _words_of_device(link))


def of_fleet(stops: Iterable[FleetStop], devices: Mapping[str, int], target: Mapping[Station, str]) -> Picture:
    """The picture of many devices' links.

    Args:
        stops: the stations with their counts.
        devices: how many devices are in each state, by its word.
        target: the fragment at which the worst cause of a station stands.
    """
    known = tuple(stops)
    most = max((stop.first for stop in known), default=0)
    boxes = {lane: [_fleet_box(stop, most, target) for stop in known if stop.station.lane is lane] for lane in Lane}
    start = Box("Management", "end", plural(sum(devices.values()), "device"))
    return Picture("The cloud links of the fleet", _lanes(boxes, start, "all regions"), _words_of_fleet(known, devices))


def _lanes(boxes: Mapping[Lane, Sequence[Box]], start: Box, region: str) -> list[tuple[str, Sequence[Box]]]:
    ends = {
        Lane.WAY: ((start,), (Box("Cloud hosts", "end", one_line(region, _ROOM)),)),
        Lane.DEVICE: ((), (Box("eventing-ingest", "end", "the cloud"),)),
        Lane.MANAGER: ((), ()),
    }
    return [(lane.value, (*ends[lane][0], *boxes[lane], *ends[lane][1])) for lane in Lane]


def _box(stop: Stop, target: Callable[[Stop], str]) -> Box:
    if stop.state is None:
        return Box(stop.station.name, "unjudged", NOT_JUDGED)
    words = STATES[stop.state]
    follows = bool(stop.follows) and not stop.is_first
    kind = f"{words.name} first" if stop.is_first else f"{words.name} follows" if follows else words.name
    said = FOLLOWS if follows else stop.state.value
    return Box(stop.station.name, kind, f"{words.symbol} {said}", target(stop))


def _words_of_device(link: Link) -> list[tuple[str, str]]:
    """Every station stands in one of these lines."""
    first = link.first
    others = [stop for stop in link.stops if stop is not first]
    words = [("Breaks first at", _told(first))] if first else []
    lines: dict[str, list[str]] = {}
    for stop in others:
        if stop.breaks:
            lines.setdefault("Breaks at", []).append(_told(stop))
    for stop in others:
        if stop.state is not None and stop.follows:
            lines.setdefault("Follows", []).append(f"{stop.station.name} ({stop.state.value})")
    for state in STATES:
        for stop in others:
            if stop.state is state and not stop.breaks and not stop.follows:
                lines.setdefault(state.value.capitalize(), []).append(stop.station.name)
    for stop in others:
        if stop.state is None:
            lines.setdefault(NOT_JUDGED.capitalize(), []).append(stop.station.name)
    return words + [
        (label, "; ".join(names) if label == "Breaks at" else ", ".join(names)) for label, names in lines.items()
    ]


def _told(stop: Stop) -> str:
    return f"{stop.station.name}: {problem(stop.finding)}" if stop.finding else stop.station.name


def _fleet_box(stop: FleetStop, most: int, target: Mapping[Station, str]) -> Box:
    state = stop.state
    if state is None:
        said = f"{stop.follow:,} {FOLLOWS}" if stop.follow else f"{stop.not_judged:,} {NOT_JUDGED}"
        return Box(stop.station.name, "follows" if stop.follow else "unjudged", said)
    words = STATES[state]
    rest = [f"{STATES[one].symbol} {stop.states[one]:,}" for one in STATES if one is not state and stop.states.get(one)]
    rest += [f"↳ {stop.follow:,}"] if stop.follow else []
    kind = f"{words.name} first" if stop.first and stop.first == most else words.name
    said = f"{words.symbol} {stop.states[state]:,} {state.value}"
    return Box(stop.station.name, kind, said, target.get(stop.station), " ".join(rest))


def _words_of_fleet(stops: Sequence[FleetStop], devices: Mapping[str, int]) -> list[tuple[str, str]]:
    """How many devices break first at which station; that and the other states add up to the devices."""
    first = sorted((stop for stop in stops if stop.first), key=lambda stop: -stop.first)
    bad = State.NON_COMPLIANT.value
    places = ", ".join(f"{stop.station.name} on {stop.first:,}" for stop in first)
    lines = [(f"{devices.get(bad, 0):,} {bad}", f"breaks first at {places}")] if first else []
    lines += [(f"{count:,} {state}", "") for state, count in devices.items() if count and state != bad]
    return lines
