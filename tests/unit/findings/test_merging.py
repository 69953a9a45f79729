"""Several runs made into one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from sse_compliance.catalogue.info import Command
from sse_compliance.catalogue.levels import Severity
from sse_compliance.errors import InputError
from sse_compliance.findings.finding import GateMode, State
from sse_compliance.findings.merging.merge import merge_results, moved_evidence
from sse_compliance.findings.results import Baseline, Results, RootCause, Verdict, WaiverUse
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


ONE, TWO, THREE = (Command("cli", name) for name in ("one", "two", "three"))


def cause(**changes: Any) -> RootCause:
    first = RootCause("SSE-CFG-02", None, State.NON_COMPLIANT, Severity.HIGH, "8990", "do this", ("a",), 1, ())
    return replace(first, **changes)


def with_causes_of(name: str, *causes: RootCause) -> Results:
    return replace(build({name: WRONG_PORT}), root_causes=causes)


def causes_of(*parts: Results) -> tuple[RootCause, ...]:
    return merge_results([(f"{place}.json", part) for place, part in enumerate(parts)]).root_causes


def test_a_cause_that_runs_tell_alike_keeps_its_words_and_adds_up() -> None:
    parts = (
        with_causes_of("b", cause(devices=("b",), consequences=2, targets=("y", "z"), commands=(ONE, TWO))),
        with_causes_of("a", cause(consequences=3, targets=("x", "y"), commands=(TWO, THREE))),
    )
    (joined,) = causes_of(*parts)
    assert set(joined.commands) == {ONE, TWO, THREE}
    assert len(joined.commands) == 3
    whole = cause(devices=("a", "b"), consequences=5, targets=("x", "y", "z"), commands=joined.commands)
    assert joined == whole


def test_where_the_words_of_a_cause_differ_the_catalogue_s_are_told() -> None:
    info = next(r for r in build({"a": WRONG_PORT}).requirements if r.id == "SSE-CFG-02")
    seen = with_causes_of("a", cause()), with_causes_of("b", cause(devices=("b",), summary="8991"))
    (differing,) = causes_of(*seen)
    assert (differing.summary, differing.remediation) == (f"not met: {info.title}", "do this")
    fixed = with_causes_of("a", cause()), with_causes_of("b", cause(devices=("b",), remediation="do that"))
    (differing,) = causes_of(*fixed)
    assert (differing.summary, differing.remediation) == ("8990", info.remediation)
    unknown = cause(requirement="SSE-XXX-01")
    (kept,) = causes_of(
        with_causes_of("a", unknown), with_causes_of("b", replace(unknown, summary="8991", remediation="do that"))
    )
    assert (kept.summary, kept.remediation) == ("8990", "do this"), "a run that does not tell the requirement"


def test_the_worst_and_most_widespread_cause_of_all_runs_comes_first() -> None:
    wide = cause(requirement="SSE-SOK-01", devices=("a", "c"))
    parts = (
        with_causes_of("a", cause(state=State.ADVISORY), cause(), wide),
        with_causes_of("b", cause(requirement="SSE-NET-02", severity=Severity.CRITICAL)),
    )
    assert [(c.requirement, c.state) for c in causes_of(*parts)] == [
        ("SSE-NET-02", State.NON_COMPLIANT),
        ("SSE-SOK-01", State.NON_COMPLIANT),
        ("SSE-CFG-02", State.NON_COMPLIANT),
        ("SSE-CFG-02", State.ADVISORY),
    ]


def test_the_gate_of_the_runs_is_the_gate_of_the_whole() -> None:
    def lenient(results: Results) -> Results:
        return replace(
            results,
            run=replace(results.run, fail_on=Severity.CRITICAL),
            findings=tuple(replace(f, severity=Severity.LOW) for f in results.findings),
            summary=replace(results.summary, verdict=Verdict.PASSED, exit_code=0),
        )

    merged_runs = merge_results([("a", lenient(build({"a": WRONG_PORT}))), ("b", lenient(build({"b": HEALTHY})))])
    assert (merged_runs.summary.verdict, merged_runs.summary.exit_code) == (Verdict.PASSED, 0)


def test_every_doubt_is_told() -> None:
    def cut(name: str) -> Results:
        part = build({name: HEALTHY})
        return replace(part, summary=replace(part.summary, verdict=Verdict.INCOMPLETE))

    why = merge_results([("a.json", cut("a")), ("b.json", cut("b"))]).summary.why
    assert "a.json was cut short; b.json was cut short" in why


def test_devices_without_a_finding_are_named_in_a_row() -> None:
    part = build({"a": HEALTHY, "d": HEALTHY, "c": HEALTHY})
    silent = replace(part, findings=tuple(f for f in part.findings if f.device == "a"))
    why = merge_results([("a.json", silent), ("b.json", build({"b": HEALTHY}))]).summary.why
    assert why == "Nothing failed, but there is no finding at all of c, d."


def test_what_differs_is_told_with_the_beginning_of_each_checksum() -> None:
    other = build({"b": HEALTHY})
    sources = [replace(other.run.catalogue, sha256=letter * 64) for letter in "ab"]
    parts = [
        replace(part, run=replace(part.run, catalogue=source))
        for part, source in zip((build({"a": HEALTHY}), other), sources, strict=True)
    ]
    with pytest.raises(InputError) as refused:
        merge_results([("a.json", parts[0]), ("b.json", parts[1])])
    assert str(refused.value) == (
        f"b.json: expected the same catalogue as a.json ({'a' * 12}), found {'b' * 12}; "
        "runs can only be merged when they judged by the same"
    )


def test_merged_devices_count_against_the_largest_inventory() -> None:
    parts = [build({name: HEALTHY}) for name in ("a", "b", "c")]
    parts = [replace(part, run=replace(part.run, of_devices=3)) for part in parts]
    assert merge_results(list(zip("ab", parts[:2], strict=True))).coverage == "2 of 3 devices"
    assert merge_results(list(zip("abc", parts, strict=True))).coverage is None


def test_runs_whose_times_cannot_be_read_come_first_and_are_kept() -> None:
    def timed(name: str, started: str, finished: str) -> Results:
        part = build({name: HEALTHY})
        return replace(part, run=replace(part.run, started_at=started, finished_at=finished, partial=f"no {name}."))

    run = merge_results(
        [
            ("a", timed("a", "1970-01-01T00:00:00.5+00:00", "2026-11-21T23:30:00+02:00")),
            ("b", timed("b", "yesterday", "2026-11-21T22:50:00+00:00")),
        ]
    ).run
    assert run.started_at == "yesterday"
    assert run.finished_at == "2026-11-21T22:50:00+00:00"
    assert run.partial == "no a. no b."


def used(**changes: Any) -> WaiverUse:
    first = WaiverUse("SSE-CFG-02", "device a", "moved port", "J. Doe", "2027-01-31T00:00:00+00:00")
    return replace(first, **changes)


def waivers_of(*uses: WaiverUse) -> tuple[WaiverUse, ...]:
    parts = [(name, replace(build({name: HEALTHY}), waivers=(use,))) for name, use in zip("abcd", uses, strict=False)]
    return merge_results(parts).waivers


def test_a_waiver_of_several_runs_is_one_waiver() -> None:
    soon = used(findings=2, ends_soon=True)
    assert waivers_of(soon, used(unused="Nothing in its scope was judged in this run.")) == (soon,)
    assert waivers_of(used(findings=2), replace(soon, findings=0)) == (soon,)
    nothing = used(unused="Nothing in its scope was judged in this run.")
    assert waivers_of(nothing, nothing) == (nothing,)
    assert waivers_of(nothing, used(unused="Not needed.")) == (used(unused="Not needed."),)
    assert waivers_of(used(findings=1), used(findings=3)) == (used(findings=4),)
    assert waivers_of(used(unused="Not judged."), used(unused="Not needed."), used(unused="Not judged.")) == (
        used(unused="Not judged. Not needed."),
    )
    assert waivers_of(used(), used()) == (used(),)


def test_evidence_is_named_from_where_the_whole_lies() -> None:
    here, nowhere = small_fleet().devices[0], replace(small_fleet().devices[1], evidence_file=None)
    one = replace(here, evidence_file="evidence/a.json")
    moved = moved_evidence((one, nowhere), "../first")
    assert moved == (replace(one, evidence_file="../first/evidence/a.json"), nowhere)


def compared(**changes: Any) -> Baseline:
    return replace(Baseline("old.json", "2026-11-20T12:00:00+00:00"), **changes)


def test_what_runs_say_of_their_baselines_is_put_together() -> None:
    baselines = (
        compared(changes={"new": 2, "still": 1}, gone=("x",), not_compared=("one", "two")),
        compared(name="b.json", started_at="2026-11-20T13:30:00+02:00", changes={"new": 1}, gone=("y",)),
        compared(changes={"fixed": 4}, not_compared=("two", "three")),
    )
    parts = [(n, replace(build({n: HEALTHY}), baseline=b)) for n, b in zip("abc", baselines, strict=True)]
    assert merge_results(parts).baseline == compared(
        name="old.json, b.json",
        started_at="2026-11-20T13:30:00+02:00",
        changes={"new": 3, "still": 1, "fixed": 4},
        gone=("x", "y"),
        not_compared=("one", "two", "three"),
    )
