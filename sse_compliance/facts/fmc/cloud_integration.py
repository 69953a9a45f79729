"""``integration/cloudintegrations`` (newest FMC only): the integration with Cisco Security Cloud."""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc.items import flag, one, part, text


@dataclass(frozen=True, slots=True)
class CloudIntegration:
    """The state of the integration."""

    enabled: bool
    connected: bool
    #: ``ONLINE``; no document names another value.
    onboarding: str

    @property
    def shown(self) -> str:
        """For reports."""
        on = "enabled" if self.enabled else "not enabled"
        return f"{on}, {'connected' if self.connected else 'not connected'}, onboarding {self.onboarding or 'not told'}"


def parse(result: ProbeResult) -> CloudIntegration:
    """The integration.

    Raises:
        Unavailable: it does not tell whether it is enabled and connected.
    """
    item = one(result, "Security Cloud integrations")
    enabled, info = flag(item, "enabled"), part(item, "info")
    connected = flag(info, "connected")
    if enabled is None or (enabled and connected is None):
        raise Unavailable("the FMC does not tell whether its Security Cloud integration is enabled and connected")
    return CloudIntegration(enabled, bool(connected), text(info, "onboardingStatus").strip().upper())
