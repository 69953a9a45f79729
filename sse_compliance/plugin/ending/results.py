"""The end of a run: its results from its findings, and the files that tell them."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import sse_compliance
from sse_compliance.errors import SseError, Unavailable
from sse_compliance.evidence.record import Evidence
from sse_compliance.facts.system import show_version
from sse_compliance.files import clock
from sse_compliance.files.writing import make_folder
from sse_compliance.findings.causes import root_causes, with_causes
from sse_compliance.findings.finding import FileLine, Finding, State
from sse_compliance.findings.gate import ExitCode
from sse_compliance.findings.lost import places, unjudged
from sse_compliance.findings.notices import managers_not_assessed
from sse_compliance.findings.results import DeviceResult, Results, Run, SubjectResult, Summary, Verdict
from sse_compliance.findings.results_file import write_results
from sse_compliance.findings.summary import device_states, summarise
from sse_compliance.findings.terms import settle
from sse_compliance.inventory.device import RUNNER
from sse_compliance.plugin.suite import Suite
from sse_compliance.report.html import write_html, write_html_directory

RESULTS_FILE = "compliance.json"
PAGE_FILE = "compliance.html"


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What is told of the run itself."""

    started_at: str
    selection: str
    #: Why it did not come to its end; None where it did.
    interrupted: str | None = None
    #: Where evidence was kept, None where it was not.
    evidence_directory: Path | None = None
    #: Seconds until a device that was waited for came back, by its name.
    came_back: Mapping[str, float] = field(default_factory=dict)
    #: Tests beside the suite's that failed in the same run.
    foreign_failures: int = 0
    #: What the user calls the run, and the change that it is made for.
    title: str | None = None
    change: str | None = None


def assemble(suite: Suite, findings: Collection[Finding], run: RunFacts, reports: Path) -> Results:
    """The results of a run, in an order that does not depend on how it went."""
    every = [*findings, *(_unjudged(suite, findings) if run.interrupted is not None else ())]
    ordered = sorted(every, key=lambda finding: (finding.device, finding.requirement, finding.target or ""))
    settled = settle(with_causes(ordered, suite.catalogue, suite.allowlist), suite.terms, suite.subject, suite.tags)
    caused, gate = settled.findings, suite.terms.gate
    judged_devices = {finding.device for finding in caused}
    # Devices that a selection (-k, node ids) left out are no part of the run; one that was cut short has them all.
    names = [name for name in suite.devices if name in judged_devices or run.interrupted is not None]
    others = [RUNNER] if RUNNER in judged_devices else []
    states = device_states(caused, [*names, *others])
    patterns = {e.fqdn: e.pattern for name in suite.devices for e in suite.allowlist(name)}
    apis = {device.name: suite.regions.api(device.region) for device in suite.devices.values()}
    judged = {finding.requirement for finding in caused}
    summary = summarise(caused, names, gate=gate, interrupted=run.interrupted)
    devices = tuple(_device_result(suite, name, states[name], run, reports) for name in names)
    return Results(
        run=Run(
            tool="sse-compliance",
            version=sse_compliance.__version__,
            started_at=run.started_at,
            finished_at=clock.now().isoformat(timespec="seconds"),
            selection=run.selection,
            mode="replay" if suite.is_replay else "live",
            catalogue=suite.catalogue.source,
            allowlist=suite.regions.source,
            gate=gate.mode,
            fail_on=gate.fail_on,
            partial=what_was_left_out(suite, caused),
            title=run.title,
            change=run.change,
            of_devices=suite.of_devices if len(suite.devices) < suite.of_devices else None,
            shard=suite.shard,
        ),
        summary=_with_foreign_failures(summary, run.foreign_failures),
        requirements=tuple(requirement.info() for requirement in suite.catalogue if requirement.id in judged),
        devices=devices,
        others=tuple(SubjectResult(name, "runner", states[name]) for name in others),
        findings=caused,
        root_causes=root_causes(caused, suite.catalogue, patterns, apis),
        waivers=settled.waivers,
        baseline=settled.baseline,
        notices=managers_not_assessed(suite.evidence.values(), devices),
    )


def _unjudged(suite: Suite, findings: Collection[Finding]) -> Iterator[Finding]:
    """What a run that was cut short did not come to: not assessed, so that no device looks better than it is."""
    found = {(finding.device, finding.requirement, finding.target) for finding in findings}
    for device in suite.devices.values():
        for requirement, host in places(suite.catalogue, device, suite.regions):
            if (device.name, requirement.id, host) not in found:
                why = "the run was cut short before this was judged"
                yield suite.under_waivers(unjudged(requirement, device, host, suite.regions, why))


def what_was_left_out(suite: Suite, findings: Collection[Finding]) -> str | None:
    """What a selection left out, in a sentence; None where every requirement was judged on every device and host."""
    found = {(finding.device, finding.requirement, finding.target) for finding in findings}
    # The portals are asked only on demand, so leaving them out makes no run partial.
    every = {
        (device.name, requirement.id, host)
        for device in suite.devices.values()
        for requirement, host in places(suite.catalogue, device, suite.regions)
    }
    missing = every - found
    parts = [f"only what {suite.failed_from} does not show compliant was run"] if suite.failed_from else []
    if not missing:
        return f"{parts[0]}." if parts else None
    parts += [f"{len(missing):,} of {len(every):,} checks were not judged in this run"]
    devices = [name for name in suite.devices if name not in {device for device, _, _ in found}]
    requirements = [r.id for r in suite.catalogue if r.id in {m[1] for m in missing} - {f[1] for f in found}]
    parts += [f"none of {_named(devices, 'devices')}"] if devices else []
    parts += [f"nowhere {_named(requirements, 'requirements')}"] if requirements else []
    return "; ".join(parts) + "."


def _named(names: list[str], noun: str) -> str:
    shown = 10
    return ", ".join(names) if len(names) <= shown else f"{len(names)} {noun}"


def _with_foreign_failures(summary: Summary, failures: int) -> Summary:
    """A gate whose run had failing tests of the user's own has not passed."""
    if not failures or summary.verdict in (Verdict.FAILED, Verdict.INCOMPLETE):
        return summary
    why = f"{failures} of the tests beside the suite's failed. {summary.why}"
    return replace(summary, verdict=Verdict.FAILED, exit_code=ExitCode.FAILED, why=why)


def _device_result(suite: Suite, name: str, state: State, run: RunFacts, reports: Path) -> DeviceResult:
    device, evidence = suite.devices[name], suite.evidence.get(name)
    version = _version(evidence)
    kept = run.evidence_directory
    return DeviceResult(
        name=name,
        platform=device.platform,
        region=device.region,
        profile=device.profile,
        state=state,
        address=device.address,
        cloud=device.cloud,
        amp=device.amp,
        proxy=device.proxy,
        tags=device.tags,
        model=version.model if version else None,
        version=".".join(str(part) for part in version.version) if version else None,
        collected_at=evidence.collected_at if evidence else "",
        seconds=evidence.seconds if evidence else 0.0,
        came_back_after=run.came_back.get(name),
        error=evidence.error if evidence else None,
        error_kind=evidence.error_kind if evidence else None,
        evidence_file=os.path.relpath(kept / f"{name}.json", reports) if kept and evidence else None,
        listed_at=listed_at(suite, name),
    )


def listed_at(suite: Suite, name: str) -> FileLine | None:
    """The place in the inventory that lists a device; None where no file does."""
    target = suite.targets.get(name)
    if suite.inventory is None or target is None or target.line is None:
        return None
    return FileLine(suite.inventory, target.line)


def _version(evidence: Evidence | None) -> show_version.ShowVersion | None:
    if evidence is not None:
        for probe, parse in (("show-version", show_version.parse), ("sf-version", show_version.parse_sf_version)):
            try:
                return parse(evidence.probe(probe))
            except Unavailable:
                continue
    return None


def write_report_directory(
    results: Results, directory: Path, reports: Path, evidence: Path | None, mask: Callable[[str], str]
) -> Path:
    """Writes the page as a folder with its style, script and evidence files in files of their own.

    Raises:
        SseError: a file can't be written.
    """
    try:
        return write_html_directory(results, directory, evidence_from=reports, inside=evidence, mask=mask)
    except OSError as error:
        raise SseError(f"{directory}: can't be written: {error.strerror}") from None


def write_reports(results: Results, reports: Path, *, page: bool = True) -> tuple[Path, ...]:
    """Writes ``compliance.json`` and, where it is asked for, ``compliance.html``; gives their paths.

    Raises:
        SseError: a file can't be written, for example because the disk is full.
    """
    written = []
    for name, write in ((RESULTS_FILE, write_results), (PAGE_FILE, write_html))[: 2 if page else 1]:
        path = reports / name
        try:
            make_folder(reports)
            write(results, path)
        except OSError as error:
            raise SseError(f"{path}: can't be written: {error.strerror}; nothing else of the run is lost") from None
        written.append(path)
    return tuple(written)
