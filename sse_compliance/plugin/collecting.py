"""The hooks of collecting: before the first test, once, whoever of xdist's workers does it.

What asking devices takes (SSH, above all) is loaded when they are asked; a replay does without.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import defaultdict
from collections.abc import Collection, Mapping
from functools import partial
from inspect import signature
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.collect.limits import limits_of
from sse_compliance.collect.ssh.errors import not_allowed
from sse_compliance.errors import SseError, Unavailable
from sse_compliance.evidence import journal
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.evidence_files import write
from sse_compliance.evidence.record import Evidence
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.writing import make_folder
from sse_compliance.findings.finding import Finding
from sse_compliance.inventory.device import RUNNER
from sse_compliance.judge.mark import Test
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.gather import SharedEvidence, gather
from sse_compliance.plugin.items.telling import wants_device
from sse_compliance.plugin.rehearse import may_run_commands, rehearsal
from sse_compliance.plugin.run import Run, case_of
from sse_compliance.plugin.steps import steps_told
from sse_compliance.plugin.wait import wait_for_devices

#: The key under which xdist's controller tells its workers where evidence is shared.
_SHARED = "sse_shared_evidence"


class Collecting:
    """Gets the evidence of a live run, and keeps it."""

    def __init__(self, run: Run) -> None:
        self._run = run
        worker = getattr(run.config, "workerinput", None)
        #: Where workers meet; None where there are none, or nothing is to be collected.
        self._shared: Path | None = Path(worker[_SHARED]) if worker and worker[_SHARED] else None
        if not run.suite.is_replay:
            run.suite.live = self._live

    def _live(self, device: str, command: str) -> ProbeResult:
        """A command that a test runs by itself, in the device's one session."""
        if not self._run.config.option.allow_commands:
            raise not_allowed(command)
        if self._run.collector is None:
            raise Unavailable(f"this worker has no session to run {command!r} in; run without -n")
        return self._run.collector.run(device, command)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> None:
        run = self._run
        if run.config.option.collectonly:
            return
        run.begun = True
        if run.suite.is_replay or not session.items:
            return
        try:
            if self._shared is not None:
                assert run.evidence_directory is not None
                shared = SharedEvidence(self._shared, run.evidence_directory)
                shared.collected_by_one(run.suite, lambda: self._gather(session, shared.evidence))
            else:
                assert run.evidence_directory is not None
                self._gather(session, run.evidence_directory)
                if run.config.option.wait is not None:
                    self._wait(session, run.evidence_directory)
        except SseError as error:
            run.error = str(error)
            raise pytest.UsageError(str(error)) from None

    def _gather(self, session: pytest.Session, directory: Path, only: frozenset[str] | None = None) -> None:
        from sse_compliance.collect.audit import AuditLog
        from sse_compliance.collect.fleet import Collector
        from sse_compliance.report.progress import CollectProgress

        run = self._run
        tests = _tests(session.items)
        cases = {name: [case for case, _ in own] for name, own in tests.items()}
        own_tests = {
            item.callspec.params["host"]  # type: ignore[attr-defined]  # of a parametrised function
            for item in session.items
            if case_of(item) is None and wants_device(item)
        }
        judging = {test for own in tests.values() for _, test in own} if run.config.option.allow_commands else ()
        asks = {test for test in judging if may_run_commands(test)}
        asking = {name: [(case, test) for case, test in own if test in asks] for name, own in tests.items()}
        if run.collector is None:
            run.suite.ask_passwords()
            run.collector = Collector(
                limits_of(run.config.option),
                run.suite.credentials,
                own_commands=run.config.option.allow_commands,
                audit=AuditLog(run.config.option.audit) if run.config.option.audit else None,
            )
        with steps_told(run.config.getoption("log_level", None), run.suite.credentials):
            gather(
                run.suite,
                {name: cases.get(name, []) for name in sorted({*cases, *own_tests}) if only is None or name in only},
                run.collector,
                save_to=directory,
                progress=CollectProgress(Terminal(), quiet=run.is_worker or run.config.option.verbose < 0),
                keep_open=bool(own_tests),
                further=rehearsal(run.suite, asking) if asks else None,
                kept=partial(self._begin, directory) if only is None else None,
            )

    def _begin(self, directory: Path, plan: journal.Plan) -> Mapping[str, Evidence]:
        """Begins the journal of this run; gives what the run that is to be finished was done with."""
        option = self._run.config.option
        done = journal.done_before(directory, plan) if option.resume else None
        if option.resume and option.verbose >= 0 and not self._run.is_worker:
            said = "no run died here, all are asked" if done is None else f"{len(done)} of {len(plan)} were done"
            Terminal().print(f"--resume: {said}", markup=False, soft_wrap=True)
        if done is None:
            journal.begin(directory, plan, self._shared)
        return done or {}

    def _wait(self, session: pytest.Session, directory: Path) -> None:
        run, tests = self._run, _tests(session.items)
        console = Terminal(quiet=run.config.option.verbose < 0)

        def judged(names: Collection[str]) -> list[Finding]:
            return [self._judged(case, test) for name in sorted(names) for case, test in tests[name]]

        def collect(names: Collection[str]) -> None:
            assert run.collector is not None
            run.collector.release(names)
            self._gather(session, directory, frozenset(names))

        def say(text: str) -> None:
            console.print(text, markup=False, soft_wrap=True)

        run.came_back = wait_for_devices(run.suite, tests, judged, collect, run.config.option.wait, say)

    def _judged(self, case: Case, test: Test) -> Finding:
        """A case's finding, without telling anybody: it can be judged again."""
        outcome = judge_test(case, test, arguments_of(self._run.suite, case, signature(test).parameters))
        return self._run.suite.under_waivers(outcome.finding)

    # -- xdist

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        directory = self._run.evidence_directory
        if self._shared is None and directory is not None:
            # Beside the evidence: nothing is left in the system's temporary directory by a run that is killed.
            make_folder(directory)
            self._shared = Path(tempfile.mkdtemp(prefix=journal.WORKERS, dir=directory))
        node.workerinput[_SHARED] = str(self._shared or "")

    def end(self) -> None:
        """Ends the sessions, and keeps what tests asked by themselves and what a worker collected.

        Raises:
            SseError: something can't be written.
        """
        run = self._run
        if run.collector is not None:
            run.collector.close()
        if run.is_worker:
            return
        for evidence in run.suite.evidence_with_commands():
            if run.evidence_directory is not None:
                write(evidence, run.evidence_directory)
        if self._shared is not None and run.evidence_directory is not None:
            run.suite.evidence.update(SharedEvidence(self._shared, run.evidence_directory).collected(run.suite))
            shutil.rmtree(self._shared)


def _tests(items: Collection[pytest.Item]) -> dict[str, list[tuple[Case, Test]]]:
    """What is judged on each device, and by which test."""
    tests: dict[str, list[tuple[Case, Test]]] = defaultdict(list)
    for item in items:
        case = case_of(item)
        if case is not None and case.device != RUNNER:
            assert isinstance(item, pytest.Function)
            tests[case.device].append((case, item.obj))
    return tests
