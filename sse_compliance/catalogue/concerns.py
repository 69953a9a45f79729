"""What a requirement is judged on, and which devices it concerns."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool

from sse_compliance.files.yaml_file import StrictModel
from sse_compliance.inventory.device import Device, Platform


class Targets(StrEnum):
    """What a requirement is judged on."""

    DEVICE = "device"
    ALLOWLIST = "allowlist"
    DOCUMENTED = "documented"
    AMP = "amp"
    PORTALS = "portals"


class AppliesTo(StrictModel):
    """The devices that a requirement concerns. A condition that is not given does not matter."""

    platforms: Annotated[tuple[Platform, ...], Field(min_length=1)]
    cloud: StrictBool | None = None
    proxy: StrictBool | None = None
    amp: StrictBool | None = None
    #: Whether an FMC must answer over REST for the device.
    fmc: StrictBool | None = None
    rulesets: StrictBool | None = None

    def reason_against(self, device: Device) -> str | None:
        """Why a device is not concerned; None when it is."""
        if device.platform not in self.platforms:
            return f"does not concern {device.platform} devices"
        if self.fmc and device.fmc is None:
            return "the inventory names no FMC with a REST user for this device (`fmc` and `rest`)"
        if not self.fmc and device.cloud_delivered:
            return "Cisco runs a cloud-delivered FMC; nothing of it but its API can be seen"
        if self.cloud is True and not device.cloud:
            return "the Cisco cloud integration of this device is meant to be off (scenario 1 of TechNote 217616)"
        if self.cloud is False and device.cloud:
            return "the Cisco cloud integration of this device is meant to be on"
        if self.proxy is False and device.proxy is not None:
            return f"the device reaches the cloud through the management proxy {device.proxy}"
        if self.amp is True and not device.amp:
            return "AMP is not in scope for this device (amp: false)"
        if self.rulesets is True and not device.rulesets:
            return "the inventory names no firewall rule set for this device"
        return None

    def describe(self) -> str:
        """In words, for reports."""
        words = [", ".join(self.platforms)]
        for name, wanted in (("cloud", self.cloud), ("proxy", self.proxy), ("AMP profile", self.amp)):
            if wanted is not None:
                words.append(f"{name} {'on' if wanted else 'off'}")
        if self.fmc:
            words.append("with FMC's REST API")
        if self.rulesets:
            words.append("rule sets given in the inventory")
        return "; ".join(words)
