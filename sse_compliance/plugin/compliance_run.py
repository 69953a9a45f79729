"""One compliance run, as pytest sees it: collecting before the first test, findings from tests, reports at the end."""

from __future__ import annotations

import shlex
import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection, Generator
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from sse_compliance.collect.fleet import Collector
from sse_compliance.collect.limits import Limits
from sse_compliance.errors import SseError, Unavailable
from sse_compliance.evidence.evidence_files import read_directory, write
from sse_compliance.files import clock
from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.finding import Finding
from sse_compliance.findings.results import Results
from sse_compliance.findings.summary import verdict_line
from sse_compliance.inventory.device import RUNNER
from sse_compliance.judge.mark import NotApplicable, Test
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.plugin import end as reporting
from sse_compliance.plugin import reports_folder
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.coming_back import wait_for_devices
from sse_compliance.plugin.gather import SharedEvidence, gather
from sse_compliance.plugin.items import attach, attached, ended_around, properties, tell
from sse_compliance.plugin.rehearse import may_run_commands, rehearsal
from sse_compliance.plugin.suite import Suite
from sse_compliance.report.pytest_html import ComplianceColumns
from sse_compliance.report.terminal import CollectProgress, print_summary

#: The case of an item of the suite.
CASE = pytest.StashKey[Case]()
#: The finding of an item that was judged, and the exception that went on to pytest.
_JUDGED = pytest.StashKey[tuple[Finding, BaseException | None]]()

#: The key under which xdist's controller tells its workers where evidence is shared.
_SHARED = "sse_shared_evidence"


class ComplianceRun:
    """The hooks of a run that has devices."""

    def __init__(self, config: pytest.Config, suite: Suite) -> None:
        self.config = config
        self.suite = suite
        if not suite.is_replay:
            suite.live = self.live
        self.results: Results | None = None
        self.reports: Path = config.invocation_params.dir / config.option.reports
        self._started_at = clock.now().isoformat(timespec="seconds")
        self._findings: list[Finding] = []
        self._foreign_failures = 0
        #: Items that were to be run, and those that came to their end.
        self._selected: set[str] = set()
        self._finished: set[str] = set()
        self._files: tuple[Path, ...] = ()
        self._error: str | None = None
        self._collector: Collector | None = None
        self._came_back: dict[str, float] = {}
        self._exit_code: int | None = None
        self._is_worker = hasattr(config, "workerinput")
        self._shared: Path | None = Path(config.workerinput[_SHARED]) if hasattr(config, "workerinput") else None
        self._evidence_directory: Path | None = None
        if not suite.is_replay:
            self._evidence_directory = config.option.save_evidence or self.reports / "evidence"
        self.columns = ComplianceColumns()
        #: Whether the tests were found and running them began.
        self._begun = False
        if not self._is_worker and not config.option.collectonly:
            self._choose_default_reports()
            others = (getattr(config.option, name, None) for name in ("xmlpath", "htmlpath"))
            reports_folder.begin(self.reports, [Path(path) for path in others if path])

    def _choose_default_reports(self) -> None:
        """JUnit and pytest-html write below --reports unless the user says otherwise."""
        option = self.config.option
        if hasattr(option, "xmlpath"):
            option.xmlpath = option.xmlpath or str(self.reports / reports_folder.JUNIT)
        if not getattr(option, "htmlpath", None):
            option.htmlpath = str(self.reports / reports_folder.TESTS)
            option.self_contained_html = True
        if self.config.pluginmanager.hasplugin("html"):
            self.config.pluginmanager.register(self.columns)

    def live(self, device: str, command: str) -> Any:
        """A command that a test runs by itself, in the device's one session."""
        if self._collector is None:
            raise Unavailable(f"this worker has no session to run {command!r} in; run without -n")
        return self._collector.run(device, command)

    # -- collecting

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        self._selected |= {item.nodeid for item in session.items}

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        if session.config.option.collectonly:
            return
        self._begun = True
        if session.testsfailed and not session.items:
            return
        if self.suite.is_replay or not session.items:
            return
        try:
            if self._shared is not None:
                shared = SharedEvidence(self._shared)
                shared.collected_by_one(self.suite, lambda: self._gather(session, shared.evidence))
            else:
                assert self._evidence_directory is not None
                self._clear_default_evidence()
                self._gather(session, self._evidence_directory)
                if self.config.option.wait is not None:
                    self._wait(session, self._evidence_directory)
        except SseError as error:
            self._error = str(error)
            raise pytest.UsageError(str(error)) from None

    def _wait(self, session: pytest.Session, directory: Path) -> None:
        cases: dict[str, list[tuple[Case, pytest.Function]]] = defaultdict(list)
        for item in session.items:
            case = item.stash.get(CASE, None)
            if case is not None and case.device != RUNNER:
                assert isinstance(item, pytest.Function)
                cases[case.device].append((case, item))

        def judged(names: Collection[str]) -> list[Finding]:
            return [self._judged(case, item) for name in sorted(names) for case, item in cases[name]]

        def collect(names: Collection[str]) -> None:
            assert self._collector is not None
            self._collector.release(names)
            self._gather(session, directory, frozenset(names))

        say = Console(quiet=self.config.option.verbose < 0).print
        self._came_back = wait_for_devices(
            self.suite,
            cases,
            judged,
            collect,
            self.config.option.wait,
            lambda text: say(text, markup=False, soft_wrap=True),
        )

    def _judged(self, case: Case, item: pytest.Function) -> Finding:
        """An item's finding, without telling anybody: no report sees it, and it can be judged again."""
        outcome = judge_test(case, item.obj, arguments_of(self.suite, case, item._fixtureinfo.argnames))
        return self.suite.under_waivers(outcome.finding)

    def _gather(self, session: pytest.Session, directory: Path, only: frozenset[str] | None = None) -> None:
        cases: dict[str, list[Case]] = defaultdict(list)
        asking: dict[str, list[tuple[Case, Test]]] = defaultdict(list)
        asks: dict[Test, bool] = {}
        keep_open = False
        for item in session.items:
            case = item.stash.get(CASE, None)
            if case is not None and case.device != RUNNER:
                cases[case.device].append(case)
                assert isinstance(item, pytest.Function)
                if item.function not in asks:
                    asks[item.function] = may_run_commands(item.function)
                if asks[item.function]:
                    asking[case.device].append((case, item.obj))
            elif case is None and "host" in getattr(item, "fixturenames", ()):
                cases.setdefault(item.callspec.params["host"], [])  # type: ignore[attr-defined]
                keep_open = True
        if self._collector is None:
            self._collector = Collector(Limits(devices_at_once=self.config.option.concurrency))
        gather(
            self.suite,
            {name: own for name, own in cases.items() if only is None or name in only},
            self._collector,
            save_to=directory,
            progress=CollectProgress(Console(), quiet=self._is_worker or self.config.option.verbose < 0),
            keep_open=keep_open,
            further=rehearsal(self.suite, asking) if asking else None,
        )

    def _clear_default_evidence(self) -> None:
        """What an earlier run kept in the default directory goes, as its reports do; a user's own directory stays."""
        if self.config.option.save_evidence is None and self._evidence_directory is not None:
            for file in self._evidence_directory.glob("*.json"):
                file.unlink()

    # -- judging

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        case = item.stash.get(CASE, None)
        if case is not None and case.inapplicable is not None:
            pytest.skip(case.inapplicable)

    @pytest.hookimpl(tryfirst=True)
    def pytest_pyfunc_call(self, pyfuncitem: pytest.Function) -> bool | None:
        """A test of the suite is judged; what ended it goes on to pytest, so that ``--pdb`` and tracebacks work."""
        case = pyfuncitem.stash.get(CASE, None)
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
        case = item.stash.get(CASE, None)
        if case is None or call.when == "teardown" or (call.when == "setup" and call.excinfo is None):
            return report
        ended_by = call.excinfo.value if call.excinfo else None
        found, raised = item.stash.get(_JUDGED, (None, None))
        # Where something else than the test ended the call, what the test found does not count.
        finding = found if found is not None and raised is ended_by else ended_around(case, ended_by)
        # JUnit takes an item's properties from its last report, that of the teardown.
        expected_end = ended_by is None or isinstance(ended_by, Unavailable | pytest.skip.Exception)
        self.tell(report, case, finding, not expected_end)
        item.user_properties += report.user_properties
        return report

    def tell(self, report: pytest.TestReport, case: Case, finding: Finding, broke: bool) -> None:
        """Puts a finding on the report of its item, in pytest's words; what broke keeps pytest's own account."""
        told = self.suite.under_waivers(finding)
        attach(report, told, travels=self._is_worker)
        tell(report, told, lambda: self.suite.remedy(case), with_traceback=broke)
        report.user_properties += properties(told)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        found = attached(report)
        if found is not None:
            self._findings.append(found)
        elif report.failed:
            self._foreign_failures += 1
        if report.when == "teardown" or found is not None:
            self._finished.add(report.nodeid)

    # -- xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        if self._shared is None:
            self._shared = Path(tempfile.mkdtemp(prefix="sse-evidence-"))
        node.workerinput[_SHARED] = str(self._shared)

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        self._selected |= set(ids)

    def _take_over_shared_evidence(self) -> None:
        """The controller keeps what a worker collected."""
        if self._shared is None or self._is_worker:
            return
        collected = self._shared / "evidence"
        if collected.is_dir() and not self.suite.is_replay and self._evidence_directory is not None:
            self.suite.evidence.update(read_directory(collected))
            self._clear_default_evidence()
            self._evidence_directory.mkdir(parents=True, exist_ok=True)
            for file in collected.glob("*.json"):
                shutil.copy2(file, self._evidence_directory)
        shutil.rmtree(self._shared)

    # -- the end

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        if self._collector is not None:
            self._collector.close()
        if self._is_worker:
            return
        try:
            for evidence in self.suite.evidence_with_commands():
                if self._evidence_directory is not None:
                    write(evidence, self._evidence_directory)
            self._take_over_shared_evidence()
            mistaken = exitstatus == pytest.ExitCode.USAGE_ERROR and not self._begun
            if self._selected and not self.config.option.collectonly and not mistaken:
                self._conclude(session, exitstatus)
            elif exitstatus == pytest.ExitCode.OK and not self.config.option.collectonly:
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        except SseError as error:
            self._error = str(error)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        self._exit_code = int(session.exitstatus)

    def _conclude(self, session: pytest.Session, exitstatus: int) -> None:
        interrupted = None
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            names = {code.value: code.name.lower().replace("_", " ") for code in pytest.ExitCode}
            interrupted = self._error or names.get(int(exitstatus), f"pytest ended with exit status {exitstatus}")
        elif session.shouldfail or session.shouldstop:
            interrupted = str(session.shouldfail or session.shouldstop)
        elif unfinished := self._selected - self._finished:
            interrupted = f"{len(unfinished)} of {len(self._selected)} tests did not come to their end"
        run = reporting.RunFacts(
            self._started_at,
            shlex.join(self.config.invocation_params.args),
            interrupted,
            self.config.option.evidence if self.suite.is_replay else self._evidence_directory,
            self._came_back,
            self._foreign_failures,
        )
        self.results = reporting.assemble(self.suite, self._findings, run, self.reports)
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = self.results.summary.exit_code
        self.columns.results = self.results
        self._files = reporting.write_reports(self.results, self.reports)
        if self.config.option.report_dir is not None:
            page = reporting.write_report_directory(
                self.results, self.config.option.report_dir, self.reports, run.evidence_directory
            )
            self._files += (page,)
        kept: Path | None = self.config.option.save_baseline
        if kept is not None and interrupted is None:
            save_baseline(self.results, kept)
            self._files += (kept,)

    def pytest_unconfigure(self) -> None:
        """All reports are in place, pytest's own as well."""
        if self._files and self._error is None:
            directory = self.config.option.report_dir
            files = (*self._files, *([directory] if directory else ()))
            reports_folder.end(self.reports, files, publish=self.config.option.publish)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None]:
        """Our summary in place of a page of failures; those of other tests are told as ever."""
        stats = terminalreporter.stats
        told = {key: stats[key] for key in ("failed", "error") if key in stats}
        if self.config.option.verbose < 1 and self.config.option.tbstyle == "auto":
            stats.update({key: [report for report in all_ if attached(report) is None] for key, all_ in told.items()})
        yield
        stats.update(told)
        self._summarise(terminalreporter)

    def _summarise(self, terminalreporter: Any) -> None:
        if self._error is not None:
            terminalreporter.write_line(f"ERROR: {self._error}", red=True)
        if self.results is None:
            return
        option = self.config.option
        if option.verbose >= -1:
            others = (
                Path(path) for path in (getattr(option, "xmlpath", None), getattr(option, "htmlpath", None)) if path
            )
            console = Console(file=terminalreporter._tw._file)
            print_summary(console, self.results, (*self._files, *others))
        terminalreporter.write_line(verdict_line(self.results, self._exit_code))
