"""The plan: which probes are made for a device, each once and only what some test reads."""

from __future__ import annotations

from collections.abc import Iterable

from sse_compliance.catalogue.probes import CLOUD_EVENTS, IMPLIED, PLATFORMS
from sse_compliance.catalogue.regions import Regions
from sse_compliance.catalogue.requirements import Requirement
from sse_compliance.inventory.device import Device, Platform


def planned_probes(
    judged: Iterable[tuple[Requirement, str | None]], device: Device, regions: Regions
) -> tuple[str, ...]:
    """The probes that are made for a device, each once and only what some test reads.

    Args:
        judged: the requirements, each with the host that it is judged on.
        device: the device.
        regions: the allowlists.
    """
    names: dict[str, None] = {}
    for requirement, host in judged:
        if requirement.applies_to.reason_against(device) is not None:
            continue
        if requirement.applies_to.cloud and device.fmc is not None:
            names[CLOUD_EVENTS] = None
        for name in requirement.probes_for(device, host, regions):
            kind, _, argument = name.partition(":")
            if device.platform in PLATFORMS.get(kind, Platform):
                names[f"{IMPLIED[kind]}:{argument}" if kind in IMPLIED else name] = None
    return tuple(names)
