"""What a waiver covers, and what it does not."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.waivers import Waiver, under, uses
from tests.unit.findings.made import NOW, finding, waiver

HOST, OTHER_HOST = "mx01.sse.itd.cisco.com", "api-sse.cisco.com"
TAGS = {"ftd-1": ("lab", "edge"), "ftd-2": ("edge",)}

BAD = State.NON_COMPLIANT
UNKNOWN = State.NOT_ASSESSED


@pytest.mark.parametrize(
    ("made", "judged", "covered"),
    [
        (waiver(), finding(), True),
        (waiver(), finding(device="ftd-2"), False),
        (waiver(), finding("SSE-CFG-03"), False),
        (waiver(device=None, tag="lab"), finding(), True),
        (waiver(device=None, tag="lab"), finding(device="ftd-2"), False),
        (waiver(device=None, tag="edge"), finding(device="ftd-2"), True),
        (waiver("SSE-NET-01", device=None, host=HOST), finding("SSE-NET-01", BAD, HOST), True),
        (waiver("SSE-NET-01", device=None, host=HOST), finding("SSE-NET-01", BAD, HOST, device="ftd-2"), True),
        (waiver("SSE-NET-01", device=None, host=HOST), finding("SSE-NET-01", BAD, OTHER_HOST), False),
        (waiver("SSE-NET-01", device=None, tag="lab", host=HOST), finding("SSE-NET-01", BAD, HOST), True),
        (
            waiver("SSE-NET-01", device=None, tag="lab", host=HOST),
            finding("SSE-NET-01", BAD, HOST, device="ftd-2"),
            False,
        ),
        (waiver("SSE-NET-01"), finding("SSE-NET-01", BAD, HOST), True),
        (waiver(), finding(state=UNKNOWN), False),
        (waiver(states=[UNKNOWN]), finding(state=UNKNOWN), True),
        (waiver(states=[UNKNOWN]), finding(), False),
        (waiver(states=[BAD, UNKNOWN]), finding(state=UNKNOWN), True),
        (waiver(), finding(state=State.COMPLIANT), False),
        (waiver(), finding(state=State.ADVISORY), False),
        (waiver(), finding(state=State.NOT_APPLICABLE), False),
        (waiver(), finding("SSE-SOK-02", cause="SSE-CFG-02"), False),
    ],
)
def test_what_a_waiver_covers(made: Waiver, judged: Finding, covered: bool) -> None:
    result = under(judged, [made], TAGS)
    (use,) = uses([judged], [made], TAGS, NOW)
    if covered:
        assert result == replace(judged, waiver=made.text)
        assert (result.state, result.standing) == (judged.state, State.WAIVED)
    else:
        assert result == judged
    assert use.findings == covered
    assert (use.unused is None) == covered


def test_the_text_and_the_scope_are_told() -> None:
    made = waiver("SSE-NET-01", device=None, tag="lab", host=HOST)
    judged = finding("SSE-NET-01", BAD, HOST)
    result = under(judged, [made], TAGS)
    (use,) = uses([judged], [made], TAGS, NOW)
    assert result.waiver == f"moved port (approved by J. Doe, until {made.expires.isoformat()})"
    assert use.scope == f"tag lab, host {HOST}"
    assert (use.justification, use.approver, use.expires) == ("moved port", "J. Doe", made.expires.isoformat())


@pytest.mark.parametrize(
    ("left", "soon"),
    [(timedelta(seconds=1), True), (timedelta(days=14), True), (timedelta(days=14, seconds=1), False)],
)
def test_one_that_ends_soon_is_marked(left: timedelta, soon: bool) -> None:
    (use,) = uses([finding()], [waiver(expires=NOW + left)], TAGS, NOW)
    assert use.ends_soon is soon


@pytest.mark.parametrize(
    ("judged", "why"),
    [
        ([], "Nothing in its scope was judged in this run."),
        ([finding(device="ftd-2")], "Nothing in its scope was judged in this run."),
        ([finding(state=State.COMPLIANT)], "What it names needs no such waiver: 1 compliant."),
        ([finding(state=UNKNOWN)], "What it names needs no such waiver: 1 not assessed."),
    ],
)
def test_one_that_matches_nothing_says_why(judged: list[Finding], why: str) -> None:
    (use,) = uses(judged, [waiver()], TAGS, NOW)
    assert (use.findings, use.unused) == (0, why)


def test_two_that_cover_the_same_are_both_in_use() -> None:
    told = uses([finding()], [waiver(), waiver(device=None, tag="lab")], TAGS, NOW)
    assert [use.findings for use in told] == [1, 1]


def test_what_could_not_be_assessed_keeps_its_reason_and_is_no_root_cause() -> None:
    result = under(finding(state=UNKNOWN, reason="unreachable"), [waiver(states=[UNKNOWN])], TAGS)
    assert (result.standing, result.reason, result.is_root) == (State.WAIVED, "unreachable", False)


@pytest.mark.parametrize(("state", "text"), [(State.WAIVED, None), (State.COMPLIANT, "w"), (State.ADVISORY, "w")])
def test_no_finding_is_made_that_hides_what_was_judged(state: State, text: str | None) -> None:
    with pytest.raises(ValueError, match="waiver"):
        Finding("SSE-CFG-02", "ftd-1", state, Level.REQUIRED, Severity.HIGH, waiver=text)
