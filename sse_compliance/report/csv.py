"""``compliance.csv``: one row for each finding, for spreadsheets and databases."""

from __future__ import annotations

import csv
import io

from sse_compliance.files.text import visible
from sse_compliance.findings.results import Results
from sse_compliance.report.grouping import rows

COLUMNS = (
    "run",
    "verdict",
    "device",
    "platform",
    "region",
    "requirement",
    "title",
    "target",
    "state",
    "level",
    "severity",
    "expected",
    "observed",
    "reason",
    "cause",
    "waiver",
    "change",
)

#: Beginnings that make a spreadsheet run a cell as a formula; in East Asian locales in full width as well.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def render_csv(results: Results) -> str:
    """The findings in the run's order. A text that a spreadsheet would run begins with an apostrophe."""
    devices = {device.name: device for device in rows(results)}
    titles = {requirement.id: requirement.title for requirement in results.requirements}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for finding in results.findings:
        device = devices.get(finding.device)
        row = (
            results.run.started_at,
            results.summary.verdict,
            finding.device,
            device.platform if device else None,
            device.region if device else None,
            finding.requirement,
            titles.get(finding.requirement),
            finding.target,
            finding.standing,
            finding.level,
            finding.severity,
            finding.expected,
            finding.observed,
            finding.reason,
            finding.cause,
            finding.waiver,
            finding.change,
        )
        writer.writerow([_cell(value) for value in row])
    return out.getvalue()


def _cell(value: str | None) -> str:
    text = visible(value or "")
    return f"'{text}" if text.startswith(_FORMULA) else text
