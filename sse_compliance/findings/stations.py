"""The cloud link of a device as stations, each with what the findings say of it; for a fleet, how many devices.

What a picture shows is worked out here and only laid out there: where the link breaks first, and what follows from it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.catalogue.link import STATIONS, Lane, Station, station_of
from sse_compliance.findings.finding import Finding, State, worst


@dataclass(frozen=True, slots=True)
class Stop:
    """A station on the link of one device."""

    station: Station
    #: The worst state of its findings; None where nothing was judged there.
    state: State | None
    #: The finding that it is told by, of that state; one that follows from nothing goes first.
    finding: Finding | None = None
    #: Whether the link breaks here first.
    is_first: bool = False

    @property
    def breaks(self) -> bool:
        """Whether something required is unmet here, and not because of another station."""
        return self.state is State.NON_COMPLIANT and not self.follows

    @property
    def follows(self) -> str | None:
        """The finding that its state follows from; None where it is so on its own account."""
        return self.finding.cause if self.finding is not None else None


@dataclass(frozen=True, slots=True)
class Link:
    """The link of one device, station by station."""

    stops: tuple[Stop, ...]

    @property
    def first(self) -> Stop | None:
        """Where it breaks first; None where it does not."""
        return next((stop for stop in self.stops if stop.is_first), None)

    def lane(self, lane: Lane) -> tuple[Stop, ...]:
        return tuple(stop for stop in self.stops if stop.station.lane is lane)


class Plan:
    """Which requirement stands at which station, and how deep it lies behind others by ``depends_on``."""

    def __init__(self, requirements: Iterable[RequirementInfo]) -> None:
        known = {info.id: info for info in requirements}
        self._station = {name: station_of(info.area, info.station) for name, info in known.items()}
        self._depth = _depths(known)
        own = dict.fromkeys(station for station in self._station.values() if station not in STATIONS)
        self.stations = (*STATIONS, *own)

    def station(self, requirement: str) -> Station:
        """Where a requirement stands."""
        return self._station[requirement]

    def link(self, findings: Iterable[Finding]) -> Link:
        """The link of the device that these are all the findings of."""
        found: dict[str, list[Finding]] = {}
        for finding in findings:
            found.setdefault(self.station(finding.requirement).name, []).append(finding)
        stops = [_stop(station, found.get(station.name, ())) for station in self.stations]
        # Where all of it follows from what is waived or advice, it still breaks somewhere.
        broken = [place for place, stop in enumerate(stops) if stop.state is State.NON_COMPLIANT]
        breaks = [place for place in broken if stops[place].breaks] or broken
        if breaks:
            first = min(breaks, key=lambda place: (self._depth_of(stops[place]), place))
            stops[first] = Stop(stops[first].station, stops[first].state, stops[first].finding, is_first=True)
        return Link(tuple(stops))

    def _depth_of(self, stop: Stop) -> int:
        return self._depth.get(stop.finding.requirement, 0) if stop.finding else 0


def _stop(station: Station, findings: Sequence[Finding]) -> Stop:
    if not findings:
        return Stop(station, None)
    state = worst(finding.standing for finding in findings)
    told = [finding for finding in findings if finding.standing is state]
    return Stop(station, state, min(told, key=_told_by))


def _told_by(finding: Finding) -> tuple[bool, int, str]:
    return finding.cause is not None, finding.severity.rank, finding.key


def _depths(known: Mapping[str, RequirementInfo]) -> Mapping[str, int]:
    """How many steps of ``depends_on`` lie before each requirement, at most; a circle in a foreign file ends."""

    @cache
    def depth(name: str, left: int) -> int:
        before = [one.partition("@")[0] for one in known[name].depends_on] if left else []
        return max((1 + depth(one, left - 1) for one in before if one in known), default=0)

    return {name: depth(name, 20) for name in known}


@dataclass(frozen=True, slots=True)
class FleetStop:
    """A station on the links of a fleet: how many devices are in which state there."""

    station: Station
    #: Devices whose link breaks here first.
    first: int
    #: Devices by the state of this station; what follows from another station is counted in ``follow`` instead.
    states: Mapping[State, int]
    #: Devices on which its state, whatever it is, follows from another station.
    follow: int
    #: Devices on which nothing was judged here.
    not_judged: int

    @property
    def state(self) -> State | None:
        """The worst state of any device here, on its own account; None where there is none."""
        return worst(self.states) if self.states else None


def fleet(links: Iterable[Link]) -> tuple[FleetStop, ...]:
    """The links of devices, taken together."""
    first: Counter[Station] = Counter()
    follow: Counter[Station] = Counter()
    silent: Counter[Station] = Counter()
    states: dict[Station, Counter[State]] = {}
    for link in links:
        for stop in link.stops:
            own = states.setdefault(stop.station, Counter())
            first[stop.station] += stop.is_first
            if stop.state is None:
                silent[stop.station] += 1
            elif stop.follows:
                follow[stop.station] += 1
            else:
                own[stop.state] += 1
    return tuple(
        FleetStop(station, first[station], dict(own), follow[station], silent[station])
        for station, own in states.items()
    )
