"""SSE-MGR: the device's manager."""

from __future__ import annotations

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.show_managers import COMPLETED, PENDING
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import not_applicable, requirement


@requirement("SSE-MGR-01")
def test_device_is_registered_with_its_manager(host: FirepowerHost) -> None:
    shown = host.show_managers
    if shown.local:
        not_applicable("the device is managed locally, by no FMC")
    states = {manager.registration for manager in shown.managers}
    host.note(
        expected="the registration with each manager is completed",
        observed="; ".join(f"{manager.host}: {manager.registration}" for manager in shown.managers)
        or "no manager is configured",
    )
    assert shown.managers
    assert PENDING not in states
    if strange := states - {COMPLETED}:
        raise Unavailable(f"a registration has a state that no document names: {', '.join(sorted(strange))}")
