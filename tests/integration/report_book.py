"""Somebody else's plugin that writes down how each item ended, as pytest's own summary counts it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

BOOK = Path(os.environ["REPORT_BOOK"])


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.when == "call" or not report.passed:
        end = "error" if report.failed and report.when != "call" else report.outcome
        waits = "" if getattr(report, "wasxfail", None) is None else f" xfail: {report.wasxfail!r}"
        with BOOK.open("a", encoding="utf-8") as book:
            book.write(f"{report.nodeid} {end}{waits}\n")
