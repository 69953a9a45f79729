"""Results that version 0.1 wrote: read, merged, compared and rendered with the same outcome as then."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from sse_compliance.catalogue.levels import Severity
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.cli import main
from sse_compliance.errors import InputError
from sse_compliance.findings.baseline import compare, subject_of
from sse_compliance.findings.finding import Change, GateMode, State
from sse_compliance.findings.gate import Gate
from sse_compliance.findings.merging.merge import merge_results
from sse_compliance.findings.results_file import read_results, write_results
from sse_compliance.findings.summary import verdict_line
from sse_compliance.findings.terms import load_terms, settle
from sse_compliance.report.formats import FORMATS

FILE = Path(__file__).parents[2] / "data" / "results" / "schema-1.json"
THEN = json.loads(FILE.read_text(encoding="utf-8"))


def test_the_sample_is_of_schema_1_and_has_both_kinds_of_waiver() -> None:
    assert THEN["schema"] == 1
    waived = [finding for finding in THEN["findings"] if finding["state"] == "waived"]
    assert {finding.get("reason") is None for finding in waived} == {True, False}


def test_every_state_is_shown_as_then_and_what_was_judged_stands_beside_it() -> None:
    results = read_results(FILE)
    assert [str(finding.standing) for finding in results.findings] == [entry["state"] for entry in THEN["findings"]]
    judged = {f.key: f.state for f in results.findings if f.standing is State.WAIVED}
    assert judged == {
        "SSE-CFG-02": State.NON_COMPLIANT, "SSE-SOK-02": State.NON_COMPLIANT, "SSE-DNS-01": State.NOT_ASSESSED,
    }  # fmt: skip
    assert [finding.waiver for finding in results.findings] == [entry.get("waiver") for entry in THEN["findings"]]


def test_the_verdict_is_the_same_also_merged_and_written_anew(tmp_path: Path) -> None:
    results = read_results(FILE)
    line = "SSE-VERDICT: failed exit=1 devices=2 non-compliant=1 not-assessed=43 waived=3"
    write_results(results, tmp_path / "again.json")
    assert verdict_line(results) == verdict_line(read_results(tmp_path / "again.json")) == line
    assert json.loads((tmp_path / "again.json").read_text(encoding="utf-8"))["schema"] == 2
    assert merge_results([("schema-1.json", results)]).summary.exit_code == 1


def test_as_a_baseline_what_a_waiver_covered_then_and_none_covers_now_is_new() -> None:
    then = read_results(FILE)
    now = [f for f in then.findings if f.state is State.NON_COMPLIANT and f.key != "SSE-SOK-02"]
    now = [type(f)(f.requirement, f.device, f.state, f.level, f.severity, f.target) for f in now]
    found, _ = compare(now, subject_of(then), then, FILE.name)
    assert Counter(f.change for f in found) == {Change.NEW: 1, Change.STILL: 1}


@pytest.mark.parametrize("damage", ['"state": "waved"', '"state": 1'])
def test_a_damaged_one_is_told_with_its_line(tmp_path: Path, damage: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    line = next(number for number, row in enumerate(text.splitlines(), 1) if '"state": "waived"' in row)
    (tmp_path / "bad.json").write_text(text.replace('"state": "waived"', damage, 1), encoding="utf-8")
    with pytest.raises(InputError, match=rf"bad\.json:{line}: "):
        read_results(tmp_path / "bad.json")


def test_a_devices_error_no_longer_begins_with_its_name() -> None:
    (lost,) = (device for device in read_results(FILE).devices if device.error is not None)
    assert lost.error is not None
    assert lost.error.startswith("the login of admin was refused")


@pytest.mark.parametrize("form", FORMATS)
def test_every_report_is_made_of_it(tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["render", str(FILE), "--format", form, "--output", str(tmp_path)]) == 0
    text = (tmp_path / FORMATS[form].file_name).read_text("utf-8")
    assert "ftd-" in text or "sse_" in text
    capsys.readouterr()


def test_the_verbs_read_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["merge", str(FILE), "--output", str(tmp_path / "merged.json")]) == 1
    capsys.readouterr()
    assert main(["diff", str(FILE), str(tmp_path / "merged.json")]) == main(["diff", str(FILE), str(FILE)])
    assert "new: 0\n" in capsys.readouterr().out


def test_a_run_takes_it_as_its_baseline() -> None:
    gate = Gate(GateMode.REGRESSIONS, Severity.LOW)
    terms = load_terms(load_catalogue(), gate, waivers=None, baseline=FILE, save_baseline=None)
    found = settle(read_results(FILE).findings, terms, subject_of(read_results(FILE)), {})
    assert found.baseline is not None
    assert found.baseline.name == FILE.name
    assert found.baseline.changes[Change.NEW] == 0
