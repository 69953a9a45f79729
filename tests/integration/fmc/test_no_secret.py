"""A whole run with an FMC: its password and its tokens are nowhere, at the highest verbosity."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest

from sse_compliance.findings.finding import State
from sse_compliance.lab.fmc.state import Alert, Container, ContainerKind, Fault, FmcState, Managed
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import PASSWORD, USER, StartFmc
from tests.integration.suite_run import run_suite

INVENTORY = """\
devices:
  - name: fra-fmc
    address: 127.0.0.1
    platform: fmc
    region: us
    login: fmc
    rest: {{user: {user}, password: {{env: LAB_FMC_PASSWORD}}, port: {port}, ca_file: {ca}}}
  - {{name: ftd-a, address: 192.0.2.1, platform: ftd, region: us, fmc: fra-fmc, login: fmc}}
"""
ALERT = Alert("THREAT_DATA_UPDATES", "RED", "Cisco Cloud Configuration - Failure")
PAIR = Container(ContainerKind.PAIR, "pair", "PRIMARY")


@pytest.mark.parametrize("fault", [Fault.EXPIRES, Fault.OTHER_LOGIN])
def test_password_and_tokens_are_nowhere(
    start_fmc: StartFmc, trust: Trust, tmp_path: Path, fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_fmc(
        FmcState(devices=(Managed("ftd-a", "192.0.2.1", alerts=(ALERT,), container=PAIR),), faults=(fault,))
    )
    issued: list[str] = []
    new = server.sessions._new

    def noted() -> dict[str, str]:
        tokens = new()
        issued.extend(tokens.values())
        return tokens

    monkeypatch.setattr(server.sessions, "_new", noted)
    path = tmp_path / "inventory.yaml"
    path.write_text(INVENTORY.format(user=USER, port=server.port, ca=trust.ca_file))
    run = run_suite(
        tmp_path / "reports", f"--inventory={path}", "-vv", f"--log-file={tmp_path / 'debug.log'}",
        "--log-file-level=DEBUG", f"--audit={tmp_path / 'audit.jsonl'}", environment={"LAB_FMC_PASSWORD": PASSWORD},
    )  # fmt: skip
    assert run.status in (1, 10), run.output
    assert {one.state for one in run.results.findings} >= {State.NOT_ASSESSED}
    assert server.sessions.logins == 2
    assert len(issued) == 4
    secrets = [PASSWORD, base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode(), *issued]
    files = [file for file in tmp_path.rglob("*") if file.is_file()]
    names = {file.name for file in files}
    assert names >= {"compliance.html", "compliance.json", "junit.xml", "debug.log", "audit.jsonl", "ftd-a.json"}
    assert b"urllib3" in (tmp_path / "debug.log").read_bytes()
    for secret in map(str.encode, secrets):
        assert secret not in run.output.encode()
        assert [file.name for file in files if secret in file.read_bytes()] == []
        assert [line for line in run.command_lines if secret in line] == []
