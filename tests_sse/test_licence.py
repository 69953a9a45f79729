"""SSE-LIC: how FMC is licensed."""

from __future__ import annotations

from sse_compliance.errors import Unavailable
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement


@requirement("SSE-LIC-01")
def test_fmc_is_smart_licensed(host: FirepowerHost) -> None:
    licence = host.fmc.licence
    host.note(expected="the licence is REGISTERED", observed=f"the licence is {licence.shown}")
    assert licence.registered


@requirement("SSE-LIC-02")
def test_fmc_registers_with_cisco_directly(host: FirepowerHost) -> None:
    licence = host.fmc.licence
    host.note(expected="no licence is reserved", observed=f"the licence is {licence.shown}")
    assert not licence.reserved
    raise Unavailable(
        f"the licence is {licence.shown}; the REST API does not tell whether FMC registers with Cisco itself or with a "
        "satellite: see System > Licenses > Smart Licenses"
    )
