"""``compliance.sarif``: SARIF 2.1.0, which GitHub's code scanning, Azure DevOps and editors read.

It lists what is open. Readers take every result for a problem, whatever its *kind* says (GitHub's code scanning does),
so what is met or does not apply is counted in the run's properties. What could not be assessed is a warning whose text
says so.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import for_json, visible
from sse_compliance.findings.finding import FileLine, Finding, State
from sse_compliance.findings.results import Results, Verdict
from sse_compliance.report.code_review.places import Places, fingerprint, shown_findings, text_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

#: The level of what is not met, by its severity.
LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}


def render_sarif(results: Results) -> str:
    """The open findings of a run as SARIF."""
    run, summary, places = results.run, results.summary, Places(results)
    numbers = {info.id: number for number, info in enumerate(results.requirements)}
    document = {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {
                    "driver": {
                        "name": visible(run.tool),
                        "version": visible(run.version),
                        "rules": [_rule(info) for info in results.requirements],
                    }
                },
                "invocations": [
                    {
                        "executionSuccessful": summary.verdict is not Verdict.INCOMPLETE,
                        "exitCode": summary.exit_code,
                        "exitCodeDescription": visible(f"{summary.verdict}: {summary.why}"),
                        **_moment("startTimeUtc", run.started_at),
                        **_moment("endTimeUtc", run.finished_at),
                    }
                ],
                "columnKind": "unicodeCodePoints",
                "results": [_result(finding, places, numbers) for finding in shown_findings(results)],
                "properties": {
                    "verdict": summary.verdict.value,
                    "why": visible(summary.why),
                    "coverage": results.coverage,
                    "partial": run.partial and visible(run.partial),
                    "findings": summary.states,
                    "devices": summary.devices,
                },
            }
        ],
    }
    return for_json(json.dumps(document, indent=1, ensure_ascii=False)) + "\n"


def _moment(key: str, text: str) -> dict[str, str]:
    try:
        return {key: datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    except ValueError:
        return {}


def _rule(info: RequirementInfo) -> dict[str, Any]:
    return {
        "id": info.id,
        "shortDescription": {"text": visible(info.title)},
        "fullDescription": {"text": visible(info.statement)},
        "help": {"text": visible(f"{info.rationale}\n\n{info.remediation}\n\nSource: {info.source}")},
        "defaultConfiguration": {"level": LEVELS[info.severity]},
        "properties": {"area": info.area, "level": info.level.value, "severity": info.severity.value},
    }


def _result(finding: Finding, places: Places, numbers: dict[str, int]) -> dict[str, Any]:
    standing = finding.standing
    result: dict[str, Any] = {
        "ruleId": finding.requirement,
        **({"ruleIndex": numbers[finding.requirement]} if finding.requirement in numbers else {}),
        "level": _level(finding),
        "message": {"text": _without_links(f"{finding.key} {text_of(finding)}")},
        "locations": [{"physicalLocation": _physical(places.of(finding)), "logicalLocations": [_logical(finding)]}],
        "partialFingerprints": {"finding/v1": fingerprint(finding.device, finding.key)},
        "properties": {"state": standing.value, "device": visible(finding.device), "severity": finding.severity.value},
    }
    if standing is State.WAIVED:
        result["suppressions"] = [
            {"kind": "external", "status": "accepted", "justification": visible(finding.waiver or "")}
        ]
    return result


def _without_links(text: str) -> str:
    """A message in which a reader finds none of SARIF's links, ``[text](target)``: a device's text makes no link."""
    return text.replace("](", "] (")


def _level(finding: Finding) -> str:
    match finding.standing:
        case State.NON_COMPLIANT:
            return LEVELS[finding.severity]
        case State.NOT_ASSESSED:
            return "warning"
        case _:
            return "note"


def _physical(place: FileLine) -> dict[str, Any]:
    uri = quote(place.file, safe="/")
    where: dict[str, Any] = {"artifactLocation": {"uri": f"file://{uri}" if uri.startswith("/") else uri}}
    if place.line is not None:
        where["region"] = {"startLine": place.line}
    return where


def _logical(finding: Finding) -> dict[str, str]:
    device = visible(finding.device)
    name = visible(f"{finding.device}/{finding.target}") if finding.target else device
    return {"name": device, "fullyQualifiedName": name, "kind": "resource"}
