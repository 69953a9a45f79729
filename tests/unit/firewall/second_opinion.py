"""Random policies in aerleon's language: its own verdict, and its vendor output read by our readers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

from aerleon import api
from aerleon.lib import aclcheck, naming

from sse_compliance.firewall.decision import ALLOWED, decide
from sse_compliance.firewall.formats import read_rules
from sse_compliance.firewall.model import Place, RuleSet
from sse_compliance.firewall.readers.text import RuleText

SOURCES = ("192.0.2.7", "192.0.2.200", "198.51.100.9")
TARGETS = ("203.0.113.10", "203.0.113.40", "203.0.113.99")

_NETWORKS = {
    "LOW": ["192.0.2.0/25"],
    "HIGH": ["192.0.2.128/25"],
    "ONE": ["192.0.2.7/32"],
    "CLOUD": ["203.0.113.0/26"],
    "FIRST": ["203.0.113.10/32", "198.51.100.0/24"],
    "LAST": ["203.0.113.96/27"],
}
_SERVICES = {
    "HTTPS": [{"protocol": "tcp", "port": "443"}],
    "WEB": [{"protocol": "tcp", "port": "80"}, {"protocol": "tcp", "port": "400-500"}],
    "DNS": [{"protocol": "udp", "port": "53"}, {"protocol": "tcp", "port": "53"}],
    "HIGHUDP": [{"protocol": "udp", "port": "443"}],
}
#: Each format, the file's ending that aerleon gives it, and the target's options.
_TARGETS = {"ciscoasa": "edge", "nftables": "inet output", "paloalto": "from-zone any to-zone any"}


@dataclass(frozen=True, slots=True)
class Opinion:
    """One policy: aerleon's verdict for each flow, and its output in each vendor's syntax, by file ending."""

    policy: Mapping[str, Any]
    verdicts: Mapping[tuple[str, str], bool]
    outputs: Mapping[str, str]


def opinions(count: int, seed: int) -> Iterator[Opinion]:
    """So many random policies."""
    chance, definitions = random.Random(seed), naming.Naming()
    networks = {name: {"values": [{"address": text} for text in texts]} for name, texts in _NETWORKS.items()}
    definitions.ParseDefinitionsObject({"networks": networks, "services": _SERVICES}, "")
    for _ in range(count):
        policy: Any = {"filename": "p", "filters": [{"header": {"targets": _TARGETS}, "terms": list(_terms(chance))}]}
        verdicts = {}
        for source in SOURCES:
            for target in TARGETS:
                check = aclcheck.AclCheck.FromPolicyDict(policy, definitions, source, target, "40000", "443", "tcp")
                verdicts[source, target] = check.ExactMatches()[0].action == "accept"
        made = api.Generate([policy], definitions) or {}
        yield Opinion(policy, verdicts, {name.rpartition(".")[2]: text for name, text in made.items()})


def _terms(chance: random.Random) -> Iterator[dict[str, Any]]:
    for number in range(chance.randint(1, 6)):
        term: dict[str, Any] = {"name": f"t{number}", "action": chance.choice(("accept", "accept", "deny"))}
        if chance.random() < 0.6:
            term["source-address"] = " ".join(chance.sample(("LOW", "HIGH", "ONE"), chance.randint(1, 2)))
        if chance.random() < 0.7:
            term["destination-address"] = " ".join(chance.sample(("CLOUD", "FIRST", "LAST"), chance.randint(1, 2)))
        term["protocol"] = chance.choice(("tcp", "tcp", "tcp", "udp"))
        if chance.random() < 0.7:
            services = ("HTTPS", "WEB", "DNS") if term["protocol"] == "tcp" else ("DNS", "HIGHUDP")
            term["destination-port"] = chance.choice(services)
        yield term
    yield {"name": "rest", "action": "deny"}


def ours(read: RuleSet, flow: tuple[str, str]) -> bool | None:
    """Our verdict on a flow; None where it can't be told."""
    said = decide([read], "host.example.net", ip_address(flow[0]), [ip_address(flow[1])], None).verdict
    return None if said == "cannot tell" else said in ALLOWED


def disagreements(opinion: Opinion, form: str, text: str, place: Place | None = None) -> list[str]:
    """Where one format's rules, as we read them, say something else than aerleon."""
    read = read_rules(RuleText(f"p.{form}", text, place or Place()), form)
    said = {flow: ours(read, flow) for flow in opinion.verdicts}
    return [
        f"{form} {flow}: aerleon {verdict}, ours {said[flow]}\n{text}"
        for flow, verdict in opinion.verdicts.items()
        if said[flow] is not verdict
    ]


def as_neutral(opinion: Opinion) -> str:
    """The policy in the neutral format, put together here from its terms."""
    lines = ["schema: 1", "default: deny", "rules:"]
    for term in opinion.policy["filters"][0]["terms"]:
        parts = [f"action: {'allow' if term['action'] == 'accept' else term['action']}"]
        for key, ours_key in (("source-address", "source"), ("destination-address", "destination")):
            if key in term:
                parts.append(
                    f"{ours_key}: [{', '.join(text for name in term[key].split() for text in _NETWORKS[name])}]"
                )
        if "destination-port" in term:
            ports = [one["port"] for one in _SERVICES[term["destination-port"]] if one["protocol"] == term["protocol"]]
            served = ", ".join(f"{term['protocol']}/{port}" for port in ports)
            parts.append(f"service: [{served}]")
        elif "protocol" in term:
            parts.append(f"service: {term['protocol']}")
        lines.append(f"  - {{{', '.join(parts)}}}")
    return "\n".join(lines) + "\n"
