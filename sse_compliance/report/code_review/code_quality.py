"""``gl-code-quality-report.json``: GitLab's Code Quality report (a part of Code Climate's), for the merge request.

GitLab shows what is new against the target branch, by fingerprint. The list begins with the verdict, so that it is
never empty: nothing found and nothing looked at would be the same.
"""

from __future__ import annotations

import json
from typing import Any

from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import for_json, one_line, plural, visible
from sse_compliance.findings.finding import FileLine, Finding, State
from sse_compliance.findings.results import Results, Verdict
from sse_compliance.report.code_review.places import Places, fingerprint, shown_findings, text_of
from sse_compliance.report.words import STATES

SEVERITIES = {
    Severity.CRITICAL: "blocker",
    Severity.HIGH: "critical",
    Severity.MEDIUM: "major",
    Severity.LOW: "minor",
}
VERDICTS = {
    Verdict.PASSED: "info",
    Verdict.FAILED: "blocker",
    Verdict.NOT_ASSESSED: "critical",
    Verdict.INCOMPLETE: "blocker",
}


def render_code_quality(results: Results) -> str:
    """The verdict and the open findings of a run as GitLab's Code Quality issues."""
    places = Places(results)
    issues = [_verdict(results, places.run), *(_issue(one, places.of(one)) for one in shown_findings(results))]
    return for_json(json.dumps(issues, indent=1, ensure_ascii=False)) + "\n"


def _verdict(results: Results, place: FileLine) -> dict[str, Any]:
    summary = results.summary
    counts = [(summary.states.get(state.value, 0), state.value) for state in STATES]
    told = ", ".join(f"{count:,} {state}" for count, state in counts if count)
    coverage = f"{results.coverage}: " if results.coverage else ""
    findings = f"{plural(len(results.findings), 'finding')}: {told or 'none'}"
    text = f"Verdict: {summary.verdict}. {coverage}{one_line(summary.why)} {findings}"
    return _entry(text, "verdict", fingerprint("verdict", summary.verdict), VERDICTS[summary.verdict], place)


def _issue(finding: Finding, place: FileLine) -> dict[str, Any]:
    match finding.standing:
        case State.NON_COMPLIANT:
            severity = SEVERITIES[finding.severity]
        case State.NOT_ASSESSED:
            severity = "major"
        case _:
            severity = "info"
    # A state of its own is an issue of its own: what was waived and is no more, is new.
    print_ = fingerprint(finding.device, finding.key, finding.standing)
    return _entry(f"{finding.key} {text_of(finding)}", finding.requirement, print_, severity, place)


def _entry(text: str, check: str, print_: str, severity: str, place: FileLine) -> dict[str, Any]:
    return {
        "description": text,
        "check_name": check,
        "fingerprint": print_,
        "severity": severity,
        "location": {"path": visible(place.file), "lines": {"begin": place.line or 1}},
    }
