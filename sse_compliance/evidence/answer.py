"""What one probe said, or why it said nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProbeResult:
    """What one command of a device gave."""

    #: The command as it was run, with the path that matched.
    command: str
    #: Exit status; 124 where the time limit ended it (as ``timeout`` says).
    exit_status: int
    stdout: str
    stderr: str = ""
    #: How long it ran on the device, in seconds.
    seconds: float = 0.0
    #: The runner's clock when the answer arrived, RFC 3339 in UTC; what a device's own clock is compared with.
    read_at: str = ""
    #: Whether output was cut at the bound.
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class NotObtained:
    """A probe that gave nothing, and why."""

    unavailable: str
