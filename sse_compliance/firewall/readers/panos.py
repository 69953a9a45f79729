"""PAN-OS security rules: Panorama's pre-rules, the firewall's own, Panorama's post-rules, then the default rules."""

from __future__ import annotations

from collections.abc import Iterator

from sse_compliance.firewall.model import (
    ALWAYS,
    HTTPS,
    TCP,
    Action,
    AllOf,
    Chain,
    Names,
    Not,
    Rule,
    RuleSet,
    Service,
    Side,
    Stage,
    Term,
    Unknown,
    Zone,
)
from sse_compliance.firewall.names import is_pattern, normal
from sse_compliance.firewall.objects import Book, Ref, any_of, name, network, on_source
from sse_compliance.firewall.readers.panos_config import Config, Entry, from_set, from_xml
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "panos"

_ACTIONS = {
    "allow": Action.ALLOW,
    "deny": Action.DENY,
    "drop": Action.DENY,
    "reset-client": Action.DENY,
    "reset-server": Action.DENY,
    "reset-both": Action.DENY,
}
_DECRYPTION = {"no-decrypt": Action.ALLOW, "decrypt": Action.DENY, "decrypt-and-forward": Action.DENY}

#: Keys that ask nothing of a connection.
_NEUTRAL_KEYS = """
    action disabled profile-setting log-start log-end log-setting description tag group-tag option qos uuid
    icmp-unreachable negate-source negate-destination type profile log-success log-fail
"""
_NEUTRAL = frozenset(_NEUTRAL_KEYS.split())
_INTERZONE = "interzone-default"
_INTRAZONE = "intrazone-default"


def read(given: RuleText) -> RuleSet:
    """The security rules of a firewall or of a device group.

    Raises:
        InputError: no configuration, several virtual systems of which none is named, address groups that hold each
            other.
    """
    config = from_xml(given) if given.text.lstrip().startswith("<") else from_set(given)
    scopes = config.scopes - {"shared"}
    if given.place.vdom is not None and given.place.vdom not in scopes and scopes:
        raise given.error(
            1, f"there is no vsys or device group {given.place.vdom!r}; it has {', '.join(sorted(scopes))}"
        )
    if len(scopes) > 1 and given.place.vdom is None:
        raise given.error(1, f"say which vsys or device group (vdom) in the inventory: {', '.join(sorted(scopes))}")
    objects = _Objects(given.file, config)
    rules = [
        _rule(objects, number, title, entry) for number, (title, entry) in enumerate(config.in_order("security"), 1)
    ]
    if not rules:
        raise given.error(1, "it holds no security rule")
    chains = [Chain("security", tuple(rules))]
    inspected = list(config.in_order("decryption"))
    decryption = None
    if inspected:
        chains.append(Chain("decryption", tuple(_decryption(objects, inspected))))
        decryption = Stage("decryption", Action.ALLOW, "no decryption rule")
    return given.made(FORMAT, chains, [_default(given, config)], decryption=decryption)


def _default(given: RuleText, config: Config) -> Stage:
    place = given.place
    title = _INTRAZONE if place.from_zone is not None and place.from_zone == place.to_zone else _INTERZONE
    action = Action.ALLOW if title == _INTRAZONE else Action.DENY
    for called, entry in config.in_order("default-security-rules"):
        if called == title and entry.first("action"):
            action = _ACTIONS.get(entry.first("action"), Action.UNKNOWN)
            break
    return Stage("security", action, f"{title} {action}")


def _rule(objects: _Objects, number: int, title: str, entry: Entry) -> Rule:
    action = _ACTIONS.get(entry.first("action"), Action.UNKNOWN)
    # URL filtering and the like may still block what the rule allows, and no rule behind it is asked then.
    if action is Action.ALLOW and entry.all("profile-setting"):
        action = Action.UNKNOWN
    return Rule(
        number=number,
        line=entry.line,
        text="; ".join(f"{key} {' '.join(values)}" for key, values in entry.values.items()),
        action=action,
        when=objects.condition(entry),
        name=title,
        enabled=entry.first("disabled") != "yes",
    )


def _decryption(objects: _Objects, rules: list[tuple[str, Entry]]) -> Iterator[Rule]:
    for number, (title, entry) in enumerate(rules, 1):
        yield Rule(
            number=number,
            line=entry.line,
            text=f"decryption: {entry.first('action')} {' '.join(entry.all('destination'))}",
            action=_DECRYPTION.get(entry.first("action"), Action.UNKNOWN),
            when=objects.condition(entry),
            name=title,
            enabled=entry.first("disabled") != "yes",
        )


class _Objects:
    """What the names in a configuration stand for."""

    def __init__(self, file: str, config: Config) -> None:
        self.addresses = Book("address", file)
        self.services = Book("service", file)
        self.categories: dict[str, Term] = {}
        for title, entry in config.objects["address"].items():
            self.addresses.define(title, entry.line, _address(title, entry))
        for title, entry in config.objects["address-group"].items():
            members = [Ref(member) for member in entry.all("static")]
            dynamic = [Unknown(f"dynamic address group {title}")] if "dynamic" in entry.values else []
            self.addresses.define(title, entry.line, [*members, *dynamic])
        for title, entry in config.objects["service"].items():
            self.services.define(title, entry.line, [_service(entry)])
        for title, entry in config.objects["service-group"].items():
            self.services.define(title, entry.line, [Ref(member) for member in entry.all("members")])
        for title, entry in config.objects["custom-url-category"].items():
            self.categories[title] = any_of(_url(text) for text in entry.all("list"))

    def condition(self, entry: Entry) -> Term:
        """What a rule asks of a connection."""
        terms: list[Term] = []
        for key, values in entry.values.items():
            if key in _NEUTRAL or (values == ["any"] and key != "service"):
                continue
            terms.append(self._term(key, values, entry))
        return AllOf(tuple(term for term in terms if term != ALWAYS))

    def _term(self, key: str, values: list[str], entry: Entry) -> Term:
        match key:
            case "from" | "to":
                zones = Zone(tuple(values), Side.SOURCE if key == "from" else Side.DESTINATION)
                return ALWAYS if "any" in values else zones
            case "source" | "destination":
                term = any_of(self._address(value) for value in values)
                term = Not(term) if entry.first(f"negate-{key}") == "yes" else term
                return on_source(term) if key == "source" else term
            case "service":
                return any_of(self._service(value) for value in values)
            case "application":
                # What a connection over TLS is taken for; anything closer is known after the first packets only.
                return ALWAYS if {"any", "ssl"} & set(values) else Unknown(f"application {' '.join(values)}")
            case "category":
                return any_of(self.categories.get(value, Unknown(f"URL category {value}")) for value in values)
            case "rule-type" if values == ["universal"]:
                return ALWAYS
            case "target" if not {"devices", "tags"} & set(values):
                return ALWAYS
            case "schedule":
                return Unknown(f"schedule {' '.join(values)}")
        return Unknown(f"{key} {' '.join(values)}")

    def _address(self, value: str) -> Term:
        if value == "any":
            return ALWAYS
        if value in self.addresses:
            return self.addresses.term(value)
        literal = network(value)
        return self.addresses.term(value) if isinstance(literal, Unknown) else literal

    def _service(self, value: str) -> Term:
        match value:
            case "any":
                return ALWAYS
            case "application-default":
                return Service(TCP, (f"{HTTPS}",))
            case "service-https" if value not in self.services:
                return Service(TCP, ("443",))
            case "service-http" if value not in self.services:
                return Service(TCP, ("80", "8080"))
        return self.services.term(value)


def _address(title: str, entry: Entry) -> list[Term | Ref]:
    terms: list[Term | Ref] = []
    for key, values in entry.values.items():
        for value in values:
            match key:
                case "ip-netmask" | "ip-range":
                    terms.append(network(value))
                case "fqdn":
                    terms.append(name(value))
                case _:
                    terms.append(Unknown(f"address {title}: {key} {value}"))
    return terms or [Unknown(f"address {title} has no value")]


def _service(entry: Entry) -> Term:
    protocols = {"tcp": TCP, "udp": 17, "sctp": 132}
    number = protocols.get(entry.first("protocol"))
    if number is None or "protocol-more" in entry.values:
        return Unknown(f"service {entry.values}")
    ports = _ports(entry.all("port"))
    sources = _ports(entry.all("source-port"))
    if ports is None or (entry.all("source-port") and sources is None):
        return Unknown(f"service {entry.values}")
    return Service(number, ports, sources if entry.all("source-port") else None)


def _ports(values: list[str]) -> tuple[str, ...] | None:
    parts = [part.strip() for value in values for part in value.split(",") if part.strip()]
    good = bool(parts) and all(bound.isdecimal() for part in parts for bound in part.split("-", 1))
    return tuple(parts) if good else None


def _url(text: str) -> Term:
    """An entry of a custom URL category: a host, or ``*.`` and a host; with a path it can't be decided."""
    host = normal(text.rstrip("/"))
    if "/" in host or not is_pattern(host) or "*" in host.removeprefix("*."):
        return Unknown(f"URL {text}")
    return Names((host,))
