"""``sse-compliance dashboard``: the Grafana dashboard that draws what ``compliance.prom`` tells."""

from __future__ import annotations

import argparse
import sys

from sse_compliance.files.shipped import shipped

DASHBOARD = shipped("fixtures/grafana-dashboard.json")


def add_arguments(_: argparse.ArgumentParser) -> None:
    """It has none."""


def run(_: argparse.Namespace) -> int:
    """Prints the dashboard's JSON, to be imported into Grafana."""
    sys.stdout.write(DASHBOARD.read_text("utf-8"))
    return 0
