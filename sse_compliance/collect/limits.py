"""How long, how often, and how many at once."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sse_compliance.catalogue.probes import PROBE_SECONDS, ProbeSpec
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Timeouts

#: The options that say how long something may take, by the limit.
TIMEOUTS = ("connect", "login", "probe", "device")


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of collecting. Times in seconds."""

    #: Devices that are talked to at the same time.
    devices_at_once: int = 100
    #: How many of them through one jump host.
    per_jump_host: int = 50
    #: Until a TCP connection stands.
    connect: float = 10.0
    #: For each step from the SSH handshake to the root shell.
    login: float = 30.0
    #: For a command on the device, where the command has no time of its own.
    probe: float = PROBE_SECONDS
    #: For one device from first to last.
    device: float = 90.0
    #: How often a connection that could not be made is tried again; a refused login never is.
    retries: int = 2
    #: Pause before the first retry; doubled for the next.
    backoff: float = 1.0

    def of(self, own: Timeouts) -> Limits:
        """The limits of a device that may take other times."""
        given = {name: value for name in TIMEOUTS if (value := getattr(own, name)) is not None}
        return replace(self, **given) if given else self

    def timed(self, spec: ProbeSpec) -> ProbeSpec:
        """A probe with the time that it may take. What takes longer by itself, as curl's calls do, keeps its own."""
        then = None if spec.then is None else self.timed(spec.then)
        seconds = round(self.probe) if spec.seconds == PROBE_SECONDS else spec.seconds
        return replace(spec, seconds=seconds, then=then)


def limits_of(options: object) -> Limits:
    """The limits that a run's options give; what they leave out is as ever.

    Raises:
        InputError: a number can't be used.
    """
    for name in ("concurrency", "per_jump_host"):
        if getattr(options, name) < 1:
            raise InputError("expected 1 or more", place=f"--{name.replace('_', '-')} {getattr(options, name)}")
    own = Timeouts(*(getattr(options, f"{name}_timeout") for name in TIMEOUTS))
    most: int = getattr(options, "concurrency")  # noqa: B009  argparse's namespace has no types
    through: int = getattr(options, "per_jump_host")  # noqa: B009
    return Limits(devices_at_once=most, per_jump_host=through).of(own)
