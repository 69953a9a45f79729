"""No requirement is compliant by a probe whose text was emptied, cut in the middle, or is another probe's.

Over all recorded evidence: what is compliant is judged again with a probe that it read damaged, as a lost or mixed-up
answer would be. Healthy devices of every platform with each of their probes, the others with a sample of theirs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from inspect import signature
from random import Random

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.evidence_files import read
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import Finding, State
from sse_compliance.inventory.device import Platform
from sse_compliance.judge.mark import Test, requirement_of
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.suite import Suite
from tests.integration.suite_run import ROOT

REGIONS, CATALOGUE = load_regions(), load_catalogue()

FOLDER = ROOT / "fixtures" / "evidence"
RECORDED = sorted(path.stem for path in FOLDER.glob("*.json"))

#: Healthy devices of every platform, of old and new tools, behind a proxy, with everything in scope: every probe.
WHOLE = frozenset({"ftd-us", "ftd-64", "ftd-apj-current", "ftd-amp", "ftd-proxy", "fmc-proxy", "fmc-shell", "sfr"})

#: So many probes of each other device, chosen by its name: the same in every run.
SAMPLE = 4

#: The portals are asked by the runner; no device is.
APART = frozenset({"SSE-NET-07"})

#: Where the half of an output that is left may hold the line that proves it. The other half alone must not do.
PROVEN_BY_A_LINE = frozenset(
    {
        ("SSE-CFG-02", "connector-properties"),
        ("SSE-CFG-03", "connector-properties"),
        ("SSE-CFG-04", "connector-properties"),
        ("SSE-CFG-05", "connector-properties"),
        ("SSE-CLD-04", "pmtool"),
        ("SSE-CTX-01", "show-network"),
        ("SSE-CTX-01", "show-version"),
        ("SSE-DNS-01", "show-network"),
        ("SSE-DNS-01", "resolv-conf"),
        ("SSE-NET-01", "curl"),
        ("SSE-PLT-01", "show-version"),
        ("SSE-PRC-01", "pmtool"),
        ("SSE-PRC-02", "pmtool"),
    }
)

#: Where another probe gives the same proof: the first that can be read counts. On an FMC that is sf-version.
OTHERWISE_PROVEN = frozenset({("SSE-PLT-01", "show-version"), ("SSE-CTX-01", "show-version")})

#: The answer on the whole context proves it where it holds all; the parts are read beside it.
IN_THE_WHOLE = frozenset({("SSE-CTX-02", "context-status")})

#: What is told beside the proof: curl's own words on the certificate have its dates, FMC's open changes decide nothing,
#: and the connector's software and cloud are in the context itself.
TOLD_BESIDE = frozenset(
    {
        ("SSE-TLS-03", "chain"),
        ("SSE-CLD-04", "fmc:deployment/deployabledevices"),
        ("SSE-CTX-01", "context-status"),
    }
)

#: bash prints nothing for a connection that it made: its exit status tells, and the text is empty as it is.
SILENT = frozenset({("SSE-NET-05", "tcp")})

#: One of two probes is enough: the session's peer is an address of either host.
EITHER = frozenset({("SSE-SOK-04", "nslookup")})

#: The calls through the proxy prove it; some versions of `show network` have no section on proxies to compare with.
BESIDE = frozenset({("SSE-PRX-01", "show-network")})


def own_tests() -> dict[str, Test]:
    modules = [import_module(f"tests_sse.{path.stem}") for path in sorted((ROOT / "tests_sse").glob("test_*.py"))]
    found = [test for module in modules for test in vars(module).values() if requirement_of(test)]
    return {str(requirement_of(test)): test for test in found}


TESTS = own_tests()


def suite_of(evidence: Evidence) -> Suite:
    name = evidence.device.name
    return Suite(CATALOGUE, REGIONS, {name: evidence.device}, evidence={name: evidence})


def judged(suite: Suite, case: Case) -> Finding:
    test = TESTS[case.requirement.id]
    return judge_test(case, test, arguments_of(suite, case, signature(test).parameters)).finding


def compliant(evidence: Evidence) -> dict[str, list[Case]]:
    """What is compliant, by each probe that it read."""
    suite, read_by = suite_of(evidence), defaultdict(list)
    for requirement in CATALOGUE:
        if requirement.id in TESTS and requirement.id not in APART:
            for device, host in suite.cases(requirement):
                case = suite.case(requirement, device.name, host)
                finding = judged(suite, case)
                if finding.state is State.COMPLIANT:
                    for exhibit in finding.evidence:
                        read_by[exhibit.probe].append(case)
    return read_by


def surviving(evidence: Evidence, name: str, cases: Sequence[Case], stdout: str, stderr: str) -> set[int]:
    """The places of the cases that are compliant with another text in place of a probe's."""
    result = evidence.probe(name)
    damaged = {**evidence.probes, name: replace(result, stdout=stdout, stderr=stderr)}
    suite = suite_of(replace(evidence, probes=damaged))
    return {place for place, case in enumerate(cases) if judged(suite, case).state is State.COMPLIANT}


def still_compliant(evidence: Evidence, name: str, cases: Sequence[Case]) -> Iterator[tuple[str, Case]]:
    """The damages of a probe that compliant cases survive and must not."""
    result = evidence.probe(name)
    # A probe of each host is one kind; each address of an FMC is a kind of its own.
    kind = name if name.startswith("fmc:") else name.partition(":")[0]
    out, err = result.stdout, result.stderr
    # Within a line: what is cut at a line's end may be whole, as a file of one certificate less is.
    half_out, half_err = len(out) // 2 + (out[len(out) // 2 - 1 :][:1] == "\n"), len(err) // 2
    other = next(
        probe
        for probe in evidence.probes.values()
        if isinstance(probe, ProbeResult) and probe.command.split()[0] != result.command.split()[0] and probe.stdout
    )
    fmc = evidence.device.platform is Platform.FMC
    excused = SILENT | EITHER | TOLD_BESIDE | (OTHERWISE_PROVEN if fmc else frozenset())
    context = evidence.probes.get("context")
    if isinstance(context, ProbeResult) and '"statistics"' in context.stdout:
        excused |= IN_THE_WHOLE
    cases = [case for case in cases if (case.requirement.id, kind) not in excused]
    damages = {
        "emptied": ("", ""),
        "another's": (other.stdout, other.stderr),
        "cut": (out[:half_out], err[:half_err]),
        "rest": (out[half_out:], err[half_err:]),
    }
    left = {what: surviving(evidence, name, cases, *texts) for what, texts in damages.items()}
    for place, case in enumerate(cases):
        pair = (case.requirement.id, kind)
        proven = pair in BESIDE or (pair in PROVEN_BY_A_LINE and place not in left["rest"])
        for what in ("emptied", "another's", *(() if proven else ("cut",))):
            if place in left[what]:
                yield what, case


@pytest.mark.parametrize("device_name", RECORDED)
def test_what_is_compliant_is_not_so_with_a_damaged_probe(device_name: str) -> None:
    evidence = read(FOLDER / f"{device_name}.json")
    read_by = compliant(evidence)
    probes = sorted(read_by)
    if device_name in WHOLE:
        assert sum(map(len, read_by.values())) > 40
    else:
        probes = Random(device_name).sample(probes, min(SAMPLE, len(probes)))
    survived = {
        (case.requirement.id, case.target, probe, what)
        for probe in probes
        for what, case in still_compliant(evidence, probe, read_by[probe])
    }
    assert survived == set()


def test_most_recorded_devices_have_something_that_can_be_damaged() -> None:
    judged_devices = [name for name in RECORDED if compliant(read(FOLDER / f"{name}.json"))]
    assert len(judged_devices) > 0.8 * len(RECORDED)
