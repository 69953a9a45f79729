"""Findings may be about something that is no device: it is told, counts in the verdict, and is no device."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.findings.finding import State
from sse_compliance.findings.merging.merge import merge_results
from sse_compliance.findings.results import Results, SubjectResult
from sse_compliance.findings.results_file import read_results, write_results
from sse_compliance.findings.summary import summarise, verdict_line
from sse_compliance.report.formats import report_bytes
from tests.unit.findings.made import finding, results

PORTAL = finding("SSE-NET-07", State.NON_COMPLIANT, "admin.sse.itd.cisco.com", device="runner")
MET = finding("SSE-CFG-02", State.COMPLIANT)


def with_runner() -> Results:
    made = results([MET, PORTAL])
    devices = tuple(device for device in made.devices if device.name != "runner")
    summary = summarise(made.findings, [device.name for device in devices])
    runner = SubjectResult("runner", "runner", State.NON_COMPLIANT)
    return replace(made, devices=devices, others=(runner,), summary=summary)


def test_it_is_written_and_read_counts_in_the_verdict_and_not_as_a_device(tmp_path: Path) -> None:
    write_results(with_runner(), tmp_path / "a.json")
    told = read_results(tmp_path / "a.json")
    assert told == with_runner()
    assert verdict_line(told).startswith("SSE-VERDICT: failed exit=1 devices=1 non-compliant=1 ")


@pytest.mark.parametrize("name", ["html", "csv", "junit"])
def test_reports_tell_it(name: str) -> None:
    assert b"runner" in report_bytes(with_runner(), name)


def test_a_state_that_its_findings_do_not_give_is_refused(tmp_path: Path) -> None:
    better = replace(with_runner(), others=(SubjectResult("runner", "runner", State.COMPLIANT),))
    write_results(better, tmp_path / "a.json")
    with pytest.raises(InputError, match=r"others\[0\]: runner is non-compliant by its findings"):
        read_results(tmp_path / "a.json")


def test_it_is_merged_and_stands_once() -> None:
    other = results([finding("SSE-CFG-02", State.COMPLIANT, device="ftd-2")])
    merged = merge_results([("a", with_runner()), ("b", other)])
    assert merged.subjects == ("ftd-1", "ftd-2", "runner")


def test_of_what_two_runners_found_the_worse_stands_once_in_either_order() -> None:
    met = replace(PORTAL, state=State.COMPLIANT)
    other = replace(with_runner(), devices=(), findings=(met,), others=(SubjectResult("runner", "runner", met.state),))
    other = replace(other, summary=summarise((met,), []))
    for runs in ([("a", with_runner()), ("b", other)], [("b", other), ("a", with_runner())]):
        merged = merge_results(runs)
        assert [one.state for one in merged.findings if one.device == "runner"] == [State.NON_COMPLIANT]
        assert merged.others == (SubjectResult("runner", "runner", State.NON_COMPLIANT),)
        assert merged.summary.exit_code == 1


def test_schema_1_had_it_among_the_devices(tmp_path: Path) -> None:
    write_results(results([MET, PORTAL]), tmp_path / "now.json")
    data = json.loads((tmp_path / "now.json").read_text(encoding="utf-8"))
    data = {**{key: value for key, value in data.items() if key != "others"}, "schema": 1}
    (runner,) = (device for device in data["devices"] if device["name"] == "runner")
    runner["platform"] = "runner"
    (tmp_path / "then.json").write_text(json.dumps(data), encoding="utf-8")
    told = read_results(tmp_path / "then.json")
    assert [device.name for device in told.devices] == ["ftd-1"]
    assert told.others == with_runner().others
    assert told.summary.devices == {"compliant": 1}
