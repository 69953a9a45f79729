"""The stations of the cloud link, from the manager and the management address to the cloud, as a picture shows them.

A requirement stands at the station that its catalogue entry names, else at that of its area: a new one takes its place
without any drawing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator

from sse_compliance.catalogue.areas import AREAS


class Lane(StrEnum):
    """A part of the link, by what it is called."""

    MANAGER = "Manager (FMC)"
    WAY = "Way to the cloud"
    DEVICE = "On the device"


@dataclass(frozen=True, slots=True)
class Station:
    """A place on the link where it may break."""

    name: str
    lane: Lane
    #: The area whose requirements stand here where they name no station.
    area: str | None = None


#: In the order of the way, lane by lane.
STATIONS = (
    Station("Licence", Lane.MANAGER, "LIC"),
    Station("Cloud events", Lane.MANAGER, "CLD"),
    Station("Region", Lane.MANAGER),
    Station("Security Cloud", Lane.MANAGER),
    Station("Deployed", Lane.MANAGER),
    Station("Registration", Lane.MANAGER, "MGR"),
    Station("Alerts", Lane.MANAGER, "HLT"),
    Station("DNS", Lane.WAY, "DNS"),
    Station("Proxy", Lane.WAY, "PRX"),
    Station("Firewall rules", Lane.WAY, "FWR"),
    Station("TCP 443", Lane.WAY),
    Station("HTTPS", Lane.WAY),
    Station("TLS", Lane.WAY, "TLS"),
    Station("Beside the link", Lane.WAY, "NET"),
    Station("Platform", Lane.DEVICE, "PLT"),
    Station("Configuration", Lane.DEVICE, "CFG"),
    Station("EventHandler", Lane.DEVICE),
    Station("Socket", Lane.DEVICE, "SOK"),
    Station("SSEConnector", Lane.DEVICE, "PRC"),
    Station("Session", Lane.DEVICE),
    Station("Events", Lane.DEVICE, "CTX"),
    Station("Log", Lane.DEVICE, "LOG"),
)

_BY_NAME = {station.name: station for station in STATIONS}
_BY_AREA = {station.area: station for station in STATIONS if station.area is not None}


def station_of(area: str, named: str | None = None) -> Station:
    """The station of a requirement: the one it names, else its area's; an area that has none is a station of its
    own, on the device."""
    if named:
        return _BY_NAME.get(named) or Station(named, Lane.DEVICE)
    return _BY_AREA.get(area) or Station(AREAS.get(area, area), Lane.DEVICE, area)


def _a_station(name: str) -> str:
    if name not in _BY_NAME:
        raise ValueError(f"there is no station {name!r}; expected one of {', '.join(_BY_NAME)}")
    return name


#: The name of a station, as a catalogue entry may have it.
StationName = Annotated[str, AfterValidator(_a_station)]
