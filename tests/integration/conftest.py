"""The embedded lab with every scenario, started once, and one live run over it that several tests look at."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from sse_compliance.lab.lab import Lab
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


@pytest.fixture(scope="session")
def live(lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> LiveRun:
    """One live run over all scenarios, at the highest verbosity."""
    before = dict(lab.connections)
    run = run_suite(
        tmp_path_factory.mktemp("live"), f"--inventory={lab.inventory_file}", "-vv", environment=lab.environment
    )
    return LiveRun(run, {name: count - before.get(name, 0) for name, count in lab.connections.items()})
