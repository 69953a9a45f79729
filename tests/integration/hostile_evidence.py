"""A recorded device with some of its answers changed, ready to be judged."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.catalogue.regions import Endpoint, Regions, load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.evidence.evidence_files import read
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.host import FirepowerHost
from tests.integration.suite_run import ROOT

# The modules, not the functions: pytest would collect those here too.

REGIONS: Regions = load_regions()

CATALOGUE = load_catalogue()
API = "api-sse.cisco.com"
CONTEXT = {
    "status": "Enrolled",
    "clientInfo": {"version": "7.4.2", "name": "firepower"},
    "settings": {"exchange": {"fqdn": API}},
}
SOCKET = "/ngfw/var/sf/run/EventHandler_SSEConnector.sock"

Change = Callable[[str], str]


def host(device: str = "ftd-us", **changes: Change) -> FirepowerHost:
    """A recorded device whose probes (``_`` for ``-``) say something else."""
    return host_of(device, {name.replace("_", "-"): change for name, change in changes.items()})


def host_of(device: str, changes: dict[str, Change]) -> FirepowerHost:
    evidence = read(ROOT / "fixtures" / "evidence" / f"{device}.json")
    judged = FirepowerHost(DeviceFacts(evidence, REGIONS.api(evidence.device.region)))
    for name, change in changes.items():
        judged = with_result(judged, name, stdout=change(evidence.probe(name).stdout))
    return judged


def with_result(judged: FirepowerHost, name: str, **fields: Any) -> FirepowerHost:
    """The same device, where fields of a probe's result are others."""
    result = judged.evidence.probe(name)
    changed = replace(result, **fields)
    assert changed != result, name
    evidence = replace(judged.evidence, probes={**judged.evidence.probes, name: changed})
    return FirepowerHost(DeviceFacts(evidence, judged.api_host))


def instead(text: str) -> Change:
    return lambda _: text


def swapped(old: str, new: str) -> Change:
    return lambda text: text.replace(old, new)


def expected(requirement: str) -> Parameters:
    """What the catalogue expects."""
    return CATALOGUE[requirement].expected


def endpoint(device: FirepowerHost, name: str = API) -> Endpoint:
    (found,) = (e for e in REGIONS.endpoints(device.device.region, device.device.profile) if e.fqdn == name)
    return found


def observed(device: FirepowerHost) -> str:
    return device.judgement.observed or ""
