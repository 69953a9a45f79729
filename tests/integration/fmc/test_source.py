"""FMCs as a source: each device gets what concerns it, and an FMC is asked little."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest

from sse_compliance.collect.audit import AuditLog
from sse_compliance.collect.fmc.endpoints import ENDPOINTS
from sse_compliance.collect.fmc.fmc_source import FmcSource
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.device import Access, Device, Platform, Target
from sse_compliance.inventory.masking import MASK
from sse_compliance.lab.fmc.state import Alert, Container, ContainerKind, FmcState, Managed
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import PASSWORD, StartFmc, access

PROBES = [f"fmc:{path}" for path in ENDPOINTS]


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)


def target(name: str, address: str = "192.0.2.99", fmc_name: str | None = None) -> Target:
    device = Device(name, Platform.FTD, "us", address=address, fmc="fmc")
    return Target(device, Access(address, fmc_name=fmc_name))


def manager(server: object, trust: Trust) -> Target:
    device = Device("fmc", Platform.FMC, "us", address="127.0.0.1", fmc="fmc")
    return Target(device, Access("127.0.0.1", rest=access(server, trust)))  # type: ignore[arg-type]


def source(fmc: Target, *targets: Target) -> FmcSource:
    return FmcSource({one.device.name: one for one in (fmc, *targets)}, {"fmc": fmc})


def pair_member(number: int) -> Container:
    return Container(ContainerKind.PAIR, f"pair-{number // 2}", ("PRIMARY", "SECONDARY")[number % 2])


def items(answer: ProbeResult | NotObtained) -> list[Mapping[str, object]]:
    assert isinstance(answer, ProbeResult), answer
    found = json.loads(answer.stdout)["items"]
    assert isinstance(found, list)
    return found


def test_a_thousand_devices_and_300_pairs_cost_few_requests(start_fmc: StartFmc, trust: Trust) -> None:
    alert = Alert("THREAT_DATA_UPDATES", "RED", "Cisco Cloud Configuration - Failure")
    devices = tuple(
        Managed(
            f"ftd-{n:04}",
            f"10.0.{n // 200}.{n % 200 + 1}",
            container=pair_member(n) if n < 600 else None,
            alerts=(alert,) * 5,
        )
        for n in range(1000)
    )
    server = start_fmc(FmcState(devices=devices))
    fmc = manager(server, trust)
    targets = [target(device.name) for device in devices]
    asked = source(fmc, *targets)
    said = asked.ask({"fmc": PROBES, **{one.device.name: PROBES for one in targets}})
    assert all(len(items(said[device.name]["fmc:health/alerts"])) == 5 for device in devices)
    # 5,000 alerts are five pages, the devices one.
    pages = 5
    assert asked.requests - pages < 20
    assert asked.requests == len(server.seen)


def test_each_device_is_told_what_concerns_it(start_fmc: StartFmc, trust: Trust) -> None:
    alert = Alert("CONN_STATUS_SSE", "RED", "down")
    devices = (
        Managed("ftd-a", "192.0.2.1", alerts=(alert,), excluded=True, pending=True),
        Managed("ftd-b", "192.0.2.2", health_module=False),
    )
    fmc = manager(start_fmc(FmcState(devices=devices, alerts=(alert,))), trust)
    said = source(fmc, target("ftd-a"), target("ftd-b")).ask({"fmc": PROBES, "ftd-a": PROBES, "ftd-b": PROBES})
    counts = {name: [len(items(answers[probe])) for probe in sorted(PROBES)] for name, answers in said.items()}
    by_path = {probe: index for index, probe in enumerate(sorted(PROBES))}
    for name, alerts, pending, policies, records in (("fmc", 1, 0, 0, 0), ("ftd-a", 1, 1, 1, 1), ("ftd-b", 0, 0, 1, 1)):
        assert counts[name][by_path["fmc:health/alerts"]] == alerts
        assert counts[name][by_path["fmc:deployment/deployabledevices"]] == pending
        assert counts[name][by_path["fmc:policy/healthpolicies"]] == policies
        assert counts[name][by_path["fmc:devices/devicerecords"]] == records
    events = "fmc:integration/cloudeventsconfigs"
    excluded = {name: len(items(said[name][events])[0]["devicesExcludedFromSendingEvents"]) for name in said}  # type: ignore[arg-type]
    assert excluded == {"fmc": 0, "ftd-a": 1, "ftd-b": 0}


def test_a_device_is_found_by_its_name_there_else_by_its_address(start_fmc: StartFmc, trust: Trust) -> None:
    devices = (Managed("Frankfurt 1", "192.0.2.1"), Managed("Frankfurt 2", "192.0.2.2"), Managed("twin", "192.0.2.2"))
    fmc = manager(start_fmc(FmcState(devices=devices)), trust)
    targets = (
        target("ftd-1", fmc_name="Frankfurt 1"),
        target("ftd-2", address="192.0.2.1"),
        target("ftd-3", address="192.0.2.2"),
        target("ftd-4"),
    )
    probe = "fmc:devices/devicerecords"
    said = source(fmc, *targets).ask({one.device.name: [probe] for one in targets})
    assert [items(said[name][probe])[0]["name"] for name in ("ftd-1", "ftd-2")] == ["Frankfurt 1", "Frankfurt 1"]
    several, none = said["ftd-3"][probe], said["ftd-4"][probe]
    assert isinstance(several, NotObtained)
    assert isinstance(none, NotObtained)
    assert "has 2 devices" in several.unavailable
    assert "has no device that is called 'ftd-4' or has the address 192.0.2.99" in none.unavailable


def test_devices_of_other_domains_are_found(start_fmc: StartFmc, trust: Trust) -> None:
    alert = Alert("CONN_STATUS_SSE", "RED", "down")
    state = FmcState(
        devices=(Managed("ftd-a", "192.0.2.1"),),
        domains=(("north", (Managed("ftd-n", "192.0.2.9", alerts=(alert,)),)),),
    )
    fmc = manager(start_fmc(state), trust)
    said = source(fmc, target("ftd-n")).ask({"ftd-n": ["fmc:health/alerts"]})
    assert len(items(said["ftd-n"]["fmc:health/alerts"])) == 1


def test_commands_of_the_cli_are_had_where_nobody_may_log_in(start_fmc: StartFmc, trust: Trust) -> None:
    devices = (Managed("ftd-a", "192.0.2.1", show_network="DNS Servers : 192.0.2.53", show_version="Model : x"),)
    server = start_fmc(FmcState(devices=devices))
    said = source(manager(server, trust), target("ftd-a")).ask({"ftd-a": ["show-network", "show-version"]})
    shown = said["ftd-a"]["show-network"]
    assert isinstance(shown, ProbeResult)
    assert (shown.command, shown.stdout) == ("show network", "DNS Servers : 192.0.2.53\n")
    assert {method for method, path in server.seen if "auth" not in path} == {"GET"}


def test_an_unreachable_fmc_is_the_reason_of_each_of_its_devices(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc()
    fmc = manager(server, trust)
    server.close()
    said = source(fmc, target("ftd-a")).ask({"fmc": PROBES, "ftd-a": PROBES})
    for answer in (*said["fmc"].values(), *said["ftd-a"].values()):
        assert isinstance(answer, NotObtained)
        assert answer.unavailable.startswith("FMC fmc: 127.0.0.1:")
        assert "can't be reached" in answer.unavailable


def test_a_missing_password_is_told_without_asking(
    start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LAB_FMC_PASSWORD")
    server = start_fmc()
    said = source(manager(server, trust)).ask({"fmc": ["fmc:license/smartlicenses"]})
    answer = said["fmc"]["fmc:license/smartlicenses"]
    assert isinstance(answer, NotObtained)
    assert "env LAB_FMC_PASSWORD: the variable is not set" in answer.unavailable
    assert server.seen == []


def test_what_is_kept_holds_no_key(start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start_fmc(FmcState(devices=(Managed("ftd-a", "192.0.2.1"),)))
    secrets = {"regKey": "reg-1", "sharedKey": "cisco123", "clusterKey": "k9"}
    kept = {"id": Managed("ftd-a", "").uuid, "name": "ftd-a", **secrets}
    real = server.api._config
    monkeypatch.setattr(
        server.api, "_config", lambda domain, name: [kept] if name == "devices/devicerecords" else real(domain, name)
    )
    said = source(manager(server, trust), target("ftd-a")).ask({"ftd-a": PROBES})
    text = repr(said)
    assert "ftd-a" in text
    assert MASK in text
    assert not [secret for secret in (*secrets.values(), PASSWORD) if secret in text]
    assert server.sessions._access not in text


def test_the_audit_log_has_a_line_for_each_session_and_request(
    start_fmc: StartFmc, trust: Trust, tmp_path: Path
) -> None:
    server = start_fmc(FmcState(devices=(Managed("ftd-a", "192.0.2.1"),)))
    fmc, log = manager(server, trust), AuditLog(tmp_path / "audit.jsonl")
    for close in (False, True):
        if close:
            server.close()
        asked = source(fmc, target("ftd-a"))
        asked.audit = log
        asked.ask({"ftd-a": ["fmc:health/alerts"]})
    log.check()
    text = (tmp_path / "audit.jsonl").read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    assert all(datetime.fromisoformat(line["time"]).tzinfo and line["device"] == "fmc" for line in lines)
    sessions = [line for line in lines if line["event"] != "request"]
    assert [line["event"] for line in sessions] == ["connect", "session", "connect", "session"]
    assert all((line["address"], line["user"]) == (server.base, "api-reader") for line in sessions)
    assert sessions[1]["outcome"] == "collected"
    assert "can't be reached" in sessions[3]["outcome"]
    requests = [(line["command"].split("?")[0], line["outcome"]) for line in lines if line["event"] == "request"]
    assert [f"{method} {server.base}{path}" for method, path in server.seen] == [one for one, _ in requests[:-1]]
    assert [outcome for _, outcome in requests[:-1]] == ["HTTP 204", "HTTP 200", "HTTP 200"]
    assert requests[-1][1].startswith("no answer: 127.0.0.1")
    assert not [one for one in (PASSWORD, server.sessions._access, server.sessions._refresh, "Basic") if one in text]
