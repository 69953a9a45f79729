"""Getting a run's evidence: plan, collect, save.

With xdist one worker does it for all, so that each device still has one session.
"""

from __future__ import annotations

import fcntl
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from sse_compliance.catalogue.probes import RUNNER_KINDS
from sse_compliance.catalogue.requirements import planned_probes
from sse_compliance.collect.fleet import Collector
from sse_compliance.collect.resolver import ask_resolver, make_resolver
from sse_compliance.errors import SseError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.evidence_files import read_directory, write
from sse_compliance.evidence.record import Evidence
from sse_compliance.judge.outcome import Case
from sse_compliance.plugin.suite import Suite


class Progress(Protocol):
    """Who is told how collecting goes."""

    def start(self, total: int) -> None:
        """Collecting begins."""

    def device_done(self, name: str, ok: bool) -> None:
        """A device is done, well or not."""

    def stop(self) -> None:
        """Collecting is over."""


def gather(
    suite: Suite,
    cases: Mapping[str, Collection[Case]],
    collector: Collector,
    *,
    resolver: str | None,
    save_to: Path | None,
    progress: Progress,
    keep_open: bool = False,
) -> None:
    """Collects the devices of a suite and leaves their evidence in it.

    Args:
        suite: the run.
        cases: what is judged on each device, by the device's name.
        collector: talks to the devices.
        resolver: the trusted DNS server to ask as well; None to ask none.
        save_to: the directory that each device's evidence is written to the moment it is there.
        progress: told about every device.
        keep_open: whether sessions stay for commands that tests run by themselves.

    Raises:
        SseError: evidence could not be written, or an option can't be used. What was collected stays in the suite.
    """
    plan = {
        device.name: planned_probes(
            [(case.requirement, case.target) for case in cases.get(device.name, ())], device, suite.regions
        )
        for device in suite.devices.values()
    }
    asked = {name for probes in plan.values() for name in probes if _is_runners(name)}
    names = sorted(name.partition(":")[2] for name in asked)
    trusted = ask_resolver(make_resolver(resolver), names) if resolver else {}
    device_plan = {device: [name for name in probes if not _is_runners(name)] for device, probes in plan.items()}
    unwritten: list[SseError] = []

    def done(evidence: Evidence) -> None:
        name = evidence.device.name
        complete = _with_runner_probes(evidence, plan[name], trusted)
        suite.take(complete)
        progress.device_done(name, evidence.error is None)
        if save_to is not None and not unwritten:
            try:
                write(complete, save_to)
            except SseError as error:
                unwritten.append(error)

    chosen = [suite.targets[name] for name, probes in device_plan.items() if name in cases]
    progress.start(len(chosen))
    try:
        collector.collect(chosen, device_plan, on_done=done, keep_open=keep_open)
    finally:
        progress.stop()
    if unwritten:
        raise unwritten[0]


def _is_runners(probe: str) -> bool:
    return probe.partition(":")[0] in RUNNER_KINDS


def _with_runner_probes(
    evidence: Evidence, planned: Iterable[str], trusted: Mapping[str, ProbeResult | NotObtained]
) -> Evidence:
    own = {name: trusted[name] for name in planned if name in trusted}
    return replace(evidence, probes={**evidence.probes, **own})


class SharedEvidence:
    """A directory that the workers of one run share: the first to come collects, the others wait and read.

    The lock is the kernel's, so a worker that dies frees it; a collection that was begun and not ended is never begun
    again, because the devices would see a second session.
    """

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._begun = directory / "begun"
        self._ended = directory / "ended"
        self.evidence = directory / "evidence"

    def collected_by_one(self, suite: Suite, collect: Collect) -> None:
        """Makes sure that the suite has its evidence, collecting it if no other worker did.

        Raises:
            SseError: another worker began to collect and did not come to the end.
        """
        with (self._directory / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not self._begun.exists():
                self._begun.touch()
                collect()
                self._ended.touch()
                return
            if not self._ended.exists():
                raise SseError("another worker began to collect the devices and did not come to the end")
        suite.evidence.update(read_directory(self.evidence))


class Collect(Protocol):
    """Collects a suite's evidence into the shared directory."""

    def __call__(self) -> None: ...
