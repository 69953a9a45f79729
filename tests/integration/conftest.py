"""The embedded lab with every scenario, started once, and one live run over it that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sse_compliance.lab.lab import AT_ONCE, Lab
from tests.integration.suite_run import SuiteRun, run_suite


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """All scenarios, one device each."""
    with Lab.start() as lab:
        yield lab


@dataclass(frozen=True, slots=True)
class LiveRun:
    """A live run over the whole lab, and the SSH connections that it cost each device."""

    run: SuiteRun
    connections: dict[str, int]
    #: Shell histories and temporary files that it left on the devices' disks.
    left_behind: list[str]


@pytest.fixture(scope="session")
def live(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> LiveRun:
    """One live run over all scenarios, at the highest verbosity."""
    before, traces = dict(lab.connections), _traces(lab)
    reports = tmp_path_factory.mktemp("live")
    logs = ("-vv", f"--log-file={reports / 'debug.log'}", "--log-file-level=DEBUG")
    devices = (f"--inventory={lab.inventory_file}", f"--concurrency={AT_ONCE}")
    run = run_suite(reports, *devices, *logs, environment=lab.environment, anew=True)
    connections = {name: count - before.get(name, 0) for name, count in lab.connections.items()}
    return LiveRun(run, connections, sorted(_traces(lab) - traces))


def _traces(lab: Lab) -> set[str]:
    """What a careless session leaves: other clients of the same lab may have left some before."""
    found = set()
    for name in lab.ports:
        for pattern in ("*history*", "tmp/*", "var/tmp/*", "dev/shm/*"):
            found |= {str(path) for path in lab.disk(name).rglob(pattern)}
    return found
