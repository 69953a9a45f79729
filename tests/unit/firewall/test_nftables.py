"""``nft -j list ruleset``: what each construct means for one host."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.decision import Verdict
from tests.unit.firewall.made import ACCEPT, ADDRESS, ANY, BLOCKED, UNSURE, decision, is_, nft, rule_set

HTTPS = is_("tcp", "dport", 443)
LIMIT = {"limit": {"rate": 10, "per": "second"}}


def a_set(name: str, *elements: Any, kind: str = "ipv4_addr") -> dict[str, Any]:
    return {"set": {"family": "inet", "table": "f", "name": name, "type": kind, "elem": list(elements)}}


def meta(key: str, right: Any) -> dict[str, Any]:
    return {"match": {"op": "==", "left": {"meta": {"key": key}}, "right": right}}


BOTH_KEYS = {
    "concat": [{"payload": {"protocol": "ip", "field": "daddr"}}, {"payload": {"protocol": "tcp", "field": "dport"}}]
}

CASES: list[tuple[str, str, Verdict]] = [
    ("any", nft([HTTPS, ACCEPT]), ANY),
    ("49 limit", nft([HTTPS, LIMIT, ACCEPT]), UNSURE),
    ("50 skuid", nft([meta("skuid", 0), {"drop": None}], [ACCEPT]), UNSURE),
    (
        "51 an element that expires",
        nft(
            [is_("ip", "daddr", "@s"), ACCEPT],
            sets=[a_set("s", {"elem": {"val": "203.0.113.10", "expires": 9}}, "203.0.113.11")],
        ),
        ADDRESS,
    ),
    ("54 udp", nft([is_("udp", "dport", 443), ACCEPT]), BLOCKED),
    ("55 xt", nft([{"xt": {"type": "match", "name": "set"}}, ACCEPT]), UNSURE),
    ("57 !=", nft([is_("tcp", "dport", 443, "!="), ACCEPT]), BLOCKED),
    ("prefix", nft([is_("ip", "daddr", {"prefix": {"addr": "203.0.113.0", "len": 24}}), ACCEPT]), ADDRESS),
    ("range", nft([is_("ip", "daddr", {"range": ["203.0.113.1", "203.0.113.99"]}), ACCEPT]), ADDRESS),
    ("set of ports", nft([is_("tcp", "dport", {"set": [80, {"range": [440, 450]}]}), ACCEPT]), ANY),
    ("comparison", nft([is_("tcp", "dport", 1024, "<"), ACCEPT]), ANY),
    ("comparison that fails", nft([is_("tcp", "dport", 443, ">"), ACCEPT]), BLOCKED),
    ("a set that is not there", nft([is_("ip", "daddr", "@gone"), ACCEPT]), UNSURE),
    ("reject", nft([HTTPS, {"reject": {"type": "tcp reset"}}], [ACCEPT]), BLOCKED),
    ("queue", nft([HTTPS, {"queue": {"num": 0}}, ACCEPT]), UNSURE),
    ("counter and log", nft([HTTPS, {"counter": {"packets": 1, "bytes": 2}}, {"log": {"prefix": "x"}}, ACCEPT]), ANY),
    ("IPv6 only", nft([is_("ip6", "daddr", "::1", "!="), ACCEPT]), BLOCKED),
    (
        "concatenation",
        nft(
            [
                {
                    "match": {
                        "op": "==",
                        "left": BOTH_KEYS,
                        "right": {"set": [{"concat": [{"range": ["203.0.113.10", "203.0.113.11"]}, 443]}]},
                    }
                },
                ACCEPT,
            ]
        ),
        ADDRESS,
    ),
    (
        "verdict map",
        nft([{"vmap": {"key": HTTPS["match"]["left"], "data": {"set": [[80, {"drop": None}], [443, ACCEPT]]}}}]),
        ANY,
    ),
    ("policy accept", nft([is_("tcp", "dport", 80), {"drop": None}], policy="accept"), ANY),
    ("an unknown statement without verdict", nft([{"dup": {"addr": "192.0.2.1"}}], [HTTPS, ACCEPT]), ANY),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_rules(text: str, expected: Verdict) -> None:
    assert decision(rule_set("nftables", text)).verdict is expected


def test_an_element_that_expires_is_told() -> None:
    assert "expires" in decision(rule_set("nftables", CASES[3][1])).rule.note


def items(*rest: dict[str, Any]) -> str:
    return json.dumps({"nftables": list(rest)})


def base(
    name: str, policy: str = "accept", hook: str = "forward", prio: int = 0, family: str = "inet"
) -> dict[str, Any]:
    return {
        "chain": {
            "family": family, "table": "f", "name": name, "type": "filter", "hook": hook, "prio": prio, "policy": policy
        }
    }  # fmt: skip


def rule(chain: str, *expr: dict[str, Any], family: str = "inet") -> dict[str, Any]:
    return {"rule": {"family": family, "table": "f", "chain": chain, "expr": list(expr)}}


def test_every_base_chain_must_accept() -> None:
    first, second = base("one", prio=-5), base("two", "drop", prio=5)
    assert decision(rule_set("nftables", items(first, second, rule("one", ACCEPT)))).verdict is BLOCKED
    both = items(first, second, rule("one", ACCEPT), rule("two", ACCEPT))
    assert decision(rule_set("nftables", both)).verdict is ANY


def test_a_table_of_one_family_leaves_the_other_alone() -> None:
    text = items(base("four", family="ip"), base("six", "drop", family="ip6"), rule("four", ACCEPT, family="ip"))
    assert decision(rule_set("nftables", text)).verdict is ANY


def test_answers_must_come_back() -> None:
    """A connection whose first packet is let through, and whose answers are not, is none."""
    one_way = items(base("f", "drop"), rule("f", HTTPS, ACCEPT))
    assert decision(rule_set("nftables", one_way)).verdict is BLOCKED
    both_ways = items(base("f", "drop"), rule("f", HTTPS, ACCEPT), rule("f", is_("tcp", "sport", 443), ACCEPT))
    assert decision(rule_set("nftables", both_ways)).verdict is ANY


def test_jump_goto_and_return() -> None:
    inner = {"chain": {"family": "inet", "table": "f", "name": "inner"}}
    back = rule("f", is_("tcp", "sport", 443), ACCEPT)
    jump, goto = {"jump": {"target": "inner"}}, {"goto": {"target": "inner"}}
    returns = rule("inner", HTTPS, {"return": None})
    assert (
        decision(
            rule_set("nftables", items(base("f", "drop"), inner, back, rule("f", jump), returns, rule("f", ACCEPT)))
        ).verdict
        is ANY
    )
    assert decision(rule_set("nftables", items(base("f", "drop"), inner, back, rule("f", goto), returns, rule("f", ACCEPT)))).verdict is BLOCKED  # fmt: skip


def test_interfaces_are_asked_of_the_inventory() -> None:
    text = nft([meta("iifname", "mgmt0"), HTTPS, ACCEPT])
    assert decision(rule_set("nftables", text)).verdict is UNSURE
    assert decision(rule_set("nftables", text, from_zone="mgmt0")).verdict is ANY
    assert decision(rule_set("nftables", text, from_zone="other0")).verdict is BLOCKED


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{}", "nft -j list ruleset"),
        ('{"nftables": []}', "no base chain"),
        ('{"nftables": [', "expected JSON"),
        (items(base("f", "drop")), "holds no rule"),
        (items(base("f", "drop", hook="input"), rule("f", ACCEPT)), "no base chain of the hook"),
    ],
)
def test_what_is_no_rule_set(text: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        rule_set("nftables", text)


def test_chains_that_go_in_a_circle() -> None:
    text = items(base("f"), {"chain": {"family": "inet", "table": "f", "name": "a"}}, rule("f", {"jump": {"target": "a"}}), rule("a", {"jump": {"target": "a"}}))  # fmt: skip
    with pytest.raises(InputError, match="leads to itself"):
        decision(rule_set("nftables", text))
