"""What several processes or machines found, made into one run: its verdict, its reports, its evidence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sse_compliance.errors import InputError, SseError
from sse_compliance.evidence.evidence_files import remove_others
from sse_compliance.evidence.journal import JOURNAL
from sse_compliance.evidence.record import Evidence
from sse_compliance.files import clock
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.writing import make_folder, make_folder_inside, write_whole
from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.gate import ExitCode
from sse_compliance.findings.lost import NOT_BROUGHT, places, unjudged
from sse_compliance.findings.merging.merge import Books, Named, Whole, merge_results
from sse_compliance.findings.results import Results
from sse_compliance.findings.summary import summarise, verdict_line
from sse_compliance.plugin.ending import reports_folder
from sse_compliance.plugin.ending import results as end
from sse_compliance.plugin.jobs.processes import Job
from sse_compliance.plugin.signals import Signals
from sse_compliance.plugin.suite import Suite
from sse_compliance.report.formats import report_bytes
from sse_compliance.report.terminal import print_summary

#: The folder below --reports in which the parts keep what they have until all are done.
FOLDER = ".jobs"


@dataclass(frozen=True, slots=True)
class Asked:
    """The run that is asked for."""

    suite: Suite
    option: Any
    #: What the options' paths are relative to.
    directory: Path
    #: What the user gave, in words.
    selection: str

    @property
    def reports(self) -> Path:
        """Where reports are written."""
        return self.directory / Path(self.option.reports)

    @property
    def evidence(self) -> Path:
        """Where evidence is kept."""
        return Path(self.option.save_evidence or self.reports / "evidence")

    @property
    def junit(self) -> Path:
        """Where JUnit's report is written."""
        path = getattr(self.option, "xmlpath", None)
        return Path(path) if path else self.reports / reports_folder.JUNIT


@dataclass(frozen=True, slots=True)
class Brought:
    """What the parts of a run brought."""

    jobs: Sequence[Job]
    #: What each part found that came to its results.
    found: Sequence[tuple[Job, Results]]
    #: Why nothing was brought of a device, by its name.
    lost: Mapping[str, str]
    #: Why the run did not come to its end; None where it did.
    cut_short: str | None = None


def run_as_one(asked: Asked, work: Callable[[Path], Brought | int]) -> int:
    """Makes one run of what is done in parts; gives its exit status.

    Args:
        asked: the run.
        work: does it, keeping what it has in the folder that it is given; an exit status where there is nothing to
            make a run of.

    Raises:
        SseError: no part came to its results, they don't fit together, or a file can't be written.
    """
    reports, signals = asked.reports, Signals()
    signals.take()
    try:
        reports_folder.begin(reports, [asked.junit], reports_folder.read_by(asked.option, asked.directory))
        started_at = clock.now().isoformat(timespec="seconds")
        brought = work(_prepared(asked))
        signals.defer()
        if isinstance(brought, int):
            return brought
        results = _whole(asked, brought)
        run = replace(results.run, started_at=started_at, selection=asked.selection)
        results = _with_evidence(replace(results, run=run), asked, brought)
        files = _write(results, asked)
        reports_folder.end(reports, files, publish=asked.option.publish)
        if results.summary.exit_code != ExitCode.INTERRUPTED:
            shutil.rmtree(reports / FOLDER)
        if asked.option.verbose >= -1:
            print_summary(Terminal(), results, files)
        print(verdict_line(results))
        return results.summary.exit_code
    finally:
        signals.give_back()


def _prepared(asked: Asked) -> Path:
    """The folder for what the parts keep; what a run that died has left is kept for ``--resume`` only."""
    reports, is_resumed = asked.reports, asked.option.resume
    if is_resumed and (asked.evidence / JOURNAL).exists():
        raise InputError("the run that died had no --jobs; leave it out to finish that one", place="--resume")
    if not is_resumed and (reports / FOLDER).is_dir() and not (reports / FOLDER).is_symlink():
        shutil.rmtree(reports / FOLDER)
    return make_folder_inside(reports, FOLDER)


def _whole(asked: Asked, brought: Brought) -> Results:
    """The results of all parts as those of one run; what was not brought is not assessed."""
    suite, terms = asked.suite, asked.suite.terms
    parts: list[Named] = [
        (job.name, replace(found, run=replace(found.run, shard=None))) for job, found in brought.found
    ]
    if brought.lost:
        parts.append(("what was not brought", _of_lost(asked, brought.lost)))
    whole = Whole(
        gate=terms.gate.mode,
        fail_on=terms.gate.fail_on,
        waivers=terms.waivers,
        baseline=terms.baseline,
        books=Books(suite.catalogue, suite.regions),
        began=terms.began,
    )
    merged = merge_results(parts, whole)
    run = replace(
        merged.run,
        shard=suite.shard,
        partial=end.what_was_left_out(suite, merged.findings),
        of_devices=suite.of_devices if len(suite.devices) < suite.of_devices else None,
    )
    summary = merged.summary
    if brought.cut_short is not None:
        names = [device.name for device in merged.devices]
        summary = summarise(merged.findings, names, gate=terms.gate, interrupted=brought.cut_short)
    return replace(merged, run=run, summary=summary)


def _of_lost(asked: Asked, lost: Mapping[str, str]) -> Results:
    """The results of devices of which nothing was brought: nothing is known of them but why."""
    suite = asked.suite
    devices = {name: suite.devices[name] for name in lost}
    evidence = {
        name: Evidence(device, "", error=lost[name], error_kind=NOT_BROUGHT) for name, device in devices.items()
    }
    findings = [
        unjudged(requirement, device, host, suite.regions, lost[device.name])
        for device in devices.values()
        for requirement, host in places(suite.catalogue, device, suite.regions)
    ]
    own = replace(suite, devices=devices, evidence=evidence, _facts={})
    started_at = clock.now().isoformat(timespec="seconds")
    return end.assemble(own, findings, end.RunFacts(started_at, asked.selection), asked.reports)


def _with_evidence(results: Results, asked: Asked, brought: Brought) -> Results:
    """The evidence of all parts put where a run keeps it, and named from there."""
    suite, evidence = asked.suite, asked.evidence
    of_device = {device.name: job.folder for job in brought.jobs for device in job.devices}
    if not suite.is_replay:
        make_folder(evidence)
        for job in brought.jobs:
            for file in sorted((job.folder / "evidence").glob("*.json")):
                write_whole(evidence / file.name, file.read_bytes())
        if asked.option.save_evidence is None and results.summary.exit_code != ExitCode.INTERRUPTED:
            remove_others(evidence, suite.devices)

    def named(device: str, file: str | None) -> str | None:
        if file is None:
            return None
        place = of_device[device] / file if suite.is_replay else evidence / Path(file).name
        return os.path.relpath(place, asked.reports)

    devices = tuple(
        replace(d, evidence_file=named(d.name, d.evidence_file), listed_at=end.listed_at(suite, d.name))
        for d in results.devices
    )
    return replace(results, devices=devices)


def _write(results: Results, asked: Asked) -> tuple[Path, ...]:
    suite, option, reports = asked.suite, asked.option, asked.reports
    try:
        files = end.write_reports(results, reports)
        make_folder(asked.junit.parent)
        write_whole(asked.junit, report_bytes(results, "junit"))
        if option.report_dir is not None:
            evidence = option.evidence if suite.is_replay else asked.evidence
            page = end.write_report_directory(results, option.report_dir, reports, evidence, suite.credentials.mask)
            files = (*files, page)
    except OSError as error:
        raise SseError(f"{error.filename}: can't be written: {error.strerror}") from None
    if option.save_baseline is not None and results.summary.exit_code != ExitCode.INTERRUPTED:
        save_baseline(results, option.save_baseline)
        files = (*files, option.save_baseline)
    return (*files, asked.junit)
