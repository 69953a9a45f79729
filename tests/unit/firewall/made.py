"""Rule sets of a few lines, and the verdict on them.

The device is 192.0.2.7, the host api-sse.cisco.com 203.0.113.10 and .11.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any

from sse_compliance.firewall.decision import Decision, Verdict, decide, decide_decryption
from sse_compliance.firewall.formats import read_rules
from sse_compliance.firewall.model import Place, RuleSet
from sse_compliance.firewall.readers.text import RuleText

HOST = "api-sse.cisco.com"
BOTH = ("203.0.113.10", "203.0.113.11")
NOW = datetime(2026, 11, 25, tzinfo=UTC)

#: The letters of the table of cases.
NAME, ADDRESS, ANY, BLOCKED, UNSURE = (
    Verdict.BY_NAME,
    Verdict.BY_ADDRESS,
    Verdict.BY_ANY,
    Verdict.BLOCKED,
    Verdict.CANNOT_TELL,
)


def rule_set(form: str, text: str, **place: str) -> RuleSet:
    """The rule set of a text."""
    return read_rules(RuleText("rules.txt", text, Place(**place)), form)


def decision(
    read: RuleSet, host: str = HOST, addresses: Iterable[str] = BOTH, source: str | None = "192.0.2.7"
) -> Decision:
    """What it makes of a host."""
    known = [ip_address(address) for address in addresses]
    return decide([read], host, ip_address(source) if source else None, known, NOW)


def decryption(read: RuleSet, host: str = HOST) -> Decision | None:
    """What its decryption rules make of a host."""
    return decide_decryption([read], host, ip_address("192.0.2.7"), [ip_address(a) for a in BOTH], NOW)


def nft(*rules: list[dict[str, Any]], sets: Iterable[dict[str, Any]] = (), policy: str = "drop") -> str:
    """What ``nft -j list ruleset`` prints for a forward chain that lets established connections through."""
    base = {"family": "inet", "table": "f", "name": "forward", "type": "filter", "hook": "forward", "prio": 0}
    established = [{"match": {"op": "in", "left": {"ct": {"key": "state"}}, "right": "established"}}, {"accept": None}]
    items: list[dict[str, Any]] = [
        {"metainfo": {"json_schema_version": 1}},
        *sets,
        {"chain": {**base, "policy": policy}},
    ]
    for expr in (established, *rules):
        items.append({"rule": {"family": "inet", "table": "f", "chain": "forward", "expr": expr}})
    return json.dumps({"nftables": items}, indent=1)


def is_(protocol: str, field: str, right: Any, op: str = "==") -> dict[str, Any]:
    """``tcp dport 443`` as nft's JSON."""
    return {"match": {"op": op, "left": {"payload": {"protocol": protocol, "field": field}}, "right": right}}


ACCEPT: dict[str, Any] = {"accept": None}


def fmc(*rules: dict[str, Any], default: str = "BLOCK", **more: Any) -> str:
    """A dump of an access policy."""
    numbered = [
        {"metadata": {"ruleIndex": n, "section": "Mandatory"}, "name": f"r{n}", "enabled": True, **rule}
        for n, rule in enumerate(rules, 1)
    ]
    policy = {"name": "edge", "defaultAction": {"action": default}}
    return json.dumps({"accesspolicy": policy, "accessrules": {"items": numbered}, **more}, indent=1)


def url(*texts: str) -> dict[str, Any]:
    """URL literals."""
    return {"urls": {"literals": [{"type": "Url", "url": text} for text in texts]}}
