"""The options of the pytest plugin. ``docs/options.md`` tells them to users; they are public."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.device.limits import Limits

DEFAULT_REPORTS = "reports"


def add_options(parser: pytest.Parser) -> None:
    """Adds the options of a compliance run."""
    group = parser.getgroup("sse", "Firepower cloud link (SSE) compliance")
    add = group.addoption
    add("--inventory", metavar="FILE", type=Path, help="the devices, a YAML file (docs/inventory.md)")
    add("--devices", metavar="EXPR", help="only these: names, globs and tags, separated by commas")
    add("--region", metavar="NAME", help="only devices of this region")
    add("--regions-file", metavar="FILE", type=Path, help="your own regions and allowlists, added to the project's")
    add("--evidence", metavar="DIR", type=Path, help="replay: judge the evidence in DIR, ask no device")
    add("--save-evidence", metavar="DIR", type=Path, help="where evidence is kept (default: evidence below --reports)")
    add("--reports", metavar="DIR", type=Path, help=f"where reports are written (default: {DEFAULT_REPORTS})")
    add("--resolver", metavar="ADDRESS", help="a trusted DNS server to compare answers with, or 'system'")
    add("--portals", action="store_true", help="also ask the operator's portals, from here (SSE-NET-07)")
    add(
        "--concurrency",
        metavar="N",
        type=int,
        default=Limits().devices_at_once,
        help="how many devices are collected at once (default: %(default)s); never more than one session each",
    )
