"""Never green by accident: a run with which something went wrong neither passes nor leaves a report that says so."""

from __future__ import annotations

import shlex
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sse_compliance.findings.results import Verdict
from tests.integration.suite_run import ROOT, SuiteRun, run_suite

RECORDED = f"--evidence={ROOT / 'fixtures' / 'evidence'}"
HEALTHY = "--devices=ftd-us"
BROKEN = "--devices=ftd-wrong-port"

#: Plugins that break a run in the ways that a crash, another plugin or a user can.
CRASH = """
import os
def pytest_runtest_setup(item):
    if hasattr(item.config, "workerinput") and "test_sockets" in item.nodeid:
        os._exit(9)
"""
CRASH_AT_ONCE = """
import os, pytest
@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session):
    if hasattr(session.config, "workerinput"):
        os._exit(9)
"""
EXIT_0 = """
import pytest
def pytest_runtest_teardown(item):
    pytest.exit("somebody thought this was enough", returncode=0)
"""
SKIP_ALL = """
import pytest
def pytest_runtest_setup(item):
    pytest.skip("not today")
"""
ASSERT_AROUND = """
def pytest_runtest_setup(item):
    raise AssertionError("something else is wrong")
"""
#: Something of somebody else's takes the place of the mark, so that it can't be taken away.
IN_THE_WAY = """
import os, pytest
@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(config):
    mark = config.invocation_params.dir / config.option.reports / "UNFINISHED.txt"
    mark.unlink()
    mark.mkdir()
"""


def run_with(plugin: str, directory: Path, *arguments: str) -> SuiteRun:
    (directory / "saboteur.py").write_text(plugin, encoding="utf-8")
    return run_suite(
        directory / "reports", RECORDED, "-p", "saboteur", *arguments, environment={"PYTHONPATH": str(directory)}
    )


@pytest.mark.parametrize("plugin", [CRASH, CRASH_AT_ONCE], ids=["one", "at once"])
@pytest.mark.parametrize("restarts", ["--max-worker-restart=0", "--max-worker-restart=1"])
def test_workers_that_die(tmp_path: Path, plugin: str, restarts: str) -> None:
    run = run_with(plugin, tmp_path, HEALTHY, "-n", "2", restarts)
    assert run.status not in (0, 10), run.output
    if (tmp_path / "reports" / "compliance.json").exists():
        assert run.results.summary.verdict is Verdict.INCOMPLETE
    assert "SSE-VERDICT: passed" not in run.output


def test_a_run_that_is_ended_with_status_0_half_way(tmp_path: Path) -> None:
    run = run_with(EXIT_0, tmp_path, HEALTHY)
    assert run.status == 2
    assert run.results.summary.verdict is Verdict.INCOMPLETE
    assert "tests did not come to their end" in run.results.summary.why


def test_a_run_that_is_ended_with_a_status_of_its_own(tmp_path: Path) -> None:
    run = run_with(EXIT_0.replace("returncode=0", "returncode=42"), tmp_path, HEALTHY)
    assert run.status == 42
    assert run.results.summary.verdict is Verdict.INCOMPLETE
    assert "INTERNALERROR" not in run.output


def test_what_somebody_else_skips_is_not_assessed(tmp_path: Path) -> None:
    run = run_with(SKIP_ALL, tmp_path, BROKEN)
    assert run.status == 10
    assert {f.reason for f in run.results.findings} >= {"skipped by something else than the suite: not today"}


def test_what_fails_around_a_test_says_nothing_of_the_device(tmp_path: Path) -> None:
    run = run_with(ASSERT_AROUND, tmp_path, HEALTHY)
    assert run.status == 10
    assert all("something else is wrong" in (f.reason or "") for f in run.results.findings if f.state == "not assessed")


def test_reports_that_can_not_be_put_in_place(tmp_path: Path) -> None:
    run = run_with(IN_THE_WAY, tmp_path, HEALTHY, "-k", "SSE-DNS-01")
    assert run.status == 4
    assert "ERROR: --reports " in run.output.splitlines()[-1]
    assert "Traceback" not in run.output


def test_python_without_assertions(tmp_path: Path) -> None:
    run = run_suite(tmp_path, RECORDED, BROKEN, "--assert=plain", environment={"PYTHONOPTIMIZE": "1"})
    assert run.status == 4
    assert "Python runs without assertions" in run.output


def test_an_earlier_report_does_not_survive(tmp_path: Path) -> None:
    assert run_suite(tmp_path, RECORDED, HEALTHY).status == 0
    assert run_suite(tmp_path, RECORDED, HEALTHY, "-k", "no_such_thing").status == 5
    assert not (tmp_path / "compliance.json").exists()
    assert not (tmp_path / "compliance.html").exists()


def test_a_selection_says_what_it_left_out(tmp_path: Path) -> None:
    run = run_suite(tmp_path, RECORDED, "--devices=ftd-us,ftd-wrong-port", "-k", "ftd-us")
    assert run.status == 0
    assert [device.name for device in run.results.devices] == ["ftd-us"]
    assert "none of ftd-wrong-port" in (run.results.run.partial or "")
    assert "partial=yes" in run.output


def test_a_failing_test_of_ones_own_fails_the_gate(tmp_path: Path) -> None:
    own = tmp_path / "test_own.py"
    own.write_text("def test_own():\n    assert False\n", encoding="utf-8")
    beside = (own, "tests_sse", "-c", "pytest.ini", "--rootdir=.", "--confcutdir=.")
    run = run_suite(tmp_path / "reports", RECORDED, HEALTHY, *beside)
    assert run.status == 1
    assert run.results.summary.verdict is Verdict.FAILED
    assert "SSE-VERDICT: failed exit=1" in run.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--concurrency=0"], "--concurrency 0: expected 1 or more"),
        (["--resolver=system"], "--resolver goes with a live run"),
        (["--save-evidence=x"], "--save-evidence goes with a live run"),
        (["--reports=README.md"], "README.md: reports can't be written there"),
    ],
)
def test_options_that_can_not_be_used(tmp_path: Path, arguments: list[str], expected: str) -> None:
    run = run_suite(tmp_path, RECORDED, HEALTHY, *arguments)
    assert run.status == 4, run.output
    assert expected in run.output
    assert "Traceback" not in run.output
    assert "INTERNALERROR" not in run.output


def test_a_device_of_another_platform_than_the_inventory_says(tmp_path: Path) -> None:
    evidence = tmp_path / "evidence"
    evidence.mkdir()
    recorded = (ROOT / "fixtures" / "evidence" / "ftd-us.json").read_text(encoding="utf-8")
    (evidence / "ftd-us.json").write_text(recorded.replace('"platform": "ftd"', '"platform": "sfr"'), encoding="utf-8")
    run = run_suite(tmp_path / "reports", f"--evidence={evidence}")
    assert run.status == 10, run.output
    reasons = {f.reason for f in run.results.findings if f.state == "not assessed"}
    assert any("the inventory says sfr, the device says ftd" in (reason or "") for reason in reasons)
    assert {f.state for f in run.results.findings} <= {"not assessed", "not applicable"}


def test_what_a_run_did_not_come_to_is_not_assessed(tmp_path: Path) -> None:
    run = run_with(EXIT_0, tmp_path, HEALTHY)
    (device,) = run.results.devices
    assert device.state == "not assessed"
    assert "the run was cut short before this was judged" in {f.reason for f in run.results.findings}


def test_a_requirement_is_selected_by_its_id(tmp_path: Path) -> None:
    run = run_suite(tmp_path, RECORDED, HEALTHY, "-k", "SSE-DNS-01")
    assert run.status == 0
    assert {f.requirement for f in run.results.findings} == {"SSE-DNS-01"}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_while_collecting_leaves_an_incomplete_report_and_no_older_one(
    number: signal.Signals, tmp_path: Path
) -> None:
    reports = tmp_path / "reports"
    assert run_suite(reports, RECORDED, HEALTHY).status == 0
    with socket.create_server(("127.0.0.1", 0)) as silent:
        inventory = tmp_path / "fleet.yaml"
        port = silent.getsockname()[1]
        device = f"{{name: hung, address: 127.0.0.1, port: {port}, platform: ftd, region: us}}"
        inventory.write_text(f"devices:\n  - {device}\n", encoding="utf-8")
        command = [sys.executable, "-m", "pytest", f"--inventory={inventory}", f"--reports={reports}"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
            silent.settimeout(60)
            connection, _ = silent.accept()
            process.send_signal(number)
            output = process.communicate(timeout=60)[0].decode()
            connection.close()
    assert process.returncode == 2
    assert "SSE-VERDICT: incomplete exit=2" in output
    results = SuiteRun(2, output, reports, frozenset()).results
    assert results.summary.verdict is Verdict.INCOMPLETE
    assert [(device.name, device.state) for device in results.devices] == [("hung", "not assessed")]


def test_a_reader_that_is_gone_is_no_unmet_requirement(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "pytest", RECORDED, BROKEN, f"--reports={tmp_path}", "-p", "no:cacheprovider"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read().decode()
    assert process.returncode == 4, said
    assert "ERROR: the standard output was closed" in said
    assert "Traceback" not in said


@pytest.mark.parametrize("kilobytes", [40, 125], ids=["our own report", "pytest's report"])
def test_a_full_disk_is_no_unmet_requirement(kilobytes: int, tmp_path: Path) -> None:
    """A limit on the size of files stands for the disk. What is in place is whole; the mark stays."""
    limit = f"ulimit -f {kilobytes}; exec "
    command = [sys.executable, "-m", "pytest", RECORDED, BROKEN, f"--reports={tmp_path}", "-p", "no:cacheprovider"]
    ended = subprocess.run(
        ["bash", "-c", limit + shlex.join(command)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert ended.returncode == 4, ended.stdout
    (told,) = [line for line in ended.stdout.splitlines() if line.startswith("ERROR: ")]
    assert "File too large" in told
    assert str(tmp_path) in told
    assert "SSE-VERDICT" not in ended.stdout
    assert "Traceback" not in ended.stdout
    assert "INTERNALERROR" not in ended.stdout
    assert (tmp_path / "UNFINISHED.txt").exists()
    assert {path.name for path in tmp_path.iterdir()} <= {
        "UNFINISHED.txt",
        "compliance.json",
        "compliance.html",
        "junit.xml",
    }


@pytest.mark.parametrize("encoding", ["latin-1", "ascii"])
@pytest.mark.parametrize("devices, status", [(HEALTHY, 0), (BROKEN, 1)])
def test_a_terminal_without_unicode_changes_no_verdict(
    encoding: str, devices: str, status: int, tmp_path: Path
) -> None:
    run = run_suite(tmp_path, RECORDED, devices, environment={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert run.status == status, run.output
    assert f" exit={status} " in run.output
    assert "Traceback" not in run.output


def test_a_mistake_that_pytest_finds_late_has_no_verdict(tmp_path: Path) -> None:
    evidence = f"--evidence={ROOT / 'fixtures' / 'evidence'}"
    run = run_suite(tmp_path, evidence, "--devices=ftd-us", "-m", "not (")
    assert run.status == 4, run.output
    assert "SSE-VERDICT" not in run.output
    assert not (tmp_path / "compliance.json").exists()


def test_nothing_is_told_to_be_deselected_where_the_user_selects_nothing(tmp_path: Path) -> None:
    run = run_suite(tmp_path, f"--evidence={ROOT / 'fixtures' / 'evidence'}", "--devices=ftd-us")
    assert run.status == 0, run.output
    assert "deselected" not in run.output
