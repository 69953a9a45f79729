"""The HDF file, read by MITRE's own code: inspecjs accepts it, and Heimdall shows our counts."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results
from sse_compliance.report.formats import FORMATS, report_bytes
from tests.browser.chromium import missing, node_modules
from tests.unit.report.samples import hostile, small_fleet

COUNTS = Path(__file__).with_name("hdf_counts.cjs")

#: Heimdall's status for each of our states; docs/reports.md explains them.
STATUSES = {
    "Passed": (State.COMPLIANT,),
    "Failed": (State.NON_COMPLIANT,),
    "Profile Error": (State.NOT_ASSESSED,),
    "Not Reviewed": (State.ADVISORY,),
    "Not Applicable": (State.NOT_APPLICABLE, State.WAIVED),
}


def expected(results: Results) -> dict[str, int]:
    counts = {
        status: sum(results.summary.states.get(state, 0) for state in states) for status, states in STATUSES.items()
    }
    return {status: count for status, count in counts.items() if count}


@pytest.mark.parametrize("results", [small_fleet(), hostile()], ids=["small", "hostile"])
def test_the_makers_parser_accepts_the_file_and_counts_alike(results: Results, tmp_path: Path) -> None:
    node = shutil.which("node") or missing("node is not installed")
    path = tmp_path / FORMATS["hdf"].file_name
    path.write_bytes(report_bytes(results, "hdf"))
    environment = os.environ | {"NODE_PATH": str(node_modules())}
    done = subprocess.run([node, str(COUNTS), str(path)], env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == expected(results)


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


def _only_loopback(route: Route) -> None:
    if re.match(r"(http://127\.0\.0\.1:|data:|blob:)", route.request.url):
        route.continue_()
    else:
        route.abort()


def test_heimdall_shows_the_same_counts(browser: Browser, tmp_path: Path) -> None:
    results = small_fleet()
    path = tmp_path / FORMATS["hdf"].file_name
    path.write_bytes(report_bytes(results, "hdf"))
    site = node_modules() / "@mitre" / "heimdall-lite" / "dist"
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(site)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page = browser.new_page(viewport={"width": 1400, "height": 1000})
        page.route("**/*", _only_loopback)
        page.goto(f"http://127.0.0.1:{server.server_port}/")
        page.locator("input[type=file]").first.set_input_files(path, timeout=60_000)
        expect(page.get_by_text("Filename: compliance.hdf.json")).to_be_visible(timeout=60_000)
        shown = page.inner_text("body")
        page.close()
    finally:
        server.shutdown()
        server.server_close()
    for status, count in expected(results).items():
        said = f"{count} Profile Errors" if status == "Profile Error" else f"{status}: {count}"
        assert said in shown
    assert f"Total\n{len(results.findings)}" in shown
