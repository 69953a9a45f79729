"""``integration/cloudeventsconfigs``: which events go to the cloud, and which devices send none."""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc.items import flag, one

#: The flag that TechNote 215547 asks for.
INTRUSION = "sendIntrusionEvents"
#: Flags that only say how much of another kind is sent.
_EXTENTS = frozenset({"sendAllConnectionEvents", "sendPackets"})


@dataclass(frozen=True, slots=True)
class CloudEvents:
    """What FMC lets its devices send."""

    intrusion: bool
    #: The other kinds of event that are sent, as FMC names them.
    others: tuple[str, ...]
    #: Whether the device that was asked about is left out.
    excluded: bool = False

    @property
    def on(self) -> bool:
        """Whether any kind of event is sent: FMC then has its devices run the connector."""
        return self.intrusion or bool(self.others)


def parse(result: ProbeResult) -> CloudEvents:
    """The configuration.

    Raises:
        Unavailable: it does not tell whether intrusion events are sent.
    """
    item = one(result, "cloud event configurations")
    intrusion = flag(item, INTRUSION)
    if intrusion is None:
        raise Unavailable(f"the FMC's cloud event configuration has no {INTRUSION}")
    others = [key for key in item if key.startswith("send") and key != INTRUSION and key not in _EXTENTS]
    excluded = item.get("devicesExcludedFromSendingEvents", [])
    if not isinstance(excluded, list):
        raise Unavailable("the FMC's cloud event configuration names the excluded devices in a form not known")
    return CloudEvents(intrusion, tuple(sorted(key for key in others if flag(item, key))), bool(excluded))
