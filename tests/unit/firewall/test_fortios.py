"""FortiOS policies."""

from __future__ import annotations

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, HOST, NAME, UNSURE, decision, decryption, rule_set

MX = "mx*.sse.itd.cisco.com"
INGEST = "eventing-ingest.sse.itd.cisco.com"


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
