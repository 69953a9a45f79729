"""What the FMC of a device tells over its REST API: the facts behind ``host.fmc``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc import (
    cloud_events,
    cloud_integration,
    cloud_region,
    health_alerts,
    health_policy,
    items,
    smart_licence,
)

Fact = TypeVar("Fact")


class FmcFacts:
    """The facts of one device that its FMC tells.

    Args:
        fact: reads the fact of a probe, and notes that it was read.
        read_at: the runner's clock when a probe was answered.
    """

    def __init__(
        self,
        fact: Callable[[str, Callable[[ProbeResult], Fact]], Fact],
        read_at: Callable[[str], datetime],
    ) -> None:
        self._fact = fact
        self._read_at = read_at

    def _of(self, path: str, parse: Callable[[ProbeResult], Fact]) -> Fact:
        return self._fact(f"fmc:{path}", parse)  # type: ignore[arg-type,return-value]  # generic in each call

    @property
    def licence(self) -> smart_licence.SmartLicence:
        """How FMC is licensed."""
        return self._of("license/smartlicenses", smart_licence.parse)

    @property
    def cloud_events(self) -> cloud_events.CloudEvents:
        """Which events go to the cloud."""
        return self._of("integration/cloudeventsconfigs", cloud_events.parse)

    @property
    def cloud_region(self) -> cloud_region.CloudRegion:
        """The region that FMC has chosen."""
        return self._of("integration/cloudregions", cloud_region.parse)

    @property
    def cloud_integration(self) -> cloud_integration.CloudIntegration:
        """The integration with Cisco Security Cloud."""
        return self._of("integration/cloudintegrations", cloud_integration.parse)

    @property
    def alerts(self) -> health_alerts.HealthAlerts:
        """The alerts of the device."""
        return self._of("health/alerts", health_alerts.parse)

    @property
    def health_policy(self) -> health_policy.HealthPolicy:
        """The health policy of the device."""
        return self._of("policy/healthpolicies", health_policy.parse)

    @property
    def undeployed(self) -> bool | None:
        """Whether FMC has changes that are not deployed to the device; None where it does not tell."""
        try:
            return bool(self._of("deployment/deployabledevices", items.parse))
        except Unavailable:
            return None

    def age_seconds(self, alert: health_alerts.Alert) -> float | None:
        """How old an alert was when it was read; None where the FMC gives no time."""
        if alert.raised is None:
            return None
        return (self._read_at("fmc:health/alerts") - alert.raised).total_seconds()
