"""``history`` as a user calls it."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from sse_compliance.cli import main
from sse_compliance.findings.results_file import write_results
from tests.unit.report.samples import HEALTHY, WRONG_PORT, build

OLD = Path(__file__).parents[2] / "data" / "results" / "schema-1.json"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    folder = tmp_path / "runs"
    for day, fault in ((1, WRONG_PORT), (2, HEALTHY)):
        results = build({"ftd-a": fault})
        path = folder / f"2026-11-0{day}" / "compliance.json"
        path.parent.mkdir(parents=True)
        write_results(replace(results, run=replace(results.run, started_at=f"2026-11-0{day}T06:00:00+00:00")), path)
    return folder


def test_a_folder_makes_a_page(runs: Path, tmp_path: Path) -> None:
    (runs / "2026-11-01" / "compliance.hdf.json").write_text("{}")
    (runs / "2026-11-01" / "evidence").mkdir()
    (runs / "2026-11-01" / "evidence" / "ftd-a.json").write_text("{}")
    assert main(["history", str(runs), "--output", str(tmp_path / "h.html")]) == 0
    text = (tmp_path / "h.html").read_text()
    assert "2 runs from 2026-11-01 06:00 to 2026-11-02 06:00, 1 device." in text
    assert "<td>SSE-CFG-02</td><td>2026-11-01 06:00</td><td>2026-11-02 06:00</td><td>1 d</td><td>met</td>" in text


def test_a_bad_file_is_named_left_out_and_no_success(
    runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (runs / "bad.json").write_text('{"schema": 2')
    assert main(["history", str(runs), "--output", str(tmp_path / "h.html")]) == 4
    assert "bad.json:1" in capsys.readouterr().err
    assert "Not in this history" in (tmp_path / "h.html").read_text()


def test_the_same_run_twice_counts_once(runs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    shutil.copy(runs / "2026-11-01" / "compliance.json", runs / "again.json")
    assert main(["history", str(runs), str(runs / "again.json"), "--output", str(tmp_path / "h.html")]) == 0
    assert "is the same run as" in capsys.readouterr().err
    assert "2 runs from" in (tmp_path / "h.html").read_text()


def test_results_of_the_old_schema_are_read(tmp_path: Path) -> None:
    assert main(["history", str(OLD), "--output", str(tmp_path / "h.html")]) == 0


def test_nothing_to_read_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", str(tmp_path), "--output", str(tmp_path / "h.html")]) == 4
    assert not (tmp_path / "h.html").exists()
    assert "expected the compliance.json of a run" in capsys.readouterr().err
