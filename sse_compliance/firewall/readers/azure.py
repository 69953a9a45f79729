"""An Azure network security group (``az network nsg show``, an ARM template): by priority, the lowest first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sse_compliance.files.json_file import JsonFile
from sse_compliance.firewall.model import (
    ALWAYS,
    TCP,
    Action,
    AllOf,
    Chain,
    Rule,
    RuleSet,
    Service,
    Stage,
    Term,
    Unknown,
)
from sse_compliance.firewall.objects import any_of, network, on_source
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "azure"

_PROTOCOLS = {"tcp": TCP, "udp": 17, "icmp": 1, "esp": 50, "ah": 51}
_NEUTRAL_KEYS = """
    name id etag type priority direction access description provisioningState resourceGroup kind properties
    protocol sourcePortRange sourcePortRanges destinationPortRange destinationPortRanges
    sourceAddressPrefix sourceAddressPrefixes destinationAddressPrefix destinationAddressPrefixes
"""
_NEUTRAL = frozenset(_NEUTRAL_KEYS.split())
_KEYS = ("securityRules", "defaultSecurityRules")


def read(given: RuleText) -> RuleSet:
    """The outbound rules of a group.

    Raises:
        InputError: no such group.
    """
    file = JsonFile(Path(given.file), content=given.text.encode())
    data = file.data
    inner = data.get("properties", data) if isinstance(data, dict) else None
    prefix: tuple[str, ...] = ("properties",) if isinstance(data, dict) and "properties" in data else ()
    if not isinstance(inner, dict) or not isinstance(inner.get("securityRules"), list):
        raise given.error(1, "expected a network security group, an object with securityRules")
    lines = file.lines(4)
    ways: dict[str, list[tuple[int, Rule]]] = {"outbound": [], "inbound": []}
    for key in _KEYS:
        for index, one in enumerate(inner.get(key) or []):
            held = {**one, **one.get("properties", {})} if isinstance(one, dict) else None
            if (
                held is None
                or str(held.get("direction")).lower() not in ways
                or not isinstance(held.get("priority"), int)
            ):
                raise file.error((*prefix, key, index), "expected a rule with direction and priority")
            rule = _rule(held, lines.get((*prefix, key, index), 1))
            ways[str(held["direction"]).lower()].append((held["priority"], rule))
    chains = [
        Chain(way, tuple(rule for _, rule in sorted(rules, key=lambda one: one[0]))) for way, rules in ways.items()
    ]
    has_defaults = bool(inner.get("defaultSecurityRules"))
    action = Action.DENY if has_defaults else Action.UNKNOWN
    said = "no rule" if has_defaults else "defaultSecurityRules, which are not in the file,"
    return given.made(FORMAT, chains, [Stage("outbound", action, said)])


def _rule(one: dict[str, Any], line: int) -> Rule:
    terms = [
        _service(one),
        on_source(_addresses(one, "source")),
        _addresses(one, "destination"),
        *(Unknown(f"{key}") for key, value in one.items() if key not in _NEUTRAL and value),
    ]
    said = " ".join(
        str(one.get(key))
        for key in ("access", "protocol", "sourceAddressPrefix", "destinationAddressPrefix", "destinationPortRange")
        if one.get(key)
    )
    access = str(one.get("access")).lower()
    action = {"allow": Action.ALLOW, "deny": Action.DENY}.get(access, Action.UNKNOWN)
    name = str(one.get("name", ""))
    return Rule(one["priority"], line, said, action, AllOf(tuple(t for t in terms if t != ALWAYS)), name)


def _several(one: dict[str, Any], key: str) -> list[str]:
    single, many = one.get(key), one.get(f"{key}es" if key.endswith("Prefix") else f"{key}s")
    several = many if isinstance(many, list) else [many] if many else []
    return [*([str(single)] if single else []), *(str(text) for text in several)]


def _addresses(one: dict[str, Any], side: str) -> Term:
    texts = _several(one, f"{side}AddressPrefix")
    if not texts:
        return Unknown(f"{side} without an address prefix")
    return any_of(_address(text) for text in texts)


def _address(text: str) -> Term:
    if text in ("*", "Any", "0.0.0.0/0", "Internet"):
        # The cloud's hosts are on the Internet; of the other service tags no file tells the addresses.
        return ALWAYS
    found = network(text)
    return Unknown(f"service tag {text}") if isinstance(found, Unknown) else found


def _service(one: dict[str, Any]) -> Term:
    protocol = str(one.get("protocol", "*")).lower()
    number = None if protocol in ("*", "any") else _PROTOCOLS.get(protocol, -1)
    if number == -1:
        return Unknown(f"protocol {protocol}")
    ports, sources = (_ports(_several(one, f"{side}PortRange")) for side in ("destination", "source"))
    if ports == () or sources == ():
        return AllOf((Service(number), Unknown("ports")))
    return Service(number, ports, sources)


def _ports(texts: list[str]) -> tuple[str, ...] | None:
    """The ports; None for any, empty where they can't be read."""
    if "*" in texts:
        return None
    good = bool(texts) and all(bound.isdecimal() for text in texts for bound in text.split("-", 1))
    return tuple(texts) if good else ()
