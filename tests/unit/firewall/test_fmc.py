"""FMC access policies: order, objects, URLs, prefilter, decryption."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, HOST, NAME, UNSURE, decision, decryption, fmc, rule_set, url

MX01, MX = "mx01.sse.itd.cisco.com", "mx*.sse.itd.cisco.com"
ALLOW, BLOCK = {"action": "ALLOW"}, {"action": "BLOCK"}


def to(*literals: str) -> dict[str, Any]:
    return {"destinationNetworks": {"literals": [{"type": "Network", "value": text} for text in literals]}}


def objects(*listed: dict[str, Any]) -> dict[str, Any]:
    return {"objects": {"all": {"items": list(listed)}}}


def ref(kind: str, ident: str) -> dict[str, Any]:
    return {"destinationNetworks": {"objects": [{"type": kind, "id": ident, "name": ident}]}}


def prefilter(action: str, **more: Any) -> dict[str, Any]:
    return {"prefilterrules": [{"name": "p", "action": action, "ruleType": "PREFILTER", **more}]}


FQDN = {"type": "FQDN", "id": "f1", "name": "f1", "value": HOST}
NESTED = objects(
    FQDN,
    {"type": "NetworkGroup", "id": "g1", "name": "g1", "objects": [{"type": "FQDN", "id": "f1"}]},
    {"type": "NetworkGroup", "id": "g2", "name": "g2", "objects": [{"type": "NetworkGroup", "id": "g1"}],
     "literals": [{"type": "Host", "value": "198.51.100.7"}]},
)  # fmt: skip

CASES: list[tuple[str, str, Verdict]] = [
    ("25 URL", fmc({**ALLOW, **url(HOST)}), NAME),
    ("26 URL behind a dot", fmc({**ALLOW, **url("cisco.com")}), NAME),
    ("26 URL not behind a dot", fmc({**ALLOW, **url("sse.cisco.com")}), BLOCKED),
    ("a URL with a path", fmc({**ALLOW, **url("cisco.com/a")}), UNSURE),
    ("the beginning of a name", fmc({**ALLOW, **url("api-sse.cisco")}), UNSURE),
    ("28 FQDN with a wildcard", fmc({**ALLOW, **ref("FQDN", "f")}, **objects({**FQDN, "id": "f", "value": "*.cisco.com"})), BLOCKED),
    ("30 monitor", fmc({"action": "MONITOR"}, BLOCK), BLOCKED),
    ("31 not enabled", fmc({**ALLOW, "enabled": False}), BLOCKED),
    ("32 any", fmc({**ALLOW, "destinationNetworks": {}}), ANY),
    ("33 application", fmc({**ALLOW, "applications": {"applications": [{"name": "HTTPS"}]}}), UNSURE),
    ("34 application above", fmc({**BLOCK, "applications": {"applications": [{"name": "BitTorrent"}]}}, ALLOW), UNSURE),
    ("35 category above", fmc({**BLOCK, "urls": {"urlCategoriesWithReputation": [{"category": {"name": "Uncategorized"}}]}}, {**ALLOW, **url(HOST)}), UNSURE),
    ("37 zone", fmc({**ALLOW, "sourceZones": {"objects": [{"name": "mgmt", "type": "SecurityZone"}]}}), UNSURE),
    ("40 fast path", fmc(BLOCK, **prefilter("FASTPATH", **to("203.0.113.0/24"))), ADDRESS),
    ("41 prefilter blocks", fmc({**ALLOW, **url(HOST)}, **prefilter("BLOCK")), BLOCKED),
    ("42 prefilter analyzes", fmc({**ALLOW, **url(HOST)}, **prefilter("ANALYZE")), NAME),
    ("43 nested groups", fmc({**ALLOW, **ref("NetworkGroup", "g2")}, **NESTED), NAME),
    ("45 dynamic object", fmc({**ALLOW, "destinationDynamicObjects": {"objects": [{"type": "DynamicObject", "id": "d", "name": "d"}]}}, **objects({"type": "DynamicObject", "id": "d", "name": "d"})), UNSURE),
    ("45 dynamic object with mappings", fmc({**ALLOW, "destinationDynamicObjects": {"objects": [{"type": "DynamicObject", "id": "d", "name": "d"}]}}, **objects({"type": "DynamicObject", "id": "d", "name": "d", "mappings": ["203.0.113.10", "203.0.113.11"]})), ADDRESS),
    ("46 port object", fmc({**ALLOW, "destinationPorts": {"objects": [{"type": "ProtocolPortObject", "id": "p"}]}}, **objects({"type": "ProtocolPortObject", "id": "p", "name": "p", "protocol": "TCP", "port": "443-445"})), ANY),
    ("46 port literal", fmc({**ALLOW, "destinationPorts": {"literals": [{"type": "PortLiteral", "protocol": "6", "port": "443"}]}}), ANY),
    ("other port", fmc({**ALLOW, "destinationPorts": {"literals": [{"type": "PortLiteral", "protocol": "6", "port": "80"}]}}), BLOCKED),
    ("an object that is not in the dump", fmc({**ALLOW, **ref("Host", "x")}), UNSURE),
    ("an object that a device may override", fmc({**ALLOW, **ref("FQDN", "f1")}, **objects({**FQDN, "overridable": True})), UNSURE),
    ("a condition that is not known", fmc({**ALLOW, "moonPhase": ["full"]}), UNSURE),
    ("an action that is not known", fmc({"action": "PONDER"}), UNSURE),
    ("a country", fmc({**ALLOW, **ref("Country", "840")}), UNSURE),
    ("prefilter not in the dump", fmc(ALLOW, accesspolicy={"defaultAction": BLOCK, "prefilterPolicySetting": {"name": "P"}}), UNSURE),
    ("the default prefilter", fmc(ALLOW, accesspolicy={"defaultAction": BLOCK, "prefilterPolicySetting": {"name": "Default Prefilter Policy"}}), ANY),
    ("prefilter in the dump", fmc(ALLOW, **prefilter("ANALYZE"), accesspolicy={"defaultAction": BLOCK, "prefilterPolicySetting": {"name": "P"}}), ANY),
    ("base not in the dump", fmc(ALLOW, accesspolicy={"defaultAction": BLOCK, "metadata": {"inherit": True}}), UNSURE),
    ("no base", fmc(ALLOW, accesspolicy={"defaultAction": BLOCK, "metadata": {"inherit": False}}), ANY),
    ("security intelligence before", fmc(ALLOW, securityintelligence={"blockList": ["x"]}), UNSURE),
    ("default trust", fmc({**BLOCK, **url("example.com")}, default="TRUST"), ANY),
    ("default not known", fmc({**BLOCK, **url("example.com")}, default="PONDER"), UNSURE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rules(text: str, expected: Verdict) -> None:
    assert decision(rule_set("fmc", text)).verdict is expected


def test_zones_of_the_inventory() -> None:
    text = {name: text for name, text, _ in CASES}["37 zone"]
    assert decision(rule_set("fmc", text, from_zone="mgmt")).verdict is ANY
    assert decision(rule_set("fmc", text, from_zone="dmz")).verdict is BLOCKED
    assert decision(rule_set("fmc", text, from_zone="MGMT")).verdict is UNSURE


def override(target: str, kind: str = "Device", value: str = HOST) -> dict[str, Any]:
    """What stands in the place of an object for a device or a domain."""
    return {**FQDN, "value": value, "overridable": True,
            "overrides": {"parent": {"id": "f1"}, "target": {"id": target, "name": target, "type": kind}}}  # fmt: skip


BASE = {**FQDN, "overridable": True, "value": "www.example.com"}


@pytest.mark.parametrize(
    ("held", "devices", "verdict"),
    [
        ([BASE, override("edge")], ["edge"], NAME),
        ([override("edge"), BASE], ["edge"], NAME),
        ([override("edge", value="www.example.com"), FQDN], ["edge"], BLOCKED),
        ([BASE, override("other")], ["edge"], UNSURE),
        ([override("edge"), override("other", value="www.example.com")], ["edge"], NAME),
        ([BASE, override("edge")], ["edge", "other"], UNSURE),
        ([BASE, override("edge")], [], UNSURE),
        ([BASE, override("asia", "Domain")], ["asia"], UNSURE),
        ([override("other")], ["edge"], UNSURE),
    ],
)
def test_an_override_counts_for_the_firewall_that_it_is_of(
    held: list[dict[str, Any]], devices: list[str], verdict: Verdict
) -> None:
    targets = [{"id": device, "name": device, "type": "Device"} for device in devices]
    assignments = {"items": [{"targets": targets}]}
    text = fmc({**ALLOW, **ref("FQDN", "f1")}, **objects(*held), assignments=assignments)
    assert decision(rule_set("fmc", text)).verdict is verdict


@pytest.mark.parametrize(
    ("literal", "mx01", "pattern"),
    [(MX01, NAME, BLOCKED), (MX, BLOCKED, BLOCKED), ("sse.itd.cisco.com", NAME, NAME)],
)
def test_29_a_url_for_a_pattern(literal: str, mx01: Verdict, pattern: Verdict) -> None:
    read = rule_set("fmc", fmc({**ALLOW, **url(literal)}))
    assert (decision(read, MX01).verdict, decision(read, MX).verdict) == (mx01, pattern)


def test_a_wildcard_that_means_nothing_is_told() -> None:
    assert "no wildcard" in " ".join(rule_set("fmc", fmc({**ALLOW, **url(MX)})).notes)


def base_of(own: list[dict[str, Any]], base: list[dict[str, Any]]) -> str:
    def policy(rules: list[dict[str, Any]], default: str) -> dict[str, Any]:
        return {"accesspolicy": {"defaultAction": {"action": default}}, "accessrules": {"items": rules}}

    return json.dumps({**policy(own, "INHERIT_FROM_PARENT"), "base": policy(base, "BLOCK")})


def section(action: str, name: str) -> dict[str, Any]:
    return {"name": action, "action": action, "metadata": {"section": name, "ruleIndex": 1}}


@pytest.mark.parametrize(
    ("own", "base", "expected"),
    [
        ([section("ALLOW", "Mandatory")], [section("BLOCK", "Mandatory")], BLOCKED),
        ([section("ALLOW", "Mandatory")], [section("BLOCK", "Default")], ANY),
        ([section("ALLOW", "Default")], [section("BLOCK", "Mandatory")], BLOCKED),
        ([section("ALLOW", "Default")], [section("BLOCK", "Default")], ANY),
        ([section("MONITOR", "Default")], [section("MONITOR", "Default")], BLOCKED),
    ],
)
def test_base_policy(own: list[dict[str, Any]], base: list[dict[str, Any]], expected: Verdict) -> None:
    assert decision(rule_set("fmc", base_of(own, base))).verdict is expected


def decrypting(*rules: dict[str, Any], default: str = "DO_NOT_DECRYPT", **more: Any) -> str:
    policy = {"defaultAction": {"policyAction": default}}
    return fmc(ALLOW, decryptionpolicy=policy, decryptionpolicyrules=list(rules), **more)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (decrypting({"ruleAction": "DECRYPT_RESIGN"}, {"ruleAction": "DO_NOT_DECRYPT", **ref("FQDN", "f1")}, **objects(FQDN)), BLOCKED),
        (decrypting({"ruleAction": "DO_NOT_DECRYPT", **ref("FQDN", "f1")}, {"ruleAction": "DECRYPT_RESIGN"}, **objects(FQDN)), NAME),
        (decrypting({"ruleAction": "DECRYPT_RESIGN", "subjectDNs": {"objects": [{"name": "x"}]}}), UNSURE),
        (decrypting({"ruleAction": "DECRYPT_KNOWN_KEY", **to("198.51.100.0/24")}), ANY),
        (decrypting({"ruleAction": "MONITOR"}, default="BLOCK"), BLOCKED),
    ],
)  # fmt: skip
def test_47_48_decryption(text: str, expected: Verdict) -> None:
    found = decryption(rule_set("fmc", text))
    assert found is not None
    assert found.verdict is expected


def test_without_a_decryption_policy_there_is_no_answer() -> None:
    assert decryption(rule_set("fmc", fmc(ALLOW))) is None


def test_40_what_goes_by_the_fast_path_is_not_inspected() -> None:
    text = fmc(BLOCK, **prefilter("FASTPATH", **to("203.0.113.0/24")))
    assert not decision(rule_set("fmc", text)).inspected


def test_the_devices_whose_own_policy_it_is() -> None:
    text = fmc(ALLOW, assignments=[{"targets": [{"name": "ftd-1", "type": "Device"}]}])
    assert rule_set("fmc", text).assigned == ("ftd-1",)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", "accesspolicy and accessrules"),
        ('{"accessrules": []}', "defaultAction.action is missing"),
        (fmc(), "holds no rule"),
        (fmc(ALLOW, surprise=1), "unknown key"),
        (fmc(ALLOW, base={"accessrules": {"items": [BLOCK], "paging": {"count": 3}}}), "1 of 3 rules"),
        (fmc(ALLOW, base={"accessrules": ["x"]}), "rule 1 is no object"),
        (json.dumps({"accesspolicy": {"defaultAction": {"action": "BLOCK"}}, "accessrules": "x"}), "expected a list of rules"),
    ],
)  # fmt: skip
def test_what_is_no_dump(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("fmc", text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (fmc(ALLOW, prefilterpolicy={"name": "p"}), UNSURE),
        (fmc({**BLOCK, "destinationNetworks": {"objects": ["x"]}}, default="PERMIT"), UNSURE),
        (fmc({**BLOCK, "destinationPorts": {"literals": [{"protocol": "6", "port": "1-2-3"}]}}, default="PERMIT"), UNSURE),
    ],
    ids=["prefilter rules", "an object", "ports"],
)  # fmt: skip
def test_what_the_dump_does_not_tell(text: str, expected: Verdict) -> None:
    assert decision(rule_set("fmc", text)).verdict is expected


def test_a_decryption_policy_without_its_rules_is_not_absent() -> None:
    found = decryption(rule_set("fmc", fmc(ALLOW, decryptionpolicy={"defaultAction": {"action": "DO_NOT_DECRYPT"}})))
    assert found
    assert found.verdict is UNSURE


def test_groups_that_hold_each_other() -> None:
    one = {"type": "NetworkGroup", "id": "a", "objects": [{"type": "NetworkGroup", "id": "b"}]}
    other = {"type": "NetworkGroup", "id": "b", "objects": [{"type": "NetworkGroup", "id": "a"}]}
    with pytest.raises(InputError, match="hold each other"):
        rule_set("fmc", fmc({**ALLOW, **ref("NetworkGroup", "a")}, **objects(one, other)))
