"""``tests.html``: columns and bounds for pytest-html, the log of a run test by test.

pytest-html puts what it is given into the page as HTML, so every value is escaped here. A page of tens of thousands of
rows opens in no browser, so that of a large run holds only what did not pass, up to a number, and says so.
"""

from __future__ import annotations

from html import escape
from typing import Any

import pytest

from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.results import Results

#: Tests from which on only what did not pass is listed.
LARGE = 2_000
#: The most of what did not pass that is listed of such a run, the first ones.
MOST = 1_000

#: Our columns and the finding's key that each shows.
COLUMNS = {"requirement": "Requirement", "device": "Device", "state": "State", "severity": "Severity"}


class ComplianceColumns:
    """A pytest plugin; register it only where pytest-html is active.

    It reads ``report.sse_finding``, the finding of a test as a dict; a report without it keeps blank cells.
    """

    def __init__(self) -> None:
        #: Set before the session ends, for the verdict at the page's head.
        self.results: Results | None = None
        self._tests = 0
        self._left_out = 0
        self._listed = 0
        self._beyond = 0

    @property
    def _large(self) -> bool:
        return self._tests > LARGE

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """How many tests there are tells whether the page would be too large."""
        self._tests = max(self._tests, len(session.items))

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """The same where workers collect."""
        self._tests = max(self._tests, len(ids))

    def is_listed(self, report: pytest.TestReport) -> bool:
        """Whether the page shows a report; what it does not show is counted."""
        if self._large and not report.failed and not hasattr(report, "wasxfail"):
            self._left_out += 1
            return False
        return True

    def pytest_html_report_title(self, report: Any) -> None:
        """The page's heading."""
        report.title = "Compliance tests"

    def pytest_html_results_table_header(self, cells: list[str]) -> None:
        """Our columns, between the result and the test."""
        cells[1:1] = [f'<th class="sortable" data-column-type="{name}">{title}</th>' for name, title in COLUMNS.items()]

    def pytest_html_results_table_row(self, report: pytest.TestReport, cells: list[str]) -> None:
        """Our cells of a row; a row that is left out has none."""
        if self._large and report.passed and not hasattr(report, "wasxfail"):
            self._left_out += report.when == "call"
            cells.clear()
            return
        if self._large and self._listed >= MOST:
            self._beyond += 1
            cells.clear()
            return
        self._listed += 1
        finding = getattr(report, "sse_finding", None)
        name = report.nodeid if report.when == "call" else f"{report.nodeid}::{report.when}"
        cells[1:2] = [
            *(f'<td class="col-{name}">{escape(one_line(str(_of(finding, name) or "")))}</td>' for name in COLUMNS),
            f'<td class="col-testId">{escape(one_line(name))}</td>',
        ]

    def pytest_html_results_summary(self, prefix: list[str]) -> None:
        """The verdict, and what the page leaves out."""
        if self.results is not None:
            summary = self.results.summary
            prefix.append(f"<p><b>{escape(summary.verdict.capitalize())}.</b> {escape(one_line(summary.why))}</p>")
        # pytest-html's own count leaves out what it calls errors, and here what is not listed.
        prefix.append(
            f"<style>.run-count {{ display: none }}</style><p>{plural(self._tests, 'test')} were selected.</p>"
        )
        if self._large:
            prefix.append(
                f"<p>This is a large run: {plural(self._left_out, 'test')} that passed or did not apply are neither "
                "listed nor counted below. compliance.html has them all.</p>"
            )
        if self._beyond:
            prefix.append(
                f"<p>Of those that did not pass, the first {MOST:,} are listed; {self._beyond:,} more are not.</p>"
            )


def _of(finding: object, name: str) -> object:
    """A value of a finding, which came from a worker as a dictionary."""
    return finding.get(name) if isinstance(finding, dict) else getattr(finding, name, None)
