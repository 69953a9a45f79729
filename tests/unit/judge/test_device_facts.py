"""One device's facts: parsed once, kept apart from what another platform would say, commands asked once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.device_facts import DeviceFacts, LiveRun

FTD = Device("dev-1", Platform.FTD, "us")
DATE = ProbeResult("date +%s", 0, "1\n", read_at="2026-11-21T12:00:00+00:00")
FTD_VERSION = ProbeResult(
    "show version", 0, "Model : Cisco Firepower 1010 Threat Defense (78) Version 7.4.2 (Build 172)\n"
)
FMC_VERSION = ProbeResult(
    "show version", 0, "Model : Secure Firewall Management Center for VMware (66) Version 7.4.2 (Build 172)\n"
)


def facts(
    probes: Mapping[str, ProbeResult | NotObtained],
    *,
    device: Device = FTD,
    live: LiveRun | None = None,
    error: str | None = None,
    collected_at: str = "2026-11-21T12:30:00+00:00",
) -> DeviceFacts:
    return DeviceFacts(Evidence(device, collected_at, probes, error=error), "api", live)


def test_each_probe_is_parsed_once_whatever_comes_of_it() -> None:
    asked: list[str] = []

    def parse(result: ProbeResult) -> str:
        asked.append(result.stdout)
        if result.stdout == "bad":
            raise Unavailable("not understood")
        return result.stdout

    known = facts({"good": ProbeResult("c", 0, "good"), "bad": ProbeResult("c", 0, "bad")})
    assert [known.fact("good", parse), known.fact("good", parse)] == ["good", "good"]
    for _ in range(2):
        with pytest.raises(Unavailable, match=r"^not understood$"):
            known.fact("bad", parse)
    assert asked == ["good", "bad"]
    assert (known.device, known.api_host) == (FTD, "api")


@pytest.mark.parametrize(
    ("probes", "error", "reason"),
    [
        ({"p": NotObtained("timed out")}, None, "timed out"),
        ({}, "unreachable", "unreachable"),
        ({}, None, "the evidence holds no probe p"),
    ],
)
def test_what_was_not_had(probes: Mapping[str, ProbeResult | NotObtained], error: str | None, reason: str) -> None:
    with pytest.raises(Unavailable) as caught:
        facts(probes, error=error).fact("p", lambda result: result.stdout)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("platform", "probe", "said", "reason"),
    [
        (Platform.FTD, "show-version", FTD_VERSION, None),
        (Platform.FMC, "show-version", FMC_VERSION, None),
        (
            Platform.FMC,
            "show-version",
            FTD_VERSION,
            "the inventory says fmc, the device says ftd (Cisco Firepower 1010 Threat Defense): correct `platform` in "
            "the inventory",
        ),
        (
            Platform.FTD,
            "show-version",
            FMC_VERSION,
            "the inventory says ftd, the device says fmc (Secure Firewall Management Center for VMware): correct "
            "`platform` in the inventory",
        ),
        (Platform.FTD, "show-version", ProbeResult("show version", 0, "gibberish\n"), None),
        (Platform.FTD, "show-version", NotObtained("timed out"), None),
    ],
)
def test_a_device_of_another_platform_was_asked_the_wrong_questions(
    platform: Platform, probe: str, said: ProbeResult | NotObtained, reason: str | None
) -> None:
    known = facts({probe: said, "date": DATE}, device=Device("dev-1", platform, "us"))
    if reason is None:
        assert known.fact("date", lambda result: result.stdout) == "1\n"
        return
    with pytest.raises(Unavailable) as caught:
        known.fact("date", lambda result: result.stdout)
    assert caught.value.reason == reason


@pytest.mark.parametrize(
    ("read_at", "collected_at", "expected"),
    [
        ("2026-11-21T12:00:00+00:00", "2026-11-21T12:30:00+00:00", datetime(2026, 11, 21, 12, 0, tzinfo=UTC)),
        ("2026-11-21T12:00:00+02:00", "", datetime(2026, 11, 21, 10, 0, tzinfo=UTC)),
        ("", "2026-11-21T12:30:00+00:00", datetime(2026, 11, 21, 12, 30, tzinfo=UTC)),
        ("", "", None),
        ("yesterday", "2026-11-21T12:30:00+00:00", None),
    ],
)
def test_when_a_probe_was_read(read_at: str, collected_at: str, expected: datetime | None) -> None:
    known = facts({"p": ProbeResult("c", 0, "", read_at=read_at)}, collected_at=collected_at)
    if expected is not None:
        found = known.read_at("p")
        assert (found, found.tzinfo) == (expected, UTC)
        return
    with pytest.raises(Unavailable) as caught:
        known.read_at("p")
    assert caught.value.reason == "the evidence does not tell when p was read"


class Live:
    """A live session that counts what it is asked."""

    def __init__(self, refusal: str | None = None) -> None:
        self.asked: list[str] = []
        self._refusal = refusal

    def __call__(self, command: str) -> ProbeResult:
        self.asked.append(command)
        if self._refusal is not None:
            raise Unavailable(self._refusal)
        return ProbeResult(command, 0, f"{len(self.asked)}\n")


def test_a_live_command_is_asked_once_and_belongs_to_the_evidence() -> None:
    live = Live()
    known = facts({"date": DATE, "lsof": NotObtained("timed out")}, live=live)
    assert known.evidence.probes == {"date": DATE, "lsof": NotObtained("timed out")}
    answer = ProbeResult("id -u", 0, "1\n")
    assert [known.run("id -u"), known.run("id -u")] == [answer, answer]
    assert live.asked == ["id -u"]
    assert known.commands == {"command:id -u": answer}
    assert known.evidence.probes == {"date": DATE, "lsof": NotObtained("timed out"), "command:id -u": answer}
    assert known.evidence.collected_at == "2026-11-21T12:30:00+00:00"
    assert facts(known.evidence.probes).run("id -u") == answer


def test_a_command_that_a_planned_probe_ran_is_not_run_again() -> None:
    live = Live()
    known = facts({"date": DATE}, live=live)
    assert (known.run("date +%s"), live.asked, known.commands) == (DATE, [], {})
    assert (known.probe_of("date +%s"), known.probe_of("date")) == ("date", "command:date")


def test_a_live_command_that_fails_is_not_asked_again_and_a_replay_says_the_same() -> None:
    live = Live("the session has ended")
    known = facts({"date": DATE}, live=live)
    for replayed in (False, False, True):
        with pytest.raises(Unavailable) as caught:
            (facts(known.evidence.probes) if replayed else known).run("id -u")
        assert caught.value.reason == "the session has ended"
    assert live.asked == ["id -u"]


@pytest.mark.parametrize(
    ("error", "reason"),
    [(None, "'id -u' was not recorded, and a replay asks no device"), ("unreachable", "unreachable")],
)
def test_a_replay_asks_no_device(error: str | None, reason: str) -> None:
    with pytest.raises(Unavailable) as caught:
        facts({}, error=error).run("id -u")
    assert caught.value.reason == reason
