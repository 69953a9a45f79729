"""Somebody else's plugin that watches every phase of every item: the suite's items then take pytest's full way."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

SEEN = Path(os.environ["ONLOOKER_FILE"])


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    with SEEN.open("a", encoding="utf-8") as file:
        file.write(f"{item.name} {call.when}\n")
    return report
