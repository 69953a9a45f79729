"""``--jobs N``: the devices divided over N processes of this machine, each a complete run, merged as one run."""

from __future__ import annotations

import argparse
import os
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.collect.limits import limits_of
from sse_compliance.errors import InputError, SseError
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import one_line, plural
from sse_compliance.files.writing import make_folder_inside
from sse_compliance.findings.results import Results
from sse_compliance.inventory.sharding import Shard, parse_shard
from sse_compliance.plugin.jobs.collected import Collected
from sse_compliance.plugin.jobs.joining import Asked, Brought, run_as_one
from sse_compliance.plugin.jobs.processes import Job, run_jobs
from sse_compliance.plugin.loading.load import load_suite
from sse_compliance.plugin.options import given
from sse_compliance.plugin.suite import Suite

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
    arguments = config.invocation_params.args
    asked = Asked(suite, option, config.invocation_params.dir, shlex.join(given(arguments)))
    return run_as_one(asked, lambda folder: _brought(asked, list(_jobs(suite, option, folder, arguments))))


def _brought(asked: Asked, jobs: Sequence[Job]) -> Brought | int:
    verbose, console = asked.option.verbose, Terminal(quiet=asked.option.verbose < 0)
    devices, processes = plural(len(asked.suite.devices), "device"), plural(len(jobs), "process", "processes")
    console.print(f"{devices} in {processes}", highlight=False)

    def ended(place: int, status: int) -> None:
        own = plural(len(jobs[place].devices), "device")
        console.print(f"process {place + 1} of {len(jobs)}: {own}, exit status {status}", highlight=False)

    collected = Collected(jobs, lambda text: console.print(text, highlight=False))
    statuses, interrupted = run_jobs(jobs, asked.directory, ended, collected.look)
    if not interrupted and (refused := _nothing_to_merge(jobs, statuses, verbose)) is not None:
        return refused
    found: list[tuple[Job, Results]] = []
    lost: dict[str, str] = {}
    why = ["it was interrupted"] if interrupted else []
    for job, status in zip(jobs, statuses, strict=True):
        if (results := job.results()) is not None:
            found.append((job, results))
        elif status != pytest.ExitCode.NO_TESTS_COLLECTED:
            died = f"{job.name} ended with {status} and left no results: {one_line(job.last_words(), 300)}"
            lost |= {device.name: died for device in job.devices}
            why.append(died)
    if not found:
        raise SseError(f"--jobs: no process came to its results: {'; '.join(why)}")
    return Brought(jobs, found, lost, "; ".join(why) or None)


def _check(option: Any) -> None:
    if option.jobs > MOST_JOBS or option.jobs < 1:
        raise InputError(f"expected 1 to {MOST_JOBS}", place=f"--jobs {option.jobs}")
    for name, attribute, why in _REFUSED:
        if getattr(option, attribute, None):
            raise InputError(f"leave out {name}: {why}", place="--jobs")


def _jobs(suite: Suite, option: Any, folder: Path, arguments: Sequence[str | os.PathLike[str]]) -> Iterator[Job]:
    whole = Shard(1, 1) if option.shard is None else parse_shard(option.shard)
    shards = [whole.part_of_it(number, option.jobs) for number in range(1, option.jobs + 1)]
    held = {shard: tuple(d for d in suite.devices.values() if shard.holds(d.name)) for shard in shards}
    shards = [shard for shard in shards if held[shard]]
    limits = limits_of(option)
    for name, most in (("concurrency", limits.devices_at_once), ("per-jump-host", limits.per_jump_host)):
        if most < len(shards) and not suite.is_replay:
            raise InputError(
                f"--jobs {option.jobs} is more than --{name} {most}, which is for all processes together: give fewer "
                "jobs, or raise it"
            )
    for number, shard in enumerate(shards, 1):
        own = make_folder_inside(folder, str(shard).replace("/", "-of-"))
        given_files = {"save_baseline": "baseline.json", "report_dir": "page"}
        kept = {name: own / file for name, file in given_files.items() if getattr(option, name) is not None}
        if not suite.is_replay:
            kept["save_evidence"] = own / "evidence"
        said = (
            "--jobs=1",
            f"--shard={shard}",
            f"--reports={own}",
            f"--concurrency={max(1, limits.devices_at_once // len(shards))}",
            f"--per-jump-host={max(1, limits.per_jump_host // len(shards))}",
            *(f"--{name.replace('_', '-')}={path}" for name, path in kept.items()),
            *((f"--junitxml={own / 'junit.xml'}",) if option.xmlpath else ("-p", "no:junitxml")),
            "-p",
            "no:html",
            "-p",
            "no:cacheprovider",
            "--color=no",
        )
        (own / "compliance.json").unlink(missing_ok=True)
        yield Job(f"process {number}", held[shard], own, (*map(str, arguments), *said))


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
