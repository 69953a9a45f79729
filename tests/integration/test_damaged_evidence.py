"""No requirement is compliant by a probe whose text was emptied, cut in the middle, or is another probe's.

Over recorded evidence of every platform: each finding that is compliant is judged again with each of the probes that it
read damaged, as a lost or mixed-up answer would be.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from inspect import signature

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

#: Healthy devices of every platform, of old and new tools, behind a proxy, with everything in scope.
DEVICES = ("ftd-us", "ftd-64", "ftd-apj-current", "ftd-amp", "ftd-proxy", "fmc-proxy", "fmc-shell", "sfr")

#: Where the half of an output that is left may hold the line that proves it. The other half alone must not do.
PROVEN_BY_A_LINE = frozenset(
    {
        ("SSE-CFG-02", "connector-properties"),
        ("SSE-CFG-03", "connector-properties"),
        ("SSE-CFG-04", "connector-properties"),
        ("SSE-CFG-05", "connector-properties"),
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


def judged(evidence: Evidence, case: Case) -> Finding:
    test = TESTS[case.requirement.id]
    return judge_test(case, test, arguments_of(suite_of(evidence), case, signature(test).parameters)).finding


def compliant(evidence: Evidence) -> Iterator[tuple[Case, Finding]]:
    suite = suite_of(evidence)
    for requirement in CATALOGUE:
        if requirement.id in TESTS and requirement.id != "SSE-NET-07":
            for device, host in suite.cases(requirement):
                case = suite.case(requirement, device.name, host)
                finding = judged(evidence, case)
                if finding.state is State.COMPLIANT:
                    yield case, finding


def damaged(evidence: Evidence, name: str, stdout: str, stderr: str) -> Evidence:
    result = evidence.probe(name)
    return replace(evidence, probes={**evidence.probes, name: replace(result, stdout=stdout, stderr=stderr)})


def still_compliant(evidence: Evidence, case: Case, name: str) -> Iterator[str]:
    """The damages of a probe that a compliant finding survives and must not."""
    result = evidence.probe(name)
    pair = (case.requirement.id, name.partition(":")[0])
    out, err = result.stdout, result.stderr
    # Within a line: what is cut at a line's end may be whole, as a file of one certificate less is.
    half_out, half_err = len(out) // 2 + (out[len(out) // 2 - 1 :][:1] == "\n"), len(err) // 2

    def survives(stdout: str, stderr: str) -> bool:
        return judged(damaged(evidence, name, stdout, stderr), case).state is State.COMPLIANT

    other = next(
        probe
        for probe in evidence.probes.values()
        if isinstance(probe, ProbeResult) and probe.command.split()[0] != result.command.split()[0] and probe.stdout
    )
    if pair not in SILENT | EITHER and not (pair in OTHERWISE_PROVEN and evidence.device.platform is Platform.FMC):
        if survives("", ""):
            yield "emptied"
        if survives(other.stdout, other.stderr):
            yield "another's"
        cut = survives(out[:half_out], err[:half_err])
        if cut and pair not in BESIDE and (pair not in PROVEN_BY_A_LINE or survives(out[half_out:], err[half_err:])):
            yield "cut"


@pytest.mark.parametrize("device_name", DEVICES)
def test_what_is_compliant_is_not_so_with_a_damaged_probe(device_name: str) -> None:
    evidence = read(ROOT / "fixtures" / "evidence" / f"{device_name}.json")
    rests_on = [(case, exhibit.probe) for case, finding in compliant(evidence) for exhibit in finding.evidence]
    assert len(rests_on) > 40
    survived = {
        (case.requirement.id, case.target, probe, what)
        for case, probe in rests_on
        for what in still_compliant(evidence, case, probe)
    }
    assert survived == set()
