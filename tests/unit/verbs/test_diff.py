"""``python -m sse_compliance diff``: two results files beside each other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from sse_compliance.cli import main
from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results
from tests.unit.findings.made import finding, results

MET = finding("SSE-CFG-03", State.COMPLIANT)


def diff(directory: Path, before: Results, after: Results) -> int:
    save_baseline(before, directory / "a.json")
    save_baseline(after, directory / "b.json")
    return main(["diff", str(directory / "a.json"), str(directory / "b.json")])


def test_a_line_for_each_difference(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = [MET, finding("SSE-DNS-01"), finding("SSE-PRC-01"), finding("SSE-PRC-02", State.COMPLIANT)]
    new = replace(finding("SSE-CFG-02"), observed="port is 8990\x1b[31m", expected="8989")
    follows = finding("SSE-SOK-02", cause="SSE-CFG-02")
    lost = finding("SSE-CTX-01", State.NOT_ASSESSED, reason="nothing listens")
    after = [MET, follows, new, lost, finding("SSE-DNS-01"), finding("SSE-PRC-01", State.COMPLIANT)]
    assert diff(tmp_path, results(before), results(after)) == 1
    assert capsys.readouterr().out.splitlines() == [
        "new: 3",
        r"  ftd-1 SSE-CFG-02: non-compliant: port is 8990\x1b[31m, expected 8989",
        "  ftd-1 SSE-CTX-01: not assessed: nothing listens",
        "  ftd-1 SSE-SOK-02: non-compliant: non-compliant (follows from SSE-CFG-02)",
        "still: 1",
        "  ftd-1 SSE-DNS-01: non-compliant: non-compliant",
        "fixed: 1",
        "  ftd-1 SSE-PRC-01: compliant: compliant",
        "gone: 1",
        "  SSE-PRC-02",
        "not compared: SSE-SOK-02: not judged in the baseline on 1 device of this run; "
        "what is unmet of it counts as new.",
        "not compared: SSE-CFG-02: not judged in the baseline on 1 device of this run; "
        "what is unmet of it counts as new.",
        "not compared: SSE-CTX-01: not judged in the baseline on 1 device of this run; "
        "what is unmet of it counts as new.",
        "failed: Something required is newly not met on 1 device. "
        "1 required check on 1 device could not be made, other than in the baseline. "
        "Let through: 1 unmet as in the baseline.",
    ]


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [
        ([MET], [MET], 0),
        ([MET, finding()], [MET, finding()], 0),
        ([MET, finding()], [MET], 0),
        ([MET], [MET, finding()], 1),
        ([MET, finding(state=State.NOT_ASSESSED)], [MET, finding(state=State.NOT_ASSESSED)], 10),
    ],
)
def test_the_exit_status_is_that_of_the_gate(
    tmp_path: Path, before: list[object], after: list[object], status: int
) -> None:
    assert diff(tmp_path, results(before), results(after)) == status  # type: ignore[arg-type]  # findings, in a table


def test_a_later_run_that_was_cut_short(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert diff(tmp_path, results([MET]), results([MET], interrupted="Ctrl-C")) == 2
    assert capsys.readouterr().out.endswith("incomplete: The run did not come to its end: Ctrl-C.\n")


def test_a_wrong_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text("{", encoding="utf-8")
    assert main(["diff", str(tmp_path / "a.json"), str(tmp_path / "a.json")]) == 4
    assert "a.json:1: expected JSON" in capsys.readouterr().err
