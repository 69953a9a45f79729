"""What a run was to judge and did not: *not assessed*, so that nothing looks better than it is known to be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sse_compliance.catalogue.concerns import Targets
from sse_compliance.catalogue.levels import Level
from sse_compliance.catalogue.regions import Regions
from sse_compliance.catalogue.requirements import Catalogue, Requirement
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.gate import is_damage
from sse_compliance.findings.results import DeviceResult, Results
from sse_compliance.inventory.device import Device

#: The kind of error of a device that none of the merged runs brought.
NOT_BROUGHT = "in no run"


def places(catalogue: Catalogue, device: Device, regions: Regions) -> Iterator[tuple[Requirement, str | None]]:
    """Every requirement that a device is judged on, and each host where it is per host."""
    for requirement in catalogue:
        if requirement.targets is Targets.PORTALS:
            continue  # the runner asks them
        if requirement.per_host:
            yield from ((requirement, host) for host in sorted(requirement.hosts(device, regions)))
        else:
            yield requirement, None


def unjudged(requirement: Requirement, device: Device, host: str | None, regions: Regions, why: str) -> Finding:
    """The finding on what was not judged."""
    against = requirement.applies_to.reason_against(device)
    return Finding(
        requirement=requirement.id,
        device=device.name,
        state=State.NOT_ASSESSED if against is None else State.NOT_APPLICABLE,
        level=requirement.level_for(device, host, regions),
        severity=requirement.severity,
        target=host,
        expected=requirement.statement,
        reason=against or why,
    )


def without_compliant(devices: Iterable[Device], earlier: Results) -> tuple[Device, ...]:
    """The devices that an earlier run did not find compliant, and those that it did not judge."""
    done = {device.name for device in earlier.devices if device.state in (State.COMPLIANT, State.NOT_APPLICABLE)}
    done -= {finding.device for finding in earlier.findings if finding.level is Level.REQUIRED and is_damage(finding)}
    return tuple(device for device in devices if device.name not in done)


def not_brought(devices: Iterable[Device]) -> tuple[DeviceResult, ...]:
    """Devices of an inventory that are in none of the runs that are merged."""
    return tuple(
        DeviceResult(
            name=device.name,
            platform=device.platform,
            region=device.region,
            profile=device.profile,
            state=State.NOT_ASSESSED,
            address=device.address,
            cloud=device.cloud,
            amp=device.amp,
            proxy=device.proxy,
            tags=device.tags,
            error="none of the merged runs was over this device",
            error_kind=NOT_BROUGHT,
        )
        for device in devices
    )
