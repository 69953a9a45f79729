"""How long, how often, and how many at once."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of collecting. Times in seconds."""

    #: Devices that are talked to at the same time.
    devices_at_once: int = 100
    #: Until a TCP connection stands.
    connect: float = 10.0
    #: For each step from the SSH handshake to the root shell.
    login: float = 30.0
    #: For one device from first to last.
    device: float = 90.0
    #: How often a connection that could not be made is tried again; a refused login never is.
    retries: int = 2
    #: Pause before the first retry; doubled for the next.
    backoff: float = 1.0
