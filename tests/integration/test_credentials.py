"""Passwords in whole runs: one that can't be had ends the run before a device is contacted, one that is wrong is tried
once however many devices share it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.lab.lab import Lab
from tests.integration.suite_run import ROOT, run_suite

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
    (tmp_path / "own.txt").write_text("UUID {1,40}: (\\S+)\n")
    redact = f"--redact={tmp_path / 'own.txt'}"
    options = (f"--inventory={lab.inventory_file}", "--devices=ftd-us,ftd-eu", f"--audit={log}", redact, "-n2")
    run = run_suite(tmp_path / "r", *options, environment=lab.environment)
    assert run.status == 0, run.output
    lines = [json.loads(line) for line in log.read_text("utf-8").splitlines()]
    for name, evidence in read_directory(tmp_path / "r" / "evidence").items():
        own = [line for line in lines if line["device"] == name]
        assert [line["event"] for line in own if line["event"] != "command"] == ["connect", "session"]
        ran = {result.command for result in evidence.probes.values() if isinstance(result, ProbeResult)}
        assert len(ran) > 20
        assert ran <= {line["command"] for line in own if "command" in line}
        said = evidence.probes["show-version"]
        assert isinstance(said, ProbeResult)
        assert re.search(r"UUID +: \*{8}\n", said.stdout)
    files = [path.read_text("utf-8") for path in (tmp_path / "r").rglob("*") if path.is_file()]
    assert len(files) > 5
    assert not [text for text in files if re.search(r"UUID +: [^*]", text)]
    assert not any(secret in log.read_text("utf-8") for secret in lab.environment.values())


def test_what_a_site_wants_masked_is_in_no_report_of_a_replay_either(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("# ours\nUUID {1,40}: (\\S+)\nconnector_port=(8990)\n")
    recorded = (f"--evidence={ROOT / 'fixtures' / 'evidence'}", "--devices=ftd-wrong-port", "-k", "SSE-CFG-02")
    options = (f"--redact={tmp_path / 'own.txt'}", f"--report-dir={tmp_path / 'r' / 'site'}")
    ci = {"JENKINS_URL": "https://ci.example", "GIT_URL": "https://bot:t0ken-of-ci@git.example/fw.git"}
    run = run_suite(tmp_path / "r", *recorded, *options, "-v", environment=ci)
    (finding,) = [one for one in run.results.findings if one.requirement == "SSE-CFG-02"]
    assert str(finding.state) != "compliant", "what is masked is not judged as if it were right"
    files = {path: path.read_text("utf-8") for path in (tmp_path / "r").rglob("*") if path.is_file()}
    assert tmp_path / "r" / "site" / "evidence" / "ftd-wrong-port.json" in files
    assert not [path for path, text in files.items() if "00000000cafe" in text or "connector_port=8990" in text]
    assert not [path for path, text in files.items() if "t0ken-of-ci" in text], "variables of a CI system are not told"
    assert "t0ken-of-ci" not in run.output


def test_a_pattern_that_can_not_be_used_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("# ours\n(a+)+b\n")
    run = run_suite(tmp_path / "r", f"--evidence={ROOT / 'fixtures' / 'evidence'}", f"--redact={tmp_path / 'own.txt'}")
    assert run.status == 4
    assert f"{tmp_path / 'own.txt'}:2: no pattern that can be used" in run.output
