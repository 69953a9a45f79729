"""Where a run's processor time goes, stage by stage: a plugin for pytest (``-p bench.stages``), and its reader.

A stage's time is that of the whole process, threads included; what comes after the last mark is the process's exit.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from pathlib import Path
from statistics import median

import pytest

from bench.measure import Cost

#: Tells the plugin where to write.
VARIABLE = "BENCH_STAGES"

#: What is over at each mark, in order.
STAGES = {
    "start": "loading Python, pytest, the suite, the inventory",
    "items": "making the items",
    "collect": "plan, connect, collect, keep evidence",
    "judge": "the items, read and judged; their reports",
    "results": "causes, compliance.json, compliance.html, tests.html",
    "end": "JUnit, the last lines, everything put in place",
    "exit": "the end of the process",
}

_marks: dict[str, float] = {}


def _mark(stage: str) -> None:
    _marks.setdefault(stage, time.process_time())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    _mark("start")
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    _mark("items")
    return (yield)


def pytest_runtest_logstart() -> None:
    _mark("collect")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_sessionfinish() -> Generator[None, object, object]:
    _mark("judge")
    answer = yield
    _mark("results")
    return answer


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_unconfigure() -> Generator[None, object, object]:
    answer = yield
    _mark("end")
    Path(os.environ[VARIABLE]).write_text(json.dumps(_marks))
    return answer


def told(run: Callable[[], Cost], file: Path, spent: list[dict[str, float]]) -> Cost:
    """A run of pytest that also tells its stages."""
    os.environ.update({"PYTEST_ADDOPTS": "-p bench.stages", VARIABLE: str(file)})
    cost = run()
    del os.environ["PYTEST_ADDOPTS"]
    spent.append(of_run(file, cost.cpu))
    return cost


def of_run(file: Path, cpu: float) -> dict[str, float]:
    """The seconds of each stage of a run that took so much processor time in all."""
    marks: Mapping[str, float] = json.loads(file.read_text())
    spent, before = {}, 0.0
    for stage in STAGES:
        until = cpu if stage == "exit" else marks.get(stage, before)
        spent[stage], before = until - before, until
    return spent


def table(runs: Sequence[Mapping[str, float]], devices: int) -> str:
    """The medians, in all and for each device."""
    middle = {stage: median(run[stage] for run in runs) for stage in STAGES}
    return "\n".join(
        f"{stage:10} {middle[stage]:7.2f} s CPU {middle[stage] / devices * 1000:8.1f} ms/device  {what}"
        for stage, what in STAGES.items()
    )
