"""A fleet: bounds, deadlines, one device's trouble, Ctrl-C. The devices are stand-ins for sessions; see integration."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import pytest

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect import one_device as module
from sse_compliance.collect.fleet import Collector
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.one_device import LiveRun
from sse_compliance.collect.ssh.connection import Secrets
from sse_compliance.collect.ssh.errors import SessionLostError, UnreachableError
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.errors import InputError, Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.evidence.redaction import redacted
from sse_compliance.inventory.device import (
    Access,
    CredentialKind,
    CredentialRef,
    Device,
    JumpHost,
    Platform,
    Target,
    Timeouts,
)

PLAN = ("show-network", "date", "curl:h")


class FakeSession:
    """A session that answers every probe with its device's name."""

    def __init__(self, name: str, fleet: FakeFleet) -> None:
        self._name, self._fleet = name, fleet
        self.clish: dict[str, ProbeResult | NotObtained] = {}

    async def collect(self, specs: Sequence[ProbeSpec], answers: dict[str, Any]) -> dict[str, Any]:
        await self._fleet.behave(self._name, "collect", answers)
        for spec in specs:
            answers[spec.name] = ProbeResult(spec.command, 0, self._name)
            if spec.then:
                answers[spec.then.name] = NotObtained("not needed")
        return answers

    async def run(self, command: str, seconds: int) -> ProbeResult:
        await self._fleet.behave(self._name, "run", {})
        return ProbeResult(command, 0, self._name)

    async def close(self) -> None:
        self._fleet.open.discard(self._name)


class FakeFleet:
    """Opens sessions; what goes wrong is a function of device and step."""

    def __init__(self) -> None:
        self.open: set[str] = set()
        self.opened: list[str] = []
        self.most = 0
        self.secrets: dict[str, Secrets] = {}
        self.trouble: Callable[[str, str, dict[str, Any]], Any] = lambda name, step, answers: None

    async def behave(self, name: str, step: str, answers: dict[str, Any]) -> None:
        await asyncio.sleep(0.01)
        result = self.trouble(name, step, answers)
        if asyncio.iscoroutine(result):
            await result

    async def open_session(
        self,
        target: Target,
        secrets: Secrets,
        limits: Limits,
        clish: Sequence[ProbeSpec],
        shared: Shared,
        *,
        own_commands: bool,
    ) -> FakeSession:
        name = target.device.name
        self.open.add(name)
        self.opened.append(name)
        self.secrets[name] = secrets
        self.most = max(self.most, len(self.open))
        session = FakeSession(name, self)
        try:
            await self.behave(name, "open", {})
        except BaseException:
            self.open.discard(name)
            raise
        session.clish = {spec.name: ProbeResult(spec.command, 0, name) for spec in clish}
        return session


@pytest.fixture
def fleet(monkeypatch: pytest.MonkeyPatch) -> FakeFleet:
    fake = FakeFleet()
    monkeypatch.setattr(module, "open_session", fake.open_session)
    return fake


def targets(count: int) -> list[Target]:
    return [Target(Device(f"ftd-{n}", Platform.FTD, "us"), Access("10.0.0.1")) for n in range(count)]


def plan(chosen: Sequence[Target]) -> dict[str, Sequence[str]]:
    return {target.device.name: PLAN for target in chosen}


def assert_whole(evidence: Evidence) -> None:
    assert evidence.error is None
    assert list(evidence.probes) == ["show-network", "date", "curl:h", "curl-insecure:h"]
    assert evidence.probe("date").stdout == evidence.device.name


def test_every_device_is_collected_once_under_the_bound(fleet: FakeFleet) -> None:
    started: list[str] = []
    done: list[Evidence] = []
    chosen = targets(20)
    with Collector(Limits(devices_at_once=4)) as collector:
        found = collector.collect(chosen, plan(chosen), on_done=done.append, on_start=started.append)
    assert list(found) == [target.device.name for target in chosen]
    assert sorted(fleet.opened) == sorted(started) == sorted(found) == sorted(e.device.name for e in done)
    for evidence in found.values():
        assert_whole(evidence)
    assert fleet.most == 4
    assert not fleet.open


def test_no_device_is_fine(fleet: FakeFleet) -> None:
    with Collector() as collector:
        assert collector.collect([], {}) == {}


def test_a_name_that_no_probe_has_is_refused_before_anything_is_contacted(fleet: FakeFleet) -> None:
    chosen = targets(2)
    with Collector() as collector, pytest.raises(InputError, match="no probe 'colour'"):
        collector.collect(chosen, {"ftd-0": PLAN, "ftd-1": ("colour",)})
    assert fleet.opened == []


@pytest.mark.parametrize("step", ["open", "collect"])
@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (UnreachableError("ftd-1 (10.0.0.1:22)", "no route"), "no route. Check address"),
        (ValueError("surprise"), "internal error, please report it: ValueError: surprise"),
        (OSError(28, "No space"), "internal error"),
    ],
)
def test_one_bad_device_hurts_no_other(fleet: FakeFleet, step: str, trouble: Exception, said: str) -> None:
    def behave(name: str, at: str, answers: dict[str, Any]) -> None:
        if (name, at) == ("ftd-1", step):
            raise trouble

    fleet.trouble = behave
    chosen = targets(3)
    with Collector() as collector:
        found = collector.collect(chosen, plan(chosen))
    assert said in (found["ftd-1"].error or "")
    assert found["ftd-1"].probes == {}
    with pytest.raises(Unavailable, match=re.escape(said)):
        found["ftd-1"].probe("date")
    assert_whole(found["ftd-0"])
    assert_whole(found["ftd-2"])
    assert not fleet.open


def test_answers_before_the_end_are_kept(fleet: FakeFleet) -> None:
    def behave(name: str, at: str, answers: dict[str, Any]) -> None:
        if at == "collect":
            answers["date"] = ProbeResult("date -u +%s", 0, "1")
            raise SessionLostError("ftd-0 (10.0.0.1:22)", "the session ended")

    fleet.trouble = behave
    chosen = targets(1)
    with Collector() as collector:
        evidence = collector.collect(chosen, plan(chosen))["ftd-0"]
    assert evidence.error is None
    assert evidence.probe("date").stdout == "1"
    assert evidence.probe("show-network").stdout == "ftd-0"
    for name in ("curl:h", "curl-insecure:h"):
        with pytest.raises(Unavailable, match="the session ended"):
            evidence.probe(name)


def test_a_device_that_hangs_is_given_up_at_its_deadline(fleet: FakeFleet) -> None:
    fleet.trouble = lambda name, at, answers: asyncio.sleep(60) if name == "ftd-0" else None
    chosen = targets(2)
    began = time.monotonic()
    with Collector(Limits(device=0.2)) as collector:
        found = collector.collect(chosen, plan(chosen))
    assert time.monotonic() - began < 5
    assert found["ftd-0"].error == "it was not done within 0.2 s."
    assert_whole(found["ftd-1"])
    assert not fleet.open


def test_a_password_that_can_not_be_had_is_told_before_any_device_is_contacted(
    fleet: FakeFleet, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSE_A", "s3cret")
    refs = [CredentialRef(CredentialKind.ENV, "SSE_A"), CredentialRef(CredentialKind.ENV, "SSE_MISSING")]
    chosen = [
        Target(Device(f"ftd-{n}", Platform.FTD, "us"), Access("10.0.0.1", password=ref, sudo_password=ref))
        for n, ref in enumerate(refs)
    ]
    with Collector() as collector:
        with pytest.raises(InputError, match="ftd-1: no password from env SSE_MISSING: the variable is not set"):
            collector.collect(chosen, plan(chosen))
        assert fleet.opened == []
        assert_whole(collector.collect(chosen[:1], plan(chosen[:1]))["ftd-0"])
    assert fleet.secrets["ftd-0"].login is not None


def test_a_jump_host_has_a_password_of_its_own(fleet: FakeFleet, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSE_J", "jump-s3cret")
    hop = JumpHost("10.0.0.9", 22, "ops", CredentialRef(CredentialKind.ENV, "SSE_J"))
    one = Target(Device("ftd-0", Platform.FTD, "us"), Access("10.0.0.1", jump=(JumpHost("10.0.0.8"), hop)))
    with Collector() as collector:
        assert_whole(collector.collect([one], {"ftd-0": PLAN})["ftd-0"])
    secrets = fleet.secrets["ftd-0"]
    assert [secret and secret.reveal() for secret in secrets.jump] == [None, "jump-s3cret"]
    assert [secret.reveal() for secret in secrets.all] == ["jump-s3cret"]


def test_a_proxy_with_a_password_is_refused_before_any_device_is_contacted(fleet: FakeFleet) -> None:
    device = Device("ftd-0", Platform.FTD, "us", proxy="http://user:s3cret@proxy:1")
    with Collector() as collector, pytest.raises(InputError, match="user or password") as caught:
        collector.collect([Target(device, Access("10.0.0.1"))], {"ftd-0": PLAN})
    assert "s3cret" not in str(caught.value)
    assert fleet.opened == []


def test_a_callback_that_fails_stops_the_run_and_closes_everything(fleet: FakeFleet) -> None:
    def full(evidence: Evidence) -> None:
        raise InputError("disk full")

    chosen = targets(30)
    with Collector(Limits(devices_at_once=2)) as collector:
        with pytest.raises(InputError, match="disk full"):
            collector.collect(chosen, plan(chosen), on_done=full)
        time.sleep(0.1)
        assert not fleet.open
    assert len(fleet.opened) < 30


def test_ctrl_c_hands_on_what_is_done_and_closes_the_rest(fleet: FakeFleet) -> None:
    fleet.trouble = lambda name, at, answers: asyncio.sleep(60) if name != "ftd-0" else None
    done: list[str] = []
    chosen = targets(3)
    with Collector() as collector:
        threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
        began = time.monotonic()
        with pytest.raises(KeyboardInterrupt):
            collector.collect(chosen, plan(chosen), on_done=lambda evidence: done.append(evidence.device.name))
    assert time.monotonic() - began < 5
    assert done == ["ftd-0"]
    assert not fleet.open


class TestLive:
    def test_a_command_runs_in_the_session_that_is_open(self, fleet: FakeFleet) -> None:
        chosen = targets(2)
        with Collector() as collector:
            collector.collect(chosen, plan(chosen), keep_open=True)
            assert fleet.open == {"ftd-0", "ftd-1"}
            assert collector.run("ftd-1", "uname").stdout == "ftd-1"
            assert fleet.opened == ["ftd-0", "ftd-1"]
        assert not fleet.open

    def test_without_an_open_session_none_is_opened(self, fleet: FakeFleet) -> None:
        chosen = targets(1)
        with Collector() as collector:
            collector.collect(chosen, plan(chosen))
            with pytest.raises(Unavailable, match="no session is open"):
                collector.run("ftd-0", "uname")
        assert fleet.opened == ["ftd-0"]

    def test_a_session_that_is_lost_is_not_used_again(self, fleet: FakeFleet) -> None:
        def behave(name: str, at: str, answers: dict[str, Any]) -> None:
            if at == "run":
                raise SessionLostError("ftd-0", "gone")

        fleet.trouble = behave
        chosen = targets(1)
        with Collector() as collector:
            collector.collect(chosen, plan(chosen), keep_open=True)
            with pytest.raises(Unavailable, match="gone"):
                collector.run("ftd-0", "uname")
            with pytest.raises(Unavailable, match="no session is open"):
                collector.run("ftd-0", "uname")

    def test_a_live_command_that_hangs(self, fleet: FakeFleet, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "_GRACE", 0.1)
        fleet.trouble = lambda name, at, answers: asyncio.sleep(60) if at == "run" else None
        chosen = targets(1)
        with Collector() as collector:
            collector.collect(chosen, plan(chosen), keep_open=True)
            with pytest.raises(Unavailable, match="no result of a live command within 0 s"):
                collector.run("ftd-0", "uname", seconds=0)
        assert not fleet.open

    def test_what_tests_ask_is_asked_before_the_session_ends_and_under_the_bound(self, fleet: FakeFleet) -> None:
        def further(evidence: Evidence, live: LiveRun) -> dict[str, ProbeResult | NotObtained]:
            name = evidence.device.name
            assert evidence.probe("date"), "what was planned is there by then"
            assert name in fleet.open
            return {"command:uname": live("uname")}

        chosen = targets(12)
        with Collector(Limits(devices_at_once=3)) as collector:
            found = collector.collect(chosen, plan(chosen), further=further)
        assert {name: evidence.probe("command:uname").stdout for name, evidence in found.items()} == {
            name: name for name in plan(chosen)
        }
        assert fleet.most <= 3
        assert not fleet.open

    def test_no_more_sessions_stay_open_than_the_bound_allows(self, fleet: FakeFleet) -> None:
        chosen = targets(4)
        with (
            Collector(Limits(devices_at_once=3)) as collector,
            pytest.raises(InputError, match="each of 4 devices stays open to the end, and --concurrency allows 3"),
        ):
            collector.collect(chosen, plan(chosen), keep_open=True)
        assert fleet.opened == []

    def test_closing_twice_is_fine(self, fleet: FakeFleet) -> None:
        collector = Collector()
        collector.close()
        collector.close()


def test_masking_holds_up_no_other_device(fleet: FakeFleet, monkeypatch: pytest.MonkeyPatch) -> None:
    went_on = threading.Event()

    def slow(result: ProbeResult | NotObtained, mask: Callable[[str], str]) -> ProbeResult | NotObtained:
        assert went_on.wait(5), "the loop stood still while an answer was masked"
        return redacted(result, mask)

    async def later() -> None:
        await asyncio.sleep(0.2)
        went_on.set()

    monkeypatch.setattr(module, "redacted", slow)
    fleet.trouble = lambda name, step, answers: later() if (name, step) == ("ftd-1", "collect") else None
    chosen = targets(2)
    with Collector() as collector:
        assert len(collector.collect(chosen, plan(chosen))) == 2


def test_a_jump_host_has_a_bound_of_its_own_and_holds_up_nobody_else(fleet: FakeFleet) -> None:
    behind = [replace(t, access=replace(t.access, jump=(JumpHost("10.0.0.8"),))) for t in targets(8)]
    direct = [replace(t, device=replace(t.device, name=f"direct-{n}")) for n, t in enumerate(targets(4))]
    most = 0

    def behave(name: str, at: str, answers: dict[str, Any]) -> None:
        nonlocal most
        most = max(most, sum(one.startswith("ftd-") for one in fleet.open))

    fleet.trouble = behave
    chosen = [*behind, *direct]
    with Collector(Limits(devices_at_once=6, per_jump_host=2)) as collector:
        found = collector.collect(chosen, plan(chosen))
    assert len(found) == 12
    assert most == 2
    assert all(any(name.startswith("direct-") for name in fleet.opened[:6]) for _ in direct)
    assert fleet.most == 6


def test_a_device_has_the_time_that_the_inventory_gives_it(fleet: FakeFleet) -> None:
    fleet.trouble = lambda name, at, answers: asyncio.sleep(0.4) if at == "open" else None
    slow, hung = targets(2)
    slow = replace(slow, access=replace(slow.access, timeouts=Timeouts(device=30.0)))
    with Collector(Limits(device=0.2)) as collector:
        found = collector.collect([slow, hung], plan([slow, hung]))
    assert_whole(found["ftd-0"])
    assert found["ftd-1"].error == "it was not done within 0.2 s."
