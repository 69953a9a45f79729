"""The conditions of FMC rules: networks, URLs, ports, zones, and what the ids in them stand for.

Source: FMC REST API, ``/object/*`` and ``/policy/accesspolicies/*/accessrules`` with ``expanded=true``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from sse_compliance.firewall.model import ALWAYS, NEVER, TCP, AllOf, AnyOf, Names, Service, Side, Term, Unknown, Zone
from sse_compliance.firewall.names import is_pattern, normal
from sse_compliance.firewall.objects import Book, Ref, any_of, name, network, on_source

#: Keys of a rule that ask nothing of a connection.
_NEUTRAL_KEYS = """
    id name type version links metadata action ruleAction ruleType enabled description commentHistoryList newComments
    logBegin logEnd logFiles logAction sendEventsToFMC enableSyslog syslogConfig syslogSeverity snmpConfig snmpAlert
    ipsPolicy filePolicy variableSet section category ruleId bidirectional encapsulationPorts tunnelZone
    hitCount policyAction
"""
_NEUTRAL = frozenset(_NEUTRAL_KEYS.split())
_TYPES_OF_ADDRESS = frozenset({"Host", "Network", "Range", "FQDN", "NetworkGroup", "DynamicObject", "AnyObject"})
_PROTOCOLS = {"TCP": TCP, "UDP": 17, "ICMP": 1, "IPV6ICMP": 58}

#: Where rules hold conditions that can be decided.
_NETWORKS = ("sourceNetworks", "destinationNetworks", "sourceDynamicObjects", "destinationDynamicObjects")
_PORTS = ("sourcePorts", "destinationPorts")
_ZONES = ("sourceZones", "destinationZones", "sourceInterfaces", "destinationInterfaces")


def items(value: Any) -> list[dict[str, Any]]:
    """The entries of a list, or of an answer of FMC's that pages them."""
    held = value.get("items") if isinstance(value, dict) else value
    return [one for one in held if isinstance(one, dict)] if isinstance(held, list) else []


class Objects:
    """The objects of a dump, by id and, where an id is missing, by name.

    Args:
        file: the dump.
        dumped: its lists of objects.
        firewalls: the ids of the devices that have the policy.
    """

    def __init__(self, file: str, dumped: Any, firewalls: Iterable[str] = ()) -> None:
        self._firewalls = frozenset(firewalls)
        self.addresses = Book("object", file)
        self.urls = Book("URL object", file)
        self.ports = Book("port object", file)
        self.notes: list[str] = []
        found = [one for listed in (dumped.values() if isinstance(dumped, dict) else ()) for one in items(listed)]
        # The firewall's own override is what counts, wherever the dump has it.
        for one in sorted(found, key=self._is_own):
            self._define(one)

    def _define(self, one: dict[str, Any]) -> None:
        kind, text = one.get("type"), str(one.get("value", ""))
        # What a device puts in an object's place is not in the object.
        overridden: list[Term | Ref] = [Unknown(f"{_called(one)} may differ on a device (overridable)")]
        is_open = bool(one.get("overridable") or one.get("overrides")) and not self._is_own(one)
        book = self.addresses
        parts: list[Term | Ref] = []
        if kind in ("Host", "Network", "Range"):
            parts = [network(text)]
        elif kind == "FQDN":
            parts = [self.fqdn(text, str(one.get("dnsResolution", "")))]
        elif kind == "NetworkGroup":
            parts = self._members(one, self._address_literal)
        elif kind == "DynamicObject":
            mappings = [str(m.get("mapping", "")) if isinstance(m, dict) else str(m) for m in _mappings(one)]
            parts = [network(m) for m in mappings] or [Unknown(f"{_called(one)} is filled at run time")]
        elif kind == "Url":
            book, parts = self.urls, [self.url(str(one.get("url", "")))]
        elif kind == "UrlGroup":
            book, parts = self.urls, self._members(one, lambda literal: self.url(str(literal.get("url", ""))))
        elif kind == "ProtocolPortObject":
            book, parts = self.ports, [_port(one)]
        elif kind == "PortObjectGroup":
            book, parts = self.ports, self._members(one, _port)
        else:
            parts = [Unknown(f"{_called(one)}")]
        for key in (one.get("id"), one.get("name")):
            if key:
                book.define(str(key), 1, overridden if is_open else parts)

    def _is_own(self, one: dict[str, Any]) -> bool:
        """Whether it is the override of the one device that has the policy; one of a domain may be overridden again."""
        overrides = one.get("overrides")
        target = overrides.get("target") if isinstance(overrides, dict) else None
        return (
            isinstance(target, dict)
            and target.get("type") == "Device"
            and self._firewalls == frozenset({str(target.get("id"))})
        )

    def _members(self, one: dict[str, Any], literal: Callable[[dict[str, Any]], Term]) -> list[Term | Ref]:
        refs: list[Term | Ref] = [Ref(str(o.get("id") or o.get("name"))) for o in items(one.get("objects"))]
        return [*refs, *(literal(held) for held in items(one.get("literals")))]

    def fqdn(self, text: str, resolution: str) -> Term:
        """An FQDN object; it takes no wildcard."""
        if "*" in text:
            self._note(f"FQDN object {text}: FQDN objects take no wildcard, so it matches nothing")
            return NEVER
        return name(text, {"IPV4_ONLY": 4, "IPV6_ONLY": 6}.get(resolution, 0))

    def url(self, text: str) -> Term:
        """A URL: without a path it is a host's name or the end of one behind a dot; it takes no wildcard."""
        bare = normal(text.partition("://")[2] or text)
        if "*" in bare:
            self._note(f"URL {text}: URL objects take no wildcard, so it matches nothing")
            return NEVER
        if "/" in bare:
            return Unknown(f"URL {text} is compared with the whole URL")
        if not is_pattern(bare):
            return Unknown(f"URL {text}")
        # Whether more may follow behind it, Cisco's text does not tell.
        begins = AllOf((Names((f"{bare}.*", f"*.{bare}.*")), Unknown(f"URL {text} as the beginning of a name")))
        return AnyOf((Names((bare, f"*.{bare}")), begins))

    def _address_literal(self, literal: dict[str, Any]) -> Term:
        if literal.get("type") == "FQDN":
            return self.fqdn(str(literal.get("value", "")), "")
        return network(str(literal.get("value", "")))

    def _note(self, text: str) -> None:
        if text not in self.notes:
            self.notes.append(text)

    # -- a rule's conditions

    def condition(self, rule: dict[str, Any]) -> Term:
        """What a rule asks of a connection. A key that is not known, and not empty, is an unknown."""
        terms: list[Term] = []
        for key, value in rule.items():
            if key in _NEUTRAL or not _asks(value):
                continue
            if key in _NETWORKS:
                terms.append(self._networks(value, is_source=key.startswith("source")))
            elif key in _PORTS:
                terms.append(self._ports(value, is_source=key.startswith("source")))
            elif key in _ZONES:
                zones = tuple(str(zone.get("name")) for zone in items(value.get("objects")))
                terms.append(Zone(zones, Side.SOURCE if key.startswith("source") else Side.DESTINATION))
            elif key == "urls":
                terms.append(self._urls(value))
            else:
                terms.append(Unknown(f"{key}: {_short(value)}"))
        return AllOf(tuple(term for term in terms if term != ALWAYS))

    def _networks(self, value: dict[str, Any], *, is_source: bool) -> Term:
        terms = [self._address(one) for one in items(value.get("objects"))]
        terms += [self._address_literal(one) for one in items(value.get("literals"))]
        terms += _others(value)
        return on_source(any_of(terms)) if is_source else any_of(terms)

    def _address(self, one: dict[str, Any]) -> Term:
        if one.get("type") not in _TYPES_OF_ADDRESS:
            return Unknown(_called(one))
        if str(one.get("name")).lower() in ("any", "any-ipv4") and str(one.get("id")) not in self.addresses:
            return ALWAYS if str(one.get("name")).lower() == "any" else network("0.0.0.0/0")
        return _found(self.addresses, one)

    def _ports(self, value: dict[str, Any], *, is_source: bool) -> Term:
        terms = [_found(self.ports, one) for one in items(value.get("objects"))]
        terms += [_port(one) for one in items(value.get("literals"))]
        term = any_of([*terms, *_others(value)])
        return Unknown(f"source ports {_short(value)}") if is_source else term

    def _urls(self, value: dict[str, Any]) -> Term:
        terms = [_found(self.urls, one) for one in items(value.get("objects"))]
        terms += [self.url(str(one.get("url", ""))) for one in items(value.get("literals"))]
        return any_of([*terms, *_others(value)])


def _found(book: Book, one: dict[str, Any]) -> Term:
    for key in (one.get("id"), one.get("name")):
        if key and str(key) in book:
            return book.term(str(key))
    return Unknown(f"{_called(one)} is not in the dump")


def _others(value: dict[str, Any]) -> Iterable[Term]:
    """What stands in a condition beside objects and literals: categories, reputations, and what is neither."""
    odd = [one for key in ("objects", "literals") for one in value.get(key) or () if not isinstance(one, dict)]
    return [Unknown(_short(one)) for one in odd] + [
        Unknown(f"{key}: {_short(held)}")
        for key, held in value.items()
        if key not in ("objects", "literals", "links") and _asks(held)
    ]


def _port(one: dict[str, Any]) -> Term:
    text, ports = str(one.get("protocol", "")), one.get("port")
    number = _PROTOCOLS.get(text.upper(), int(text) if text.isdecimal() else None)
    if number is None or one.get("type") not in (None, "ProtocolPortObject", "PortLiteral"):
        return Unknown(_short(one))
    if number not in (TCP, 17) or ports in (None, ""):
        return Service(number)
    parts = [part.strip() for part in str(ports).split(",")]
    if not all(bound.strip().isdecimal() for part in parts for bound in part.split("-", 1)):
        return Unknown(_short(one))
    return Service(number, tuple(parts))


def _mappings(one: dict[str, Any]) -> list[Any]:
    held = one.get("mappings")
    held = held.get("items", held) if isinstance(held, dict) else held
    return held if isinstance(held, list) else []


def _asks(value: Any) -> bool:
    """Whether a condition is there: an empty container, or one of empty lists, stands for any."""
    if isinstance(value, dict):
        return any(_asks(held) for key, held in value.items() if key != "links")
    return bool(value)


def _called(one: dict[str, Any]) -> str:
    return f"{one.get('type', 'object')} {one.get('name') or one.get('id') or _short(one)}"


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return text if len(text) <= 120 else f"{text[:117]}..."
