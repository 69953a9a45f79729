"""A run beside an earlier one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sse_compliance.catalogue.info import Source
from sse_compliance.findings.baseline import Subject, compare, subject_of, without_devices
from sse_compliance.findings.finding import Change, Finding, State
from sse_compliance.findings.results import Baseline, DeviceResult
from tests.unit.findings.made import device, finding, results

C, N, U, A, W, X = (
    State.COMPLIANT,
    State.NON_COMPLIANT,
    State.NOT_ASSESSED,
    State.ADVISORY,
    State.WAIVED,
    State.NOT_APPLICABLE,
)
NEW, STILL, FIXED, GONE, SAME = Change.NEW, Change.STILL, Change.FIXED, Change.GONE, Change.SAME

#: Rows: the state in the baseline; columns: the state now.
CHANGES: dict[State | None, dict[State, Change | None]] = {
    None: {C: None, N: NEW, U: NEW, A: NEW, W: NEW, X: None},
    C: {C: SAME, N: NEW, U: NEW, A: NEW, W: NEW, X: GONE},
    N: {C: FIXED, N: STILL, U: NEW, A: STILL, W: STILL, X: GONE},
    U: {C: FIXED, N: NEW, U: STILL, A: NEW, W: NEW, X: GONE},
    A: {C: FIXED, N: STILL, U: NEW, A: STILL, W: STILL, X: GONE},
    W: {C: FIXED, N: NEW, U: NEW, A: STILL, W: STILL, X: GONE},
    X: {C: SAME, N: NEW, U: NEW, A: NEW, W: NEW, X: SAME},
}


def beside(now: list[Finding], before: list[Finding]) -> tuple[tuple[Finding, ...], Baseline]:
    return compare(now, subject_of(results(now)), results(before), "before.json")


@pytest.mark.parametrize(("was", "now"), [(was, now) for was in CHANGES for now in CHANGES[was]])
def test_every_pair_of_states(was: State | None, now: State) -> None:
    other = finding("SSE-CFG-03", C)
    (_, changed), told = beside([other, finding(state=now)], [other, *([finding(state=was)] if was else [])])
    assert changed.change is CHANGES[was][now]
    expected = {change.value: 0 for change in Change} | {"same": 1}
    if changed.change:
        expected[changed.change.value] += 1
    assert told.changes == expected


def test_a_waived_not_assessed_is_compared_as_not_assessed() -> None:
    unknown = replace(finding(state=U), waiver="w")
    (changed,), _ = beside([finding()], [unknown])
    assert changed.change is NEW, "the baseline did not know that it is unmet"
    (changed,), _ = beside([unknown], [finding(state=C)])
    assert changed.change is NEW
    (changed,), _ = beside([unknown], [unknown])
    assert changed.change is STILL


def test_hosts_are_compared_by_name() -> None:
    now = [finding("SSE-NET-01", N, "a"), finding("SSE-NET-01", N, "b"), finding("SSE-NET-01", C, "c")]
    changed, told = beside(now, [finding("SSE-NET-01", C, "a"), finding("SSE-NET-01", N, "d")])
    assert [one.change for one in changed] == [NEW, NEW, None]
    assert told.gone == ("ftd-1 SSE-NET-01[d]",)
    assert told.not_compared == (
        "b: not judged in the baseline on 1 device of this run; what is unmet of it counts as new.",
        "c: not judged in the baseline on 1 device of this run; what is unmet of it counts as new.",
    )


def test_a_device_that_joined() -> None:
    (_, joined), told = beside([finding(), finding(device="ftd-2")], [finding()])
    assert joined.change is NEW
    assert told.not_compared == ("ftd-2: not in the baseline; what is unmet on it counts as new.",)


def test_a_device_that_left_is_named_once() -> None:
    left = [finding(device="ftd-2"), finding("SSE-CFG-03", device="ftd-2")]
    _, told = beside([finding()], [finding(), *left])
    assert told.gone == ("ftd-2",)
    assert told.changes["gone"] == 2


def test_a_requirement_that_is_not_judged_any_more_is_named_once() -> None:
    both = [finding(), finding(device="ftd-2")]
    _, told = beside(both, [*both, finding("SSE-CFG-03"), finding("SSE-CFG-03", device="ftd-2")])
    assert told.gone == ("SSE-CFG-03",)
    assert told.changes["gone"] == 2


def test_what_does_not_apply_any_more_is_gone() -> None:
    _, told = beside([finding(state=X)], [finding(state=C)])
    assert told.gone == ("ftd-1 SSE-CFG-02",)


def test_a_requirement_that_the_baseline_does_not_have() -> None:
    now = [finding(), finding("SSE-CFG-03", C)]
    changed, told = beside(now, [finding()])
    assert [one.change for one in changed] == [STILL, None]
    assert told.not_compared == (
        "SSE-CFG-03: not judged in the baseline on 1 device of this run; what is unmet of it counts as new.",
    )


@pytest.mark.parametrize("moved", [device(region="eu"), device(platform="fmc")])
def test_a_device_that_is_in_another_region_or_is_another_one_is_not_compared(moved: DeviceResult) -> None:
    earlier = replace(results([finding(), finding("SSE-CFG-03", C)]), devices=(moved,))
    changed, told = compare([finding()], subject_of(results([finding()])), earlier, "b")
    assert [one.change for one in changed] == [NEW]
    assert told.changes["gone"] == 0
    what, then, now = ("region", "eu", "us") if moved.region == "eu" else ("platform", "fmc", "ftd")
    (sentence,) = told.not_compared
    assert sentence.startswith(f"ftd-1: {what} ")
    assert then in sentence
    assert now in sentence
    assert sentence.endswith("it is not compared, what is unmet on it counts as new.")


def test_another_profile_is_compared_by_host() -> None:
    earlier = results([finding()])
    subject = Subject([replace(device(), profile="current")], earlier.run.catalogue, earlier.run.allowlist)
    (changed,), told = compare([finding()], subject, earlier, "b")
    assert (changed.change, told.not_compared) == (STILL, ())


def test_another_catalogue_is_told() -> None:
    now = results([finding()], catalogue="2")
    _, told = compare(now.findings, subject_of(now), results([finding()]), "b")
    assert told.not_compared == (
        "The baseline's catalogue is 1, this run's is 2; findings are compared by requirement and host.",
    )
    subject = replace(subject_of(now), catalogue=Source("catalogue", "1", "f" * 64))
    _, told = compare(now.findings, subject, results([finding()]), "b")
    assert told.not_compared == (
        "The baseline's catalogue is 1 as this run's is, but the files differ; "
        "findings are compared by requirement and host.",
    )


def test_a_baseline_that_was_cut_short_is_told() -> None:
    earlier = results([finding()], interrupted="Ctrl-C")
    _, told = compare([finding()], subject_of(earlier), earlier, "b")
    assert told.not_compared == (
        "The baseline is of a run that was cut short: The run did not come to its end: Ctrl-C.",
    )


def test_name_and_time_of_the_baseline_are_told() -> None:
    _, told = beside([finding()], [finding()])
    assert (told.name, told.started_at) == ("before.json", "2026-11-20T12:00:00+00:00")


def test_without_some_devices_a_baseline_is_as_if_it_had_not_been_over_them() -> None:
    earlier = results([finding(), finding(device="ftd-2"), finding("SSE-CFG-03", device="ftd-2")])
    left = without_devices(earlier, {"ftd-2"})
    assert left == replace(earlier, devices=earlier.devices[:1], findings=earlier.findings[:1])
    assert without_devices(earlier, set()) == earlier
