"""What a run was to judge and did not: told as not assessed, with all that is known of the device."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sse_compliance.catalogue.levels import Level
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.lost import NOT_BROUGHT, not_brought, unjudged, without_compliant
from sse_compliance.findings.results import DeviceResult
from sse_compliance.inventory.device import Device, Platform
from tests.unit.findings.made import CATALOGUE, finding, results

REGIONS = load_regions()
FTD = Device("ftd-1", Platform.FTD, "us", amp=True, address="192.0.2.1", tags=("lab",))


def test_what_was_not_judged_is_told_with_its_host_and_why() -> None:
    host = "api-sse.cisco.com"
    requirement = CATALOGUE["SSE-NET-01"]
    assert unjudged(requirement, FTD, host, REGIONS, "the run was lost") == Finding(
        requirement="SSE-NET-01",
        device="ftd-1",
        state=State.NOT_ASSESSED,
        level=Level.REQUIRED,
        severity=requirement.severity,
        target=host,
        expected=requirement.statement,
        reason="the run was lost",
    )


def test_what_does_not_concern_a_device_stays_not_applicable() -> None:
    requirement = next(one for one in CATALOGUE if one.applies_to.reason_against(FTD))
    told = unjudged(requirement, FTD, None, REGIONS, "the run was lost")
    assert told.state is State.NOT_APPLICABLE
    assert told.reason == requirement.applies_to.reason_against(FTD)


def test_the_level_is_that_of_the_host() -> None:
    (requirement, host, level) = next(
        (requirement, host, requirement.level_for(FTD, host, REGIONS))
        for requirement in CATALOGUE
        if requirement.per_host
        for host in sorted(requirement.hosts(FTD, REGIONS))
        if requirement.level_for(FTD, host, REGIONS) is not requirement.level_for(FTD, None, REGIONS)
    )
    assert unjudged(requirement, FTD, host, REGIONS, "lost").level is level


def test_a_device_that_no_run_brought_keeps_what_the_inventory_tells_of_it() -> None:
    assert not_brought([replace(FTD, cloud=False, proxy="http://p:8080")]) == (
        DeviceResult(
            name="ftd-1",
            platform=Platform.FTD,
            region="us",
            profile="classic",
            state=State.NOT_ASSESSED,
            address="192.0.2.1",
            cloud=False,
            amp=True,
            proxy="http://p:8080",
            tags=("lab",),
            error="none of the merged runs was over this device",
            error_kind=NOT_BROUGHT,
        ),
    )


@pytest.mark.parametrize(
    "found, again",
    [
        ([finding(state=State.COMPLIANT)], False),
        ([finding(state=State.NOT_APPLICABLE)], False),
        ([finding(state=State.COMPLIANT), finding("SSE-PRC-01", State.ADVISORY)], False),
        ([finding(state=State.COMPLIANT), finding()], True),
        ([finding(state=State.COMPLIANT), finding(state=State.NOT_ASSESSED)], True),
        ([finding(state=State.WAIVED)], True),
        ([finding(device="ftd-9")], True),
    ],
    ids=["compliant", "not applicable", "advice", "non-compliant", "not assessed", "waived", "not judged"],
)
def test_only_what_was_compliant_is_not_run_again(found: list[Finding], again: bool) -> None:
    others = [finding(state=State.COMPLIANT, device="ftd-2")]
    left = without_compliant([FTD, replace(FTD, name="ftd-2")], results([*found, *others]))
    assert [device.name for device in left] == (["ftd-1"] if again else [])


def test_a_device_state_that_its_findings_deny_is_run_again() -> None:
    earlier = results([finding(state=State.COMPLIANT)])
    earlier = replace(earlier, findings=(finding(),))
    assert without_compliant([FTD], earlier) == (FTD,)
