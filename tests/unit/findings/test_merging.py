"""Several runs made into one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from sse_compliance.catalogue.levels import Severity
from sse_compliance.errors import InputError
from sse_compliance.findings.finding import GateMode, State
from sse_compliance.findings.merging import merge_results
from sse_compliance.findings.results import Results, Verdict
from tests.unit.report.samples import BLOCKED_EVENTING, HEALTHY, UNREACHABLE, WRONG_PORT, Fault, build, small_fleet


def merged(*fleets: dict[str, Fault]) -> Results:
    return merge_results([(f"{place}.json", build(fleet)) for place, fleet in enumerate(fleets)])


def test_shards_merge_to_what_one_run_says() -> None:
    faults = {"a": WRONG_PORT, "b": BLOCKED_EVENTING, "c": UNREACHABLE, "d": BLOCKED_EVENTING, "e": HEALTHY}
    whole = merged(faults)
    parts = merged(*({name: fault} for name, fault in faults.items()))
    assert parts.findings == whole.findings
    assert parts.summary == whole.summary
    assert {(c.requirement, c.target, c.devices, c.consequences) for c in parts.root_causes} == {
        (c.requirement, c.target, c.devices, c.consequences) for c in whole.root_causes
    }


@pytest.mark.parametrize(
    "fleets, verdict, exit_code",
    [
        (({"a": HEALTHY}, {"b": HEALTHY}), Verdict.PASSED, 0),
        (({"a": HEALTHY}, {"b": WRONG_PORT}), Verdict.FAILED, 1),
        (({"a": HEALTHY}, {"b": UNREACHABLE}), Verdict.NOT_ASSESSED, 10),
        (({"a": UNREACHABLE}, {"b": WRONG_PORT}), Verdict.FAILED, 1),
    ],
)
def test_the_merged_verdict_is_the_worst(
    fleets: tuple[dict[str, Fault], ...], verdict: Verdict, exit_code: int
) -> None:
    summary = merged(*fleets).summary
    assert (summary.verdict, summary.exit_code) == (verdict, exit_code)


def test_a_cause_that_two_runs_share_is_one_cause() -> None:
    (cause,) = merged({"b": BLOCKED_EVENTING}, {"a": BLOCKED_EVENTING}).root_causes
    assert cause.devices == ("a", "b")
    assert cause.state is State.NON_COMPLIANT


def test_an_incomplete_run_makes_an_incomplete_whole() -> None:
    part = build({"a": HEALTHY})
    cut = replace(part, summary=replace(part.summary, verdict=Verdict.INCOMPLETE, why="stopped by the user"))
    summary = merge_results([("cut.json", cut), ("b.json", build({"b": HEALTHY}))]).summary
    assert summary.verdict is Verdict.INCOMPLETE
    assert summary.exit_code != 0
    assert "cut.json was cut short" in summary.why


def test_a_run_that_said_worse_than_its_findings_show_makes_an_incomplete_whole() -> None:
    part = build({"a": WRONG_PORT})
    hidden = replace(part, findings=tuple(f for f in part.findings if f.state is not State.NON_COMPLIANT))
    summary = merge_results([("hidden.json", hidden), ("b.json", build({"b": HEALTHY}))]).summary
    assert (summary.verdict, summary.exit_code) == (Verdict.INCOMPLETE, 2)
    assert "hidden.json says failed, which its findings do not show (passed)" in summary.why


def test_a_device_without_a_finding_is_never_passed() -> None:
    part = build({"a": HEALTHY, "c": HEALTHY})
    silent = replace(part, findings=tuple(f for f in part.findings if f.device == "a"))
    summary = merge_results([("a.json", silent), ("b.json", build({"b": HEALTHY}))]).summary
    assert (summary.verdict, summary.exit_code) == (Verdict.NOT_ASSESSED, 10)
    assert summary.why == "Nothing failed, but there is no finding at all of c."
    failed = merge_results([("a.json", silent), ("b.json", build({"b": WRONG_PORT}))]).summary
    assert failed.verdict is Verdict.FAILED


def _other_source(name: str) -> Callable[[Results], Results]:
    return lambda results: replace(
        results, run=replace(results.run, **{name: replace(getattr(results.run, name), sha256="0" * 64)})
    )


@pytest.mark.parametrize(
    "change, message",
    [
        (_other_source("catalogue"), r"b\.json: expected the same catalogue as a\.json"),
        (_other_source("allowlist"), r"b\.json: expected the same allowlist as a\.json"),
        (lambda results: replace(results, run=replace(results.run, gate=GateMode.REGRESSIONS)), "the same gate"),
        (lambda results: replace(results, run=replace(results.run, fail_on=Severity.HIGH)), "the same --fail-on"),
        (lambda _: build({"a": HEALTHY}), r"b\.json: device a is in a\.json as well"),
    ],
)
def test_runs_that_do_not_fit_are_refused(change: Callable[[Results], Results], message: str) -> None:
    with pytest.raises(InputError, match=message):
        merge_results([("a.json", build({"a": HEALTHY})), ("b.json", change(build({"b": HEALTHY})))])


def test_facts_of_the_runs_are_kept() -> None:
    first, second = small_fleet(), build({"z": HEALTHY})
    second = replace(
        second,
        run=replace(
            second.run,
            started_at="2026-11-21T23:30:00+02:00",
            finished_at="2026-11-21T22:50:00+00:00",
            selection="-k NET",
            mode="replay",
            partial="Not judged: SSE-DNS-01.",
        ),
    )
    run = merge_results([("a", first), ("b", second)]).run
    assert run.started_at == "2026-11-21T23:30:00+02:00"  # 21:30 UTC, the earlier
    assert run.finished_at == "2026-11-21T22:50:00+00:00"
    assert run.selection == f"{first.run.selection}; -k NET"
    assert run.mode == "live and replay"
    assert run.partial == "Not judged: SSE-DNS-01."


def test_waivers_and_baselines_are_added_up() -> None:
    first = small_fleet()
    second = replace(build({"z": HEALTHY}), waivers=first.waivers, baseline=first.baseline)
    whole = merge_results([("a", first), ("b", second)])
    assert [waiver.findings for waiver in whole.waivers] == [4, 0]
    assert whole.baseline is not None
    assert whole.baseline.changes["new"] == 8
