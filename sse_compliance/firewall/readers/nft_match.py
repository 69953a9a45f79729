"""The expressions of an nftables rule, turned into terms (libnftables-json(5))."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sse_compliance.firewall.model import (
    ALWAYS,
    NEVER,
    TCP,
    AllOf,
    Networks,
    Not,
    Service,
    Side,
    State,
    Term,
    Unknown,
    Zone,
)
from sse_compliance.firewall.objects import any_of, network, on_source

_PROTOCOLS = {"tcp": TCP, "udp": 17, "icmp": 1, "ipv6-icmp": 58, "icmpv6": 58, "sctp": 132, "dccp": 33, "esp": 50}
_FAMILIES = {"ip": "0.0.0.0/0", "ipv4": "0.0.0.0/0", "ip6": "::/0", "ipv6": "::/0", 2: "0.0.0.0/0", 10: "::/0"}
_PORTS = {"https": "443", "http": "80", "domain": "53", "ssh": "22", "smtp": "25", "ntp": "123", "ftp": "21"}

#: Statements that decide nothing.
_NEUTRAL = frozenset({"counter", "log", "comment", "notrack"})

#: A key of a rule, and what one element of a set, map or literal asks of it.
_Key = Callable[[Any], Term]


@dataclass(slots=True)
class NamedSets:
    """The sets and maps of one table, by name."""

    elements: dict[str, list[Any]] = field(default_factory=dict)
    #: Those with elements that expire.
    expiring: set[str] = field(default_factory=set)


def is_neutral(statement: Mapping[str, Any]) -> bool:
    """Whether a statement neither asks for anything nor decides."""
    return bool(statement) and next(iter(statement)) in _NEUTRAL


def words(expression: Any) -> str:
    """An expression in short, for messages."""
    text = json.dumps(expression, separators=(",", ":"), sort_keys=True)
    return text if len(text) <= 160 else f"{text[:157]}..."


def match_term(match: Any, sets: NamedSets) -> Term:
    """What ``{"match": {"op", "left", "right"}}`` asks of a connection's first packet."""
    if not isinstance(match, dict) or not {"op", "left", "right"} <= match.keys():
        return Unknown(words(match))
    op, left, right = match["op"], match["left"], match["right"]
    if op not in ("==", "!=", "in", "<", ">", "<=", ">="):
        return Unknown(words(match))
    if op in ("<", ">", "<=", ">="):
        right = _compared(op, right)
        if right is None:
            return Unknown(words(match))
        op = "=="
    term = key_is(left, right, sets)
    if term is None:
        return Unknown(words(match))
    return with_protocol(left, Not(term)) if op == "!=" else with_protocol(left, term)


def with_protocol(left: Any, term: Term) -> Term:
    """``tcp dport != 80`` is about TCP, and ``ip daddr != …`` about IPv4, whatever follows."""
    parts = left.get("concat", [left]) if isinstance(left, dict) else []
    needed: list[Term] = []
    for part in parts:
        payload = part.get("payload", {}) if isinstance(part, dict) else {}
        protocol = payload.get("protocol") if isinstance(payload, dict) else None
        if protocol in ("ip", "ip6"):
            needed.append(Networks((_FAMILIES[protocol],)))
        elif protocol in _PROTOCOLS:
            needed.append(Service(_PROTOCOLS[protocol]))
    return AllOf((*dict.fromkeys(needed), term)) if needed else term


def key_is(left: Any, right: Any, sets: NamedSets) -> Term | None:
    """A term that holds where the key has the value, or one of the values; None where it is not understood."""
    key = _key(left)
    if key is None:
        return None
    return any_of(key(value) for value in elements(right, sets))


def elements(right: Any, sets: NamedSets) -> list[Any]:
    """The values of a literal, an anonymous set, a list or ``@name``; a set that is not there is one unknown value."""
    if isinstance(right, str) and right.startswith("@"):
        named = right[1:]
        return sets.elements.get(named, [{"unknown": f"set {named} is not in the file"}])
    if isinstance(right, dict) and isinstance(right.get("set"), list):
        return [plain(value) for value in right["set"]]
    if isinstance(right, list):
        return [plain(value) for value in right]
    return [plain(right)]


def plain(value: Any) -> Any:
    """An element without its timeout, counter and comment."""
    if isinstance(value, dict) and isinstance(value.get("elem"), dict):
        return plain(value["elem"].get("val"))
    return value


def _compared(op: str, right: Any) -> Any:
    if not isinstance(right, int) or isinstance(right, bool):
        return None
    low, high = {"<": (0, right - 1), "<=": (0, right), ">": (right + 1, 65535), ">=": (right, 65535)}[op]
    return {"range": [low, high]} if low <= high else {"set": []}


def _key(left: Any) -> _Key | None:
    if not isinstance(left, dict) or len(left) != 1:
        return None
    (kind, inner), *_ = left.items()
    if kind == "concat" and isinstance(inner, list):
        keys = [_key(part) for part in inner]
        return None if any(key is None for key in keys) else lambda value: _concat(keys, value)  # type: ignore[arg-type]
    if not isinstance(inner, dict):
        return None
    match kind, inner.get("protocol"), inner.get("field"), inner.get("key"):
        case "payload", "ip" | "ip6", "saddr", _:
            return lambda value: on_source(_address(value))
        case "payload", "ip" | "ip6", "daddr", _:
            return _address
        case ("payload", "ip", "protocol", _) | ("payload", "ip6", "nexthdr", _) | ("meta", _, _, "l4proto"):
            return _protocol
        case "payload", "tcp" | "th", "dport", _:
            return lambda value: _port(value, "ports")
        case "payload", "tcp" | "th", "sport", _:
            return lambda value: _port(value, "source_ports")
        case "payload", "udp" | "sctp" | "dccp" | "icmp" | "icmpv6", _, _:
            return lambda _: NEVER
        case "meta", _, _, "nfproto":
            return lambda value: (
                Networks((_FAMILIES[value],))
                if isinstance(value, str) and value in _FAMILIES
                else Unknown(words(value))
            )
        case "meta", _, _, "iifname" | "iif":
            return lambda value: _interface(value, Side.SOURCE)
        case "meta", _, _, "oifname" | "oif":
            return lambda value: _interface(value, Side.DESTINATION)
        case "ct", _, _, "ip saddr" | "ip6 saddr" | "saddr" if inner.get("dir") == "original":
            return lambda value: _of(_address(value), Side.CLIENT)
        case "ct", _, _, "ip daddr" | "ip6 daddr" | "daddr" if inner.get("dir") == "original":
            return lambda value: _of(_address(value), Side.SERVER)
        case "ct", _, _, "state":
            return lambda value: State((value,)) if isinstance(value, str) else Unknown(words(value))
    return None


def _of(term: Term, side: Side) -> Term:
    return replace(term, side=side) if isinstance(term, Networks) else term


def _concat(keys: list[_Key], value: Any) -> Term:
    parts = value.get("concat") if isinstance(value, dict) else None
    if not isinstance(parts, list) or len(parts) != len(keys):
        return Unknown(words(value))
    return AllOf(tuple(key(plain(part)) for key, part in zip(keys, parts, strict=True)))


def _address(value: Any) -> Term:
    match value:
        case str() if value != "*":
            return network(value)
        case {"prefix": {"addr": str(address), "len": int(length)}}:
            return network(f"{address}/{length}")
        case {"range": [str(first), str(last)]}:
            return network(f"{first}-{last}")
    return ALWAYS if value == "*" else Unknown(words(value))


def _protocol(value: Any) -> Term:
    number = _PROTOCOLS.get(value) if isinstance(value, str) else value
    if isinstance(number, int):
        return Service(number)
    return Unknown(f"protocol {words(value)}")


def _port(value: Any, side: str) -> Term:
    match value:
        case bool():
            return Unknown(words(value))
        case int() as number:
            text = f"{number}"
        case str() if value in _PORTS:
            text = _PORTS[value]
        case {"range": [int(first), int(last)]}:
            text = f"{first}-{last}"
        case _:
            return ALWAYS if value == "*" else Unknown(f"port {words(value)}")
    return Service(None, ports=(text,)) if side == "ports" else Service(None, source_ports=(text,))


def _interface(value: Any, side: Side) -> Term:
    if not isinstance(value, str) or "*" in value:
        return Unknown(f"interface {words(value)}")
    return Zone((value,), side)
