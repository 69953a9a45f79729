"""pytest-html's page with our columns, made by a real run of pytest."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import pytest

pytest_plugins = ["pytester"]

CONFTEST = """
import pytest
from sse_compliance.report import pytest_html
from sse_compliance.report.pytest_html import ComplianceColumns

pytest_html.LARGE, pytest_html.MOST = 20, 3

def pytest_configure(config):
    config.pluginmanager.register(ComplianceColumns())

@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        report.sse_finding = {
            "requirement": "SSE-CFG-02", "device": "<script>alert(1)</script>", "state": "non-compliant",
            "severity": "critical\\x1b[31m", "target": None,
        }
    return report
"""

PLUGINS = ("-p", "pytest_html.plugin", "-p", "pytest_metadata.plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider")

TESTS = """
import pytest

@pytest.mark.parametrize("number", range(%d))
def test_good(number):
    pass

def test_bad():
    assert False, "</pre><script>alert(2)</script>"
"""

MANY_BAD = """

@pytest.mark.parametrize("number", range(7))
def test_also_bad(number):
    assert False
"""


@pytest.fixture(autouse=True)
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No other plugin of the environment that the tests run in: loading them takes longer than the run."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def page(pytester: pytest.Pytester, passing: int, *options: str, more: str = "") -> tuple[str, dict[str, Any]]:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(TESTS % passing + more)
    pytester.runpytest_subprocess(*PLUGINS, "--html=tests.html", *options)
    text = (pytester.path / "tests.html").read_text(encoding="utf-8")
    blob = re.search(r'data-jsonblob="([^"]*)"', text)
    assert blob is not None
    return text, json.loads(html.unescape(blob[1]))


def test_the_columns_are_there_and_escaped(pytester: pytest.Pytester) -> None:
    text, data = page(pytester, 2)
    header = re.findall(r'data-column-type="(\w+)"', text)
    assert header == ["result", "requirement", "device", "state", "severity", "testId", "duration"]
    (row,) = next(tests for name, tests in data["tests"].items() if "test_bad" in name)
    cells = row["resultsTableRow"]
    assert cells[1] == '<td class="col-requirement">SSE-CFG-02</td>'
    assert cells[2] == '<td class="col-device">&lt;script&gt;alert(1)&lt;/script&gt;</td>'
    assert cells[4] == '<td class="col-severity">critical\\x1b[31m</td>'
    assert "<script" not in json.dumps(data["tests"])
    assert row["state"] == "non-compliant"
    assert len(data["tests"]) == 3
    assert "<p>3 tests were selected.</p>" in text


@pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "xdist"])
def test_a_large_run_lists_what_did_not_pass_and_says_so(pytester: pytest.Pytester, workers: tuple[str, ...]) -> None:
    text, data = page(pytester, 30, *workers)
    assert [name for name in data["tests"] if "test_good" in name] == []
    assert len(data["tests"]) == 1
    assert "<p>31 tests were selected.</p>" in text
    assert "30 tests that passed or did not apply are neither listed nor counted below" in text


def test_of_what_did_not_pass_the_first_are_listed_and_the_rest_is_counted(
    pytester: pytest.Pytester,
) -> None:
    text, data = page(pytester, 20, more=MANY_BAD)
    assert len(data["tests"]) == 3
    assert "Of those that did not pass, the first 3 are listed; 5 more are not." in text
