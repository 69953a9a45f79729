"""The SARIF file, read by its makers' own tool: it is of the schema, and the tool has nothing against it."""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from sse_compliance.findings.finding import FileLine
from sse_compliance.findings.results import Results
from sse_compliance.report.formats import FORMATS, report_bytes
from tests.browser.chromium import missing, node_modules
from tests.unit.report.samples import build, hostile, small_fleet

#: What the tool may say: the project has no page on the web that a reader could be sent to.
ALLOWED = {"SARIF2005"}


@pytest.fixture(scope="module")
def multitool() -> Path:
    """The folder of Microsoft's multitool for this system, with the schema beside it."""
    found = [*(node_modules() / "@microsoft").glob("sarif-multitool-*/sarif-2.1.0.json")]
    return found[0].parent if found else missing("there is no SARIF multitool for this system")


def with_places(results: Results) -> Results:
    listed = tuple(replace(device, listed_at=FileLine("fleet.yaml", 4)) for device in results.devices)
    ruled = tuple(replace(finding, rule=FileLine("rules/edge.cfg")) for finding in results.findings[:9])
    return replace(results, devices=listed, findings=(*ruled, *results.findings[9:]))


@pytest.mark.parametrize(
    "results",
    [small_fleet(), hostile(), build({}), with_places(small_fleet())],
    ids=["small", "hostile", "0", "placed"],
)
def test_the_makers_tool_takes_it(results: Results, multitool: Path, tmp_path: Path) -> None:
    path = tmp_path / FORMATS["sarif"].file_name
    path.write_bytes(report_bytes(results, "sarif"))
    schema = json.loads((multitool / "sarif-2.1.0.json").read_text(encoding="utf-8-sig"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(path.read_text(encoding="utf-8")))
    tool = multitool / "Sarif.Multitool"
    tool.chmod(0o755)
    done = subprocess.run(
        [tool, "validate", path],
        env=os.environ | {"DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"},
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    said = done.stdout + done.stderr
    assert "Analysis completed successfully" in said
    assert set(re.findall(r"(?:error|warning|note) (\w+)", said)) <= ALLOWED, said
    assert done.returncode == 0
