"""Getting a run's evidence: plan, collect, save.

With xdist one worker does it for all, so that each device still has one session.
"""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from sse_compliance.catalogue.probes import FROM_ELSEWHERE
from sse_compliance.collect.plan import planned_probes
from sse_compliance.collect.source import ask_all, kind_of
from sse_compliance.errors import SseError
from sse_compliance.evidence import journal
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.evidence_files import masked_evidence, write
from sse_compliance.evidence.record import Evidence
from sse_compliance.evidence.redaction import masked
from sse_compliance.files.clock import stamp
from sse_compliance.inventory.device import Device, without_userinfo
from sse_compliance.judge.outcome import Case
from sse_compliance.plugin.suite import Suite

if TYPE_CHECKING:
    from sse_compliance.collect.audit import AuditLog
    from sse_compliance.collect.fleet import Collector
    from sse_compliance.collect.one_device import AskFurther, LiveRun


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
    save_to: Path | None,
    progress: Progress,
    keep_open: bool = False,
    further: AskFurther | None = None,
    kept: Callable[[journal.Plan], Mapping[str, Evidence]] | None = None,
) -> None:
    """Collects the devices of a suite and leaves their evidence in it.

    Args:
        suite: the run.
        cases: what is judged on each device, by the device's name.
        collector: talks to the devices.
        save_to: the directory that each device's evidence is written to the moment it is there.
        progress: told about every device.
        keep_open: whether sessions stay for commands that a user's own tests run.
        kept: told what is planned before anything is asked; gives the evidence of devices that need not be asked.
        further: asks a device more before its session is closed; it sees what the other sources said as well.

    Raises:
        SseError: evidence could not be written, or an option can't be used. What was collected stays in the suite.
    """
    without_session = {name for name in cases if suite.targets[name].access.login == "fmc"}
    by_session, elsewhere = _plan(suite, cases, without_session)
    if kept is not None:
        had = kept({name: [repr(suite.devices[name]), *by_session[name], *elsewhere[name]] for name in cases})
        for evidence in had.values():
            suite.take(masked_evidence(evidence, suite.credentials.own_patterns.mask))
        cases = {name: own for name, own in cases.items() if name not in had}
        elsewhere = {name: elsewhere[name] for name in cases}
    said = _said(suite, collector.audit, elsewhere, without_session & cases.keys())
    keeper = _Keeper(suite, said, save_to, progress)

    def ask_further(evidence: Evidence, live: LiveRun) -> Mapping[str, ProbeResult | NotObtained]:
        assert further is not None
        return further(keeper.complete(evidence), live)

    # A device of which nothing but other sources is asked gets no session.
    reached = cases.keys() - without_session
    contacted = [name for name in suite.targets if name in reached and (by_session[name] or not elsewhere[name])]
    progress.start(len(cases))
    try:
        for name in cases.keys() - set(contacted):
            keeper.done(_untouched(suite.devices[name]))
        collector.collect(
            [suite.targets[name] for name in contacted],
            by_session,
            on_done=keeper.done,
            keep_open=keep_open,
            further=ask_further if further else None,
        )
    finally:
        progress.stop()
    if keeper.unwritten is not None:
        raise keeper.unwritten


@dataclass(slots=True)
class _Keeper:
    """Takes over each device's evidence the moment it is there, with what other sources said of it."""

    suite: Suite
    said: Mapping[str, Mapping[str, ProbeResult | NotObtained]]
    save_to: Path | None
    progress: Progress
    #: The first mistake in writing; nothing more is written then, and the run goes on.
    unwritten: SseError | None = None

    def complete(self, evidence: Evidence) -> Evidence:
        """What the device said, what others said of it, and what the site expects."""
        probes = {**evidence.probes, **self.said[evidence.device.name]}
        return replace(evidence, probes=probes, overrides=self.suite.catalogue.overrides)

    def done(self, evidence: Evidence) -> None:
        """A device is done."""
        complete = self.complete(evidence)
        self.suite.take(complete)
        self.progress.device_done(evidence.device.name, evidence.error is None)
        if self.save_to is not None and self.unwritten is None:
            try:
                write(complete, self.save_to)
            except SseError as error:
                self.unwritten = error


def _said(
    suite: Suite,
    audit: AuditLog | None,
    elsewhere: Mapping[str, Sequence[str]],
    without_session: Collection[str],
) -> Mapping[str, Mapping[str, ProbeResult | NotObtained]]:
    """What other sources say; of a device without a session, that the rest can't be had either."""
    from sse_compliance.collect.fmc.fmc_source import FmcSource

    for source in suite.sources:
        if isinstance(source, FmcSource):
            source.audit = audit
    said = ask_all(suite.sources, elsewhere)
    needs_session = NotObtained("only a login over SSH tells it, and the inventory allows none (login: fmc)")
    rest = {name: [probe for probe in elsewhere[name] if probe not in said[name]] for name in without_session}
    mask = suite.credentials.own_patterns.mask
    return {
        name: {
            **{probe: masked(answer, mask) for probe, answer in own.items()},
            **dict.fromkeys(rest.get(name, ()), needs_session),
        }
        for name, own in said.items()
    }


def _plan(
    suite: Suite, cases: Mapping[str, Collection[Case]], without_session: Collection[str]
) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """The probes of each device: those of its own session, and those that another source answers."""
    alike: dict[object, tuple[str, ...]] = {}

    def planned(device: Device, own: Collection[Case]) -> tuple[str, ...]:
        """The probes of a device; where one that differs in its name and address only has them, they are the same."""
        judged = tuple((case.requirement.id, case.target) for case in own)
        key = replace(device, name="", address="", port=0), judged
        if key not in alike:
            alike[key] = planned_probes([(case.requirement, case.target) for case in own], device, suite.regions)
        return alike[key]

    plan = {name: planned(suite.devices[name], own) for name, own in cases.items()}
    elsewhere = {
        name: [probe for probe in probes if name in without_session or kind_of(probe) in FROM_ELSEWHERE]
        for name, probes in plan.items()
    }
    by_session = {name: [probe for probe in probes if probe not in elsewhere[name]] for name, probes in plan.items()}
    return by_session, elsewhere


def _untouched(device: Device) -> Evidence:
    """The evidence of a device that gets no session."""
    return Evidence(replace(device, proxy=without_userinfo(device.proxy)), stamp())


class SharedEvidence:
    """A directory that the workers of one run share: the first to come collects, the others wait and read.

    The lock is the kernel's, so a worker that dies frees it; a collection that was begun and not ended is never begun
    again, because the devices would see a second session.
    """

    def __init__(self, directory: Path, evidence: Path) -> None:
        self._directory = directory
        self._begun = directory / "begun"
        self._ended = directory / "ended"
        self.evidence = evidence

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
        suite.evidence.update(self.collected(suite))

    def collected(self, suite: Suite) -> Mapping[str, Evidence]:
        """What the one worker has collected so far.

        Raises:
            SseError: it can't be read.
        """
        return journal.written_since(self.evidence, suite.devices) if self._begun.exists() else {}


class Collect(Protocol):
    """Collects a suite's evidence into the shared directory."""

    def __call__(self) -> None: ...
