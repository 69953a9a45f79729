"""``--shard``, ``merge --expect`` and the lists for them, as the jobs of a CI matrix use them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sse_compliance.cli import main
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results
from sse_compliance.inventory.sharding import Shard
from tests.integration.suite_run import ROOT, run_suite

RECORDED = ROOT / "fixtures" / "evidence"
#: The healthy ones are in the first of two shards, the faulty one is in the second.
HEALTHY, FAULTY = ("ftd-us", "ftd-64"), "ftd-wrong-port"


@pytest.fixture(scope="module")
def inventory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    devices = [
        {"name": d.name, "address": f"192.0.2.{number}", "platform": str(d.platform), "region": d.region}
        | {"profile": d.profile}
        for number, name in enumerate((*HEALTHY, FAULTY), 1)
        for d in (read_directory(RECORDED)[name].device,)
    ]
    path = tmp_path_factory.mktemp("fleet") / "fleet.yaml"
    path.write_text(yaml.safe_dump({"devices": devices}), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def shards(inventory: Path, tmp_path_factory: pytest.TempPathFactory) -> Mapping[int, Path]:
    """The results of both shards, chosen by a file of names as `inventory` prints it."""
    folder, found = tmp_path_factory.mktemp("shards"), {}
    names = folder / "names.txt"
    names.write_text("\n".join((*HEALTHY, FAULTY)), encoding="utf-8")
    for part in (1, 2):
        run = run_suite(folder / f"{part}", f"--evidence={RECORDED}", f"--devices=@{names}", f"--shard={part}/2")
        assert run.status == part - 1
        found[part] = run.reports / "compliance.json"
    return found


def merge(output: Path, *arguments: str | Path) -> tuple[int, Results]:
    status = main(["merge", *map(str, arguments), "--output", str(output)])
    return status, read_results(output)


def test_the_parts_are_as_the_names_say() -> None:
    assert {name: Shard(1, 2).holds(name) for name in (*HEALTHY, FAULTY)} == dict.fromkeys(HEALTHY, True) | {
        FAULTY: False
    }


def test_a_shard_that_is_lost_is_named_and_never_green(
    inventory: Path, shards: Mapping[int, Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert read_results(shards[1]).summary.exit_code == 0
    status, merged = merge(tmp_path / "all.json", shards[1], "--expect", inventory)
    assert status == merged.summary.exit_code == 10
    assert f"None of the merged runs was over {FAULTY}." in merged.summary.why
    assert merged.summary.why in capsys.readouterr().out
    assert {device.name: device.state for device in merged.devices} == dict.fromkeys(HEALTHY, State.COMPLIANT) | {
        FAULTY: State.NOT_ASSESSED
    }


def test_the_order_of_the_files_says_nothing(inventory: Path, shards: Mapping[int, Path], tmp_path: Path) -> None:
    arguments = ("--expect", inventory)
    status, there = merge(tmp_path / "there.json", shards[1], shards[2], *arguments)
    assert (status, merge(tmp_path / "back.json", shards[2], shards[1], *arguments)[1]) == (1, there)
    one = run_suite(tmp_path / "one", f"--evidence={RECORDED}", f"--devices={','.join((*HEALTHY, FAULTY))}").results
    assert there.findings == one.findings
    assert there.summary == one.summary


def test_waivers_and_baseline_are_settled_at_the_merge(shards: Mapping[int, Path], tmp_path: Path) -> None:
    why = {"justification": "CHG1", "approver": "me", "expires": "2999-01-01T00:00:00Z"}
    waivers = [{"requirement": "SSE-CFG-02", "device": name, **why} for name in (FAULTY, HEALTHY[0])]
    (tmp_path / "waivers.yaml").write_text(yaml.safe_dump({"schema": 1, "waivers": waivers}), encoding="utf-8")
    both = (shards[2], shards[1])
    _, before = merge(tmp_path / "before.json", *both)
    _, merged = merge(
        tmp_path / "all.json", *both, "--waivers", tmp_path / "waivers.yaml", "--baseline", tmp_path / "before.json"
    )
    assert {(use.scope, use.findings) for use in merged.waivers} == {
        (f"device {FAULTY}", 1),
        (f"device {HEALTHY[0]}", 0),
    }
    assert merged.baseline is not None
    assert merged.baseline.gone == ()
    assert [replace(f, waiver=None, change=None) for f in merged.findings] == list(before.findings)


def test_the_lists_are_of_all_devices_and_no_secret(
    inventory: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = yaml.safe_load(inventory.read_text()) | {"defaults": {"password": {"env": "NOBODY_SEES"}, "site": "fra"}}
    own = tmp_path / "fleet.yaml"
    own.write_text(yaml.safe_dump(whole), encoding="utf-8")
    assert main(["inventory", str(own), "--format", "names"]) == 0
    assert capsys.readouterr().out.splitlines() == [*HEALTHY, FAULTY]
    assert main(["inventory", str(own), "--format", "json"]) == 0
    told = capsys.readouterr().out
    assert "NOBODY_SEES" not in told
    listed = json.loads(told)
    assert [(entry["name"], entry["address"], entry["site"]) for entry in listed] == [
        (name, f"192.0.2.{number}", "fra") for number, name in enumerate((*HEALTHY, FAULTY), 1)
    ]
