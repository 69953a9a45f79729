"""``compliance.hdf.json``: MITRE's Heimdall Data Format (exec-json of InSpec), which Heimdall and SAF read.

One control stands for one finding, so that Heimdall counts findings. Its statuses are fewer than ours:

============== =============== ========================================================
state          Heimdall        written as
============== =============== ========================================================
compliant      Passed          result ``passed``
non-compliant  Failed          result ``failed``
not assessed   Profile Error   result ``error``
advisory       Not Reviewed    result ``skipped``: it is not met, but does not fail the gate
waived         Not Applicable  result ``failed`` under a waiver
not applicable Not Applicable  impact 0
============== =============== ========================================================
"""

from __future__ import annotations

import json
from typing import Any

from sse_compliance.catalogue.info import RequirementInfo
from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import capped, for_json, visible
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import Results
from sse_compliance.report.grouping import by_device
from sse_compliance.report.words import message

RESULTS = {
    State.COMPLIANT: "passed",
    State.NON_COMPLIANT: "failed",
    State.NOT_ASSESSED: "error",
    State.ADVISORY: "skipped",
    State.WAIVED: "failed",
    State.NOT_APPLICABLE: "skipped",
}
IMPACTS = {Severity.CRITICAL: 0.9, Severity.HIGH: 0.7, Severity.MEDIUM: 0.5, Severity.LOW: 0.3}
#: Longest output that is shown of one probe, in characters.
LONGEST = 4_000


def render_hdf(results: Results) -> str:
    """The run as HDF results, one control for each finding."""
    run = results.run
    info = {requirement.id: requirement for requirement in results.requirements}
    profile = {
        "name": "sse-compliance",
        "title": "Cloud link of Cisco Firepower devices",
        "summary": f"Verdict: {results.summary.verdict}. {visible(results.summary.why)}",
        "version": run.catalogue.version,
        "sha256": run.catalogue.sha256,
        "supports": [],
        "attributes": [],
        "status": "loaded",
        "groups": [
            {"id": device, "title": device, "controls": [_id(finding) for finding in findings]}
            for device, findings in by_device(results).items()
        ],
        "controls": [_control(finding, info.get(finding.requirement), run.started_at) for finding in results.findings],
    }
    document = {
        "platform": {"name": "Cisco Firepower", "release": "", "target_id": visible(run.selection)},
        "version": run.version,
        "statistics": {},
        "profiles": [profile],
    }
    return for_json(json.dumps(document, ensure_ascii=False)) + "\n"


def _id(finding: Finding) -> str:
    return visible(f"{finding.device} {finding.key}")


def _control(finding: Finding, info: RequirementInfo | None, started_at: str) -> dict[str, Any]:
    control: dict[str, Any] = {
        "id": _id(finding),
        "title": visible(f"{info.title if info else finding.requirement} ({finding.device})"),
        "desc": visible(finding.reason or (info.statement if info else "")),
        "descriptions": _descriptions(info),
        "impact": 0.0 if finding.standing is State.NOT_APPLICABLE else IMPACTS[finding.severity],
        "tags": {
            "requirement": finding.requirement,
            "device": visible(finding.device),
            "host": finding.target and visible(finding.target),
            "state": finding.standing.value,
            "level": finding.level.value,
            "area": info.area if info else None,
            "cause": finding.cause,
        },
        "refs": [{"ref": info.source}] if info else [],
        "source_location": {},
        "code": "",
        "results": [_result(finding, started_at)],
    }
    if finding.standing is State.WAIVED:
        control["waiver_data"] = {
            "skipped_due_to_waiver": True,
            "run": True,
            "justification": visible(finding.waiver or ""),
            "message": "",
        }
    return control


def _descriptions(info: RequirementInfo | None) -> list[dict[str, str]]:
    if info is None:
        return []
    return [
        {"label": "check", "data": info.statement},
        {"label": "rationale", "data": info.rationale},
        {"label": "fix", "data": info.remediation},
    ]


def _result(finding: Finding, started_at: str) -> dict[str, str]:
    status = RESULTS[finding.standing]
    said = "\n".join([message(finding), *(_output(exhibit.stdout, exhibit.stderr) for exhibit in finding.evidence)])
    result = {"status": status, "code_desc": message(finding), "start_time": started_at}
    if status == "skipped":
        result["skip_message"] = said
    elif status != "passed":
        result["message"] = said
    return result


def _output(stdout: str, stderr: str) -> str:
    return visible("\n".join(capped(text.strip(), LONGEST) for text in (stdout, stderr) if text.strip()))
