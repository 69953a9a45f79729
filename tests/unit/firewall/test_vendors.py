"""PAN-OS, FortiOS, AWS, Azure and the neutral format: what each construct means for one host."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, HOST, NAME, UNSURE, decision, decryption, fmc, rule_set

MX = "mx*.sse.itd.cisco.com"
INGEST = "eventing-ingest.sse.itd.cisco.com"


def pan(*rules: str, objects: str = "", kind: str = "security") -> str:
    """Rules as ``set`` commands, each given by what differs from *allow any*."""
    lines = []
    for number, rule in enumerate(rules, 1):
        given = dict(part.split(" ", 1) for part in rule.split("; ") if part)
        keys = {"from": "any", "to": "any", "source": "any", "destination": "any", "service": "any",
                "application": "any", "action": "allow", **given}  # fmt: skip
        lines += [f"set rulebase {kind} rules R{number} {key} {value}" for key, value in keys.items()]
    return objects + "\n".join(lines) + "\n"


OBJECTS = f"set address API fqdn {HOST}\nset address-group G static [ API OTHER ]\nset address OTHER ip-netmask 198.51.100.1\n"

PAN: list[tuple[str, str, Verdict]] = [
    ("58 ssl on its default port", pan("application ssl; service application-default; destination API", objects=OBJECTS), NAME),
    ("59 web-browsing", pan("application web-browsing"), UNSURE),
    ("60 negated source", pan("source 192.0.2.7; negate-source yes"), BLOCKED),
    ("60 negated source of others", pan("source 198.51.100.9; negate-source yes"), ANY),
    ("61 disabled", pan("disabled yes"), BLOCKED),
    ("group", pan("destination [ G ]", objects=OBJECTS), NAME),
    ("address", pan("destination 203.0.113.0/24"), ADDRESS),
    ("an object called like an address", pan("destination 203.0.113.0/24", objects="set address 203.0.113.0/24 ip-netmask 198.51.100.0/24\n"), BLOCKED),
    ("dynamic group", pan("destination D", objects="set address-group D dynamic filter \"'a'\"\n"), UNSURE),
    ("wildcard mask", pan("destination W", objects="set address W ip-wildcard 10.0.0.0/0.0.248.255\n"), UNSURE),
    ("zones", pan("from mgmt; to untrust"), UNSURE),
    ("user", pan("source-user cn=bob"), UNSURE),
    ("category of one's own", pan("category C", objects="set profiles custom-url-category C list [ *.cisco.com/ ]\n"), NAME),
    ("category of the vendor", pan("category social-networking"), UNSURE),
    ("service", pan("service S", objects="set service S protocol tcp port 440-450\n"), ANY),
    ("service of another port", pan("service S", objects="set service S protocol tcp port 80,8080\n"), BLOCKED),
    ("service with an override", pan("service S", objects="set service S protocol tcp override yes timeout 9\n"), UNSURE),
    ("https that comes along", pan("service service-https"), ANY),
    ("profile", pan("profile-setting group strict; log-end yes"), UNSURE),
    ("logs", pan("log-end yes"), ANY),
    ("for some firewalls of Panorama's", pan("target devices 0123"), UNSURE),
    ("for all firewalls of Panorama's", pan("target negate no"), ANY),
    ("an action that is set again", pan("") + "set rulebase security rules R1 action deny\n", BLOCKED),
    ("switched off later", pan("disabled no") + "set rulebase security rules R1 disabled yes\n", BLOCKED),
    ("a name that is set again", pan("destination API", objects=f"{OBJECTS}set address API fqdn other.example.com\n"), BLOCKED),
    ("deny", pan("action deny"), BLOCKED),
    ("no action that is known", pan("action ponder"), UNSURE),
    ("a key that is not known", pan("phase full"), UNSURE),
    ("default rule that allows", "set rulebase default-security-rules rules interzone-default action allow\n" + pan("destination 198.51.100.1"), ANY),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in PAN], ids=[case[0] for case in PAN])
def test_panos(text: str, expected: Verdict) -> None:
    assert decision(rule_set("panos", text)).verdict is expected


def test_panos_within_a_zone() -> None:
    text = pan("destination 198.51.100.1")
    assert decision(rule_set("panos", text, from_zone="a", to_zone="a")).verdict is ANY
    assert decision(rule_set("panos", text, from_zone="a", to_zone="b")).verdict is BLOCKED


def test_panos_panorama_order() -> None:
    keys = {"from": "any", "to": "any", "source": "any", "destination": "any", "service": "any", "application": "any"}

    def rule(base: str, name: str, action: str) -> str:
        prefix = f"set {base} security rules {name}"
        return "".join(f"{prefix} {key} {value}\n" for key, value in {**keys, "action": action}.items())

    deny_local, allow_post = rule("rulebase", "local", "deny"), rule("policy panorama post-rulebase", "post", "allow")
    assert decision(rule_set("panos", allow_post + deny_local)).verdict is BLOCKED
    pre = rule("policy panorama pre-rulebase", "pre", "allow")
    assert decision(rule_set("panos", deny_local + pre)).verdict is ANY


def ruled(base: str, name: str, action: str, destination: str = "any") -> str:
    keys = {"from": "any", "to": "any", "source": "any", "service": "any", "application": "any", "action": action}
    given = {**keys, "destination": destination}
    return "".join(f"set {base} security rules {name} {key} {value}\n" for key, value in given.items())


SHARED_X = f"set shared address X fqdn {HOST}\n"
OWN_X = "set vsys vsys1 address X fqdn other.example.com\n"
TO_X = ruled("vsys vsys1 rulebase", "A", "allow", "X")
DENY_POST = ruled("device-group D post-rulebase", "A", "deny")
SHARED: list[tuple[str, str, Verdict]] = [
    ("shared pre-rules first", ruled("device-group D pre-rulebase", "A", "allow") + ruled("shared pre-rulebase", "S", "deny"), BLOCKED),
    ("shared post-rules last", ruled("shared post-rulebase", "S", "allow") + DENY_POST, BLOCKED),
    ("of one name", ruled("shared pre-rulebase", "A", "deny") + ruled("device-group D pre-rulebase", "A", "allow"), BLOCKED),
    ("an object of its own above", OWN_X + SHARED_X + TO_X, BLOCKED),
    ("an object of its own below", SHARED_X + OWN_X + TO_X, BLOCKED),
    ("a shared object", SHARED_X + TO_X, NAME),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in SHARED], ids=[case[0] for case in SHARED])
def test_panos_what_is_shared(text: str, expected: Verdict) -> None:
    assert decision(rule_set("panos", text)).verdict is expected


XML = f"""<config><devices><entry name="localhost"><vsys><entry name="vsys1">
<address><entry name="API"><fqdn>{HOST}</fqdn></entry></address>
<service><entry name="S"><protocol><tcp><port>443</port></tcp></protocol></entry></service>
<rulebase><security><rules>
<entry name="cloud"><from><member>any</member></from><to><member>any</member></to><source><member>any</member></source>
<destination><member>API</member></destination><service><member>S</member></service>
<application><member>any</member></application><action>allow</action></entry>
</rules></security></rulebase></entry></vsys></entry></devices></config>
"""


def test_panos_xml() -> None:
    found = decision(rule_set("panos", XML))
    assert (found.verdict, found.rule.name, found.rule.line) == (NAME, "cloud", 5)
    assert rule_set("panos", XML, vdom="vsys1").chains
    with pytest.raises(InputError, match="there is no vsys"):
        rule_set("panos", XML, vdom="vsys9")


def test_panos_decryption() -> None:
    rules = pan("action no-decrypt; destination API; type ssl-forward-proxy", "action decrypt", kind="decryption")
    read = rule_set("panos", OBJECTS + pan("") + rules)
    found = [decryption(read, host) for host in (HOST, INGEST)]
    assert [one.verdict for one in found if one] == [NAME, BLOCKED]
    assert decryption(rule_set("panos", pan(""))) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("set address A fqdn x.com\n", "no security rule"),
        ("delete rulebase security rules R1\n", "the change"),
        ("hello\n", "expected a set command"),
        ('set address "A\n', "no closing quotation"),
        ("<config><a></config>", "not valid XML"),
        ('<!DOCTYPE config [<!ENTITY a "b">]><config/>', "DOCTYPE"),
        (XML.replace("</vsys>", XML[XML.index('<entry name="vsys1"'):XML.index("</vsys>")].replace("vsys1", "vsys2") + "</vsys>"), "say which vsys"),
    ],
)  # fmt: skip
def test_panos_input_errors(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("panos", text)


# ---------------------------------------------------------------------------------------------- FortiOS


def forti(*policies: str, objects: str = "", more: str = "") -> str:
    """Policies that accept any but for what is given."""
    text = objects + "config firewall policy\n"
    for number, policy in enumerate(policies, 1):
        given = dict(part.split(" ", 1) for part in policy.split("; ") if part)
        keys = {"srcintf": "any", "dstintf": "any", "srcaddr": "all", "dstaddr": "all", "service": "ALL",
                "schedule": "always", "action": "accept", **given}  # fmt: skip
        text += f"edit {number}\n" + "".join(f"set {key} {value}\n" for key, value in keys.items()) + "next\n"
    return f"{text}{more}end\n"


def address(name: str, *settings: str) -> str:
    return "config firewall address\nedit " + name + "\n" + "".join(f"set {s}\n" for s in settings) + "next\nend\n"


SSE = address("SSE", "type wildcard-fqdn", 'wildcard-fqdn "*.sse.itd.cisco.com"')
DEVICE = address("DEV", "subnet 192.0.2.7 255.255.255.255") + address("LAN", "subnet 192.0.2.0/24")
LESS = "config firewall addrgrp\nedit LESS\nset member LAN\nset exclude enable\nset exclude-member DEV\nnext\nend\n"

FORTI: list[tuple[str, str, Verdict]] = [
    ("any", forti(""), ANY),
    ("62 wildcard, another name", forti("dstaddr SSE", objects=SSE), BLOCKED),
    ("63 internet service", forti('internet-service enable; internet-service-name "Cisco-Webex"'), UNSURE),
    ("64 order of the file", "config firewall policy\nedit 5\nset srcintf any\nset dstintf any\nset srcaddr all\nset dstaddr all\nset service ALL\nset schedule always\nnext\nedit 1\nset action accept\nset srcintf any\nset dstintf any\nset srcaddr all\nset dstaddr all\nset service ALL\nset schedule always\nnext\nend\n", BLOCKED),
    ("64 moved", forti("action deny", "", more="move 2 before 1\n"), ANY),
    ("65 excluded", forti("srcaddr LESS", objects=DEVICE + LESS), BLOCKED),
    ("65 not excluded", forti("srcaddr LAN", objects=DEVICE), ANY),
    ("disabled", forti("status disable"), BLOCKED),
    ("schedule", forti("schedule work"), UNSURE),
    ("web filter", forti("webfilter-profile default"), UNSURE),
    ("application control", forti("application-list default"), UNSURE),
    ("virus scanner", forti("av-profile default"), ANY),
    ("negated", forti("dstaddr NET; dstaddr-negate enable", objects=address("NET", "subnet 203.0.113.0/24")), BLOCKED),
    ("range", forti("dstaddr NET", objects=address("NET", "type iprange", "start-ip 203.0.113.1", "end-ip 203.0.113.99")), ADDRESS),
    ("fqdn", forti("dstaddr API", objects=address("API", "type fqdn", f"fqdn {HOST}")), NAME),
    ("geography", forti("dstaddr G", objects=address("G", "type geography", "country US")), UNSURE),
    ("undefined", forti("dstaddr NOWHERE"), UNSURE),
    ("HTTPS", forti("service HTTPS"), ANY),
    ("HTTP", forti("service HTTP"), BLOCKED),
    ("service of one's own", forti("service S", objects="config firewall service custom\nedit S\nset tcp-portrange 443:1024-65535 80\nnext\nend\n"), ANY),
    ("udp only", forti("service S", objects="config firewall service custom\nedit S\nset udp-portrange 443\nnext\nend\n"), BLOCKED),
    ("a user group", forti("groups staff"), UNSURE),
    ("a setting that is not known", forti("phase full"), UNSURE),
    ("ipsec", forti("action ipsec"), UNSURE),
    ("none", forti("dstaddr none", objects=address("none", "subnet 0.0.0.0 255.255.255.255")), BLOCKED),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in FORTI], ids=[case[0] for case in FORTI])
def test_fortios(text: str, expected: Verdict) -> None:
    assert decision(rule_set("fortios", text)).verdict is expected


def test_fortios_texts_of_several_lines() -> None:
    key = 'config vpn certificate local\nedit x\nset private-key "-----BEGIN\nend\n-----END \\"K\\""\nnext\nend\n'
    found = decision(rule_set("fortios", forti('comments "John\'s"', objects=key)))
    assert (found.verdict, found.rule.line) == (ANY, key.count("\n") + 2)


def test_62_a_wildcard_covers_names_and_the_pattern() -> None:
    read = rule_set("fortios", forti("dstaddr SSE", objects=SSE))
    assert [decision(read, host).verdict for host in (INGEST, MX)] == [NAME, NAME]


def test_fortios_zones_hold_interfaces() -> None:
    zone = "config system zone\nedit Z\nset interface port3\nnext\nend\n"
    text = forti("srcintf Z", objects=zone)
    assert decision(rule_set("fortios", text, from_zone="port3")).verdict is ANY
    assert decision(rule_set("fortios", text, from_zone="port4")).verdict is BLOCKED
    assert decision(rule_set("fortios", text)).verdict is UNSURE


PROFILE = """config firewall wildcard-fqdn custom
edit sse
set wildcard-fqdn "*.sse.itd.cisco.com"
next
end
config firewall ssl-ssh-profile
edit P
config https
set status deep-inspection
end
config ssl-exempt
edit 1
set type wildcard-fqdn
set wildcard-fqdn sse
next
end
next
end
"""


def test_fortios_inspection() -> None:
    read = rule_set("fortios", forti("ssl-ssh-profile P", objects=PROFILE))
    found = [decryption(read, host) for host in (HOST, INGEST)]
    assert [one.verdict for one in found if one] == [BLOCKED, NAME]
    filtered = rule_set("fortios", forti("ssl-ssh-profile P; webfilter-profile default", objects=PROFILE))
    assert [one.verdict for host in (HOST, INGEST) if (one := decryption(filtered, host))] == [BLOCKED, NAME]
    assert decryption(rule_set("fortios", forti(""))) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("config firewall address\nend\n", "no firewall policy"),
        ("config firewall policy\nedit 1\n", "ends within a block"),
        ("next\n", "without a block"),
        (forti("") + "config firewall security-policy\nedit 1\nnext\nend\n", "NGFW mode"),
        ("config firewall policy\nmove 1 before 2\nend\n", "expected config"),
        (address("A", 'comment "x'), "rules.txt:.*no closing quotation"),
        ("config vdom\nedit a\nconfig firewall policy\nend\nnext\nedit b\nconfig firewall policy\nend\nnext\nend\n", "say which VDOM"),
    ],
)  # fmt: skip
def test_fortios_input_errors(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("fortios", text)


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
