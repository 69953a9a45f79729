"""The lab's recorded devices as a run over some of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.findings.finding import Finding
from sse_compliance.findings.merging.merge import Books
from sse_compliance.findings.results import Results, ShardOf
from sse_compliance.findings.terms import Terms
from sse_compliance.plugin.ending.results import RunFacts, assemble
from sse_compliance.plugin.suite import Suite
from tests.unit.judge.recorded import RECORDED, recorded_findings

BOOKS = Books(load_catalogue(), load_regions())
EVIDENCE = read_directory(RECORDED)


@cache
def findings_of() -> dict[str, list[Finding]]:
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in recorded_findings():
        found[finding.device].append(finding)
    return found


def results_over(
    names: Iterable[str], terms: Terms | None = None, shard: ShardOf | None = None, of: int = 0
) -> Results:
    """The results of a run over some of the recorded devices, of an inventory of ``of``; of all of it where 0."""
    names = sorted(names)
    devices = {name: EVIDENCE[name].device for name in names}
    evidence = {name: EVIDENCE[name] for name in names}
    suite = Suite(BOOKS.catalogue, BOOKS.regions, devices, of, terms=terms or Terms(), evidence=evidence, shard=shard)
    found = [suite.under_waivers(finding) for name in names for finding in findings_of()[name]]
    return assemble(suite, found, RunFacts("2026-11-25T12:00:00+00:00", "--evidence=x"), Path("reports"))
