"""``--failed-from``: the second run asks only the devices that the first did not find compliant."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from sse_compliance.plugin.ending.reports_folder import MARK
from tests.integration.suite_run import ROOT, run_suite

EVIDENCE = f"--evidence={ROOT / 'fixtures' / 'evidence'}"


def test_only_what_was_not_compliant_is_asked_again(lab: Lab, tmp_path: Path) -> None:
    options = (f"--inventory={lab.inventory_file}", "-k", "SSE-PLT-01")
    wanted = "--devices=ftd-us,ftd-eu,sfr,ftd-old-software,ftd-wrong-password"
    first = run_suite(tmp_path, *options, wanted, environment=lab.environment)
    assert first.status == 1
    before = dict(lab.connections)
    # The report that it reads lies where its own will.
    report = f"--failed-from={tmp_path / 'compliance.json'}"
    second = run_suite(tmp_path, *options, wanted, report, environment=lab.environment)
    assert second.status == 1
    asked = {name for name, count in lab.connections.items() if count > before.get(name, 0)}
    assert asked == {"ftd-old-software", "ftd-wrong-password"}
    assert {device.name for device in second.results.devices} == asked
    assert "partial=yes" in second.output
    assert not (tmp_path / MARK).exists()


@pytest.mark.parametrize(("option", "jobs"), [("--failed-from", ("--jobs=2",)), ("--baseline", ())])
def test_a_report_that_a_run_reads_is_there_until_its_own_is(
    option: str, jobs: tuple[str, ...], tmp_path: Path
) -> None:
    few = "--devices=ftd-us,ftd-wrong-port,ftd-old-software"
    report = run_suite(tmp_path, EVIDENCE, few, "-k", "SSE-CFG-02").reports / "compliance.json"
    first = report.read_bytes()
    wrong = run_suite(tmp_path, EVIDENCE, few, f"{option}={report}", "--region=nowhere")
    assert wrong.status == 4
    assert report.read_bytes() == first
    assert (tmp_path / MARK).is_file()
    run = run_suite(tmp_path, EVIDENCE, few, "-k", "SSE-CFG-02", f"{option}={report}", *jobs)
    assert run.status == 1
    own = {"--failed-from": {"ftd-wrong-port"}, "--baseline": {"ftd-us", "ftd-wrong-port", "ftd-old-software"}}
    assert {device.name for device in run.results.devices} == own[option]
