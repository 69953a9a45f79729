"""``policy/healthpolicies``: whether a device's health policy has the module that raises the alert.

FMC tells the modules of a policy from 7.7 on: ``healthModules: [{moduleId: "hm_tds", enabled: true}, …]``.
"""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc.items import flag, one, text

#: Threat Data Updates on Devices.
THREAT_DATA_MODULE = "hm_tds"


@dataclass(frozen=True, slots=True)
class HealthPolicy:
    """The health policy of a device."""

    name: str
    #: Whether *Threat Data Updates on Devices* is on.
    threat_data: bool


def parse(result: ProbeResult) -> HealthPolicy:
    """The policy.

    Raises:
        Unavailable: the FMC does not tell the policy or its modules.
    """
    item = one(result, "health policies for the device")
    modules = item.get("healthModules")
    if not isinstance(modules, list):
        raise Unavailable(
            "this FMC does not tell the modules of a health policy (7.7 and later do); see System > Health > Policy > "
            "Threat Data Updates on Devices"
        )
    own = [module for module in modules if isinstance(module, dict) and module.get("moduleId") == THREAT_DATA_MODULE]
    states = [flag(module, "enabled") for module in own]
    if len(states) != 1 or states[0] is None:
        raise Unavailable(f"the health policy does not tell whether {THREAT_DATA_MODULE} is on")
    return HealthPolicy(text(item, "name"), states[0])
