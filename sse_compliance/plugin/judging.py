"""The hooks of judging: each item of the suite is judged, and its finding told in pytest's words."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.findings.finding import Finding
from sse_compliance.judge.mark import NotApplicable
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.plugin.items.telling import attach, attached, ended_around, properties, tell
from sse_compliance.plugin.run import Run, case_of

#: The finding of an item that was judged, and the exception that went on to pytest.
_JUDGED = pytest.StashKey[tuple[Finding, BaseException | None]]()


class Judging:
    """Judges the suite's items, and counts what came of all."""

    def __init__(self, run: Run) -> None:
        self._run = run

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._run.selected |= {item.nodeid for item in session.items}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._run.selected |= set(ids)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        case = case_of(item)
        if case is not None and case.inapplicable is not None:
            pytest.skip(case.inapplicable)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """A test of the suite is judged; what ended it goes on to pytest, so that ``--pdb`` and tracebacks work."""
        case = case_of(pyfuncitem)
        if case is None:
            return None
        names = pyfuncitem._fixtureinfo.argnames
        outcome = judge_test(case, pyfuncitem.obj, {name: pyfuncitem.funcargs[name] for name in names})
        raised = outcome.ended_by
        if isinstance(raised, NotApplicable):
            raised = pytest.skip.Exception(raised.reason)
        if raised is None or isinstance(outcome.ended_by, Exception):
            pyfuncitem.stash[_JUDGED] = outcome.finding, raised
        if raised is not None:
            raise raised
        return True

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[None]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        case = case_of(item)
        if case is None or call.when == "teardown" or (call.when == "setup" and call.excinfo is None):
            return report
        ended_by = call.excinfo.value if call.excinfo else None
        found, raised = item.stash.get(_JUDGED, (None, None))
        # Where something else than the test ended the call, what the test found does not count.
        finding = found if found is not None and raised is ended_by else ended_around(case, ended_by)
        expected_end = ended_by is None or isinstance(ended_by, Unavailable | pytest.skip.Exception)
        self.tell(report, case, finding, not expected_end)
        # JUnit takes an item's properties from its last report, that of the teardown.
        item.user_properties += report.user_properties
        return report

    def tell(self, report: pytest.TestReport, case: Case, finding: Finding, broke: bool) -> None:
        """Puts a finding on the report of its item, in pytest's words; what broke keeps pytest's own account."""
        told = self._run.suite.under_waivers(finding)
        attach(report, told, travels=self._run.is_worker)
        tell(report, told, lambda: self._run.suite.remedy(case), with_traceback=broke)
        report.user_properties += properties(told)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = attached(report)
        if found is not None:
            self._run.findings.append(found)
        elif report.failed:
            self._run.foreign_failures += 1
        if report.when == "teardown" or found is not None:
            self._run.finished.add(report.nodeid)
