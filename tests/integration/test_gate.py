"""Waivers, baselines, gates and waiting, as a user meets them: options, files, exit status, the line to grep."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from sse_compliance.findings.finding import Change, State
from sse_compliance.lab.lab import Lab
from tests.integration.suite_run import ROOT, SuiteRun, run_suite
from tests.integration.switchboard import Switchboard

SCENARIOS = ("ftd-us", "ftd-eu", "ftd-wrong-port", "ftd-wrong-password")


@pytest.fixture(scope="module")
def small_lab() -> Iterator[Lab]:
    with Lab.start(SCENARIOS) as lab:
        yield lab


@pytest.fixture(scope="module")
def evidence(small_lab: Lab, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The evidence of the lab's devices, collected once."""
    reports = tmp_path_factory.mktemp("evidence")
    run = run_suite(reports, f"--inventory={small_lab.inventory_file}", environment=small_lab.environment)
    assert run.status == 1, run.output
    return reports / "evidence"


def fleet(evidence: Path, directory: Path, devices: Mapping[str, str], *, tags: tuple[str, ...] = ()) -> Path:
    """Evidence of a fleet: device name, and the lab device whose state it is in."""
    directory.mkdir()
    healthy = json.loads((evidence / "ftd-us.json").read_text(encoding="utf-8"))
    for name, source in devices.items():
        data = json.loads((evidence / f"{source}.json").read_text(encoding="utf-8"))
        if source == "ftd-wrong-port":
            # Its local API is read as a healthy one's: everything is judged then, and the gate is what is tried.
            data["probes"] |= {probe: said for probe, said in healthy["probes"].items() if probe.startswith("context")}
        data["device"] |= {"name": name, "tags": list(tags)}
        (directory / f"{name}.json").write_text(json.dumps(data), encoding="utf-8")
    return directory


@pytest.fixture
def before(evidence: Path, tmp_path: Path) -> Path:
    """Two devices, one of which has been broken for long."""
    return fleet(evidence, tmp_path / "before", {"a": "ftd-us", "old": "ftd-wrong-port"}, tags=("lab",))


@pytest.fixture
def after(evidence: Path, tmp_path: Path) -> Path:
    """The same devices after a change that broke the other one as well."""
    return fleet(evidence, tmp_path / "after", {"a": "ftd-wrong-port", "old": "ftd-wrong-port"}, tags=("lab",))


@pytest.fixture
def unreachable(evidence: Path, tmp_path: Path) -> Path:
    """The same devices after a change that made the healthy one unreachable."""
    return fleet(evidence, tmp_path / "unreachable", {"a": "ftd-wrong-password", "old": "ftd-wrong-port"})


def verdict_line(run: SuiteRun) -> str:
    lines = [line for line in run.output.splitlines() if line.startswith("SSE-VERDICT: ")]
    assert len(lines) == 1, run.output
    return lines[0]


def numbers(run: SuiteRun) -> dict[str, int]:
    return {key: int(value) for key, value in re.findall(r"([a-z-]+)=(\d+)", verdict_line(run))}


# -------------------------------------------------------------------------------------------------- baseline


def test_only_new_damage_fails_the_gate_for_regressions(before: Path, after: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "before.json"
    first = run_suite(tmp_path / "r1", f"--evidence={before}", f"--save-baseline={baseline}")
    assert (first.status, numbers(first)["devices"]) == (1, 2)
    assert baseline.read_bytes() == (tmp_path / "r1" / "compliance.json").read_bytes()

    options = (f"--baseline={baseline}", "--gate=regressions")
    same = run_suite(tmp_path / "r2", f"--evidence={before}", *options)
    assert same.status == 0, same.output
    assert verdict_line(same).startswith("SSE-VERDICT: passed exit=0 ")
    assert numbers(same)["new"] == 0
    assert numbers(same)["non-compliant"] == numbers(first)["non-compliant"] > 0

    broken = run_suite(tmp_path / "r3", f"--evidence={after}", *options)
    assert broken.status == 1
    assert numbers(broken)["new"] == numbers(first)["non-compliant"]
    changes = {(f.device, f.change) for f in broken.results.findings if f.state is State.NON_COMPLIANT}
    assert changes == {("a", Change.NEW), ("old", Change.STILL)}
    assert broken.results.run.gate == "regressions"
    assert broken.results.baseline is not None
    assert broken.results.baseline.name == "before.json"

    fixed = run_suite(tmp_path / "r4", f"--evidence={before}", f"--baseline={tmp_path / 'r3' / 'compliance.json'}")
    assert {f.change for f in fixed.results.findings if f.device == "a"} == {Change.FIXED, Change.SAME}
    assert fixed.status == 1, "strict"


def test_what_can_not_be_assessed_any_more_is_a_regression(before: Path, unreachable: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "before.json"
    run_suite(tmp_path / "r1", f"--evidence={before}", "--devices=a", f"--save-baseline={baseline}")
    chosen = (f"--evidence={unreachable}", "--devices=a", f"--baseline={baseline}")
    regressions = run_suite(tmp_path / "r2", *chosen, "--gate=regressions", f"--save-baseline={tmp_path / 'b2.json'}")
    assert verdict_line(regressions).startswith("SSE-VERDICT: failed exit=1 devices=1 non-compliant=0 ")
    assert run_suite(tmp_path / "r3", *chosen).status == 10
    still = run_suite(
        tmp_path / "r4",
        f"--evidence={unreachable}",
        "--devices=a",
        f"--baseline={tmp_path / 'b2.json'}",
        "--gate=regressions",
    )
    assert verdict_line(still).startswith("SSE-VERDICT: not-assessed exit=10 ")


def test_diff_tells_the_same_as_the_gate(before: Path, after: Path, tmp_path: Path) -> None:
    run_suite(tmp_path / "r1", f"--evidence={before}")
    run_suite(tmp_path / "r2", f"--evidence={after}")
    files = [str(tmp_path / name / "compliance.json") for name in ("r1", "r2")]
    command = [sys.executable, "-m", "sse_compliance", "diff"]
    told = subprocess.run([*command, *files], cwd=ROOT, capture_output=True, text=True)
    assert told.returncode == 1
    assert "  a SSE-CFG-02: non-compliant: connector_port is 8990, expected connector_port is 8989" in told.stdout
    assert subprocess.run([*command, *reversed(files)], cwd=ROOT, capture_output=True).returncode == 0


# -------------------------------------------------------------------------------------------------- fail-on


def test_fail_on_lets_through_what_is_less_severe(before: Path, tmp_path: Path) -> None:
    only = ("-k", "test_event_handler or test_context", f"--evidence={before}", "--devices=old")
    low = run_suite(tmp_path / "r1", *only)
    severities = {f.severity for f in low.results.findings if f.state is State.NON_COMPLIANT}
    unknown = any(f.state is State.NOT_ASSESSED for f in low.results.findings)
    assert severities == {"high"}
    assert not unknown
    assert low.status == 1
    critical = run_suite(tmp_path / "r2", *only, "--fail-on=critical")
    assert critical.status == 0, critical.output
    assert numbers(critical)["non-compliant"] == numbers(low)["non-compliant"]
    assert "below --fail-on critical" in critical.results.summary.why
    assert critical.results.run.fail_on == "critical"


# -------------------------------------------------------------------------------------------------- waivers

WAIVER = """\
schema: 1
waivers:
  - requirement: [SSE-CFG-02, {also}]
    {scope}
    justification: moved port, CHG-4711
    approver: J. Doe
    expires: 2099-01-01T00:00:00Z
    states: {states}
"""


def waivers(directory: Path, scope: str, also: str = "SSE-SOK-02, SSE-CTX-01", states: str = "[non-compliant]") -> Path:
    path = directory / "waivers.yaml"
    path.write_text(WAIVER.format(scope=scope, also=also, states=states), encoding="utf-8")
    return path


@pytest.mark.parametrize("scope", ["device: old", "tag: lab"])
def test_a_waiver_covers_what_it_names(before: Path, tmp_path: Path, scope: str) -> None:
    plain = run_suite(tmp_path / "r1", f"--evidence={before}")
    open_ = sorted(
        {
            f.requirement
            for f in plain.results.findings
            if f.device == "old" and f.state in ("non-compliant", "not assessed")
        }
    )
    assert "SSE-CFG-02" in open_
    path = waivers(tmp_path, scope, ", ".join(set(open_) - {"SSE-CFG-02"}), "[non-compliant, not assessed]")
    run = run_suite(tmp_path / "r2", f"--evidence={before}", f"--waivers={path}")
    assert run.status == 0, run.output
    assert {f.requirement for f in run.results.findings if f.standing is State.WAIVED} == set(open_)
    assert numbers(run)["waived"] == len(open_)
    (finding,) = (f for f in run.results.findings if f.standing is State.WAIVED and f.requirement == "SSE-CFG-02")
    assert finding.waiver == "moved port, CHG-4711 (approved by J. Doe, until 2099-01-01T00:00:00+00:00)"
    assert {device.name: device.state for device in run.results.devices}["old"] is State.WAIVED
    junit = (tmp_path / "r2" / "junit.xml").read_text(encoding="utf-8")
    assert 'failures="0"' in junit
    assert "waived     moved port, CHG-4711" in junit


def test_what_follows_from_a_waived_finding_still_fails(before: Path, tmp_path: Path) -> None:
    path = waivers(tmp_path, "device: old", also="SSE-PRC-01")
    run = run_suite(tmp_path / "r", f"--evidence={before}", f"--waivers={path}")
    assert run.status == 1
    assert "it covers only the requirement that it names" in run.results.summary.why
    used = {use.requirement: use for use in run.results.waivers}
    assert used["SSE-CFG-02"].findings == 1
    assert used["SSE-PRC-01"].unused == "What it names needs no such waiver: 1 compliant."


def test_a_waiver_does_not_hide_a_device_that_can_not_be_reached(unreachable: Path, tmp_path: Path) -> None:
    path = waivers(tmp_path, "device: a")
    run = run_suite(tmp_path / "r", f"--evidence={unreachable}", "--devices=a", f"--waivers={path}")
    assert run.status == 10


@pytest.mark.parametrize("fault", ["past", "no zone", "unknown id", "truncated", "duplicate key"])
def test_a_wrong_waiver_file_ends_the_run_before_it_begins(before: Path, tmp_path: Path, fault: str) -> None:
    path = waivers(tmp_path, "device: old")
    text = path.read_text(encoding="utf-8")
    text = {
        "past": text.replace("2099", "2001"),
        "no zone": text.replace("00:00:00Z", "00:00:00"),
        "unknown id": text.replace("SSE-SOK-02", "SSE-SOK-99"),
        "truncated": text[: text.index("approver")],
        "duplicate key": text.replace("approver", "device"),
    }[fault]
    path.write_text(text, encoding="utf-8")
    baseline = tmp_path / "kept.json"
    baseline.write_text("kept", encoding="utf-8")
    run = run_suite(tmp_path / "reports", f"--evidence={before}", f"--waivers={path}", f"--save-baseline={baseline}")
    assert run.status == 4
    assert re.search(rf"{re.escape(str(path))}:\d+: ", run.output), run.output
    assert ("moved port, CHG-4711" in run.output) == (fault == "past"), "an expired one is told with its text"
    assert "Traceback" not in run.output
    assert "SSE-VERDICT" not in run.output
    assert not (tmp_path / "reports").exists()
    assert baseline.read_text(encoding="utf-8") == "kept"


# -------------------------------------------------------------------------------------------------- wrong use


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--gate=regressions"], "--gate regressions: give --baseline FILE"),
        (["--baseline={tmp}/b.json"], "b.json:1: expected JSON"),
        (["--baseline={tmp}/none.json"], "none.json: can't be read"),
        (["--baseline={tmp}/b.json", "--save-baseline={tmp}/b.json"], "a regression would pass the next time"),
        (["--save-baseline={tmp}/no/b.json"], "there is no directory"),
        (["--wait=10m"], "--wait: a replay asks no device"),
        (["--wait=10"], "'10' is no time; expected for example 90s, 10m or 1h"),
        (["--gate=lax"], "invalid choice: 'lax'"),
        (["--fail-on=all"], "invalid choice: 'all'"),
    ],
)
def test_wrong_use(before: Path, tmp_path: Path, arguments: list[str], told: str) -> None:
    (tmp_path / "b.json").write_text("{", encoding="utf-8")
    given = [argument.format(tmp=tmp_path) for argument in arguments]
    run = run_suite(tmp_path / "reports", f"--evidence={before}", *given)
    assert run.status == 4
    assert told in run.output
    assert "Traceback" not in run.output
    assert not (tmp_path / "reports").exists()
    assert (tmp_path / "b.json").read_text(encoding="utf-8") == "{"


def test_the_line_is_there_however_quiet_the_run_is(before: Path, tmp_path: Path) -> None:
    run = run_suite(tmp_path / "r", f"--evidence={before}", "-qqq")
    assert verdict_line(run).startswith("SSE-VERDICT: failed exit=1 devices=2 ")


def test_a_run_that_was_cut_short_saves_no_baseline(before: Path, tmp_path: Path) -> None:
    baseline = tmp_path / "b.json"
    run = run_suite(tmp_path / "r", f"--evidence={before}", "-x", f"--save-baseline={baseline}")
    assert run.status == 2
    assert verdict_line(run).startswith("SSE-VERDICT: incomplete exit=2 ")
    assert not baseline.exists()


# -------------------------------------------------------------------------------------------------- waiting


def test_waiting_for_devices_after_an_upgrade(small_lab: Lab, tmp_path: Path) -> None:
    with Switchboard(small_lab) as upgraded:
        # Down at first; then up, but not yet as it should be; then well.
        upgraded.lead_to(None, None, None, "ftd-wrong-port", "ftd-us")
        inventory = tmp_path / "fleet.yaml"
        text = small_lab.inventory_file.read_text(encoding="utf-8")
        known = tmp_path / "known_hosts"
        known.write_text(small_lab.known_hosts.read_text(encoding="utf-8") + upgraded.known_hosts, encoding="utf-8")
        text = text.replace(str(small_lab.known_hosts), str(known))
        text += f"- {{name: upgraded, address: 127.0.0.1, port: {upgraded.port}, platform: ftd, region: us}}\n"
        inventory.write_text(text, encoding="utf-8")
        earlier = dict(small_lab.connections)
        run = run_suite(
            tmp_path / "r",
            *("-p", "fast_clock"),
            f"--inventory={inventory}",
            "--devices=upgraded,ftd-eu,ftd-wrong-password",
            "--wait=1h",
            environment={**small_lab.environment, "PYTHONPATH": str(Path(__file__).parent)},
        )
    assert run.status == 10, run.output
    took = {device.name: device.came_back_after for device in run.results.devices}
    assert took["ftd-eu"] is None, "nobody had to wait for it"
    assert took["ftd-wrong-password"] is None, "it did not come back"
    assert took["upgraded"] is not None
    assert took["upgraded"] > 0
    states = {device.name: device.state for device in run.results.devices}
    assert states == {"upgraded": "compliant", "ftd-eu": "compliant", "ftd-wrong-password": "not assessed"}
    assert upgraded.led_to == [None, None, None, "ftd-wrong-port", "ftd-us"]
    assert upgraded.most_at_once == 1
    asked = {name: small_lab.connections[name] - earlier.get(name, 0) for name in SCENARIOS}
    assert asked == {"ftd-eu": 1, "ftd-wrong-password": 1, "ftd-wrong-port": 1, "ftd-us": 1}
    assert "not passing yet; next look in" in run.output
    kept = json.loads((tmp_path / "r" / "evidence" / "upgraded.json").read_text(encoding="utf-8"))
    assert kept["error"] is None


def site_file(directory: Path, port: int) -> Path:
    """A site's file that expects another port."""
    file = directory / f"site-{port}.yaml"
    file.write_text(
        f"schema: 1\nparameters:\n  SSE-CFG-02: {{port: {port}}}\n  SSE-SOK-02: {{port: {port}}}\n", encoding="utf-8"
    )
    return file


def test_a_site_that_expects_another_port(tmp_path: Path) -> None:
    site = site_file(tmp_path, 8990)
    recorded = f"--evidence={ROOT / 'fixtures' / 'evidence'}"
    run = run_suite(tmp_path / "r", recorded, "--devices=ftd-wrong-port,ftd-us", f"--parameters={site}")
    states = {(f.device, f.requirement): str(f.state) for f in run.results.findings}
    assert states["ftd-wrong-port", "SSE-CFG-02"] == "compliant"
    assert states["ftd-us", "SSE-CFG-02"] == "non-compliant"
    assert "SSE-CFG-02 port 8990 instead of 8989" in run.results.overridden
    assert "the site's own values: SSE-CFG-02 port 8990 instead of 8989" in run.output
    page = (tmp_path / "r" / "compliance.html").read_text(encoding="utf-8")
    assert "SSE-CFG-02 port 8990 instead of 8989" in page
    wrong = run_suite(tmp_path / "w", recorded, f"--parameters={tmp_path / 'none.yaml'}")
    assert wrong.status == 4
    assert "none.yaml: can't be read" in wrong.output


def test_a_replay_judges_by_what_the_site_expected_when_it_was_collected(small_lab: Lab, tmp_path: Path) -> None:
    devices = (f"--inventory={small_lab.inventory_file}", "--devices=ftd-wrong-port,ftd-us")
    site = f"--parameters={site_file(tmp_path, 8990)}"
    live = run_suite(tmp_path / "live", *devices, site, environment=small_lab.environment)
    kept = tmp_path / "live" / "evidence"
    again = run_suite(tmp_path / "again", f"--evidence={kept}")
    assert again.results.findings == live.results.findings
    assert again.results.overridden == live.results.overridden != ()
    assert again.results.run.catalogue == live.results.run.catalogue
    states = {(f.device, f.requirement): str(f.state) for f in again.results.findings}
    assert states["ftd-wrong-port", "SSE-CFG-02"] == "compliant"

    other = run_suite(tmp_path / "other", f"--evidence={kept}", f"--parameters={site_file(tmp_path, 8991)}")
    assert "SSE-CFG-02 port 8991 instead of 8989" in other.results.overridden

    told = json.loads((kept / "ftd-us.json").read_text("utf-8"))
    for damaged, message in (
        (None, "--evidence: ftd-us and ftd-wrong-port were collected by runs that expected different values"),
        ({"file": "x", "values": {"SSE-CFG-02": {"port": "8 9"}}}, "different values"),
        ({"file": "x", "values": {"SSE-CFG-02": {"port": True}}}, "overrides.values.SSE-CFG-02.port"),
        ({"file": "\u001b[2J", "values": {}}, "overrides.file: expected a file's name"),
        ({"file": "x", "values": {}, "more": 1}, "overrides.more: unknown key"),
    ):
        (kept / "ftd-us.json").write_text(json.dumps({**told, "overrides": damaged}), encoding="utf-8")
        refused = run_suite(tmp_path / "refused", f"--evidence={kept}")
        assert (refused.status, message in refused.output, "Traceback" in refused.output) == (4, True, False), message
    unknown = {"file": "site.yaml", "values": {"SSE-CFG-99": {"port": 1}}}
    (kept / "ftd-us.json").write_text(json.dumps({**told, "overrides": unknown}), encoding="utf-8")
    (kept / "ftd-wrong-port.json").unlink()
    refused = run_suite(tmp_path / "refused", f"--evidence={kept}")
    assert refused.status == 4
    assert "overrides.values.SSE-CFG-99: there is no requirement SSE-CFG-99" in refused.output
