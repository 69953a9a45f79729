"""Where the system refuses namespaces: ``make report`` judges what was recorded, and tests of the lab are skipped."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from sse_compliance.lab.scenarios import SCENARIOS
from tests.integration.suite_run import ROOT


def refused(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Runs a Python command behind the filter."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
    return subprocess.run(
        [sys.executable, "-m", "tests.refusing", sys.executable, *command],
        cwd=ROOT, env={**own, **variables}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=170,
    )  # fmt: skip


def test_the_filter_refuses() -> None:
    ended = refused("-c", "import subprocess; subprocess.run(['unshare', '--user', 'true'], check=True)")
    assert "Operation not permitted" in ended.stdout


def test_make_report_judges_what_was_recorded_and_says_so(tmp_path: Path) -> None:
    ended = refused("-m", "sse_compliance", "demo", "--reports", str(tmp_path))
    assert ended.returncode == 0, ended.stdout
    (line,) = [line for line in ended.stdout.splitlines() if line.startswith("No devices are emulated: ")]
    assert "unshare" in line
    assert "Operation not permitted" in line
    assert line.endswith("Judging what was recorded of the same devices.")
    assert f"The lab has {len(SCENARIOS)} devices, " in ended.stdout
    assert "Exactly the planted faults were found." in ended.stdout
    assert (tmp_path / "compliance.html").is_file()


def test_tests_of_the_lab_are_skipped_with_the_reason_unless_they_must_run() -> None:
    test = "tests/unit/lab/test_cell.py"
    skipped = refused("-m", "pytest", "-p", "no:cacheprovider", "-rs", test)
    assert skipped.returncode == 0, skipped.stdout
    assert "this system has no lab: unshare: unshare failed: Operation not permitted" in skipped.stdout
    failed = refused("-m", "pytest", "-p", "no:cacheprovider", test, SSE_REQUIRE_LAB="1")
    assert failed.returncode == 1, failed.stdout


def test_the_verb_lab_says_what_helps() -> None:
    ended = refused("-m", "sse_compliance", "lab", "--scenario", "ftd-us")
    assert ended.returncode == 4
    assert "--security-opt seccomp=unconfined" in ended.stdout
    assert "Traceback" not in ended.stdout
