"""A test of the suite is judged by calling it: no pytest, no device, one host per call over facts that are shared."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest

from sse_compliance.catalogue.levels import Level
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import State
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import not_applicable, requirement, requirement_of
from sse_compliance.judge.outcome import Case, judge_test

CASE = Case(load_catalogue()["SSE-CFG-02"], "ftd-1", None, Level.REQUIRED)
COMMAND = "cat /ngfw/etc/sf/connector.properties"
PROPERTIES = ProbeResult(COMMAND, 0, "connector_port=8990\nconnector_fqdn=api-sse.cisco.com\n")


def facts(**probes: ProbeResult) -> DeviceFacts:
    known = {"connector-properties": PROPERTIES, **{name.replace("_", "-"): said for name, said in probes.items()}}
    return DeviceFacts(Evidence(Device("ftd-1", Platform.FTD, "us"), "", known), "api-sse.cisco.com")


@requirement("SSE-CFG-02")
def port_is_8989(host: FirepowerHost) -> None:
    port = host.connector_properties.connector_port
    host.note(expected="connector_port is 8989", observed=f"connector_port is {port}")
    assert port == 8989


def test_the_mark_is_plain() -> None:
    assert requirement_of(port_is_8989) == "SSE-CFG-02"
    assert requirement_of(facts) is None
    assert not hasattr(port_is_8989, "pytestmark")


def test_a_test_is_a_function_of_what_the_device_said() -> None:
    outcome = judge_test(CASE, port_is_8989, {"host": FirepowerHost(facts())})
    assert isinstance(outcome.ended_by, AssertionError)
    assert (outcome.finding.state, outcome.finding.observed) == (State.NON_COMPLIANT, "connector_port is 8990")
    assert [exhibit.command for exhibit in outcome.finding.evidence] == [COMMAND]


def test_what_does_not_concern_the_device_is_not_even_called() -> None:
    def never() -> None:
        raise ZeroDivisionError

    case = Case(CASE.requirement, "ftd-1", None, Level.REQUIRED, inapplicable="only on FMC")
    outcome = judge_test(case, never, {})
    assert (outcome.finding.state, outcome.finding.reason) == (State.NOT_APPLICABLE, "only on FMC")


def test_not_applicable_by_the_devices_own_output() -> None:
    outcome = judge_test(CASE, lambda: not_applicable("no proxy is set"), {})
    assert (outcome.finding.state, outcome.finding.reason) == (State.NOT_APPLICABLE, "no proxy is set")


def test_ctrl_c_is_no_outcome() -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_test(CASE, interrupted, {})


def test_notes_are_a_hosts_own_and_facts_are_shared() -> None:
    shared = facts()
    one, other = FirepowerHost(shared), FirepowerHost(shared)
    assert one.connector_properties is other.connector_properties
    one.note(expected="a", observed="b")
    other.note(expected="c", observed="d")
    assert (one.judgement.observed, other.judgement.observed) == ("b", "d")
    assert list(FirepowerHost(shared).judgement.probes) == []


def test_a_command_that_a_planned_probe_ran_is_answered_from_it() -> None:
    host = FirepowerHost(facts())
    assert host.run(COMMAND).stdout == PROPERTIES.stdout
    assert list(host.judgement.probes) == ["connector-properties"]
    with pytest.raises(Unavailable, match="was not recorded"):
        host.run("id -u")


def test_a_live_command_is_evidence_of_the_finding() -> None:
    shared = DeviceFacts(facts().evidence, "api-sse.cisco.com", lambda command: ProbeResult(command, 0, "1\n"))

    def is_root(host: FirepowerHost) -> None:
        assert host.run("id -u").stdout == "0\n"

    finding = judge_test(CASE, is_root, {"host": FirepowerHost(shared)}).finding
    assert [(exhibit.command, exhibit.stdout) for exhibit in finding.evidence] == [("id -u", "1\n")]
    assert "command:id -u" in shared.evidence.probes


def test_judging_imports_no_pytest() -> None:
    program = "import sys, sse_compliance.judge.outcome, sse_compliance.judge.host, tests_sse.test_proxy as _; "
    program += "sys.exit(' '.join(m for m in sys.modules if m.split('.')[0] in ('pytest', '_pytest', 'asyncssh')))"
    assert subprocess.run([sys.executable, "-c", program], capture_output=True, text=True).stderr.strip() == ""


def on_this_machine(command: str) -> ProbeResult:
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)
    return ProbeResult(command, done.returncode, done.stdout, done.stderr)


def test_testinfras_modules_read_through_the_same_way(tmp_path: Path) -> None:
    shared = DeviceFacts(facts().evidence, "api-sse.cisco.com", on_this_machine)
    live = FirepowerHost(shared)
    (tmp_path / "a.conf").write_text("port=8989\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = f"tcp://127.0.0.1:{server.getsockname()[1]}"
        assert live.socket(address).is_listening
    assert live.file(str(tmp_path / "a.conf")).contains("8989")
    # A process whose name has no blank in it: pytest's own workers may be called anything.
    with subprocess.Popen(["sleep", "60"]) as child:
        assert live.process.get(pid=child.pid).comm == "sleep"
        child.kill()
    replayed = FirepowerHost(DeviceFacts(shared.evidence, "api-sse.cisco.com"))
    assert replayed.socket(address).is_listening
    assert replayed.file(str(tmp_path / "a.conf")).contains("8989")
    with pytest.raises(Unavailable, match="was not recorded"):
        replayed.file("/etc/passwd").exists  # noqa: B018


def test_a_tool_that_the_device_lacks_is_no_finding_about_it() -> None:
    shared = DeviceFacts(facts().evidence, "a", lambda command: ProbeResult(command, 127, "", "sh: ps: not found"))
    outcome = judge_test(CASE, lambda host: host.process.filter(comm="x"), {"host": FirepowerHost(shared)})
    assert outcome.finding.state is State.NOT_ASSESSED
    assert "ended with status 127: sh: ps: not found" in (outcome.finding.reason or "")
    with pytest.raises(Unavailable, match="`false` ended with status 127"):
        FirepowerHost(shared).check_output("false")


def test_what_explains_a_finding_is_the_hosts_own_word() -> None:
    host = FirepowerHost(facts())
    assert host.judgement.because is None
    host.explained_by("SSE-PLT-02")
    assert host.judgement.because == "SSE-PLT-02"


def test_a_mark_ties_a_function_to_its_requirement() -> None:
    def judging() -> None:
        """A test."""

    assert requirement("SSE-DNS-01")(judging) is judging
    assert requirement_of(judging) == "SSE-DNS-01"
    judging.sse_requirement = 7  # type: ignore[attr-defined]
    assert requirement_of(judging) is None


def test_a_hosts_note_keeps_both_sides() -> None:
    host = FirepowerHost(facts())
    host.note(expected="a", observed="b")
    assert (host.judgement.expected, host.judgement.observed) == ("a", "b")
