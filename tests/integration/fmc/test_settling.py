"""An alert that is still clearing: by its own time and the device's findings, not by how fast a run is."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.collect.fmc.fmc_source import FmcSource
from sse_compliance.evidence.answer import NotObtained
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import Finding, State
from sse_compliance.inventory.device import Access, Device, Platform, Target
from sse_compliance.judge.outcome import judge_test
from sse_compliance.lab.fmc.api import Api
from sse_compliance.lab.fmc.server import FmcServer
from sse_compliance.lab.fmc.state import Alert, FmcState, Managed
from sse_compliance.lab.fmc.trust import Trust
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.suite import Suite
from sse_compliance.plugin.wait import wait_for_devices
from tests.integration.fmc.conftest import PASSWORD, StartFmc, access
from tests.unit.judge.recorded import RECORDED
from tests.unit.judge.recorded import tests_of_the_suite as suites_tests
from tests_sse.test_health import test_no_alert_on_the_cloud_configuration as no_alert

ALERTS = "fmc:health/alerts"
NAME = "ftd-managed"
HALF_AN_HOUR = 30 * 60


def alert(age_seconds: int) -> Alert:
    return Alert("THREAT_DATA_UPDATES", "RED", "Cisco Cloud Configuration - Failure", age_seconds)


class Fleet:
    """A healthy device, as it was recorded, and an FMC that shows an alert for it."""

    def __init__(self, server: FmcServer, trust: Trust) -> None:
        self.server = server
        recorded = read_directory(RECORDED)[NAME]
        manager = Device("fmc", Platform.FMC, "us", address="127.0.0.1", fmc="fmc")
        device = replace(recorded.device, fmc="fmc")
        targets = {
            NAME: Target(device, Access("192.0.2.1")),
            "fmc": Target(manager, Access("127.0.0.1", rest=access(server, trust))),
        }
        self.source = FmcSource(targets, {"fmc": targets["fmc"]})
        self.suite = Suite(
            load_catalogue(), load_regions(), {NAME: device}, evidence={NAME: recorded}, tests=suites_tests()
        )
        self.looks = 0
        self.collect({NAME})

    def show(self, *alerts: Alert) -> None:
        """What FMC shows from now on."""
        devices = (Managed(NAME, "192.0.2.1", alerts=alerts),)
        self.server.api = Api(replace(self.server.api.state, devices=devices))

    def collect(self, _: Collection[str]) -> None:
        """Asks the FMC again."""
        self.looks += 1
        said = self.source.ask({NAME: [ALERTS]})[NAME]
        self.change(**{ALERTS: said[ALERTS]})

    def change(self, **probes: object) -> None:
        """Other answers in the evidence."""
        known = self.suite.evidence[NAME]
        self.suite.take(Evidence(known.device, known.collected_at, {**known.probes, **probes}))  # type: ignore[dict-item]

    def judged(self, _: Collection[str] = ()) -> list[Finding]:
        """SSE-HLT-01 of the device."""
        case = self.suite.case(self.suite.catalogue["SSE-HLT-01"], NAME, None)
        arguments = arguments_of(self.suite, case, ("host", "parameters", "open_causes"))
        return [judge_test(case, no_alert, arguments).finding]


@pytest.fixture
def fleet(start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> Fleet:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)
    return Fleet(start_fmc(FmcState(devices=(Managed(NAME, "192.0.2.1", alerts=(alert(240),)),))), trust)


def test_wait_waits_for_an_alert_that_settles(fleet: Fleet) -> None:
    told: list[str] = []

    def look(names: Collection[str]) -> None:
        fleet.show()
        fleet.collect(names)

    came_back = wait_for_devices(fleet.suite, [NAME], fleet.judged, look, 0.05, told.append)
    assert list(came_back) == [NAME]
    assert NAME in told[0]
    assert fleet.judged()[0].state is State.COMPLIANT
    assert fleet.looks == 2


@pytest.mark.parametrize(
    ("age", "state"),
    [
        (-HALF_AN_HOUR - 60, State.NON_COMPLIANT),
        # FMC's clock is before the runner's.
        (-60, State.NOT_ASSESSED),
        (0, State.NOT_ASSESSED),
        (HALF_AN_HOUR - 60, State.NOT_ASSESSED),
        (HALF_AN_HOUR, State.NON_COMPLIANT),
        (24 * 3600, State.NON_COMPLIANT),
    ],
)
def test_the_alerts_own_age_decides(fleet: Fleet, age: int, state: State) -> None:
    fleet.show(alert(age))
    fleet.collect({NAME})
    (finding,) = fleet.judged()
    assert finding.state is state
    assert ("no cause is left" in (finding.reason or "")) is (state is State.NOT_ASSESSED)


def test_a_cause_that_is_found_holds_the_alert_against_the_device(fleet: Fleet) -> None:
    known = fleet.suite.evidence[NAME].probes["connector-properties"]
    fleet.change(**{"connector-properties": replace(known, stdout="connector_port=8990\n")})  # type: ignore[arg-type]
    assert fleet.judged()[0].state is State.NON_COMPLIANT


def test_a_cause_that_nobody_could_look_for_is_named(fleet: Fleet) -> None:
    fleet.change(**{"connector-properties": NotObtained("the session ended")})
    (finding,) = fleet.judged()
    assert finding.state is State.NOT_ASSESSED
    assert "whether its cause is gone can't be told (SSE-CFG-01, " in (finding.reason or "")
    fleet.show(alert(HALF_AN_HOUR))
    fleet.collect({NAME})
    assert fleet.judged()[0].state is State.NON_COMPLIANT
