"""``--jobs N``: the devices divided over N processes of this machine, each a complete run, merged as one run."""

from __future__ import annotations

import argparse
import os
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.collect.limits import limits_of
from sse_compliance.errors import InputError, SseError
from sse_compliance.evidence.evidence_files import remove_others
from sse_compliance.evidence.journal import JOURNAL
from sse_compliance.files import clock
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import one_line, plural
from sse_compliance.files.writing import make_folder, make_folder_inside, write_whole
from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.gate import ExitCode
from sse_compliance.findings.merging.merge import Books, Named, Whole, merge_results
from sse_compliance.findings.results import Results
from sse_compliance.findings.summary import summarise, verdict_line
from sse_compliance.inventory.device import Device
from sse_compliance.inventory.sharding import Shard, parse_shard
from sse_compliance.plugin.ending import reports_folder
from sse_compliance.plugin.ending import results as end
from sse_compliance.plugin.jobs.processes import Job, run_jobs
from sse_compliance.plugin.loading.load import load_suite
from sse_compliance.plugin.options import given
from sse_compliance.plugin.signals import Signals
from sse_compliance.plugin.suite import Suite
from sse_compliance.report.formats import report_bytes
from sse_compliance.report.terminal import print_summary

#: The folder below --reports in which the processes keep what they have until all are done.
FOLDER = ".jobs"
#: More processes than this are a typing mistake.
MOST_JOBS = 256

#: What one process can't keep for all of them: the option, its name among pytest's, and why.
_REFUSED = (
    ("-x, --maxfail", "maxfail", "one process does not know what failed in another"),
    ("--lf", "lf", "what failed last is kept of one process"),
    ("--ff", "failedfirst", "what failed last is kept of one process"),
    ("--nf", "newfirst", "what is new is known of one process"),
    ("--sw", "stepwise", "one process does not know what failed in another"),
    ("--cache-clear", "cacheclear", "the processes have no cache"),
    ("--pdb", "usepdb", "the processes have no terminal"),
    ("--trace", "trace", "the processes have no terminal"),
    ("-n", "numprocesses", "its workers are processes already"),
    ("--tx", "tx", "its workers are processes already"),
    ("--html", "htmlpath", "pytest-html's page is of one process; compliance.html is of all"),
    ("--ask-password", "ask_password", "the processes have no terminal to ask on"),
)


def run_in_processes(config: pytest.Config, option: argparse.Namespace) -> int:
    """Runs the suite in several processes; gives the exit status of what they found together.

    Args:
        config: pytest's.
        option: its options, with what the settings add.

    Raises:
        SseError: an option can't be used, or a file can't be written.
    """
    _check(option)
    suite = load_suite(option)
    if suite is None:
        raise InputError("no device is named: give --inventory FILE, --hosts=… or --evidence DIR", place="--jobs")
    directory = config.invocation_params.dir
    reports = directory / option.reports
    signals, console = Signals(), Terminal(quiet=option.verbose < 0)
    signals.take()
    try:
        junit = Path(option.xmlpath) if getattr(option, "xmlpath", None) else reports / reports_folder.JUNIT
        reports_folder.begin(reports, [junit])
        started_at = clock.now().isoformat(timespec="seconds")
        jobs = list(_jobs(suite, option, _prepared(reports, option), config.invocation_params.args))
        devices, processes = plural(len(suite.devices), "device"), plural(len(jobs), "process", "processes")
        console.print(f"{devices} in {processes}", highlight=False)

        def ended(place: int, status: int) -> None:
            own = plural(len(jobs[place].devices), "device")
            console.print(f"process {place + 1} of {len(jobs)}: {own}, exit status {status}", highlight=False)

        statuses, interrupted = run_jobs(jobs, directory, ended)
        signals.defer()
        if not interrupted and (refused := _nothing_to_merge(jobs, statuses, option.verbose)) is not None:
            return refused
        results = _whole(suite, jobs, statuses, interrupted=interrupted)
        run = replace(results.run, started_at=started_at, selection=shlex.join(given(config.invocation_params.args)))
        results = _with_evidence(replace(results, run=run), suite, jobs, reports, option)
        files = _write(results, suite, option, reports, junit)
        reports_folder.end(reports, files, publish=option.publish)
        if results.summary.exit_code != ExitCode.INTERRUPTED:
            shutil.rmtree(reports / FOLDER)
        if option.verbose >= -1:
            print_summary(Terminal(), results, files)
        print(verdict_line(results))
        return results.summary.exit_code
    finally:
        signals.give_back()


def _check(option: Any) -> None:
    if option.jobs > MOST_JOBS or option.jobs < 1:
        raise InputError(f"expected 1 to {MOST_JOBS}", place=f"--jobs {option.jobs}")
    for name, attribute, why in _REFUSED:
        if getattr(option, attribute, None):
            raise InputError(f"leave out {name}: {why}", place="--jobs")


def _prepared(reports: Path, option: Any) -> Path:
    """The folder for what the processes keep; what a run that died has left is kept for ``--resume`` only."""
    evidence = option.save_evidence or reports / "evidence"
    if option.resume and (evidence / JOURNAL).exists():
        raise InputError("the run that died had no --jobs; leave it out to finish that one", place="--resume")
    if not option.resume and (reports / FOLDER).is_dir() and not (reports / FOLDER).is_symlink():
        shutil.rmtree(reports / FOLDER)
    return make_folder_inside(reports, FOLDER)


def _jobs(suite: Suite, option: Any, folder: Path, arguments: Sequence[str | os.PathLike[str]]) -> Iterator[Job]:
    whole = Shard(1, 1) if option.shard is None else parse_shard(option.shard)
    shards = [whole.part_of_it(number, option.jobs) for number in range(1, option.jobs + 1)]
    held = {shard: tuple(d for d in suite.devices.values() if shard.holds(d.name)) for shard in shards}
    shards = [shard for shard in shards if held[shard]]
    limits = limits_of(option)
    for shard in shards:
        own = make_folder_inside(folder, str(shard).replace("/", "-of-"))
        given_files = {"save_baseline": "baseline.json", "report_dir": "page"}
        kept = {name: own / file for name, file in given_files.items() if getattr(option, name) is not None}
        if not suite.is_replay:
            kept["save_evidence"] = own / "evidence"
        said = (
            "--jobs=1",
            f"--shard={shard}",
            f"--reports={own}",
            f"--concurrency={-(-limits.devices_at_once // len(shards))}",
            f"--per-jump-host={-(-limits.per_jump_host // len(shards))}",
            *(f"--{name.replace('_', '-')}={path}" for name, path in kept.items()),
            *((f"--junitxml={own / 'junit.xml'}",) if option.xmlpath else ("-p", "no:junitxml")),
            "-p",
            "no:html",
            "-p",
            "no:cacheprovider",
            "--color=no",
        )
        (own / "compliance.json").unlink(missing_ok=True)
        yield Job(shard, held[shard], own, (*map(str, arguments), *said))


def _nothing_to_merge(jobs: Sequence[Job], statuses: Sequence[int], verbose: int) -> int | None:
    """The exit status where a process refused its work, or none had any."""
    for job, status in zip(jobs, statuses, strict=True):
        if status == pytest.ExitCode.USAGE_ERROR:
            print(job.last_words())
            return status
    if all(status == pytest.ExitCode.NO_TESTS_COLLECTED for status in statuses):
        print(jobs[0].last_words() if verbose >= 0 else "nothing was selected")
        return int(pytest.ExitCode.NO_TESTS_COLLECTED)
    return None


def _whole(suite: Suite, jobs: Sequence[Job], statuses: Sequence[int], *, interrupted: bool) -> Results:
    """The results of all processes as those of one run; what a process that died was to judge is not assessed."""
    parts: list[Named] = []
    died = ["it was interrupted"] if interrupted else []
    lost: list[Device] = []
    for number, (job, status) in enumerate(zip(jobs, statuses, strict=True), 1):
        found = job.results()
        if found is not None:
            parts.append((f"process {number}", replace(found, run=replace(found.run, shard=None))))
        elif status != pytest.ExitCode.NO_TESTS_COLLECTED:
            lost += job.devices
            died.append(f"process {number} ended with {status} and left no results: {one_line(job.last_words(), 300)}")
    if not parts:
        raise SseError(f"--jobs: no process came to its results: {'; '.join(died)}")
    terms = suite.terms
    whole = Whole(
        gate=terms.gate.mode,
        fail_on=terms.gate.fail_on,
        waivers=terms.waivers,
        baseline=terms.baseline,
        expected=tuple(lost),
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
    if died:
        names = [device.name for device in merged.devices]
        summary = summarise(merged.findings, names, gate=terms.gate, interrupted="; ".join(died))
    return replace(merged, run=run, summary=summary)


def _with_evidence(results: Results, suite: Suite, jobs: Sequence[Job], reports: Path, option: Any) -> Results:
    """The evidence of all processes put where a run keeps it, and named from there."""
    of_device = {device.name: job.folder for job in jobs for device in job.devices}
    evidence = option.save_evidence or reports / "evidence"
    if not suite.is_replay:
        make_folder(evidence)
        for job in jobs:
            for file in sorted((job.folder / "evidence").glob("*.json")):
                write_whole(evidence / file.name, file.read_bytes())
        if option.save_evidence is None and results.summary.exit_code != ExitCode.INTERRUPTED:
            remove_others(evidence, suite.devices)

    def named(device: str, file: str | None) -> str | None:
        if file is None:
            return None
        place = of_device[device] / file if suite.is_replay else evidence / Path(file).name
        return os.path.relpath(place, reports)

    devices = tuple(replace(d, evidence_file=named(d.name, d.evidence_file)) for d in results.devices)
    return replace(results, devices=devices)


def _write(results: Results, suite: Suite, option: Any, reports: Path, junit: Path) -> tuple[Path, ...]:
    try:
        files = end.write_reports(results, reports)
        make_folder(junit.parent)
        write_whole(junit, report_bytes(results, "junit"))
        if option.report_dir is not None:
            evidence = option.evidence if suite.is_replay else option.save_evidence or reports / "evidence"
            page = end.write_report_directory(results, option.report_dir, reports, evidence, suite.credentials.mask)
            files = (*files, page)
    except OSError as error:
        raise SseError(f"{error.filename}: can't be written: {error.strerror}") from None
    if option.save_baseline is not None and results.summary.exit_code != ExitCode.INTERRUPTED:
        save_baseline(results, option.save_baseline)
        files = (*files, option.save_baseline)
    return (*files, junit)
