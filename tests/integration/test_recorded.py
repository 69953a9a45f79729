"""Recorded evidence of the lab's devices, judged again: every requirement is seen in every state that it can have.

``make record`` records it anew.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from sse_compliance.catalogue.concerns import Targets
from sse_compliance.catalogue.levels import Level
from sse_compliance.catalogue.probes import FROM_ELSEWHERE, IMPLIED
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import Requirement, load_catalogue
from sse_compliance.findings.finding import State
from sse_compliance.lab.scenario import planted
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.verbs.demo import differences
from tests.integration.suite_run import ROOT, SuiteRun, run_suite

RECORDED = ROOT / "fixtures" / "evidence"


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    """A replay of all recorded devices."""
    return run_suite(tmp_path_factory.mktemp("recorded"), f"--evidence={RECORDED}")


def possible(requirement: Requirement) -> set[State]:
    """The states that a requirement can have on some device."""
    states = {State.COMPLIANT, State.NOT_ASSESSED}
    states.add(State.NON_COMPLIANT if requirement.level is Level.REQUIRED else State.ADVISORY)
    if requirement.level_undocumented is not None:
        states.add(State.ADVISORY)
    conditions = requirement.applies_to
    if (conditions.cloud, conditions.proxy, conditions.amp, conditions.rulesets) != (None,) * 4:
        states.add(State.NOT_APPLICABLE)
    # No document says how the REST API would tell that FMC registers with Cisco itself.
    return states - ({State.COMPLIANT} if requirement.id == "SSE-LIC-02" else set())


def test_every_requirement_is_recorded_in_every_state(recorded: SuiteRun) -> None:
    seen: dict[str, set[State]] = defaultdict(set)
    for finding in recorded.results.findings:
        seen[finding.requirement].add(finding.state)
    # The portals are asked by the runner, not read from evidence: tests/unit/judge/test_portals.py.
    judged = [requirement for requirement in load_catalogue() if requirement.targets is not Targets.PORTALS]
    lacking = {r.id: sorted(possible(r) - seen[r.id]) for r in judged if possible(r) - seen[r.id]}
    assert lacking == {}, "give the lab a scenario for it, then: make record"


def test_every_recorded_device_comes_out_as_planted(recorded: SuiteRun) -> None:
    regions = load_regions()
    expected = {name: planted(scenario, regions) for name, scenario in SCENARIOS.items()}
    assert differences(recorded.results, expected) == [], "after a change of the lab: make record"
    assert {Path(device.evidence_file or "").name for device in recorded.results.devices} == {
        f"{name}.json" for name in SCENARIOS
    }


def test_each_test_reads_only_the_probes_that_its_catalogue_entry_names(recorded: SuiteRun) -> None:
    allowed = {r.id: {probe.partition(":")[0] for probe in (*r.probes, *r.probes_of_others)} for r in load_catalogue()}
    read: dict[str, set[str]] = defaultdict(set)
    for finding in recorded.results.findings:
        read[finding.requirement] |= {exhibit.probe.partition(":")[0] for exhibit in finding.evidence}
    # Made only where the first call failed on trust, or where a trusted resolver was named; a device's proxy is
    # looked up where a call failed, and so is what decides whether it was the device's fault.
    optional = {*IMPLIED, *FROM_ELSEWHERE, "show-network", "proxy-conf", "date", "chain", "curl", "dns-servers"}
    assert {id_: kinds - allowed[id_] for id_, kinds in read.items() if kinds - allowed[id_]} == {}
    unread = {id_: allowed[id_] - kinds - optional for id_, kinds in read.items()}
    assert {id_: kinds for id_, kinds in unread.items() if kinds} == {}
