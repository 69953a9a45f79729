"""AWS, Azure and the neutral format: what each construct means for one host; values of another kind in any format."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, HOST, NAME, UNSURE, decision, fmc, rule_set

MX = "mx*.sse.itd.cisco.com"
INGEST = "eventing-ingest.sse.itd.cisco.com"


# ---------------------------------------------------------------------------------------------- clouds


def aws(*egress: dict[str, Any]) -> str:
    return json.dumps({"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "m", "IpPermissionsEgress": list(egress)}]})


def tcp443(**peers: Any) -> dict[str, Any]:
    return {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, **peers}


AWS: list[tuple[str, str, Verdict]] = [
    ("66 everywhere", aws(tcp443(IpRanges=[{"CidrIp": "0.0.0.0/0"}])), ANY),
    ("66 prefix list", aws(tcp443(PrefixListIds=[{"PrefixListId": "pl-1"}])), UNSURE),
    ("by address", aws(tcp443(IpRanges=[{"CidrIp": "203.0.113.0/24"}])), ADDRESS),
    ("other port", aws({**tcp443(IpRanges=[{"CidrIp": "0.0.0.0/0"}]), "FromPort": 80, "ToPort": 80}), BLOCKED),
    ("IPv6 only", aws(tcp443(Ipv6Ranges=[{"CidrIpv6": "::/0"}])), BLOCKED),
    ("the union counts", aws(tcp443(IpRanges=[{"CidrIp": "203.0.113.10/32"}]), tcp443(IpRanges=[{"CidrIp": "203.0.113.11/32"}])), ADDRESS),
    ("all protocols", aws({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}), ANY),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in AWS], ids=[case[0] for case in AWS])
def test_aws(text: str, expected: Verdict) -> None:
    assert decision(rule_set("aws", text)).verdict is expected


def test_aws_group_is_named() -> None:
    text = aws(tcp443(IpRanges=[{"CidrIp": "0.0.0.0/0"}]))
    assert decision(rule_set("aws", text, acl="m")).verdict is ANY
    with pytest.raises(InputError, match="there is no security group"):
        rule_set("aws", text, acl="sg-2")
    with pytest.raises(InputError, match="holds no rule"):
        rule_set("aws", aws())
    with pytest.raises(InputError, match="SecurityGroups"):
        rule_set("aws", "{}")


def azure(*rules: dict[str, Any], defaults: bool = True) -> str:
    base = {"direction": "Outbound", "protocol": "*", "sourceAddressPrefix": "*", "destinationAddressPrefix": "*",
            "sourcePortRange": "*", "destinationPortRange": "*"}  # fmt: skip
    brought = [
        {
            **base,
            "name": "AllowVnet",
            "priority": 65000,
            "access": "Allow",
            "destinationAddressPrefix": "VirtualNetwork",
        },
        {**base, "name": "AllowInternet", "priority": 65001, "access": "Allow", "destinationAddressPrefix": "Internet"},
        {**base, "name": "DenyAll", "priority": 65500, "access": "Deny"},
    ]
    own = [{**base, "name": "r", "access": "Allow", **rule} for rule in rules]
    return json.dumps({"name": "n", "securityRules": own, "defaultSecurityRules": brought if defaults else []})


AZURE: list[tuple[str, str, Verdict]] = [
    ("67 service tag above deny", azure({"priority": 4000, "access": "Deny", "destinationAddressPrefix": "Internet"},
                                        {"priority": 120, "destinationAddressPrefix": "AzureCloud"}), UNSURE),
    ("67 default rules only", azure(), ANY),
    ("by priority, not by place", azure({"priority": 300, "access": "Deny"}, {"priority": 200}), ANY),
    ("address", azure({"priority": 300, "access": "Deny"},
                      {"priority": 200, "destinationAddressPrefixes": ["203.0.113.0/24"], "destinationAddressPrefix": ""}), ADDRESS),
    ("port", azure({"priority": 300, "access": "Deny"}, {"priority": 200, "destinationPortRange": "80"}), BLOCKED),
    ("ports that are no list", azure({"priority": 300, "access": "Deny", "destinationPortRange": "", "destinationPortRanges": "443"}), BLOCKED),
    ("application group", azure({"priority": 300, "access": "Deny"},
                                {"priority": 200, "destinationApplicationSecurityGroups": [{"id": "x"}]}), UNSURE),
    ("inbound does not count", azure({"priority": 200, "access": "Deny", "direction": "Inbound"}), ANY),
    ("without the default rules", azure({"priority": 200, "destinationAddressPrefix": "198.51.100.1"}, defaults=False), UNSURE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in AZURE], ids=[case[0] for case in AZURE])
def test_azure(text: str, expected: Verdict) -> None:
    assert decision(rule_set("azure", text)).verdict is expected


def test_azure_input_errors() -> None:
    with pytest.raises(InputError, match="securityRules"):
        rule_set("azure", "{}")
    with pytest.raises(InputError, match="direction and priority"):
        rule_set("azure", '{"securityRules": [{"name": "x"}]}')


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("aws", '{"SecurityGroups": [{"GroupId": "a", "IpPermissionsEgress": ["x"]}]}'),
        ("aws", aws(tcp443(IpRanges=["0.0.0.0/0"]))),
        ("azure", azure({"priority": 1, "properties": "x"})),
        ("nftables", '{"nftables": [{"rule": {"family": "ip", "table": "f", "chain": "c", "expr": ["x"]}}]}'),
        ("fmc", fmc({"action": "BLOCK", "destinationNetworks": ["x"]}, default="PERMIT")),
    ],
)
def test_a_value_of_another_kind_is_an_input_error(form: str, text: str) -> None:
    with pytest.raises(InputError, match=f"rules.txt:1: it can't be read as {form}"):
        rule_set(form, text)


# ---------------------------------------------------------------------------------------------- neutral


def neutral(*rules: str, default: str = "deny", more: str = "") -> str:
    return f"schema: 1\ndefault: {default}\nrules:\n" + "".join(f"  - {{{rule}}}\n" for rule in rules) + more


NEUTRAL: list[tuple[str, str, Verdict]] = [
    ("any", neutral("action: allow"), ANY),
    ("name", neutral(f"action: allow, destination: {HOST}, service: tcp/443"), NAME),
    ("wildcard", neutral("action: allow, destination: '*.cisco.com'"), NAME),
    ("name in capitals with a dot", neutral("action: allow, destination: API-SSE.cisco.com."), NAME),
    ("network", neutral("action: allow, destination: 203.0.113.0/24"), ADDRESS),
    ("not this network", neutral("action: allow, not_destination: 203.0.113.0/24"), BLOCKED),
    ("condition", neutral("action: allow, condition: business hours"), UNSURE),
    ("condition that does not matter", neutral("action: deny, condition: business hours", "action: deny"), BLOCKED),
    ("disabled", neutral("action: allow, enabled: false"), BLOCKED),
    ("continue", neutral("action: continue", default="allow"), ANY),
    ("zone", neutral("action: allow, from_zone: mgmt"), UNSURE),
    ("a bad network", neutral("action: allow, destination: 203.0.113.300"), UNSURE),
    ("Any is any", neutral("action: deny, destination: Any", default="allow"), BLOCKED),
    ("other source", neutral("action: allow, source: 198.51.100.0/24"), BLOCKED),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in NEUTRAL], ids=[case[0] for case in NEUTRAL])
def test_neutral(text: str, expected: Verdict) -> None:
    assert decision(rule_set("neutral", text)).verdict is expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("schema: 1\ndefault: deny\nrules: []\n", "rules"),
        ("", "the file is empty"),
        (neutral("action: allow, destinations: x"), "unknown key"),
        (neutral("action: allow, service: tcp/https"), "expected for example tcp/443"),
        (neutral("action: permit"), "action"),
        (neutral("action: deny, destination: all", default="allow"), "'all': expected a network"),
        (neutral("action: deny, destination: []", default="allow"), "an empty list"),
        (neutral("action: deny, service: []", default="allow"), "an empty list"),
        (neutral("action: deny, service: tcp/9000-80", default="allow"), "expected for example tcp/443"),
        (neutral("action: allow, service: tcp/0-99999"), "expected for example tcp/443"),
    ],
)
def test_68_neutral_input_errors(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("neutral", text)


def test_70_the_device_is_known_by_name_only() -> None:
    read = rule_set("neutral", neutral("action: allow, source: 192.0.2.0/24"))
    assert decision(read, source=None).verdict is UNSURE
    seen = rule_set("neutral", neutral("action: allow, source: 192.0.2.0/24"), source="192.0.2.9")
    assert decision(seen, source=None).verdict is ANY
