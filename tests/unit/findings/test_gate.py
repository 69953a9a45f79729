"""The gate against the table of docs/verdict.md, and what must hold whatever the findings are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.findings.baseline import compare, subject_of
from sse_compliance.findings.finding import WAIVABLE, Change, Finding, GateMode, State
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.results import Baseline, Results, Summary, Verdict
from sse_compliance.findings.summary import summarise, verdict_line
from sse_compliance.findings.waivers import Waiver, under
from tests.unit.findings.made import finding, results, waiver

PAGE = Path(__file__).resolve().parents[3] / "docs" / "verdict.md"

NO_BASELINE, ABSENT = "none", "absent"
WAIVED_UNKNOWN = "waived not assessed"
BASELINES = (
    NO_BASELINE,
    ABSENT,
    "compliant",
    "not applicable",
    "advisory",
    "non-compliant",
    "waived",
    "not assessed",
    WAIVED_UNKNOWN,
)
NOWS = ("compliant", "not applicable", "advisory", "non-compliant", "not assessed")
WAIVERS = ("none", "non-compliant", "not assessed")
SEVERITIES = ("reached", "below")


@dataclass(frozen=True)
class Case:
    """A combination of everything that the verdict depends on."""

    baseline: str
    now: str
    waiver: str
    gate: str
    severity: str

    def __str__(self) -> str:
        return f"{self.baseline}-{self.now}-{self.waiver}-{self.gate}-{self.severity}".replace(" ", "_")


def read_table(name: str) -> list[list[str]]:
    text = (
        PAGE.read_text(encoding="utf-8").partition(f"<!-- table: {name} -->")[2].partition("<!-- end of table -->")[0]
    )
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.strip().splitlines()]
    return rows[2:]


ROWS = read_table("gate")


def cases() -> Iterator[Case]:
    for values in product(BASELINES, NOWS, WAIVERS, GateMode, SEVERITIES):
        if (values[0], values[3]) != (NO_BASELINE, GateMode.REGRESSIONS):
            yield Case(*values)


def matching(case: Case) -> list[list[str]]:
    wanted = (case.baseline, case.now, case.waiver, case.gate, case.severity)
    return [
        row
        for row in ROWS
        if all(cell == "any" or value in cell.split(", ") for cell, value in zip(row, wanted, strict=False))
    ]


def a_finding(state: str, severity: Severity) -> Finding:
    if state == WAIVED_UNKNOWN:
        return replace(finding(state=State.NOT_ASSESSED, severity=severity), waiver="w")
    return finding(state=State(state), severity=severity)


def concluded(
    findings: Sequence[Finding], waivers: Sequence[Waiver], earlier: Results | None, gate: Gate
) -> tuple[Summary, Results]:
    """All that stands between judged findings and a verdict."""
    found = tuple(under(finding, waivers, {}) for finding in findings)
    told: Baseline | None = None
    if earlier is not None:
        found, told = compare(found, subject_of(earlier), earlier, "before.json")
    summary = summarise(found, ["ftd-1"], gate=gate)
    return summary, replace(results(found), summary=summary, baseline=told)


OTHER = finding("SSE-CFG-03", State.COMPLIANT, severity=Severity.CRITICAL)


@pytest.mark.parametrize("case", list(cases()), ids=str)
def test_every_combination_is_in_one_row_and_comes_out_as_it_says(case: Case) -> None:
    rows = matching(case)
    assert len(rows) == 1, rows
    *_, verdict, exit_code = rows[0]
    severity = Severity.HIGH if case.severity == "reached" else Severity.MEDIUM
    held = {"none": [], "non-compliant": [State.NON_COMPLIANT], "not assessed": [State.NOT_ASSESSED]}[case.waiver]
    earlier = None
    if case.baseline != NO_BASELINE:
        before = [] if case.baseline == ABSENT else [a_finding(case.baseline, severity)]
        earlier = results([OTHER, *before])
    summary, _ = concluded(
        [OTHER, a_finding(case.now, severity)],
        [waiver(states=held)] if held else [],
        earlier,
        Gate(GateMode(case.gate), Severity.HIGH),
    )
    assert (summary.verdict, str(int(summary.exit_code))) == (Verdict(verdict), exit_code), summary.why


def test_the_table_names_nothing_that_there_is_not() -> None:
    known = (BASELINES, NOWS, WAIVERS, tuple(GateMode), SEVERITIES, tuple(Verdict))
    for row in ROWS:
        for cell, values in zip(row, known, strict=False):
            assert cell == "any" or set(cell.split(", ")) <= set(values), row


# -------------------------------------------------------------------------------- whatever the findings are

HOSTS = ("a.example", "b.example")
GATES = st.builds(Gate, st.sampled_from(GateMode), st.sampled_from(Severity))
PLACES = [(r, h) for r in ("SSE-DNS-01", "SSE-CFG-02") for h in (None,)] + [("SSE-NET-01", h) for h in HOSTS]
STATES = (State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED, State.NOT_APPLICABLE, State.ADVISORY)


@st.composite
def runs(draw: st.DrawFn) -> tuple[Finding, ...]:
    places = draw(st.lists(st.sampled_from(PLACES), unique=True))
    return tuple(
        finding(requirement, draw(st.sampled_from(STATES)), host, severity=draw(st.sampled_from(Severity)))
        for requirement, host in places
    )


@st.composite
def waiver_sets(draw: st.DrawFn) -> tuple[Waiver, ...]:
    places = draw(st.lists(st.sampled_from(PLACES), unique=True))
    states = st.lists(st.sampled_from(WAIVABLE), min_size=1)
    return tuple(waiver(requirement, host=host, states=draw(states)) for requirement, host in places)


BASELINE_RUNS = runs().map(lambda found: results([OTHER, *found]))


@settings(max_examples=400, deadline=None)
@given(found=runs(), waivers=waiver_sets(), earlier=BASELINE_RUNS, gate=GATES, data=st.data())
def test_one_more_non_compliance_never_turns_a_failing_run_into_a_passing_one(
    found: tuple[Finding, ...], waivers: tuple[Waiver, ...], earlier: Results, gate: Gate, data: st.DataObject
) -> None:
    before, _ = concluded(found, waivers, earlier, gate)
    met = [index for index, one in enumerate(found) if one.standing in (State.COMPLIANT, State.NOT_APPLICABLE)]
    free = [place for place in PLACES if place not in {(f.requirement, f.target) for f in found}]
    choices = [("break", index) for index in met] + [("add", index) for index in range(len(free))]
    if not choices:
        return
    kind, index = data.draw(st.sampled_from(choices))
    worse = list(found)
    if kind == "break":
        worse[index] = replace(found[index], state=State.NON_COMPLIANT, level=Level.REQUIRED, reason=None)
    else:
        requirement, host = free[index]
        worse.append(finding(requirement, State.NON_COMPLIANT, host, severity=data.draw(st.sampled_from(Severity))))
    after, _ = concluded(worse, waivers, earlier, gate)
    assert before.exit_code == 0 or after.exit_code != 0
    assert before.exit_code != 1 or after.exit_code == 1


@settings(max_examples=400, deadline=None)
@given(found=runs(), waivers=waiver_sets(), earlier=st.none() | BASELINE_RUNS, gate=GATES)
def test_no_run_with_something_required_not_assessed_exits_0(
    found: tuple[Finding, ...], waivers: tuple[Waiver, ...], earlier: Results | None, gate: Gate
) -> None:
    summary, told = concluded(found, waivers, earlier, gate)
    if any(f.standing is State.NOT_ASSESSED and f.level is Level.REQUIRED for f in told.findings):
        assert summary.exit_code in (1, 10)
    if not any(f.standing is State.COMPLIANT for f in told.findings):
        assert summary.exit_code != 0, "nothing was found to be met"
    if summary.exit_code == 0:
        assert summary.verdict is Verdict.PASSED


@settings(max_examples=200, deadline=None)
@given(found=runs(), earlier=BASELINE_RUNS, least=st.sampled_from(Severity))
def test_the_strict_gate_fails_whatever_non_compliance_the_other_one_fails(
    found: tuple[Finding, ...], earlier: Results, least: Severity
) -> None:
    strict, _ = concluded(found, (), earlier, Gate(GateMode.STRICT, least))
    lenient, _ = concluded(found, (), earlier, Gate(GateMode.REGRESSIONS, least))
    assert lenient.exit_code == 0 or strict.exit_code != 0


# ---------------------------------------------------------------------------------------------- words


def test_a_run_that_was_cut_short_is_incomplete_whatever_it_found() -> None:
    summary = summarise([OTHER, finding()], ["ftd-1"], interrupted="Ctrl-C")
    assert (summary.verdict, summary.exit_code) == (Verdict.INCOMPLETE, 2)
    assert "Ctrl-C" in summary.why


def test_why_tells_what_was_let_through() -> None:
    found = [
        OTHER,
        replace(finding(severity=Severity.LOW), change=Change.NEW),
        replace(finding("SSE-DNS-01", severity=Severity.CRITICAL), change=Change.STILL),
        replace(finding("SSE-PRC-01"), waiver="w"),
    ]
    summary = summarise(found, ["ftd-1"], gate=Gate(GateMode.REGRESSIONS, Severity.HIGH))
    assert summary.why == (
        "Nothing fails the gate (1 compliant finding). "
        "Let through: 1 unmet as in the baseline, 1 unmet below --fail-on high, 1 waived."
    )


def test_why_tells_what_follows_from_a_waived_finding() -> None:
    found = [
        OTHER,
        replace(finding(), waiver="w"),
        finding("SSE-SOK-02", cause="SSE-CFG-02"),
    ]
    why = summarise(found, ["ftd-1"]).why
    assert "Something required is not met on 1 device." in why
    assert "1 of them from what a waiver covers: it covers only the requirement that it names." in why


def test_lost_assessments_are_told_as_such() -> None:
    found = [OTHER, replace(finding(state=State.NOT_ASSESSED), change=Change.NEW)]
    summary = summarise(found, ["ftd-1"], gate=Gate(GateMode.REGRESSIONS))
    assert summary.exit_code == 1
    assert summary.why == "1 required check on 1 device could not be made, other than in the baseline."


def test_verdict_line() -> None:
    found = [OTHER, finding(), finding("SSE-DNS-01", State.NOT_ASSESSED), finding("SSE-PRC-01", State.ADVISORY)]
    told = results(found)
    assert verdict_line(told) == ("SSE-VERDICT: failed exit=1 devices=1 non-compliant=1 not-assessed=1 waived=0")
    compared, baseline = compare(found, subject_of(told), results([OTHER, finding()]), "b")
    told = replace(told, findings=compared, baseline=baseline)
    assert verdict_line(told, 3).endswith(" exit=3 devices=1 non-compliant=1 not-assessed=1 waived=0 new=1")
    assert verdict_line(results([finding(state=State.NOT_ASSESSED)])).startswith("SSE-VERDICT: not-assessed exit=10 ")


def test_a_verdict_line_says_that_a_run_was_over_a_part() -> None:
    told = results([OTHER])
    assert " partial=" not in verdict_line(told)
    told = replace(told, run=replace(told.run, partial="1 of 3 devices"))
    assert verdict_line(told).endswith(" partial=yes")


def test_a_run_that_ended_otherwise_than_its_findings_say_is_no_verdict() -> None:
    assert verdict_line(results([OTHER]), 0).startswith("SSE-VERDICT: passed exit=0 ")
    assert verdict_line(results([OTHER]), 3).startswith("SSE-VERDICT: incomplete exit=3 ")
