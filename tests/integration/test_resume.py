"""A run that is killed while it collects is finished by ``--resume``: nothing broken, lost, doubled or asked twice.

``bench/kills.py`` does the same at 200 random moments over 50 devices.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sse_compliance.evidence.evidence_files import read
from sse_compliance.evidence.journal import JOURNAL
from sse_compliance.findings.finding import State
from sse_compliance.lab.lab import Lab
from sse_compliance.plugin.ending.reports_folder import MARK
from tests.integration.suite_run import ROOT, run_suite

DEVICES = ("ftd-us", "ftd-wrong-port", "fmc-clish", "ftd-not-root", "sfr", "ftd-eu")
#: One session after the other, so that a kill finds some devices done and others not.
ONE_BY_ONE = "--concurrency=1"


@pytest.fixture(scope="module")
def few() -> Iterator[Lab]:
    with Lab.start(DEVICES) as lab:
        yield lab


def killed(lab: Lab, reports: Path, number: signal.Signals, done: int) -> None:
    """A run that gets a signal as soon as so many devices are done."""
    inventory = f"--inventory={lab.inventory_file}"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--reports={reports}", inventory]
    with subprocess.Popen(
        [*command, ONE_BY_ONE], cwd=ROOT, stdout=subprocess.DEVNULL, env={**lab.environment, "PATH": "/usr/bin:/bin"}
    ) as process:
        deadline = time.monotonic() + 100
        while len(list((reports / "evidence").glob("*.json"))) < done and time.monotonic() < deadline:
            time.sleep(0.02)
        process.send_signal(number)
        process.wait(60)
    assert process.returncode not in (0, 1)


@pytest.mark.parametrize(("number", "done"), [(signal.SIGKILL, 2), (signal.SIGTERM, 1)], ids=["SIGKILL", "SIGTERM"])
def test_a_run_that_died_is_finished(few: Lab, number: signal.Signals, done: int, tmp_path: Path) -> None:
    (tmp_path / "compliance.md").write_text("of a run before", encoding="utf-8")
    killed(few, tmp_path, number, done)
    had = {path.stem: path.read_bytes() for path in (tmp_path / "evidence").glob("*.json")}
    assert done <= len(had) < len(DEVICES)
    assert {read(path).device.name for path in (tmp_path / "evidence").glob("*.json")} == had.keys()
    assert (tmp_path / "evidence" / JOURNAL).exists()
    assert not (tmp_path / "compliance.md").exists()
    assert (number is signal.SIGKILL) == (tmp_path / MARK).exists()

    before = dict(few.connections)
    options = (f"--inventory={few.inventory_file}", ONE_BY_ONE, "--resume")
    finished = run_suite(tmp_path, *options, environment=few.environment)
    contacted = {name: count - before.get(name, 0) for name, count in few.connections.items()}
    whole = {name for name, content in had.items() if (tmp_path / "evidence" / f"{name}.json").read_bytes() == content}
    assert {name for name, count in contacted.items() if count} == set(DEVICES) - whole
    assert max(contacted.values()) == 1
    assert {name for name in had if name not in whole} <= {"ftd-not-root"}

    assert finished.status == 1
    assert sorted(device.name for device in finished.results.devices) == sorted(DEVICES)
    assert {name for name, keys in finished.roots.items() if "SSE-CFG-02" in keys} == {"ftd-wrong-port"}
    assert any(finding.state is State.COMPLIANT for finding in finished.results.findings if finding.device == "ftd-eu")
    assert not (tmp_path / MARK).exists()
    assert not (tmp_path / "evidence" / JOURNAL).exists()
