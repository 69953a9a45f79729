"""A real Dask scheduler and its workers, in processes of their own on loopback."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.integration.cluster.trust import Authority
from tests.integration.suite_run import ROOT, SuiteRun

#: How long a lease holds, and how often that is looked at: a run need not wait half a minute for one that ran out.
LEASE = {
    "DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_TIMEOUT": "4s",
    "DASK_DISTRIBUTED__SCHEDULER__LOCKS__LEASE_VALIDATION_INTERVAL": "500ms",
}


@dataclass
class DaskCluster:
    """A scheduler, and workers that are begun by their site."""

    folder: Path
    ca: Authority
    environment: Mapping[str, str]
    address: str

    @contextmanager
    def workers(self, *sites: str) -> Iterator[list[subprocess.Popen[bytes]]]:
        """Workers, one for each site that is named; ended when the block is left."""
        begun = [self._worker(site, number) for number, site in enumerate(sites)]
        try:
            yield begun
        finally:
            _end(begun)

    def _worker(self, site: str, number: int) -> subprocess.Popen[bytes]:
        here = self.folder / f"{site}-{number}"
        here.mkdir(exist_ok=True)
        return dask(
            here,
            {**self.environment, "TMPDIR": str(here)},
            "worker", self.address, *self.ca.options("worker"), "--nthreads", "1", "--no-nanny", "--no-dashboard",
            "--resources", f"{site}=1", "--local-directory", str(here), "--name", f"{site}-{number}",
        )  # fmt: skip

    def fleet(self, reports: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """A fleet run that begins, its output going to ``output.txt`` in the reports' folder."""
        reports.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "sse_compliance", "fleet", *arguments, f"--reports={reports}"]
        own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
        with (reports / "output.txt").open("wb") as output:
            return subprocess.Popen(command, cwd=ROOT, env={**own, **LEASE}, stdout=output, stderr=subprocess.STDOUT)


def ended(process: subprocess.Popen[bytes], reports: Path) -> SuiteRun:
    """The run once its process has ended."""
    try:
        status = process.wait(120)
    finally:
        process.kill()
    return SuiteRun(status, (reports / "output.txt").read_text("utf-8", "replace"), reports, frozenset())


@contextmanager
def scheduler(folder: Path, environment: Mapping[str, str]) -> Iterator[DaskCluster]:
    """A cluster without workers."""
    ca, told = Authority(folder / "ca"), folder / "scheduler.json"
    process = dask(
        folder,
        {},
        "scheduler", "--host", "127.0.0.1", "--port", "0", "--protocol", "tls", *ca.options("scheduler"),
        "--no-dashboard", "--no-show", "--scheduler-file", str(told),
    )  # fmt: skip
    try:
        until(told.is_file)
        yield DaskCluster(folder, ca, environment, json.loads(told.read_text())["address"])
    finally:
        _end([process])


def dask(folder: Path, environment: Mapping[str, str], *arguments: str) -> subprocess.Popen[bytes]:
    """A process of Dask's, in a folder that its output goes to."""
    with (folder / "dask.txt").open("ab") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "dask", *arguments],
            cwd=folder,
            env={**os.environ, **LEASE, **environment, "PYTHONPATH": str(ROOT)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )


def until(true: Callable[[], object], seconds: float = 60) -> None:
    """Waits until something holds."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def _end(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.kill()
    for process in processes:
        process.wait()
