"""The devices of the lab as their FMCs know them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sse_compliance.lab.fmc.state import FmcState, Managed
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.texts.cli import show_network, show_version


def fmc_states(devices: Mapping[str, Scenario]) -> dict[str, FmcState]:
    """The FMCs among the devices of a lab, each with the devices that name it."""
    return {
        name: replace(scenario.rest, devices=_managed(devices, name), alerts=scenario.alerts)
        for name, scenario in devices.items()
        if scenario.rest is not None
    }


def _managed(devices: Mapping[str, Scenario], fmc: str) -> tuple[Managed, ...]:
    own = [(name, scenario) for name, scenario in devices.items() if scenario.fmc == fmc]
    return tuple(
        Managed(
            name=name,
            host=f"192.0.2.{index}",
            model=scenario.software.model.rpartition(" (")[0],
            version=scenario.software.version,
            kind=scenario.platform.value,
            alerts=scenario.alerts,
            excluded=scenario.excluded,
            health_module=scenario.health_module,
            pending=scenario.pending,
            show_network=show_network(scenario),
            show_version=show_version(scenario),
        )
        for index, (name, scenario) in enumerate(own, 1)
    )
