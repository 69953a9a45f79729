"""Findings arranged for reports: what follows from what, and what is a root."""

from __future__ import annotations

import pytest

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.findings.finding import Finding, State
from sse_compliance.report.grouping import consequences, keys_by_requirement, roots


def finding(key: str, cause: str | None = None, state: State = State.NON_COMPLIANT) -> Finding:
    requirement, _, target = key.partition("[")
    judged, waiver = (State.NON_COMPLIANT, "w") if state is State.WAIVED else (state, None)
    return Finding(
        requirement,
        "d",
        judged,
        Level.REQUIRED,
        Severity.HIGH,
        target=target.rstrip("]") or None,
        cause=cause,
        waiver=waiver,
    )


@pytest.mark.parametrize(
    "findings, expected_roots, expected_consequences",
    [
        ([finding("A"), finding("B", "A"), finding("C", "B")], ["A"], {"A": ["B", "C"]}),
        ([finding("A"), finding("B", "gone")], ["A", "B"], {}),
        ([finding("A", "B"), finding("B", "A")], ["A", "B"], {}),
        ([finding("A", "A")], ["A"], {}),
        ([finding("A", state=State.COMPLIANT), finding("B", "A")], ["B"], {}),
        ([finding("A[x]"), finding("B[x]", "A[x]")], ["A[x]"], {"A[x]": ["B[x]"]}),
        (
            [finding("W", state=State.WAIVED), finding("U", state=State.NOT_ASSESSED), finding("A")],
            ["A", "U", "W"],
            {},
        ),
    ],
    ids=["chain", "unknown cause", "circle", "itself", "cause is met", "per host", "worst first"],
)
def test_every_open_finding_is_shown_once_as_a_root_or_below_one(
    findings: list[Finding], expected_roots: list[str], expected_consequences: dict[str, list[str]]
) -> None:
    follow = consequences(findings)
    assert [root.key for root in roots(findings)] == expected_roots
    assert {key: [other.key for other in group] for key, group in follow.items()} == expected_consequences


def test_a_circle_that_another_finding_leads_into_hides_nothing() -> None:
    findings = [finding("A", "B"), finding("B", "C"), finding("C", "B")]
    below = [other.key for group in consequences(findings).values() for other in group]
    shown = [root.key for root in roots(findings)]
    assert sorted(shown + below) == ["A", "B", "C"]


def test_many_findings_in_little_room() -> None:
    findings = [finding("A"), finding("B[x]"), finding("B[y]"), finding("C[x]")]
    assert keys_by_requirement(findings) == "A, B (2 hosts), C (1 host)"
