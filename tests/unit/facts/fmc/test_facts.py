"""FMC's answers, Cisco's own samples first, become facts; what no document names is never taken for good or bad."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc import (
    cloud_events,
    cloud_integration,
    cloud_region,
    health_alerts,
    health_policy,
    items,
    smart_licence,
)

PARSERS = (
    smart_licence.parse,
    cloud_events.parse,
    cloud_region.parse,
    cloud_integration.parse,
    health_alerts.parse,
    health_policy.parse,
    items.parse,
)
HOSTS = {"us": frozenset({"api-sse.cisco.com"}), "eu": frozenset({"api.eu.sse.itd.cisco.com"}), "lab": frozenset({"l"})}


def said(*found: Any) -> ProbeResult:
    return ProbeResult("GET …", 0, json.dumps({"items": list(found)}))


def licence(registration: object, authorisation: object = None) -> ProbeResult:
    return said({"regStatus": registration, "metadata": {"authStatus": authorisation}})


@pytest.mark.parametrize(
    ("registration", "authorisation", "registered", "reserved"),
    [
        ("REGISTERED", "AUTHORIZED", True, False),
        ("Registered", None, True, False),
        ("REGISTERED", "OUT_OF_COMPLIANCE", True, False),
        ("REGISTERED", "AUTHORIZED_RESERVED", True, True),
        ("EVALUATION", "EVALUATION", False, False),
        ("UNREGISTERED", "NOT_AUTHORIZED", False, False),
        ("RESERVATION_IN_PROGRESS", None, False, True),
    ],
)
def test_licence(registration: str, authorisation: str | None, registered: bool, reserved: bool) -> None:
    fact = smart_licence.parse(licence(registration, authorisation))
    assert (fact.registered, fact.reserved) == (registered, reserved)


@pytest.mark.parametrize(
    "result",
    [
        licence("REGISTERED_SOMEHOW"),
        licence("REGISTERED", "NEARLY"),
        licence(None),
        licence(7),
        said(),
        said({"regStatus": "REGISTERED"}, {"regStatus": "EVALUATION"}),
    ],
)
def test_a_licence_that_no_document_names_is_unavailable(result: ProbeResult) -> None:
    with pytest.raises(Unavailable):
        smart_licence.parse(result)


def test_cloud_events_of_a_live_fmc() -> None:
    live = {
        "id": "c64d2a4c-a194-11e8-bad0-eb6719b10fdb",
        "type": "CloudEventsConfig",
        "sendIntrusionEvents": True,
        "sendFileEvents": True,
        "sendConnectionEvents": False,
        "sendAllConnectionEvents": True,
        "sendPackets": True,
        "sendNetworkDiscoveryEvents": False,
        "sendAIDefenseEvents": False,
        "devicesExcludedFromSendingEvents": [],
    }
    assert cloud_events.parse(said(live)) == cloud_events.CloudEvents(True, ("sendFileEvents",))


@pytest.mark.parametrize(
    ("item", "on", "excluded"),
    [
        ({"sendIntrusionEvents": False}, False, False),
        ({"sendIntrusionEvents": False, "sendPackets": True, "sendAllConnectionEvents": True}, False, False),
        ({"sendIntrusionEvents": False, "sendFileEvents": True}, True, False),
        ({"sendIntrusionEvents": True, "devicesExcludedFromSendingEvents": [{"id": "x"}]}, True, True),
    ],
)
def test_cloud_events(item: dict[str, object], on: bool, excluded: bool) -> None:
    fact = cloud_events.parse(said(item))
    assert (fact.on, fact.excluded) == (on, excluded)


@pytest.mark.parametrize(
    "item",
    [
        {},
        {"sendFileEvents": True},
        {"sendIntrusionEvents": "true"},
        {"sendIntrusionEvents": True, "devicesExcludedFromSendingEvents": "all"},
    ],
)
def test_cloud_events_that_tell_nothing_are_unavailable(item: dict[str, object]) -> None:
    with pytest.raises(Unavailable):
        cloud_events.parse(said(item))


@pytest.mark.parametrize(
    ("name", "domain", "region"),
    [
        ("example-region", "API-SSE.cisco.com.", "us"),
        ("us-east-1 (US Region)", "", "us"),
        ("EU Region", "region.example.com", "eu"),
        ("us-region", "api.eu.sse.itd.cisco.com", "eu"),
        ("lab", "", "lab"),
    ],
)
def test_the_region_is_told_by_its_domain_first(name: str, domain: str, region: str) -> None:
    found = cloud_region.parse(said({"name": "x", "current": False}, {"name": name, "domain": domain, "current": True}))
    assert found.region(HOSTS) == region


@pytest.mark.parametrize(("name", "domain"), [("moon", ""), ("", ""), ("us or eu", ""), ("business", "x.example.com")])
def test_a_region_that_is_none_of_the_known_ones_is_unavailable(name: str, domain: str) -> None:
    with pytest.raises(Unavailable, match="none that is known"):
        cloud_region.parse(said({"name": name, "domain": domain, "current": True})).region(HOSTS)


@pytest.mark.parametrize("current", [(), (True, True), (False,)])
def test_not_exactly_one_region_in_use_is_unavailable(current: tuple[bool, ...]) -> None:
    with pytest.raises(Unavailable):
        cloud_region.parse(said(*({"name": "us", "current": one} for one in current)))


def alert(**more: object) -> dict[str, object]:
    words = "Cisco Cloud Configuration - Failure"
    return {"moduleID": "THREAT_DATA_UPDATES", "status": "RED", "description": words, "timestamp": 1760000000} | more


def test_the_alert_of_the_technote() -> None:
    found = health_alerts.parse(said(alert())).cloud_configuration
    assert found is not None
    assert found.raised == datetime(2025, 10, 9, 8, 53, 20, tzinfo=UTC)


@pytest.mark.parametrize("status", ["YELLOW", "RED", "WARNING", "CRITICAL", "red"])
@pytest.mark.parametrize("key", ["name", "description", "details", "params"])
def test_a_standing_alert_is_found_in_both_vocabularies_and_wherever_its_row_stands(status: str, key: str) -> None:
    item = alert(status=status, description="") | {key: "SI URL Lists | Success\nCisco Cloud Configuration | Failure"}
    assert health_alerts.parse(said(item)).cloud_configuration is not None


@pytest.mark.parametrize(
    "found",
    [
        (),
        (alert(status="GREEN"),),
        (alert(status="NORMAL"),),
        (alert(status="RECOVERED"),),
        (alert(moduleID="CPU"),),
        (alert(description="SI URL Lists and Feeds - Failure"),),
        (alert(description="Cisco Cloud Configuration | Success\nSI URL Lists and Feeds | Failure"),),
    ],
)
def test_no_such_alert_stands(found: tuple[dict[str, object], ...]) -> None:
    assert health_alerts.parse(said(*found)).cloud_configuration is None


@pytest.mark.parametrize(
    "item",
    [
        alert(status="PURPLE"),
        alert(status="ERROR"),
        alert(status="DISABLED"),
        alert(description="something failed"),
        alert(description="Cisco Cloud Configuration | Pending"),
        alert(description="Cisco Cloud Configuration"),
    ],
)
def test_an_alert_that_is_not_understood_is_unavailable(item: dict[str, object]) -> None:
    alerts = health_alerts.parse(said(item))
    with pytest.raises(Unavailable):
        _ = alerts.cloud_configuration


@pytest.mark.parametrize("item", [alert(status=None), alert(moduleID=""), alert(description=5)])
def test_an_alert_of_another_form_is_unavailable(item: dict[str, object]) -> None:
    with pytest.raises(Unavailable):
        health_alerts.parse(said(item))


@pytest.mark.parametrize(
    ("item", "enabled", "connected"),
    [
        ({"enabled": True, "info": {"connected": True, "onboardingStatus": "ONLINE"}}, True, True),
        ({"enabled": True, "info": {"connected": False}}, True, False),
        ({"enabled": False}, False, False),
    ],
)
def test_cloud_integration(item: dict[str, object], enabled: bool, connected: bool) -> None:
    fact = cloud_integration.parse(said(item))
    assert (fact.enabled, fact.connected) == (enabled, connected)


@pytest.mark.parametrize("modules", [None, [], [{"moduleId": "hm_tds"}], [{"moduleId": "hm_tds", "enabled": True}] * 2])
def test_a_policy_that_does_not_tell_its_module_is_unavailable(modules: object) -> None:
    with pytest.raises(Unavailable):
        health_policy.parse(said({"name": "p", "healthModules": modules}))


def test_a_health_policy_tells_its_module() -> None:
    modules = [{"moduleId": "hm_tds", "enabled": False}, {"moduleId": "hm_ntp_server", "enabled": True}]
    assert not health_policy.parse(said({"name": "p", "healthModules": modules})).threat_data


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
_KEYS = st.sampled_from(
    ["moduleID", "status", "timestamp", "regStatus", "metadata", "enabled", "info", "current", "name"]
)


@given(found=st.lists(st.dictionaries(_KEYS, _JSON), max_size=3))
def test_any_answer_is_a_fact_or_unavailable(found: list[dict[str, object]]) -> None:
    for parse in PARSERS:
        with suppress(Unavailable):
            assert parse(said(*found)) is not None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"items": {}}', '{"items": [1]}', "null", "[" * 100_000])
def test_what_is_no_list_is_unavailable(text: str) -> None:
    for parse in PARSERS:
        with pytest.raises(Unavailable):
            parse(ProbeResult("GET …", 0, text))
