"""``date -u +%s``: the device's clock, against the runner's at the moment the answer was read.

::

    1795300000
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import ensure_ran, excerpt

_SECONDS = re.compile(r"[0-9]{1,11}")


@dataclass(frozen=True, slots=True)
class DeviceClock:
    """The device's time and the runner's."""

    #: The device's clock, seconds since 1970 in UTC.
    epoch: int
    #: The runner's clock when it read that, with zone.
    read_at: datetime

    @property
    def skew_seconds(self) -> float:
        """How far the device's clock is ahead of the runner's (negative: behind), in seconds."""
        return self.epoch - self.read_at.timestamp()

    @property
    def now(self) -> datetime:
        """The device's own time, in UTC; what windows over its logs are reckoned from."""
        return datetime.fromtimestamp(self.epoch, UTC)


def parse(result: ProbeResult) -> DeviceClock:
    """The two clocks.

    Raises:
        Unavailable: the output is no time, or the evidence does not tell when it was read.
    """
    ensure_ran(result, "date")
    printed = result.stdout.strip()
    if result.exit_status != 0 or not _SECONDS.fullmatch(printed):
        raise Unavailable(f"date printed no seconds: {excerpt(printed or result.stderr) or 'it printed nothing'}")
    try:
        read_at = datetime.fromisoformat(result.read_at)
    except ValueError:
        raise Unavailable("the evidence does not tell when the device's clock was read") from None
    if read_at.tzinfo is None:
        raise Unavailable("the evidence tells without a zone when the device's clock was read")
    return DeviceClock(int(printed), read_at.astimezone(UTC))
