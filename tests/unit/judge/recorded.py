"""The lab's recorded devices, judged in this process by the suite's own tests, without pytest."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from pathlib import Path

import tests_sse
from sse_compliance.catalogue.concerns import Targets
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.findings.causes import with_causes
from sse_compliance.findings.finding import Finding
from sse_compliance.judge.mark import Test, requirement_of
from sse_compliance.judge.outcome import judge_test
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.suite import Suite

RECORDED = Path(__file__).parents[3] / "fixtures" / "evidence"


def tests_of_the_suite() -> dict[str, Test]:
    """The test of each requirement, by its ID."""
    found: dict[str, Test] = {}
    for module in pkgutil.iter_modules(tests_sse.__path__, "tests_sse."):
        for value in vars(importlib.import_module(module.name)).values():
            if callable(value) and (requirement := requirement_of(value)) is not None:
                found[requirement] = value
    return found


def recorded_findings() -> tuple[Finding, ...]:
    """What comes of it, with causes; nothing that only the runner can be asked."""
    evidence, tests = read_directory(RECORDED), tests_of_the_suite()
    devices = {name: evidence[name].device for name in sorted(evidence)}
    suite = Suite(load_catalogue(), load_regions(), devices, evidence=evidence, tests=tests)
    found = []
    for requirement in suite.catalogue:
        if requirement.targets is Targets.PORTALS:
            continue
        test = tests[requirement.id]
        names = inspect.signature(test).parameters
        for device, host in suite.cases(requirement):
            case = suite.case(requirement, device.name, host)
            found.append(judge_test(case, test, arguments_of(suite, case, names)).finding)
    return with_causes(found, suite.catalogue, suite.allowlist)
