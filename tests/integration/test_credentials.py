"""Passwords in whole runs: one that can't be had ends the run before a device is contacted, one that is wrong is tried
once however many devices share it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.lab.lab import Lab
from tests.integration.suite_run import run_suite

DEVICES = "--devices=ftd-us,ftd-eu,ftd-apj,ftd-in,fmc-shell"
CHOSEN = ("-k", "SSE-CFG-02")


def inventory(lab: Lab, folder: Path, **password: str) -> str:
    """The lab's inventory with another reference to the password."""
    content = yaml.safe_load(lab.inventory_file.read_text("utf-8"))
    content["defaults"] |= {"password": password, "known_hosts": str(lab.known_hosts)}
    file = folder / "fleet.yaml"
    file.write_text(yaml.safe_dump(content), "utf-8")
    return str(file)


@pytest.mark.parametrize(
    ("reference", "environment", "said"),
    [
        ({"env": "SSE_NOT_SET"}, {}, "no password from env SSE_NOT_SET: the variable is not set"),
        ({"env": "SSE_EMPTY"}, {"SSE_EMPTY": ""}, "no password from env SSE_EMPTY"),
        ({"file": "no-such-file"}, {}, "no-such-file"),
        ({"file": "open-to-all"}, {}, "open-to-all"),
        ({"command": "false"}, {}, "no password from command"),
    ],
    ids=["variable missing", "variable empty", "file missing", "file that others read", "command fails"],
)
def test_one_that_can_not_be_had_is_the_users_mistake(
    reference: dict[str, str], environment: dict[str, str], said: str, lab: Lab, tmp_path: Path
) -> None:
    (tmp_path / "open-to-all").write_text("s3cret\n", "utf-8")
    (tmp_path / "open-to-all").chmod(0o644)
    before = dict(lab.connections)
    run = run_suite(
        tmp_path / "r",
        f"--inventory={inventory(lab, tmp_path, **reference)}",
        DEVICES,
        *CHOSEN,
        environment=environment,
    )
    assert run.status == 4, run.output
    assert said in run.output
    assert "Traceback" not in run.output
    assert dict(lab.connections) == before, "a device was contacted"


def test_a_wrong_one_that_devices_share_is_refused_once(lab: Lab, tmp_path: Path) -> None:
    before = sum(lab.refusals.values())
    file = inventory(lab, tmp_path, env="SSE_WRONG")
    options = (f"--inventory={file}", f"--audit={tmp_path / 'r.jsonl'}", DEVICES, *CHOSEN)
    run = run_suite(tmp_path / "r", *options, environment={"SSE_WRONG": "wrong-s3cret"})
    assert run.status == 10, run.output
    assert sum(lab.refusals.values()) == before + 1
    errors = [device.error or "" for device in run.results.devices]
    assert len(errors) == 5
    assert sum("was refused" in error and "not tried" not in error for error in errors) == 1, errors
    assert sum("not tried: the same password was refused on" in error for error in errors) == 4, errors
    assert {str(finding.state) for finding in run.results.findings} == {"not assessed"}
    assert "wrong-s3cret" not in run.output
    for report in (tmp_path / "r").rglob("*"):
        assert not report.is_file() or b"wrong-s3cret" not in report.read_bytes(), report
    audit = [json.loads(line) for line in (tmp_path / "r.jsonl").read_text("utf-8").splitlines()]
    outcomes = sorted(line["outcome"].partition(":")[0] for line in audit if line["event"] == "session")
    assert outcomes == ["login refused", *["not tried"] * 4]
    assert "wrong-s3cret" not in (tmp_path / "r.jsonl").read_text("utf-8")


def test_the_audit_log_of_a_run_holds_every_command_of_its_evidence(lab: Lab, tmp_path: Path) -> None:
    log = tmp_path / "audit.jsonl"
    options = (f"--inventory={lab.inventory_file}", "--devices=ftd-us,ftd-eu", f"--audit={log}", "-n2")
    run = run_suite(tmp_path / "r", *options, environment=lab.environment)
    assert run.status == 0, run.output
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    for name, evidence in read_directory(tmp_path / "r" / "evidence").items():
        own = [line for line in lines if line["device"] == name]
        assert [line["event"] for line in own if line["event"] != "command"] == ["connect", "session"]
        ran = {result.command for result in evidence.probes.values() if isinstance(result, ProbeResult)}
        assert len(ran) > 20
        assert ran <= {line["command"] for line in own if "command" in line}
    assert not any(secret in log.read_text("utf-8") for secret in lab.environment.values())
