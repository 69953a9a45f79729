"""FortiOS firewall policies, in the order of the file, and the objects that they name."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sse_compliance.firewall.model import (
    ALWAYS,
    NEVER,
    TCP,
    Action,
    AllOf,
    Chain,
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
from sse_compliance.firewall.objects import Book, Ref, any_of, name, network, on_source
from sse_compliance.firewall.readers.fortios_tree import Node, parse, scope
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "fortios"

#: Settings that ask nothing of a connection.
_NEUTRAL_KEYS = """
    uuid name action status srcaddr-negate dstaddr-negate service-negate comments logtraffic logtraffic-start nat
    utm-status inspection-mode profile-type profile-group profile-protocol-options ssl-ssh-profile av-profile
    webfilter-profile dnsfilter-profile ips-sensor application-list ippool poolname fixedport tcp-mss-sender
    tcp-mss-receiver auto-asic-offload np-acceleration session-ttl label global-label match-vip traffic-shaper
    traffic-shaper-reverse per-ip-shaper capture-packet policyid send-deny-packet block-notification
    anti-replay timeout-send-rst
"""
_NEUTRAL = frozenset(_NEUTRAL_KEYS.split())
#: Profiles that may block a host by its name, or what is spoken with it, after the policy has accepted the connection.
_MAY_BLOCK = ("profile-group", "webfilter-profile", "application-list")
_ANYWHERE = "0.0.0.0"  # noqa: S104  an address, nothing listens on it  # nosec B104

#: What FortiOS brings along, where the file does not redefine it.
_SERVICES: dict[str, Term] = {
    "ALL": ALWAYS,
    "ALL_TCP": Service(TCP),
    "ALL_UDP": Service(17),
    "HTTPS": Service(TCP, ("443",)),
    "HTTP": Service(TCP, ("80",)),
    "SSH": Service(TCP, ("22",)),
    "DNS": AllOf((Service(TCP, ("53",)),)),
}
_INSPECTING = {"deep-inspection": True, "custom-deep-inspection": True}
_LEAVING = frozenset({"certificate-inspection", "no-inspection"})


def read(given: RuleText) -> RuleSet:
    """The policies of a firewall, or of the VDOM that the inventory names.

    Raises:
        InputError: no configuration, no policy, several VDOMs of which none is named, or policy-based NGFW mode.
    """
    domain = scope(given, parse(given))
    objects = _Objects(given.file, domain)
    policies = domain.table("firewall policy").entries
    if not policies:
        raise given.error(1, "it holds no firewall policy")
    if secured := domain.table("firewall security-policy").entries:
        line = next(iter(secured.values())).line
        raise given.error(
            line, "security policies (NGFW mode, policy-based) decide in this file, which are not read here"
        )
    rules = [_rule(objects, number, *one) for number, one in enumerate(policies.items(), 1)]
    chains, decryption = [Chain("policy", tuple(rules))], None
    if any(node.first("ssl-ssh-profile") for node in policies.values()):
        inspected = [
            r for rule, node in zip(rules, policies.values(), strict=True) for r in _decrypts(objects, rule, node)
        ]
        chains.append(Chain("ssl-inspection", tuple(inspected)))
        decryption = Stage("ssl-inspection", Action.ALLOW, "no policy with SSL inspection")
    return given.made(FORMAT, chains, [Stage("policy", Action.DENY, "implicit deny")], decryption=decryption)


def _rule(objects: _Objects, number: int, ident: str, node: Node) -> Rule:
    # Without an action a policy denies.
    action = {"accept": Action.ALLOW, "deny": Action.DENY}.get(node.first("action", "deny"), Action.UNKNOWN)
    # No policy behind it is asked then.
    if action is Action.ALLOW and any(node.all(key) for key in _MAY_BLOCK):
        action = Action.UNKNOWN
    shown = ("srcintf", "dstintf", "srcaddr", "dstaddr", "service", "schedule", *_MAY_BLOCK)
    said = "; ".join(f"{key} {' '.join(node.all(key))}" for key in shown if node.all(key))
    return Rule(
        number=number,
        line=node.line,
        text=f"policy {ident}: {node.first('action', 'deny')}; {said}",
        action=action,
        when=objects.condition(node),
        name=node.first("name") or f"policy {ident}",
        enabled=node.first("status", "enable") != "disable",
    )


def _decrypts(objects: _Objects, rule: Rule, node: Node) -> Iterator[Rule]:
    """What a policy does to TLS: what its profile exempts first, then whether it decrypts the rest."""
    profile = node.first("ssl-ssh-profile")
    text = f"{rule.text}; ssl-ssh-profile {profile or 'none'}"
    passes = rule.action is not Action.DENY
    if passes:
        exempt = objects.exempt(profile)
        if exempt != NEVER:
            yield replace(rule, action=Action.ALLOW, when=AllOf((rule.when, exempt)), text=f"{text}, ssl-exempt")
    action = objects.inspection(profile) if profile and passes else Action.ALLOW
    yield replace(rule, action=action, text=text)


class _Objects:
    """What the names in a configuration stand for."""

    def __init__(self, file: str, domain: Node) -> None:
        self.addresses = Book("address", file)
        self.services = Book("service", file)
        self._profiles = domain.table("firewall ssl-ssh-profile").entries
        self._zones = {zone: node.all("interface") for zone, node in domain.table("system zone").entries.items()}
        self._wildcards = {
            title: name(node.first("wildcard-fqdn"))
            for title, node in domain.table("firewall wildcard-fqdn custom").entries.items()
        }
        for title, node in domain.table("firewall address").entries.items():
            self.addresses.define(title, node.line, [_address(title, node)])
        for title, node in domain.table("firewall address6").entries.items():
            if title not in self.addresses:
                self.addresses.define(title, node.line, [Unknown(f"address6 {title}")])
        for title, node in domain.table("firewall addrgrp").entries.items():
            excluded = node.all("exclude-member") if node.first("exclude") == "enable" else []
            self.addresses.define(title, node.line, [Ref(m) for m in node.all("member")], excluding=excluded)
        for title, node in domain.table("firewall service custom").entries.items():
            self.services.define(title, node.line, [_service(title, node)])
        for title, node in domain.table("firewall service group").entries.items():
            self.services.define(title, node.line, [Ref(member) for member in node.all("member")])
        for title, term in _SERVICES.items():
            if title not in self.services:
                self.services.define(title, 1, [term])
        for title, built_in in (("all", ALWAYS), ("none", NEVER)):
            if title not in self.addresses:
                self.addresses.define(title, 1, [built_in])

    def condition(self, node: Node) -> Term:
        """What a policy asks of a connection."""
        terms = [self._term(key, values, node) for key, values in node.settings.items() if key not in _NEUTRAL]
        for key in ("srcaddr", "dstaddr", "service"):
            if key not in node.settings and not any(k.startswith("internet-service") for k in node.settings):
                terms.append(Unknown(f"{key} is not set"))
        return AllOf(tuple(term for term in terms if term != ALWAYS))

    def _term(self, key: str, values: list[str], node: Node) -> Term:
        is_negated = node.first(f"{key}-negate") == "enable"
        match key:
            case "srcintf" | "dstintf":
                if "any" in values:
                    return ALWAYS
                inside = [interface for zone in values for interface in self._zones.get(zone, [])]
                return Zone((*values, *inside), Side.SOURCE if key == "srcintf" else Side.DESTINATION)
            case "srcaddr" | "dstaddr":
                term = any_of(self.addresses.term(value) for value in values)
                term = Not(term) if is_negated else term
                return on_source(term) if key == "srcaddr" else term
            case "service":
                term = any_of(self.services.term(value) for value in values)
                return Not(term) if is_negated else term
            case "schedule" if values == ["always"]:
                return ALWAYS
            case "srcaddr6" | "dstaddr6" if values in (["all"], ["none"], []):
                return ALWAYS
        if values in (["disable"], []):
            return ALWAYS
        return Unknown(f"{key} {' '.join(values)}")

    def exempt(self, profile: str) -> Term:
        """The hosts that a profile leaves alone."""
        node = self._profiles.get(profile)
        entries = node.table("ssl-exempt").entries.values() if node else ()
        return any_of(self._exempted(entry) for entry in entries)

    def _exempted(self, entry: Node) -> Term:
        match entry.first("type", "fortiguard-category"):
            case "wildcard-fqdn" if entry.first("wildcard-fqdn") in self._wildcards:
                return self._wildcards[entry.first("wildcard-fqdn")]
            case "address":
                return self.addresses.term(entry.first("address"))
        return Unknown(f"ssl-exempt {' '.join(f'{k} {v}' for k, v in entry.settings.items())}")

    def inspection(self, profile: str) -> Action:
        """Whether a profile leaves TLS alone (*allow*) or decrypts it (*deny*)."""
        node = self._profiles.get(profile)
        if node is None:
            if profile in _LEAVING:
                return Action.ALLOW
            return Action.DENY if profile in _INSPECTING else Action.UNKNOWN
        status = node.table("https").first("status") or node.table("ssl").first("inspect-all")
        if status in ("certificate-inspection", "disable"):
            return Action.ALLOW
        return Action.DENY if status == "deep-inspection" else Action.UNKNOWN


def _address(title: str, node: Node) -> Term:
    kind = node.first("type", "ipmask")
    match kind:
        case "ipmask":
            subnet = node.all("subnet") or [_ANYWHERE, _ANYWHERE]
            return network("/".join(subnet)) if len(subnet) <= 2 else Unknown(f"address {title}")
        case "iprange":
            return network(f"{node.first('start-ip', _ANYWHERE)}-{node.first('end-ip')}")
        case "fqdn" | "wildcard-fqdn":
            return name(node.first(kind))
    return Unknown(f"address {title} of type {kind}")


def _service(title: str, node: Node) -> Term:
    kind = node.first("protocol", "TCP/UDP/SCTP")
    if node.all("fqdn") or node.first("iprange", _ANYWHERE) != _ANYWHERE:
        return Unknown(f"service {title} is for some addresses only")
    if kind == "IP":
        number = node.first("protocol-number", "0")
        return ALWAYS if number == "0" else Service(int(number)) if number.isdecimal() else Unknown(f"service {title}")
    if kind in ("ICMP", "ICMP6"):
        return Service(1 if kind == "ICMP" else 58)
    if kind not in ("TCP/UDP/SCTP", "TCP/UDP/UDP-Lite/SCTP"):
        return Unknown(f"service {title} of protocol {kind}")
    terms: list[Term] = []
    for text in node.all("tcp-portrange"):
        ports, _, sources = text.partition(":")
        if not all(bound.isdecimal() for part in (ports, sources or "0") for bound in part.split("-", 1)):
            return Unknown(f"service {title}: {text}")
        terms.append(Service(TCP, (ports,), (sources,) if sources else None))
    return any_of(terms)
