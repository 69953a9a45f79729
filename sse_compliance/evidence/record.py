"""Evidence: what each probe said, per device. One JSON file per device, written the moment the device is done.

The format is public (``docs/formats.md``). It holds all that judging needs, so that a replay needs neither the
inventory nor the device, and it never holds a password, token or key.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sse_compliance.catalogue.parameters import Overrides
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.device import Device

SCHEMA = 1


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was read from one device in one session."""

    device: Device
    #: When collecting ended, RFC 3339 in UTC.
    collected_at: str
    probes: Mapping[str, ProbeResult | NotObtained] = field(default_factory=dict)
    #: Length of the session in seconds.
    seconds: float = 0.0
    #: Why the device as a whole could not be collected; None when it could. Without the device's name, which stands
    #: beside it: what is alike on many devices is told alike.
    error: str | None = None
    #: The kind of that error, in a few words that do not change: ``unreachable``, ``login refused`` …
    error_kind: str | None = None
    #: Whether that error stays until somebody acts (a refused login, an unknown host key); ``--wait`` then gives up.
    error_is_lasting: bool = False
    #: The values that the site expected in place of the catalogue's when it was collected.
    overrides: Overrides | None = None
    schema: int = SCHEMA

    def probe(self, name: str) -> ProbeResult:
        """The result of a probe.

        Raises:
            Unavailable: it was not had; the reason is the device's error, the probe's, or that it was not planned.
        """
        result = self.probes.get(name)
        if isinstance(result, ProbeResult):
            return result
        if isinstance(result, NotObtained):
            raise Unavailable(result.unavailable)
        if self.error is not None:
            raise Unavailable(self.error)
        raise Unavailable(f"the evidence holds no probe {name}")
