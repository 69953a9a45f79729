"""The main job: every planted fault is found, and nothing else; a replay judges the same; one session per device."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from sse_compliance.findings.finding import State
from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.server import PASSWORD_VARIABLE
from sse_compliance.verbs.demo import differences
from tests.integration.conftest import LiveRun
from tests.integration.suite_run import ROOT, run_suite

FIXTURES = ROOT / "fixtures" / "evidence"
HEALTHY = ("ftd-us", "ftd-eu", "ftd-apj", "fmc-clish", "fmc-shell", "sfr")


def test_exactly_the_planted_faults_are_found(live: LiveRun, lab: Lab) -> None:
    assert differences(live.run.results, lab.planted) == []
    assert live.run.status == 1


def test_a_device_that_can_not_be_collected_costs_one_attempt_and_is_not_assessed(live: LiveRun, lab: Lab) -> None:
    failing = [name for name, planted in lab.planted.items() if planted.not_assessed is not None]
    assert failing
    for name in failing:
        states = {f.state for f in live.run.results.findings if f.device == name}
        assert states <= {State.NOT_ASSESSED, State.NOT_APPLICABLE}
        assert State.NOT_ASSESSED in states
        assert live.connections[name] == 1


#: ``login: fmc``: no session at all.
ASKED_THROUGH_FMC = "ftd-fmc-only"


def test_each_device_sees_one_session(live: LiveRun, lab: Lab) -> None:
    assert live.connections == {name: 1 for name in lab.ports if name != ASKED_THROUGH_FMC}


def test_each_device_sees_one_session_with_two_workers(live: LiveRun, lab: Lab, tmp_path: Path) -> None:
    before = dict(lab.connections)
    run = run_suite(
        tmp_path, f"--inventory={lab.inventory_file}", "--devices=ftd-us,ftd-no-dns,fmc-shell", "-n", "2",
        environment=lab.environment,
    )  # fmt: skip
    chosen = {"ftd-us", "ftd-no-dns", "fmc-shell"}
    assert {name for name in lab.ports if lab.connections.get(name) != before.get(name)} == chosen
    assert all(lab.connections[name] == before[name] + 1 for name in chosen)
    assert run.status == 1
    alone = [f for f in live.run.results.findings if f.device in chosen and f.state is State.NON_COMPLIANT]
    both = [f for f in run.results.findings if f.state is State.NON_COMPLIANT]
    assert [(f.device, f.key, f.cause) for f in both] == [(f.device, f.key, f.cause) for f in alone]


def test_a_replay_gives_the_same_findings(live: LiveRun, lab: Lab, tmp_path: Path) -> None:
    before = dict(lab.connections)
    replay = run_suite(tmp_path, f"--evidence={live.run.reports / 'evidence'}")
    assert dict(lab.connections) == before
    assert replay.status == live.run.status
    first = json.loads((live.run.reports / "compliance.json").read_text(encoding="utf-8"))
    second = json.loads((replay.reports / "compliance.json").read_text(encoding="utf-8"))
    assert json.dumps(first["findings"]) == json.dumps(second["findings"])
    assert first["root_causes"] == second["root_causes"]
    assert first["summary"] == second["summary"]
    assert (first["run"]["mode"], second["run"]["mode"]) == ("live", "replay")


def test_the_password_is_nowhere(live: LiveRun, lab: Lab) -> None:
    password = lab.environment[PASSWORD_VARIABLE].encode()
    assert password not in live.run.output.encode()
    files = [path for path in live.run.reports.rglob("*") if path.is_file()]
    written = {"compliance.html", "compliance.json", "junit.xml", "tests.html", "debug.log"}
    assert written <= {path.name for path in files}
    assert [path.name for path in files if password in path.read_bytes()] == []
    assert b"asyncssh" in (live.run.reports / "debug.log").read_bytes()
    assert any(b"--inventory=" in line for line in live.run.command_lines)
    assert [line for line in live.run.command_lines if password in line] == []


def test_nothing_is_left_on_a_devices_disk(live: LiveRun) -> None:
    assert live.run.status == 1
    assert live.left_behind == []


def test_junit_carries_requirement_device_state_and_severity(live: LiveRun) -> None:
    cases = ElementTree.parse(live.run.reports / "junit.xml").iter("testcase")
    seen = set()
    for case in cases:
        properties = {p.get("name"): p.get("value") for p in case.iter("property")}
        assert {"requirement", "device", "state", "severity", "level"} <= set(properties)
        kind = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        seen.add((properties["state"], kind))
    assert seen == {
        ("compliant", "passed"),
        ("non-compliant", "failure"),
        ("not assessed", "error"),
        ("not applicable", "skipped"),
        ("advisory", "skipped"),
    }


def test_evidence_is_readable_by_its_owner_only(live: LiveRun) -> None:
    files = list((live.run.reports / "evidence").glob("*.json"))
    assert len(files) == len(SCENARIOS)
    assert {file.stat().st_mode & 0o777 for file in files} == {0o600}


@pytest.mark.parametrize(
    ("devices", "status"),
    [
        (HEALTHY, 0),
        (("ftd-us", "ftd-wrong-port"), 1),
        (("ftd-us", "ftd-wrong-password"), 10),
        (("ftd-wrong-port", "ftd-wrong-password"), 1),
    ],
)
def test_exit_status(live: LiveRun, tmp_path: Path, devices: tuple[str, ...], status: int) -> None:
    run = run_suite(tmp_path, f"--evidence={live.run.reports / 'evidence'}", f"--devices={','.join(devices)}")
    assert run.status == status, run.output
    assert run.results.summary.exit_code == status


def test_exit_status_of_healthy_devices_live(lab: Lab, tmp_path: Path) -> None:
    run = run_suite(
        tmp_path, f"--inventory={lab.inventory_file}", f"--devices={','.join(HEALTHY)}", environment=lab.environment
    )
    assert run.status == 0, run.output
    assert run.roots == {}


def test_evidence_of_an_earlier_run_goes_from_the_default_folder_only(lab: Lab, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    for folder in (tmp_path / "evidence", kept):
        folder.mkdir()
        shutil.copy(FIXTURES / "ftd-wrong-port.json", folder)
        (folder / "notes.json").write_text("the user's", encoding="utf-8")
    options = (f"--inventory={lab.inventory_file}", "--devices=ftd-us")
    assert run_suite(tmp_path, *options, "-k", "nothing", environment=lab.environment).status not in (0, 1)
    assert {path.name for path in (tmp_path / "evidence").glob("*.json")} == {"ftd-wrong-port.json", "notes.json"}
    assert run_suite(tmp_path, *options, environment=lab.environment).status == 0
    assert {path.name for path in (tmp_path / "evidence").glob("*.json")} == {"ftd-us.json", "notes.json"}
    saved = run_suite(tmp_path, *options, f"--save-evidence={kept}", environment=lab.environment)
    assert saved.status == 0
    assert {path.name for path in kept.glob("*.json")} == {"ftd-us.json", "ftd-wrong-port.json", "notes.json"}


def test_a_bad_inventory_is_told_and_nothing_is_run(tmp_path: Path) -> None:
    inventory = tmp_path / "fleet.yaml"
    inventory.write_text("devices:\n  - {name: a, address: b, platform: asa, region: us}\n", encoding="utf-8")
    run = run_suite(tmp_path / "reports", f"--inventory={inventory}")
    assert run.status == 4
    assert f"{inventory}:2: devices[0].platform" in run.output
    assert "Traceback" not in run.output
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("arguments", "status", "expected"),
    [
        ([], 4, "no device is named: give --inventory FILE"),
        (["--evidence=/nowhere"], 4, "/nowhere"),
        (["--hosts=ssh://admin@127.0.0.1"], 4, "expected firepower://user@address"),
        (["--hosts=firepower://a@127.0.0.1", "--evidence=x"], 4, "give one of"),
    ],
)
def test_wrong_use_is_told(tmp_path: Path, arguments: list[str], status: int, expected: str) -> None:
    run = run_suite(tmp_path / "reports", *arguments)
    assert run.status == status
    assert expected in run.output
    assert "Traceback" not in run.output


def test_nothing_selected_is_not_green(live: LiveRun, tmp_path: Path) -> None:
    run = run_suite(tmp_path / "reports", f"--evidence={live.run.reports / 'evidence'}", "-k", "no_such_thing")
    assert run.status == 5
    assert not (tmp_path / "reports" / "compliance.json").exists()


def test_a_single_device_without_a_file(lab: Lab, tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True, mode=0o700)
    known = lab.known_hosts.read_text(encoding="utf-8")
    (home / ".ssh" / "known_hosts").write_text(known, encoding="utf-8")
    environment = {"HOME": str(home), "SSE_PASSWORD": lab.environment[PASSWORD_VARIABLE]}
    url = f"firepower://admin@127.0.0.1:{lab.ports['ftd-eu']}?region=eu&name=ad-hoc"
    run = run_suite(tmp_path / "reports", f"--hosts={url}", environment=environment)
    assert run.status == 0, run.output
    assert [device.name for device in run.results.devices] == ["ad-hoc"]
    (home / ".ssh" / "known_hosts").unlink()
    unknown = run_suite(tmp_path / "again", f"--hosts={url}", environment=environment)
    assert unknown.status == 10
    assert f"ssh-keyscan -p {lab.ports['ftd-eu']} 127.0.0.1" in (unknown.results.devices[0].error or "")


#: A test that lies elsewhere is run beside one of the suite's, so that pytest finds the project's conftest.py.
BESIDE = ("--allow-commands", "tests_sse/test_configuration.py", "-c", "pytest.ini", "--rootdir=.", "--confcutdir=.")

BROKEN_TEST = """
def test_breaks(host):
    host.run("id")
    raise RuntimeError(host)
"""


def test_the_password_is_in_no_traceback(lab: Lab, tmp_path: Path) -> None:
    own = tmp_path / "test_own.py"
    own.write_text(BROKEN_TEST, encoding="utf-8")
    options = (own, *BESIDE, "--showlocals", "--full-trace", "--tb=long")
    run = run_suite(
        tmp_path / "r", f"--inventory={lab.inventory_file}", "--devices=ftd-us", *options, environment=lab.environment
    )
    assert run.status == 1
    assert "RuntimeError" in run.output
    assert lab.environment[PASSWORD_VARIABLE] not in run.output


OWN_TEST = """
def test_root_and_files(host):
    assert host.run("id -u").stdout == "0\\n"
    assert host.file("/ngfw/etc/sf/connector.properties").exists
    assert "8989" in host.file("/ngfw/etc/sf/connector.properties").content_string
"""


def test_a_testinfra_test_of_ones_own_works_live_and_replayed(lab: Lab, tmp_path: Path) -> None:
    own = tmp_path / "test_own.py"
    own.write_text(OWN_TEST, encoding="utf-8")
    before = lab.connections["ftd-us"]
    options = (own, *BESIDE)
    live = run_suite(
        tmp_path / "live",
        f"--inventory={lab.inventory_file}",
        "--devices=ftd-us",
        *options,
        environment=lab.environment,
    )
    assert live.status == 0, live.output
    assert lab.connections["ftd-us"] == before + 1
    replay = run_suite(tmp_path / "replay", f"--evidence={tmp_path / 'live' / 'evidence'}", *options)
    assert replay.status == 0, replay.output


#: A test of the catalogue and one of the user's; each asks what no probe runs, and what one has run.
REFUSED = """
from sse_compliance.judge.mark import requirement


@requirement("SSE-PRC-01")
def test_of_the_catalogue(host):
    assert "pmtool" not in host.run("pmtool status").stderr
    host.note(expected="gone", observed=host.run("touch /tmp/reached-the-device").stdout)


def test_of_the_users(host):
    assert host.file("/etc/passwd").exists
"""


def test_a_command_that_no_probe_runs_is_not_sent_unless_allowed(lab: Lab, tmp_path: Path) -> None:
    own = tmp_path / "test_refused.py"
    own.write_text(REFUSED, encoding="utf-8")
    options = [option for option in BESIDE if option != "--allow-commands"]
    run = run_suite(
        tmp_path / "r", f"--inventory={lab.inventory_file}", "--devices=ftd-us", own, *options, "-k", "test_refused",
        environment=lab.environment,
    )  # fmt: skip
    assert run.status != 0
    (finding,) = (f for f in run.results.findings if f.requirement == "SSE-PRC-01")
    assert str(finding.state) == "not assessed"
    assert "`touch /tmp/reached-the-device` was not sent" in (finding.reason or "")
    assert "--allow-commands" in (finding.reason or "")
    assert "Unavailable: `uname -s` was not sent" in run.output
    assert not list(lab.disk("ftd-us").rglob("reached-the-device"))


#: Tests of the catalogue that run commands of their own, and read what a planned probe has read.
ASKING = """
from sse_compliance.judge.mark import requirement


@requirement("SSE-PRC-01")
def test_root_and_files(host):
    host.note(expected="root", observed=host.run("id -u").stdout)
    assert host.run("id -u").stdout == "0\\n"
    assert "8989" in host.file("/ngfw/etc/sf/connector.properties").content_string
    assert "pmtool" not in host.run("pmtool status").stderr


@requirement("SSE-PRC-02")
def test_with_a_tool_that_the_device_lacks(host):
    assert host.package("sse").is_installed
"""


def test_a_test_of_the_catalogue_may_use_all_of_testinfra(lab: Lab, tmp_path: Path) -> None:
    own = tmp_path / "test_asking.py"
    own.write_text(ASKING, encoding="utf-8")
    options = (own, *BESIDE, "-k", "test_asking")
    devices = "--devices=ftd-us,ftd-eu,ftd-apj"
    before = lab.connections["ftd-us"]
    live = run_suite(
        tmp_path / "live", f"--inventory={lab.inventory_file}", devices, "--concurrency=1", *options,
        environment=lab.environment,
    )  # fmt: skip
    states = {(f.device, f.requirement): (str(f.state), f.reason or f.observed) for f in live.results.findings}
    assert {state for (_, id_), (state, _) in states.items() if id_ == "SSE-PRC-01"} == {"compliant"}, states
    assert {state for (_, id_), (state, _) in states.items() if id_ == "SSE-PRC-02"} == {"not assessed"}, states
    assert lab.connections["ftd-us"] == before + 1
    (finding,) = (f for f in live.results.findings if f.key == "SSE-PRC-01" and f.device == "ftd-us")
    probes = [exhibit.probe for exhibit in finding.evidence]
    assert "command:id -u" in probes
    assert "pmtool" in probes, "what a planned probe has read is answered from it"
    assert "command:pmtool status" not in probes
    replay = run_suite(tmp_path / "replay", f"--evidence={tmp_path / 'live' / 'evidence'}", *options)
    assert [(f.key, f.state, f.evidence) for f in replay.results.findings] == [
        (f.key, f.state, f.evidence) for f in live.results.findings
    ]


@pytest.mark.parametrize("option", ["--sudo", "--connection=paramiko", "--ssh-config=x", "--sudo-user=root"])
def test_testinfras_own_options_are_refused(tmp_path: Path, option: str) -> None:
    run = run_suite(tmp_path, f"--evidence={ROOT / 'fixtures' / 'evidence'}", option)
    assert run.status == 4
    assert f"{option.partition('=')[0]} is testinfra's own and has no effect here" in run.output


NOT_OURS = """
import pytest


@pytest.mark.parametrize("host", ["a", "b"])
def test_a_parameter(host):
    assert host in "ab"


class TestAFixtureOfOnesOwn:
    @pytest.fixture
    def host(self):
        return "mine"

    def test_it(self, host):
        assert host == "mine"
"""

AROUND_OURS = """
import pytest


@pytest.fixture
def host(host):
    return host


def test_it(host):
    assert host.device.name == "ftd-us"
"""


@pytest.mark.parametrize("options", [(), ("--evidence=fixtures/evidence", "--devices=ftd-us")])
def test_what_is_named_host_and_not_ours_needs_no_device_and_is_given_none(
    options: tuple[str, ...], tmp_path: Path
) -> None:
    own = tmp_path / "test_own.py"
    elsewhere = ("-c", tmp_path / "pytest.ini", f"--rootdir={tmp_path}")
    (tmp_path / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["sse_compliance.plugin.hooks"]\n', encoding="utf-8")
    own.write_text(NOT_OURS, encoding="utf-8")
    run = run_suite(tmp_path / "r", own, *elsewhere, *options)
    assert "= 3 passed in" in run.output, run.output
    own.write_text(AROUND_OURS, encoding="utf-8")
    around = run_suite(tmp_path / "r", own, *elsewhere, *options)
    if options:
        assert "= 1 passed in" in around.output, around.output
    else:
        assert around.status == 4
        assert "no device is named" in around.output
