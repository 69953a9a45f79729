"""Verbs whose words don't get out: never status 0, and never the status of a verdict."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.finding import State
from tests.integration.suite_run import ROOT
from tests.unit.findings.made import finding, results


@pytest.fixture(params=["requirements", "diff"])
def command(request: pytest.FixtureRequest, tmp_path: Path) -> list[str]:
    """A verb that would end with 0, and one that would end with 1."""
    save_baseline(results([finding("SSE-CFG-02", State.COMPLIANT)]), tmp_path / "a.json")
    save_baseline(results([finding("SSE-CFG-02")]), tmp_path / "b.json")
    files = [str(tmp_path / name) for name in ("a.json", "b.json")] if request.param == "diff" else []
    return [sys.executable, "-m", "sse_compliance", request.param, *files]


def test_a_full_disk(command: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd=ROOT, stdout=full, stderr=subprocess.PIPE, text=True)
    assert (done.returncode, done.stderr) == (4, "ERROR: the standard output: No space left on device\n")


def test_a_reader_that_is_gone(command: list[str]) -> None:
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (141, "")
