"""The forms that results can be written in, by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import dump_results
from sse_compliance.report.code_review.code_quality import render_code_quality
from sse_compliance.report.code_review.sarif import render_sarif
from sse_compliance.report.csv import render_csv
from sse_compliance.report.hdf import render_hdf
from sse_compliance.report.html import render_html
from sse_compliance.report.junit import render_junit
from sse_compliance.report.markdown import render_markdown
from sse_compliance.report.messages.chat import render_slack, render_teams
from sse_compliance.report.messages.mail import render_mail
from sse_compliance.report.prometheus import render_prometheus


@dataclass(frozen=True, slots=True)
class Format:
    """A form of report: the name of its file and what makes its text."""

    file_name: str
    render: Callable[[Results], str]


FORMATS = {
    "json": Format("compliance.json", dump_results),
    "html": Format("compliance.html", render_html),
    "junit": Format("junit.xml", render_junit),
    "md": Format("compliance.md", render_markdown),
    "csv": Format("compliance.csv", render_csv),
    "hdf": Format("compliance.hdf.json", render_hdf),
    "prometheus": Format("compliance.prom", render_prometheus),
    "sarif": Format("compliance.sarif", render_sarif),
    "codequality": Format("gl-code-quality-report.json", render_code_quality),
    "eml": Format("compliance.eml", render_mail),
    "slack": Format("slack.json", render_slack),
    "teams": Format("teams.json", render_teams),
}


def report_bytes(results: Results, name: str) -> bytes:
    """A report of the format ``name`` as it is written: UTF-8, a lone surrogate replaced."""
    return FORMATS[name].render(results).encode("utf-8", "replace")
