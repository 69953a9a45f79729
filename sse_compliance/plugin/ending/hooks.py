"""The hooks at both ends of a run: no earlier report survives its beginning, and its end leaves its own."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Generator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.catalogue.keywords import meant
from sse_compliance.errors import SseError
from sse_compliance.evidence import journal
from sse_compliance.evidence.evidence_files import remove_others
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import for_log
from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.results import Results
from sse_compliance.findings.summary import verdict_line
from sse_compliance.plugin.collecting import Collecting
from sse_compliance.plugin.ending import reports_folder
from sse_compliance.plugin.ending import results as end
from sse_compliance.plugin.items.telling import attached
from sse_compliance.plugin.jobs import OneOfSeveral
from sse_compliance.plugin.options import given
from sse_compliance.plugin.run import Run
from sse_compliance.plugin.signals import Signals
from sse_compliance.report.pytest_html import ComplianceColumns
from sse_compliance.report.terminal import print_summary


class Ending:
    """Makes the results of a run, its reports and its exit status."""

    def __init__(self, run: Run, collecting: Collecting, others: reports_folder.PutInPlace) -> None:
        self._run = run
        self._others = others
        self._collecting = collecting
        self._results: Results | None = None
        self._files: tuple[Path, ...] = ()
        self._exit_code: int | None = None
        self.columns = ComplianceColumns()
        self._signals = Signals()
        self._is_whole = False
        self._session: pytest.Session | None = None
        if not run.is_worker and not run.config.option.collectonly:
            self._signals.take()
            self._choose_default_reports()
            option, directory = run.config.option, run.config.invocation_params.dir
            elsewhere = (getattr(option, name, None) for name in ("xmlpath", "htmlpath"))
            kept = reports_folder.read_by(option, directory)
            reports_folder.begin(run.reports, [Path(path) for path in elsewhere if path], kept)

    def _choose_default_reports(self) -> None:
        """JUnit and pytest-html write below --reports unless the user says otherwise."""
        option, plugins = self._run.config.option, self._run.config.pluginmanager
        if hasattr(option, "xmlpath"):
            option.xmlpath = option.xmlpath or str(self._run.reports / reports_folder.JUNIT)
        if not getattr(option, "htmlpath", None):
            option.htmlpath = str(self._run.reports / reports_folder.TESTS)
            option.self_contained_html = True
        if plugins.hasplugin("html"):
            plugins.register(self.columns)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        run, self._session = self._run, session
        self._signals.defer()
        try:
            self._collecting.end()
            if run.is_worker:
                return
            mistaken = exitstatus == pytest.ExitCode.USAGE_ERROR and not run.begun
            if run.selected and not run.config.option.collectonly and not mistaken:
                self._conclude(session, exitstatus)
            elif exitstatus == pytest.ExitCode.OK and not run.config.option.collectonly:
                session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED
        except SseError as error:
            run.error = str(error)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        self._exit_code = int(session.exitstatus)

    def _conclude(self, session: pytest.Session, exitstatus: int) -> None:
        run, option = self._run, self._run.config.option
        interrupted = self._interrupted(session, exitstatus)
        facts = end.RunFacts(
            run.started_at,
            shlex.join(given(run.config.invocation_params.args)),
            interrupted,
            option.evidence if run.suite.is_replay else run.evidence_directory,
            run.came_back,
            run.foreign_failures,
            option.title,
            option.change,
        )
        self._is_whole = interrupted is None
        results = self._results = end.assemble(run.suite, run.findings, facts, run.reports)
        if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            session.exitstatus = results.summary.exit_code
        self.columns.results = results
        # The page of several processes is that of all of them.
        self._files = end.write_reports(results, run.reports, page=not self._is_one_of_several())
        if option.report_dir is not None:
            kept_in = facts.evidence_directory
            mask = run.suite.credentials.mask
            self._files += (end.write_report_directory(results, option.report_dir, run.reports, kept_in, mask),)
        kept: Path | None = option.save_baseline
        if kept is not None and interrupted is None:
            save_baseline(results, kept)
            self._files += (kept,)
        if interrupted is None and run.evidence_directory is not None and option.save_evidence is None:
            remove_others(run.evidence_directory, run.suite.evidence)

    def _interrupted(self, session: pytest.Session, exitstatus: int) -> str | None:
        """Why the run did not come to its end; None where it did."""
        run = self._run
        if exitstatus not in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
            names = {code.value: code.name.lower().replace("_", " ") for code in pytest.ExitCode}
            return run.error or names.get(int(exitstatus), f"pytest ended with exit status {exitstatus}")
        if session.shouldfail or session.shouldstop:
            return str(session.shouldfail or session.shouldstop)
        if unfinished := run.selected - run.finished:
            return f"{len(unfinished)} of {len(run.selected)} tests did not come to their end"
        return None

    def pytest_unconfigure(self) -> None:
        """All reports are in place, pytest's own as well."""
        option = self._run.config.option
        try:
            if self._files and self._run.error is None and self._others.done:
                files = (*self._files, *([option.report_dir] if option.report_dir else ()))
                reports_folder.end(self._run.reports, files, publish=option.publish)
                # One of several processes keeps it until all are done: none of its devices is asked again.
                if self._is_whole and not self._is_one_of_several() and self._run.evidence_directory is not None:
                    journal.end(self._run.evidence_directory)
        except SseError as error:
            assert self._session is not None
            # pytest takes the status from here after this hook; its own output is closed by now.
            self._session.exitstatus = pytest.ExitCode.USAGE_ERROR
            with suppress(OSError):
                # Behind what pytest has said, where both go to one place.
                sys.stdout.flush()
            with suppress(OSError):
                sys.stderr.write(f"ERROR: {for_log(str(error))}\n")
        finally:
            self._signals.give_back()

    def _is_one_of_several(self) -> bool:
        return any(isinstance(plugin, OneOfSeveral) for plugin in self._run.config.pluginmanager.get_plugins())

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> Generator[None]:
        """Our summary in place of a page of failures; those of other tests are told as ever."""
        option, stats = self._run.config.option, terminalreporter.stats
        told = {key: stats[key] for key in ("failed", "error") if key in stats}
        if option.verbose < 1 and option.tbstyle == "auto":
            stats.update({key: [report for report in all_ if attached(report) is None] for key, all_ in told.items()})
        yield
        stats.update(told)
        self._summarise(terminalreporter)

    def _summarise(self, terminalreporter: Any) -> None:
        option = self._run.config.option
        if self._run.error is None and not self._run.selected and option.keyword:
            suite = self._run.suite
            if (said := meant(option.keyword, [one.id for one in suite.catalogue], suite.devices)) is not None:
                terminalreporter.write_line(said)
        if self._run.error is not None:
            terminalreporter.write_line(f"ERROR: {for_log(self._run.error)}", red=True)
        if self._results is None:
            return
        if option.verbose >= -1:
            paths = (getattr(option, "xmlpath", None), getattr(option, "htmlpath", None))
            others = (Path(path) for path in paths if path)
            console = Terminal(file=terminalreporter._tw._file)
            print_summary(console, self._results, (*self._files, *others))
        if self._exit_code != pytest.ExitCode.USAGE_ERROR:
            terminalreporter.write_line(verdict_line(self._results, self._exit_code))
