"""SSE-FWR in a run: no device is contacted, evidence keeps the rules, a replay judges the same without the files."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sse_compliance.findings.finding import FileLine, Finding, State
from sse_compliance.lab.texts.rules import ASA_BY_NAME, NEUTRAL_MIXED
from sse_compliance.report.code_review.places import Places
from tests.integration.suite_run import run_suite

PERMIT = "access-list A extended permit ip any any\n"
INGEST = "eventing-ingest.sse.itd.cisco.com"


@contextmanager
def a_port() -> Iterator[tuple[int, list[object]]]:
    """A port that takes connections, and whoever came."""
    came: list[object] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            try:
                while True:
                    came.append(server.accept())
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield server.getsockname()[1], came
        server.shutdown(socket.SHUT_RDWR)


def write(folder: Path, port: int, **files: str) -> Path:
    """An inventory of one device behind some firewalls."""
    refs = []
    for name, text in files.items():
        file = name.replace("_", ".")
        (folder / file).write_text(text, encoding="utf-8")
        refs.append(f"{{file: {file}, from_zone: mgmt, source: 192.0.2.10}}")
    inventory = folder / "inventory.yaml"
    inventory.write_text(
        f"devices:\n  - {{name: d, address: 127.0.0.1, port: {port}, platform: ftd, region: us,"
        f" rulesets: [{', '.join(refs)}]}}\n",
        encoding="utf-8",
    )
    return inventory


def told(findings: tuple[Finding, ...]) -> list[tuple[str, State, str, str | None]]:
    return [(finding.key, finding.state, finding.observed, finding.reason) for finding in findings]


def test_no_device_is_contacted_and_a_replay_needs_no_file(tmp_path: Path) -> None:
    with a_port() as (port, came):
        inventory = write(tmp_path, port, edge_cfg=ASA_BY_NAME, inner_yaml=NEUTRAL_MIXED)
        run = run_suite(tmp_path / "live", f"--inventory={inventory}", "-k", "SSE-FWR")
        assert came == []
    assert run.status == 1
    (tmp_path / "edge.cfg").unlink()
    (tmp_path / "inner.yaml").unlink()
    inventory.unlink()
    again = run_suite(tmp_path / "again", f"--evidence={tmp_path / 'live' / 'evidence'}", "-k", "SSE-FWR")
    assert told(again.results.findings) == told(run.results.findings)
    by_key = {finding.key: finding for finding in run.results.findings}
    blocked = by_key[f"SSE-FWR-01[{INGEST}]"]
    assert blocked.state is State.NON_COMPLIANT
    assert "inner.yaml:5" in blocked.observed
    assert "quarantine" in blocked.observed
    assert blocked.rule == FileLine("inner.yaml", 5)
    assert Places(run.results).of(blocked) == FileLine(str(tmp_path / "inner.yaml"), 5)
    assert run.results.devices[0].listed_at == FileLine(str(inventory), 2)
    assert "action: allow, source: 192.0.2.10" in blocked.expected
    assert {finding.state for finding in run.results.findings} == {
        State.COMPLIANT, State.NON_COMPLIANT, State.NOT_ASSESSED
    }  # fmt: skip


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"edge_cfg": "hostname edge\n"}, "edge.cfg:1: the format can't be told"),
        ({"edge_cfg": f"{PERMIT}access-group B in interface mgmt\n"}, "no access list 'B'"),
        ({"edge_yaml": "schema: 1\ndefault: deny\nrules: []\n"}, "rules"),
    ],
)  # fmt: skip
def test_a_rule_set_that_can_not_be_used_is_an_input_error(tmp_path: Path, files: dict[str, str], said: str) -> None:
    inventory = write(tmp_path, 22, **files)
    run = run_suite(tmp_path / "reports", f"--inventory={inventory}", "-k", "SSE-FWR")
    assert run.status == 4
    assert said in run.output


@pytest.mark.parametrize(("rule", "status"), [("{action: allow}", 0), ("{action: allow, condition: by day}", 10)])
def test_a_run_ends_with_what_the_rules_say(tmp_path: Path, rule: str, status: int) -> None:
    inventory = write(tmp_path, 22, edge_yaml=f"schema: 1\ndefault: deny\nrules:\n  - {rule}\n")
    run = run_suite(tmp_path / "reports", f"--inventory={inventory}", "-k", "SSE-FWR")
    assert run.status == status, run.output
