"""``--jobs``: several processes find what one does, and end with the one that began them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Verdict
from sse_compliance.findings.results_file import read_results
from sse_compliance.inventory.sharding import Shard
from sse_compliance.plugin.ending.reports_folder import MARK
from tests.integration.suite_run import ROOT, SuiteRun, run_suite

EVIDENCE = f"--evidence={ROOT / 'fixtures' / 'evidence'}"
FEW = "--devices=ftd-us,ftd-wrong-port,sfr,ftd-eu,fmc-clish"

#: Elsewhere nothing tells what a process has begun, and whether it still runs.
needs_proc = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> SuiteRun:
    baseline = tmp_path_factory.mktemp("kept") / "kept.json"
    return run_suite(tmp_path_factory.mktemp("jobs"), EVIDENCE, FEW, "--jobs=2", f"--save-baseline={baseline}")


def test_several_processes_find_what_one_finds(several: SuiteRun, tmp_path: Path) -> None:
    one = run_suite(tmp_path, EVIDENCE, FEW)
    ours, theirs = several.results, one.results
    assert several.status == one.status == 1
    for part in ("findings", "root_causes", "summary", "requirements", "notices"):
        assert getattr(ours, part) == getattr(theirs, part), part
    assert (ours.coverage, ours.run.partial, ours.run.shard) == (theirs.coverage, theirs.run.partial, None)
    for device in ours.devices:
        assert (several.reports / (device.evidence_file or "")).resolve().is_file()
    lines = [[line for line in run.output.splitlines() if line.startswith("SSE-VERDICT")] for run in (several, one)]
    assert lines[0] == lines[1]


def test_one_set_of_reports_is_left(several: SuiteRun) -> None:
    assert {path.name for path in several.reports.iterdir()} == {"compliance.json", "compliance.html", "junit.xml"}
    assert "5 devices in 2 processes" in several.output


def test_a_mistake_is_told_once_and_nothing_is_run(tmp_path: Path) -> None:
    run = run_suite(tmp_path, EVIDENCE, "--jobs=2", "-x")
    assert run.status == 4
    assert "ERROR: --jobs: leave out -x, --maxfail: one process does not know what failed in another" in run.output
    assert not (tmp_path / "compliance.json").exists()


def test_what_selects_nothing_ends_with_5(tmp_path: Path) -> None:
    run = run_suite(tmp_path, EVIDENCE, FEW, "--jobs=2", "-k", "SSE-XXX-99")
    assert run.status == 5
    assert not (tmp_path / "compliance.json").exists()


#: Names in the first and in the second of two shards.
FIRST, SECOND = (next(f"ftd-{n}" for n in range(99) if Shard(part, 2).holds(f"ftd-{n}")) for part in (1, 2))


@pytest.fixture
def silent() -> Iterator[tuple[int, int]]:
    """Ports that accept and say nothing: a login there takes until its time is up."""
    with (
        closing(socket.create_server(("127.0.0.1", 0))) as one,
        closing(socket.create_server(("127.0.0.1", 0))) as other,
    ):
        yield one.getsockname()[1], other.getsockname()[1]


@pytest.fixture
def closed() -> int:
    """A port that nobody listens on."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        return int(server.getsockname()[1])


OPTIONS = ("--jobs=2", "-k", "SSE-PLT")


def children_of(process: subprocess.Popen[bytes]) -> list[int]:
    return [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]


def until(true: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def begun(directory: Path, ports: tuple[int, int]) -> tuple[subprocess.Popen[bytes], list[int]]:
    """A run in two processes that both wait for their device, and the processes."""
    entries = "".join(
        f"  - {{name: {name}, address: 127.0.0.1, port: {port}, platform: ftd, region: us}}\n"
        for name, port in zip((FIRST, SECOND), ports, strict=True)
    )
    (directory / "fleet.yaml").write_text(f"devices:\n{entries}", encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--inventory={directory / 'fleet.yaml'}"]
    options = [f"--reports={directory / 'reports'}", "--login-timeout=60s", *OPTIONS]
    with (directory / "output.txt").open("wb") as output:
        process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=output, stderr=subprocess.STDOUT)
    journals = directory / "reports" / ".jobs"
    until(lambda: len(list(journals.glob("*/evidence/.run.journal"))) == 2 or process.poll() is not None)
    return process, children_of(process)


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@needs_proc
def test_no_process_outlives_the_one_that_began_it_and_the_run_is_finished_later(
    silent: tuple[int, int], closed: int, tmp_path: Path
) -> None:
    process, children = begun(tmp_path, (silent[0], closed))
    until(lambda: list(tmp_path.glob(f"reports/.jobs/*/evidence/{SECOND}.json")))
    until(lambda: not is_running(children[1]))
    process.kill()
    process.wait(20)
    until(lambda: not any(map(is_running, children)), 10)
    assert (tmp_path / "reports" / MARK).is_file()
    (had,) = tmp_path.glob(f"reports/.jobs/*/evidence/{SECOND}.json")
    before = had.read_bytes()
    again = run_suite(
        tmp_path / "reports", f"--inventory={tmp_path / 'fleet.yaml'}", *OPTIONS, "--login-timeout=1s", "--resume"
    )
    assert again.status == 10
    assert {path.stem for path in (tmp_path / "reports" / "evidence").glob("*.json")} == {FIRST, SECOND}
    assert (tmp_path / "reports" / "evidence" / f"{SECOND}.json").read_bytes() == before
    assert not (tmp_path / "reports" / ".jobs").exists()


@needs_proc
def test_sigterm_ends_all_and_what_was_not_judged_is_not_assessed(silent: tuple[int, int], tmp_path: Path) -> None:
    process, children = begun(tmp_path, silent)
    process.terminate()
    assert process.wait(40) == 2
    assert not any(map(is_running, children))
    results = read_results(tmp_path / "reports" / "compliance.json")
    assert results.summary.verdict is Verdict.INCOMPLETE
    assert {device.state for device in results.devices} == {State.NOT_ASSESSED}
    assert {device.name for device in results.devices} == {FIRST, SECOND}


@needs_proc
def test_a_process_that_dies_takes_no_device_with_it_silently(
    silent: tuple[int, int], closed: int, tmp_path: Path
) -> None:
    process, children = begun(tmp_path, (silent[0], closed))
    os.kill(children[0], signal.SIGKILL)
    assert process.wait(40) == 2
    results = read_results(tmp_path / "reports" / "compliance.json")
    assert results.summary.verdict is Verdict.INCOMPLETE
    assert "process 1 ended with -9 and left no results" in results.summary.why
    assert {device.name: device.error_kind for device in results.devices} == {FIRST: "in no run", SECOND: "unreachable"}
    assert {f.state for f in results.findings if f.device == FIRST} <= {State.NOT_ASSESSED, State.NOT_APPLICABLE}
