"""The options of the pytest plugin. ``docs/options.md`` tells them to users; they are public."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.catalogue.levels import Severity
from sse_compliance.collect.limits import Limits
from sse_compliance.findings.finding import GateMode
from sse_compliance.plugin.waiting import duration

DEFAULT_REPORTS = "reports"


def add_options(parser: pytest.Parser) -> None:
    """Adds the options of a compliance run."""
    group = parser.getgroup("sse", "Firepower cloud link (SSE) compliance")
    add = group.addoption
    add("--inventory", metavar="FILE", type=Path, help="the devices, a YAML file (docs/inventory.md)")
    add("--devices", metavar="EXPR", help="only these: names, globs and tags, separated by commas")
    add("--region", metavar="NAME", help="only devices of this region")
    add("--regions-file", metavar="FILE", type=Path, help="your own regions and allowlists, added to the project's")
    add("--parameters", metavar="FILE", type=Path, help="your own expected values, in place of the catalogue's")
    add("--evidence", metavar="DIR", type=Path, help="replay: judge the evidence in DIR, ask no device")
    add("--save-evidence", metavar="DIR", type=Path, help="where evidence is kept (default: evidence below --reports)")
    add("--reports", metavar="DIR", type=Path, help=f"where reports are written (default: {DEFAULT_REPORTS})")
    add("--publish", action="store_true", help="let everybody read the reports; evidence stays its owner's")
    add("--report-dir", metavar="DIR", type=Path, help="also write the page as a folder, without inline style")
    add("--resolver", metavar="ADDRESS", help="a trusted DNS server to compare answers with, or 'system'")
    add("--portals", action="store_true", help="also ask the operator's portals, from here (SSE-NET-07)")
    add("--waivers", metavar="FILE", type=Path, help="what may be unmet, where, and until when (docs/verdict.md)")
    add("--baseline", metavar="FILE", type=Path, help="compare with an earlier run, its compliance.json")
    add("--save-baseline", metavar="FILE", type=Path, help="keep this run's results as a baseline")
    add(
        "--gate",
        choices=[str(mode) for mode in GateMode],
        default=str(GateMode.STRICT),
        help="what fails the run: all that is required and unmet, or only what is new (default: %(default)s)",
    )
    add(
        "--fail-on",
        choices=[str(severity) for severity in Severity],
        default=str(Severity.LOW),
        help="the least severity that fails the run (default: %(default)s)",
    )
    add("--wait", metavar="TIME", type=duration, help="wait for devices to come back, for example 10m")
    add(
        "--concurrency",
        metavar="N",
        type=int,
        default=Limits().devices_at_once,
        help="how many devices are collected at once (default: %(default)s); never more than one session each",
    )
