"""A pytest plugin that tells the processor time of each stage of a run: ``-p bench.stages``."""

from __future__ import annotations

import atexit
import time
from collections.abc import Generator
from itertools import pairwise

import pytest

#: The stages, in order; what is told of each is when it began, in seconds of the process's own processor time.
_BEGAN: dict[str, float] = {"start": 0.0}

#: What stands before the figures, in a line of the output.
LINE = "bench-stages:"


def _begin(stage: str) -> None:
    _BEGAN.setdefault(stage, time.process_time())


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection() -> Generator[None, object, object]:
    _begin("collection")
    return (yield)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtestloop() -> Generator[None, object, object]:
    _begin("loop")
    try:
        return (yield)
    finally:
        _begin("reports")


@pytest.hookimpl(trylast=True)
def pytest_unconfigure() -> None:
    _begin("exit")


@atexit.register
def _tell() -> None:
    _begin("end")
    moments = list(_BEGAN.items())
    told = (f"{stage}={end - began:.3f}" for (stage, began), (_, end) in pairwise(moments))
    print(LINE, *told, flush=True)
