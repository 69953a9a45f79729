"""ASA configurations and ``show access-list``: what each construct means for one host."""

from __future__ import annotations

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ADDRESS, ANY, BLOCKED, NAME, UNSURE, decision, rule_set

API = "object network API\n fqdn api-sse.cisco.com\n"
ACL = "access-list M extended"
DENY = f"{ACL} deny ip any any\n"
ALL = f"{ACL} permit ip any any\n"
GROUP = "object-group network G\n"
DENY_GROUP = f"{ACL} deny tcp any object-group G\n{ALL}"

CASES = [
    ("1 any", f"{ACL} permit tcp host 192.0.2.7 any eq 443\n", ANY),
    ("2 by name", f"{API}{ACL} permit tcp host 192.0.2.7 object API eq 443\n{DENY}", NAME),
    ("3 one of two addresses", f"{ACL} permit tcp any host 203.0.113.10 eq 443\n{DENY}", UNSURE),
    ("4 network", f"{ACL} permit tcp any 203.0.113.0 255.255.255.0 eq 443\n", ADDRESS),
    ("6 inactive", f"{API}{ACL} permit tcp any object API eq 443 inactive\n", BLOCKED),
    ("7 time-range", f"{API}{ACL} permit tcp any object API eq 443 time-range WORK\n{DENY}", UNSURE),
    (
        "7 time-range that is over",
        f"{API}time-range WORK\n absolute end 08:00 01 January 2020\n"
        f"{ACL} permit tcp any object API eq 443 time-range WORK\n{DENY}",
        BLOCKED,
    ),
    (
        "7 time-range to come",
        f"{API}time-range WORK\n absolute end 08:00 01 January 2099\n"
        f"{ACL} permit tcp any object API eq 443 time-range WORK\n{DENY}",
        UNSURE,
    ),
    ("9 remark", f"access-list M remark permit ip any any\n{DENY}", BLOCKED),
    (
        "10 nested",
        f"{API}object-group network B\n network-object object API\nobject-group network A\n group-object B\n"
        f"{ACL} permit tcp any object-group A eq https\n",
        NAME,
    ),
    ("12 undefined", f"{ACL} permit tcp any object-group NOWHERE eq 443\n{DENY}", UNSURE),
    (
        "13 service group as protocol",
        f"object-group service SVC\n service-object tcp destination eq https\n{ACL} permit object-group SVC any any\n",
        ANY,
    ),
    (
        "15 port group without 443",
        f"object-group service W tcp\n port-object range 8000 9000\n{ACL} permit tcp any any object-group W\n",
        BLOCKED,
    ),
    ("16 neq", f"{ACL} permit tcp any any neq 443\n", BLOCKED),
    ("17 other protocol", f"{ACL} permit udp any any eq 443\n{ACL} deny tcp any any\n", BLOCKED),
    ("18 wildcard mask", f"{ACL} permit ip 192.0.2.0 0.0.0.255 any\n", UNSURE),
    ("22 any6", f"{ACL} permit tcp any6 any6 eq 443\n", BLOCKED),
    ("any4", f"{ACL} permit tcp any4 any4 eq 443\n", ANY),
    ("a user", f"{ACL} permit tcp user LOCAL\\bob any any eq 443\n", UNSURE),
    ("an alias", f"name 203.0.113.0 cloud\n{ACL} permit tcp any cloud 255.255.255.0 eq 443\n", ADDRESS),
    ("an unknown port name", f"{ACL} permit tcp any any eq nosuchport\n", UNSURE),
    ("low source ports", f"{ACL} permit tcp any lt 1024 any eq 443\n", BLOCKED),
    ("fqdn v6 for an IPv4 device", f"object network A6\n fqdn v6 api-sse.cisco.com\n{ACL} permit tcp any object A6\n", BLOCKED),
    ("of two definitions the last", f"{API}object network API\n host 198.51.100.1\n{ACL} permit tcp any object API\n", BLOCKED),
    ("a standard list", "access-list M standard permit any\n", UNSURE),
    ("service object", f"object service S\n service tcp destination eq https\n{ACL} permit object S any any\n", ANY),
    ("an undefined service", f"{ACL} permit object NOWHERE any any\n", UNSURE),
    ("line puts first", f"{ACL} permit tcp any any\naccess-list M line 1 extended deny tcp any any\n", BLOCKED),
    ("log and interval", f"{ACL} permit tcp any any eq 443 log informational interval 300\n", ANY),
    # The running configuration prints an object with NAT of its own twice.
    ("an object and its NAT", f"{API}{ACL} deny tcp any object API\n{ALL}object network API\n nat (a,b) static x\n", BLOCKED),
    ("a group entered twice", f"{API}{GROUP} network-object object API\n{GROUP} network-object host 10.0.0.1\n{DENY_GROUP}", BLOCKED),
    ("indented by tabs", f"object network API\n\tfqdn api-sse.cisco.com\n{ACL} deny tcp any object API\n{ALL}", BLOCKED),
    ("without indents", f"object network API\nfqdn api-sse.cisco.com\n{ACL} deny tcp any object API\n{ALL}", UNSURE),
    ("a remark has a line", f"access-list M remark x\n{ALL}access-list M line 2 extended deny tcp any any\n", BLOCKED),
    ("a list that is cleared", f"{ALL}clear configure access-list M\n{DENY}", BLOCKED),
    ("a word that is not known", f"{ACL} permit tcp any any eq 443 sparkling\n", UNSURE),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_running_config(text: str, expected: Verdict) -> None:
    assert decision(rule_set("asa", text)).verdict is expected


def test_the_deciding_rule_is_told_with_its_line() -> None:
    found = decision(rule_set("asa", f"{ACL} permit udp any any eq 443\n{ACL} deny tcp any any\n"))
    assert (found.rule.number, found.rule.line) == (2, 2)
    assert "deny tcp any any" in found.rule.text
    assert decision(rule_set("asa", f"{ACL} permit udp any any\n")).rule.text == "implicit deny"


def test_one_address_is_enough_where_there_is_but_one() -> None:
    read = rule_set("asa", f"{ACL} permit tcp any host 203.0.113.10 eq 443\n{DENY}")
    assert decision(read, addresses=["203.0.113.10"]).verdict is ADDRESS
    assert "203.0.113.11 is blocked" in str(decision(read))
    assert decision(read, addresses=()).verdict is UNSURE


def test_a_mask_of_another_vendor_and_an_undefined_group_are_named() -> None:
    assert "0.0.0.255 is no netmask" in str(rule_set("asa", f"{ACL} permit ip 192.0.2.0 0.0.0.255 any\n").chains[0])
    assert "NOWHERE is not defined" in str(rule_set("asa", f"{ACL} permit tcp any object-group NOWHERE\n").chains[0])


def test_11_groups_that_hold_each_other_are_named() -> None:
    text = "object-group network A\n group-object B\nobject-group network B\n group-object A\n"
    with pytest.raises(InputError, match=r"(?s)rules.txt:\d.*A and B"):
        rule_set("asa", f"{text}{ACL} permit tcp any object-group A eq 443\n")


BOUND = f"{ACL} deny tcp any any eq 8443\naccess-list G extended permit tcp any any eq 443\n"


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({"acl": "MGMT_IN"}, "there is no access list 'MGMT_IN'"),
        ({"acl": "G"}, "bound to no interface"),
        ({}, "say which"),
    ],
)
def test_20_a_list_that_is_not_there_or_not_bound(place: dict[str, str], said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("asa", f"{BOUND}access-group M in interface outside\n", **place)


def test_21_the_global_list_decides_what_the_interface_list_leaves_open() -> None:
    text = f"{BOUND}access-group M in interface mgmt\naccess-group G global\n"
    assert decision(rule_set("asa", text, from_zone="mgmt")).verdict is ANY
    assert decision(rule_set("asa", text, acl="M")).verdict is ANY


@pytest.mark.parametrize(
    "bound",
    [
        "access-group M in interface mgmt per-user-override\naccess-group G global\n",
        "access-group M in interface mgmt\naccess-group G in interface mgmt control-plane\n",
        "access-group G in interface mgmt\naccess-group M in interface mgmt\n",
    ],
    ids=["an option behind the interface", "traffic to the firewall itself", "the later of two"],
)
def test_the_list_that_an_interface_has(bound: str) -> None:
    text = f"{DENY}access-list G extended permit ip any any\n{bound}"
    assert decision(rule_set("asa", text, from_zone="mgmt")).verdict is BLOCKED


def test_an_interface_without_a_list_is_not_judged_by_a_guess() -> None:
    text = f"{BOUND}access-group M in interface mgmt\n"
    assert decision(rule_set("asa", text, from_zone="dmz")).verdict is UNSURE


def test_a_list_on_the_way_out_counts_too() -> None:
    text = f"{BOUND}access-group G in interface mgmt\naccess-group M out interface outside\n"
    with pytest.raises(InputError, match="say to_zone"):
        rule_set("asa", text, from_zone="mgmt")
    assert decision(rule_set("asa", text, from_zone="mgmt", to_zone="outside")).verdict is BLOCKED
    assert decision(rule_set("asa", text, from_zone="mgmt", to_zone="dmz")).verdict is ANY


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no access-list"),
        ("hostname x\n", "no access-list"),
        (f"no {ACL} permit ip any any\n", "the change"),
        ("access-list CSM_FW_ACL_ advanced permit ip any any rule-id 1\n", "FMC's access policy"),
        (f"{ACL} allow ip any any\n", "expected permit or deny"),
        (f"{ACL} permit tcp any host\n", "ends behind"),
        ("access-list M line one extended permit ip any any\n", "expected the number of a line"),
        (f"{ALL}no access-group M in interface mgmt\n", "the change"),
    ],
)
def test_what_is_no_running_config_is_an_input_error(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("asa", text)


def shown(*children: str, name: str = "API") -> str:
    parent = f"access-list M line 1 extended permit tcp any object {name} eq https (hitcnt=0) 0x1\n"
    below = "".join(f"  access-list M line 1 extended permit tcp any {child} 0x2\n" for child in children)
    return f"access-list M; 2 elements; name hash: 0x1\n{parent}{below}access-list M line 2 extended deny ip any any (hitcnt=3) 0x3\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (shown("fqdn api-sse.cisco.com (unresolved) eq https (inactive)"), BLOCKED),
        (shown("fqdn api-sse.cisco.com (resolved) eq https"), NAME),
        (shown("host 203.0.113.10 (api-sse.cisco.com) eq https (hitcnt=2)"), NAME),
        (shown("203.0.113.0 255.255.255.0 eq https (hitcnt=0)"), ADDRESS),
        (shown("range 203.0.113.10 203.0.113.11 eq https (hitcnt=0)"), ADDRESS),
        (shown("host 198.51.100.1 eq https (hitcnt=0)"), BLOCKED),
        (shown(), UNSURE),
    ],
)
def test_show_access_list(text: str, expected: Verdict) -> None:
    assert decision(rule_set("asa-show", text)).verdict is expected


def test_24_a_name_that_is_not_resolved_is_told() -> None:
    read = rule_set("asa-show", shown("fqdn api-sse.cisco.com (unresolved) eq https (inactive)"))
    assert "not resolved on the firewall" in next(read.rules()).note


def test_an_ftd_list_is_refused() -> None:
    with pytest.raises(InputError, match="an FTD's own compiled list"):
        rule_set("asa-show", "access-list CSM_FW_ACL_ line 1 advanced permit ip any any (hitcnt=0) 0x1\n")
