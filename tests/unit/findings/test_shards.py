"""The lab's recorded devices, judged in shards and merged: what one run says of them, and never more."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import replace
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sse_compliance.errors import InputError
from sse_compliance.findings.finding import GateMode, State
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.merging.merge import Whole, merge_results
from sse_compliance.findings.results import Results, ShardOf, Verdict
from sse_compliance.findings.summary import summarise
from sse_compliance.findings.terms import Terms
from sse_compliance.inventory.sharding import Shard, digest_of
from tests.unit.findings import recorded_run
from tests.unit.findings.made import NOW, waiver
from tests.unit.findings.recorded_run import BOOKS, EVIDENCE, findings_of

NAMES = sorted(name for name in EVIDENCE if name.startswith(("ftd-", "fmc-")))[:14]
results_over = partial(recorded_run.results_over, of=len(NAMES))


def shards(of: int, terms: Terms | None = None) -> list[Results]:
    own = {part: [name for name in NAMES if Shard(part, of).holds(name)] for part in range(1, of + 1)}
    return [
        results_over(names, terms, ShardOf((part,), of, len(NAMES), digest_of(NAMES)))
        for part, names in own.items()
        if names
    ]


def named(parts: Iterable[Results]) -> list[tuple[str, Results]]:
    return [(f"{number}.json", part) for number, part in enumerate(parts)]


#: What a run says of a fleet; when and by which options it was made is the run's own.
def said(results: Results) -> Results:
    run = replace(results.run, started_at="", finished_at="", selection="", of_devices=None, shard=None, partial=None)
    return replace(results, run=run)


@pytest.mark.parametrize("of", [2, 3, 9])
def test_shards_merged_say_what_one_run_says(of: int) -> None:
    merged = merge_results(named(shards(of)), Whole(books=BOOKS))
    assert said(merged) == said(results_over(NAMES))


def test_waivers_baseline_and_gate_are_settled_over_the_whole() -> None:
    unmet = next(f for name in NAMES for f in findings_of()[name] if f.state is State.NON_COMPLIANT)
    waivers = (waiver(unmet.requirement, device=unmet.device, host=unmet.target), waiver("SSE-PLT-01", device="nobody"))
    earlier = results_over(NAMES[1:])
    earlier = replace(earlier, findings=tuple(f for f in earlier.findings if f.requirement != "SSE-CFG-01"))
    terms = Terms(Gate(GateMode.REGRESSIONS), waivers, (earlier, "before.json"), began=NOW)
    whole = Whole(GateMode.REGRESSIONS, None, waivers, terms.baseline, None, BOOKS, NOW)
    one_run = results_over(NAMES, terms)
    assert one_run.summary.verdict is Verdict.FAILED
    assert said(merge_results(named(shards(3)), whole)) == said(one_run)


@settings(max_examples=15)
@given(st.permutations(range(4)))
def test_the_order_of_the_runs_says_nothing(order: list[int]) -> None:
    parts = named(shards(4))
    assert merge_results([parts[place] for place in order]) == merge_results(parts)
    first = merge_results([parts[place] for place in order[:2]])
    rest = [parts[place] for place in order[2:]]
    in_steps = merge_results([("first.json", first), *rest], Whole(books=BOOKS))
    assert in_steps.findings == merge_results(parts).findings


def healthy_shards() -> list[Results]:
    """Shards of a fleet in which nothing is unmet."""
    return [
        replace(
            part,
            findings=(met := tuple(f for f in part.findings if f.state is State.COMPLIANT)),
            summary=summarise(met, [device.name for device in part.devices]),
            root_causes=(),
        )
        for part in shards(4)
        if all(any(f.state is State.COMPLIANT and f.device == d.name for f in part.findings) for d in part.devices)
    ]


def test_where_a_shard_is_missing_nothing_passes() -> None:
    parts = healthy_shards()
    assert len(parts) > 1
    for left in itertools.combinations(parts, len(parts) - 1):
        merged = merge_results(named(left))
        assert (merged.summary.verdict, merged.summary.exit_code) == (Verdict.NOT_ASSESSED, 10)
        lost = next(part for part in parts if part not in left)
        assert lost.run.shard is not None
        assert f"{lost.run.shard.parts[0]}/4 is missing" in merged.summary.why or "/4, " in merged.summary.why


def test_a_device_that_no_shard_brought_is_not_assessed_in_all_that_is_required_of_it() -> None:
    kept = results_over(NAMES[1:])
    devices = tuple(EVIDENCE[name].device for name in NAMES)
    merged = merge_results([("a.json", kept)], Whole(expected=devices, books=BOOKS))
    own = [finding for finding in merged.findings if finding.device == NAMES[0]]
    assert len(own) == len(findings_of()[NAMES[0]])
    assert {finding.state for finding in own} <= {State.NOT_ASSESSED, State.NOT_APPLICABLE}
    assert State.NOT_ASSESSED in {finding.state for finding in own}
    device = next(device for device in merged.devices if device.name == NAMES[0])
    assert (device.state, device.error) == (State.NOT_ASSESSED, "none of the merged runs was over this device")
    assert any(NAMES[0] in cause.devices for cause in merged.root_causes) or not any(f.is_root for f in own)


def test_a_lost_device_ends_a_good_fleet_with_10() -> None:
    good = next(part for part in healthy_shards() if len(part.devices) > 1)
    expected = tuple(EVIDENCE[device.name].device for device in good.devices)
    lost = expected[0].name
    kept = replace(
        good,
        run=replace(good.run, shard=None),
        devices=tuple(device for device in good.devices if device.name != lost),
        findings=(met := tuple(finding for finding in good.findings if finding.device != lost)),
        summary=summarise(met, [device.name for device in good.devices if device.name != lost]),
    )
    assert merge_results([("a.json", kept)]).summary.exit_code == 0
    assert merge_results([("a.json", kept)], Whole(expected=expected, books=BOOKS)).summary.exit_code == 10
    with pytest.raises(InputError, match=f"--expect: 1 device in none of the runs .{lost}."):
        merge_results([("a.json", kept)], Whole(expected=expected))


def test_shards_of_different_fleets_are_refused() -> None:
    first, second, *_ = shards(4)
    assert second.run.shard is not None
    for other, said_of_it in (
        (replace(second.run.shard, of=5), "the same number of shards as 0.json, 4, found 5"),
        (replace(second.run.shard, devices=99), "the same devices divided as 0.json"),
        (replace(second.run.shard, digest="0" * 64), "the same devices divided as 0.json"),
    ):
        with pytest.raises(InputError, match=said_of_it):
            merge_results(named([first, replace(second, run=replace(second.run, shard=other))]))
