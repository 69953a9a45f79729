"""What the suite makes of the lab's recorded devices: the faults that were planted, in words that say the same."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.findings.finding import UNMET, Finding, State
from sse_compliance.lab.scenario import planted
from sse_compliance.lab.scenarios import SCENARIOS
from tests.unit.judge.recorded import recorded_findings


@pytest.fixture(scope="module")
def findings() -> tuple[Finding, ...]:
    return recorded_findings()


def test_each_device_has_the_faults_that_were_planted_and_no_other(findings: tuple[Finding, ...]) -> None:
    found: dict[str, set[str]] = {name: set() for name in SCENARIOS}
    silent: dict[str, set[str | None]] = defaultdict(set)
    for finding in findings:
        if finding.is_root:
            found[finding.device].add(finding.key)
        silent[finding.device].add(finding.reason if finding.state is State.NOT_ASSESSED else None)
    expected = {name: planted(scenario, load_regions()) for name, scenario in SCENARIOS.items()}
    assert found == {name: set(one.keys) for name, one in expected.items()}
    for name, one in expected.items():
        if one.not_assessed is not None:
            reasons = silent[name] - {None}
            assert all(one.not_assessed.lower() in (reason or "").lower() for reason in reasons), name
            assert reasons


@pytest.mark.parametrize(
    ("requirement", "states"),
    [
        ("SSE-LIC-01", {State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED}),
        # No endpoint of FMC's tells a satellite, so it is never met.
        ("SSE-LIC-02", {State.NON_COMPLIANT, State.NOT_ASSESSED}),
        ("SSE-CLD-01", {State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED}),
        ("SSE-CLD-02", {State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED}),
        ("SSE-CLD-03", {State.COMPLIANT, State.ADVISORY, State.NOT_ASSESSED}),
        ("SSE-CLD-04", {State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED}),
        ("SSE-HLT-01", {State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED}),
        ("SSE-HLT-02", {State.COMPLIANT, State.ADVISORY, State.NOT_ASSESSED}),
        ("SSE-HLT-03", {State.COMPLIANT, State.ADVISORY, State.NOT_ASSESSED}),
    ],
)
def test_what_fmc_tells_is_seen_in_each_state(
    findings: tuple[Finding, ...], requirement: str, states: set[State]
) -> None:
    assert {one.state for one in findings if one.requirement == requirement} == {*states, State.NOT_APPLICABLE}


#: Words that deny. What is met may hold them only where the expectation is itself that something is absent.
_DENIES = re.compile(
    r"\b(not|no|none|nowhere|neither|nobody|never|can't|timed out|refused|silent|blocked|decrypted|full|stopped|hung|"
    r"stalled|pending|failed|expired|disabled|NXDOMAIN|SERVFAIL|somebody)\b",
    re.IGNORECASE,
)


def _denials(words: str) -> set[str]:
    return {word.lower() for word in _DENIES.findall(words)}


def contradictions(findings: tuple[Finding, ...]) -> list[str]:
    """Findings whose words say something else than their state."""
    found = []
    met = {(f.requirement, f.expected, f.observed) for f in findings if f.state is State.COMPLIANT}
    for one in findings:
        words = f"{one.device} {one.key}: {one.state}, expected {one.expected!r}, observed {one.observed!r}"
        if one.state in UNMET and (
            not one.observed
            or one.observed.replace("'", "") == one.expected
            or (one.requirement, one.expected, one.observed) in met
        ):
            found.append(f"what is observed shows no fault: {words}")
        denied = _denials(one.observed) - _denials(one.expected)
        wants_absence = _denials(one.expected) & {"no", "not"}
        if one.state is State.COMPLIANT and (not one.observed or (denied and not wants_absence)):
            found.append(f"what is observed is a fault, or nothing: {words}")
    return found


def test_no_note_contradicts_its_assertion(findings: tuple[Finding, ...]) -> None:
    assert contradictions(findings) == []


@pytest.mark.parametrize(
    "requirement", ["SSE-DNS-02", "SSE-NET-01", "SSE-NET-02", "SSE-NET-05", "SSE-SOK-02", "SSE-PRC-01", "SSE-PLT-03"]
)
def test_a_note_that_contradicts_would_be_seen(findings: tuple[Finding, ...], requirement: str) -> None:
    met = next(f for f in findings if f.requirement == requirement and f.state is State.COMPLIANT)
    unmet = next(f for f in findings if f.requirement == requirement and f.state in UNMET)
    assert contradictions((met, unmet)) == []
    assert len(contradictions((replace(met, observed=unmet.observed),))) == 1
    assert len(contradictions((met, replace(unmet, expected=met.expected, observed=met.observed)))) == 1
    assert len(contradictions((replace(met, observed=""), replace(unmet, observed="")))) == 2
