"""SSE-PLT: the platform itself."""

from __future__ import annotations

from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement

MINIMUM_US = (6, 4, 0)
MINIMUM_ELSEWHERE = (6, 5, 0)
CLOCK_TOLERANCE_SECONDS = 300


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(str(part) for part in version)


@requirement("SSE-PLT-01")
def test_software_supports_the_region(host: FirepowerHost) -> None:
    minimum = MINIMUM_US if host.device.region == "us" else MINIMUM_ELSEWHERE
    version = host.version.version
    host.note(
        expected=f"software {_dotted(minimum)} or later in region {host.device.region}",
        observed=f"software is {_dotted(version)}",
    )
    assert version >= minimum


@requirement("SSE-PLT-02")
def test_clock_is_right(host: FirepowerHost) -> None:
    skew = host.clock.skew_seconds
    host.note(
        expected=f"clock within {CLOCK_TOLERANCE_SECONDS} s of the runner's",
        observed=f"clock is {abs(skew):.0f} s {'ahead' if skew > 0 else 'behind'}",
    )
    assert abs(skew) <= CLOCK_TOLERANCE_SECONDS
