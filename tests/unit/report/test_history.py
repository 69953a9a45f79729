"""The history: breakages, their ends, and what no run must be taken for."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from sse_compliance.catalogue.info import Source
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results, Verdict
from sse_compliance.report.history.page import render_history
from sse_compliance.report.history.record import Keys, record_of
from sse_compliance.report.history.story import Story, duration, tell
from tests.unit.report.samples import (
    BLOCKED_EVENTING,
    HEALTHY,
    UNREACHABLE,
    WAIVED_PORT,
    WRONG_PORT,
    Fault,
    build,
    hostile,
    small_fleet,
)

START = datetime(2026, 11, 1, tzinfo=UTC)
NOW = START + timedelta(days=30)
PORT = "SSE-CFG-02"


def run_of(day: int, results: Results) -> Results:
    return replace(results, run=replace(results.run, started_at=(START + timedelta(days=day)).isoformat()))


def story_of(*runs: Results) -> Story:
    keys = Keys()
    return tell([record_of(results, f"{n}.json", keys) for n, results in enumerate(runs)], keys, NOW)


def story(*faults: Fault | None) -> Story:
    """Of ``ftd-a``, beside a sound device; None for a run that did not have it."""
    fleets = [build({"ftd-b": HEALTHY} | ({} if fault is None else {"ftd-a": fault})) for fault in faults]
    return story_of(*(run_of(day, fleet) for day, fleet in enumerate(fleets)))


def other_catalogue(results: Results) -> Results:
    return replace(results, run=replace(results.run, catalogue=Source("requirements.yaml", "2", "beef" * 16)))


def told(one: Story) -> list[tuple[str, str, int, str]]:
    return [(b.device, b.key, round(b.lasted.total_seconds() / 86400), b.end) for b in one.breakages]


@pytest.mark.parametrize(
    "faults, expected",
    [
        ([HEALTHY, WRONG_PORT, WRONG_PORT, HEALTHY], [("ftd-a", PORT, 2, "met")]),
        ([WRONG_PORT, WRONG_PORT], [("ftd-a", PORT, 1, "still broken")]),
        ([WRONG_PORT, None], [("ftd-a", PORT, 0, "not judged since it was last seen")]),
        ([WRONG_PORT, UNREACHABLE], [("ftd-a", PORT, 0, "not judged since it was last seen")]),
        ([WRONG_PORT, UNREACHABLE, None, HEALTHY], [("ftd-a", PORT, 3, "met")]),
        ([WRONG_PORT, None, WRONG_PORT], [("ftd-a", PORT, 2, "still broken")]),
        ([WRONG_PORT, WAIVED_PORT], [("ftd-a", PORT, 1, "waived or does not apply")]),
        ([HEALTHY, HEALTHY], []),
        ([UNREACHABLE, UNREACHABLE], []),
    ],
)
def test_a_breakage_ends_only_where_it_was_found_over(
    faults: list[Fault | None], expected: list[tuple[str, str, int, str]]
) -> None:
    assert told(story(*faults)) == expected


def test_what_another_catalogue_finds_met_is_not_told_as_mended() -> None:
    runs = [run_of(0, build({"ftd-a": WRONG_PORT})), run_of(1, other_catalogue(build({"ftd-a": HEALTHY})))]
    one = story_of(*runs)
    assert told(one) == [("ftd-a", PORT, 1, "met by another catalogue or allowlist")]
    assert one.points[1].marks == ("another catalogue than the run before",)


@pytest.mark.parametrize(
    "change, mark",
    [
        (lambda r: replace(r, run=replace(r.run, of_devices=9)), "partial: 1 of 9 devices"),
        (lambda r: replace(r, run=replace(r.run, partial="3 checks left out")), "partial: 3 checks left out"),
        (lambda r: replace(r, summary=replace(r.summary, verdict=Verdict.INCOMPLETE, why="^C")), "cut short: ^C"),
        (other_catalogue, "another catalogue than the run before"),
    ],
)  # fmt: skip
def test_a_run_that_can_not_be_compared_says_so(change: Callable[[Results], Results], mark: str) -> None:
    one = story_of(run_of(0, build({"ftd-a": HEALTHY})), run_of(1, change(build({"ftd-a": HEALTHY}))))
    assert one.points[1].marks == (mark,)
    assert mark in render_history(one, [], NOW)


def test_a_device_that_a_run_lacks_is_counted_as_nothing() -> None:
    one = story(WRONG_PORT, None)
    assert one.devices["ftd-a"] == (State.NON_COMPLIANT, None)
    assert one.points[1].absent == 1
    assert one.points[1].counts[State.COMPLIANT] == 1
    assert one.points[1].marks == ("1 of 2 devices of this history are not in it",)
    assert "not in the last run" in render_history(one, [], NOW)


def test_a_missing_run_is_told() -> None:
    one = story_of(*(run_of(day, build({"ftd-a": HEALTHY})) for day in (0, 1, 2, 9, 10)))
    assert [point.marks for point in one.points] == [(), (), (), ("no run for 7 d before it",), ()]


def test_flapping_counts_what_was_judged() -> None:
    one = story(WRONG_PORT, HEALTHY, UNREACHABLE, HEALTHY, WRONG_PORT, None, HEALTHY)
    assert [(f.device, f.key, f.changes) for f in one.flapping if f.key == PORT] == [("ftd-a", PORT, 3)]
    assert story(WRONG_PORT, UNREACHABLE, WRONG_PORT, UNREACHABLE, WRONG_PORT).flapping == ()


def test_the_order_of_files_is_no_matter() -> None:
    first, second = run_of(0, build({"ftd-a": WRONG_PORT})), run_of(1, build({"ftd-a": HEALTHY}))
    assert told(story_of(second, first)) == told(story_of(first, second))


def test_waivers_of_the_last_run_that_end_soon() -> None:
    assert [waiver.requirement for waiver in story_of(run_of(0, small_fleet())).waivers] == [PORT]


def test_the_page_tells_what_it_leaves_out_and_obeys_nobody() -> None:
    text = render_history(story_of(run_of(0, hostile())), ["b.json:1: <b>cut</b> short"], NOW)
    assert "&lt;b&gt;cut" in text
    assert not re.search(r"<(script|img|h1>owned)", text)
    assert re.findall(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e]", text) == []


def test_the_worst_device_comes_first() -> None:
    fleet = build({"a": HEALTHY, "b": BLOCKED_EVENTING, "c": UNREACHABLE})
    assert list(story_of(run_of(0, fleet)).devices) == ["b", "c", "a"]


@pytest.mark.parametrize(
    "minutes, text", [(0, "less than a minute"), (25, "25 min"), (60, "1 h"), (1600, "1 d 2 h"), (1441, "1 d 1 min")]
)
def test_duration(minutes: int, text: str) -> None:
    assert duration(timedelta(minutes=minutes)) == text
