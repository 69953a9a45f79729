"""SSE-PLT: the platform itself."""

from __future__ import annotations

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.inventory.device import Platform
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement

#: What the connector writes: its log, and what runs beside its socket.
WRITTEN = ("/var/log/connector", "/var/sf/run")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


@requirement("SSE-PLT-01")
def test_software_supports_the_region(host: FirepowerHost, parameters: Parameters) -> None:
    minimum = parameters.version("minimum" if host.device.region == "us" else "minimum_elsewhere")
    version = host.version.version
    host.note(
        expected=f"software {_dotted(minimum)} or later in region {host.device.region}",
        observed=f"software is {_dotted(version)}",
    )
    assert version >= minimum


@requirement("SSE-PLT-03")
def test_disk_is_not_full(host: FirepowerHost) -> None:
    below = "/ngfw" if host.device.platform is Platform.FTD else ""
    places = [host.disk.of(f"{below}{path}") for path in WRITTEN]
    full = {fs.place: fs for fs in places if fs.full}
    host.note(
        expected="the connector can write",
        observed="; ".join(f"{place} is full ({fs.capacity}%)" for place, fs in full.items())
        or ", ".join(dict.fromkeys(f"{fs.place} {fs.capacity}%" for fs in places)),
    )
    assert not full


@requirement("SSE-PLT-02")
def test_clock_is_right(host: FirepowerHost, parameters: Parameters) -> None:
    skew, tolerance = host.clock.skew_seconds, parameters.time("tolerance").total_seconds()
    host.note(
        expected=f"clock within {tolerance:.0f} s of the runner's",
        observed=f"clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}",
    )
    assert abs(skew) <= tolerance
