"""``junit.xml`` from stored results, in the form that pytest gives it (xunit2) and CI servers read."""

from __future__ import annotations

import xml.etree.ElementTree as ET  # nosec B405 # writes, reads nothing
from functools import lru_cache

from sse_compliance.files.text import capped, one_line, visible
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import Results
from sse_compliance.report.words import message

#: What a test case holds for each state; a compliant one holds nothing.
ELEMENTS = {
    State.NON_COMPLIANT: "failure",
    State.NOT_ASSESSED: "error",
    State.NOT_APPLICABLE: "skipped",
    State.WAIVED: "skipped",
    State.ADVISORY: "skipped",
}
#: Longest output that is shown of one probe, in characters.
LONGEST = 4_000


def render_junit(results: Results) -> str:
    """One test case for each finding, with requirement, device, state and severity as properties."""
    counts = dict.fromkeys(("failure", "error", "skipped"), 0)
    for finding in results.findings:
        if kind := ELEMENTS.get(finding.standing):
            counts[kind] += 1
    suite = ET.Element(
        "testsuite",
        name="sse-compliance",
        tests=str(len(results.findings)),
        failures=str(counts["failure"]),
        errors=str(counts["error"]),
        skipped=str(counts["skipped"]),
        timestamp=one_line(results.run.started_at),
    )
    _properties(suite, {"verdict": results.summary.verdict, "why": results.summary.why, "gate": results.run.gate})
    for finding in results.findings:
        suite.append(_case(finding))
    root = ET.Element("testsuites", name="sse-compliance")
    root.append(suite)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _case(finding: Finding) -> ET.Element:
    name = f"{finding.device}-{finding.target}" if finding.target else finding.device
    case = ET.Element(
        "testcase", classname=_one_line(finding.requirement), name=f"{finding.requirement}[{_one_line(name)}]", time="0"
    )
    _properties(
        case,
        {
            "requirement": finding.requirement,
            "device": finding.device,
            "target": finding.target,
            "state": finding.standing,
            "severity": finding.severity,
            "level": finding.level,
        },
    )
    if kind := ELEMENTS.get(finding.standing):
        ET.SubElement(case, kind, message=message(finding), type=finding.standing.value).text = _details(finding)
    return case


def _details(finding: Finding) -> str:
    lines = [f"expected: {finding.expected}", f"observed: {finding.observed}"]
    if finding.reason:
        lines = [finding.reason]
    if finding.cause:
        lines.append(f"follows from: {finding.cause}")
    if finding.waiver:
        lines.append(f"waiver: {finding.waiver}")
    for exhibit in finding.evidence:
        lines += [f"$ {exhibit.command}", capped(exhibit.stdout, LONGEST), capped(exhibit.stderr, LONGEST)]
    return visible("\n".join(capped(line, LONGEST + 100) for line in lines if line))


def _properties(parent: ET.Element, values: dict[str, str | None]) -> None:
    properties = ET.SubElement(parent, "properties")
    for name, value in values.items():
        if value is not None:
            ET.SubElement(properties, "property", name=name, value=_one_line(value))


#: A fleet's findings have few devices, requirements and states between them.
_one_line = lru_cache(10_000)(one_line)
