"""SSE-PLT: the platform itself."""

from __future__ import annotations

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement


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


@requirement("SSE-PLT-02")
def test_clock_is_right(host: FirepowerHost, parameters: Parameters) -> None:
    skew, tolerance = host.clock.skew_seconds, parameters.time("tolerance").total_seconds()
    host.note(
        expected=f"clock within {tolerance:.0f} s of the runner's",
        observed=f"clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}",
    )
    assert abs(skew) <= tolerance
