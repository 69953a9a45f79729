"""The rule to add, in the language of the rule set that blocks a host. A suggestion to copy, not more."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from sse_compliance.firewall.conditions import Address
from sse_compliance.firewall.model import RuleSet


def suggestion(rule_set: RuleSet, source: Address | None, pattern: str, before: int | None) -> str:
    """The rule that allows a host by name.

    Args:
        rule_set: that which blocks it.
        source: the device's address; the rule set's own view of it goes before.
        pattern: the host's name, or the pattern that must be allowed.
        before: the number of the rule that it must stand before; None where it may stand at the end.
    """
    seen = rule_set.place.source or (str(source) if source else "<address of the device>")
    write = _WRITERS.get(rule_set.format)
    return write(rule_set, seen, pattern, before) if write else ""


def _label(pattern: str) -> str:
    """A name for an object."""
    return "sse-" + re.sub(r"[^a-z0-9]+", "-", pattern.replace("*", "")).strip("-")


def _neutral(_: RuleSet, source: str, pattern: str, __: int | None) -> str:
    return f'- {{action: allow, source: {source}, destination: "{pattern}", service: tcp/443}}'


def _asa(rule_set: RuleSet, source: str, pattern: str, before: int | None) -> str:
    acl = rule_set.place.acl or rule_set.stages[0].chain.strip(">").partition(">")[0] or "<access list>"
    line = f" line {before}" if before else ""
    if "*" in pattern:
        # An ASA's fqdn takes no wildcard; of the pattern's names the one in use is told.
        first = pattern.replace("*", "01", 1)
        note = f" (an ASA's fqdn takes no wildcard: for all of {pattern} allow any destination, or each name in use)"
    else:
        first, note = pattern, ""
    label = _label(first)
    return (
        f"object network {label} / fqdn v4 {first} / access-list {acl}{line} extended permit tcp host {source}"
        f" object {label} eq https{note}"
    )


def _nftables(_: RuleSet, source: str, pattern: str, __: int | None) -> str:
    return (
        f"ip saddr {source} ip daddr @sse tcp dport 443 accept (nftables knows no names: fill the set sse with the"
        f" addresses of {pattern} by a job of your own, or filter by name on a proxy)"
    )


def _fmc(_: RuleSet, source: str, pattern: str, before: int | None) -> str:
    url = pattern.rpartition("*")[2].lstrip(".") if "*" in pattern else pattern
    note = f" (a URL object takes no wildcard; {url} covers {pattern})" if "*" in pattern else ""
    where = f", above rule {before}" if before else ""
    return f"access rule{where}: action ALLOW, source {source}, destination port TCP 443, URL {url}{note}"


def _panos(_: RuleSet, source: str, pattern: str, __: int | None) -> str:
    if "*" in pattern:
        target = f"set profiles custom-url-category {_label(pattern)} list [ {pattern} ]"
        match = f"category {_label(pattern)} destination any"
    else:
        target = f"set address {_label(pattern)} fqdn {pattern}"
        match = f"destination {_label(pattern)}"
    rule = f"set rulebase security rules {_label(pattern)}"
    return (
        f"{target} / {rule} from any to any source {source} {match} application ssl"
        " service application-default action allow"
    )


def _fortios(_: RuleSet, source: str, pattern: str, __: int | None) -> str:
    kind = "wildcard-fqdn" if "*" in pattern else "fqdn"
    return (
        f'config firewall address / edit "{_label(pattern)}" / set type {kind} / set {kind} "{pattern}" / end;'
        f' config firewall policy / edit 0 / set srcaddr "<{source}>" / set dstaddr "{_label(pattern)}"'
        ' / set service "HTTPS" / set schedule "always" / set action accept / end'
    )


def _aws(_: RuleSet, __: str, pattern: str, ___: int | None) -> str:
    return (
        "aws ec2 authorize-security-group-egress --group-id <group> --protocol tcp --port 443 --cidr 0.0.0.0/0"
        f" (a security group knows no names; to allow {pattern} only, use AWS Network Firewall with a domain list)"
    )


def _azure(_: RuleSet, source: str, pattern: str, before: int | None) -> str:
    return (
        f"az network nsg rule create -n {_label(pattern)} --priority <below {before or 'that of the rule that blocks'}>"
        f" --direction Outbound --access Allow --protocol Tcp --source-address-prefixes {source}"
        " --destination-address-prefixes Internet --destination-port-ranges 443"
        f" (an NSG knows no names; to allow {pattern} only, use Azure Firewall with an application rule)"
    )


_WRITERS: Mapping[str, Callable[[RuleSet, str, str, int | None], str]] = {
    "neutral": _neutral,
    "asa": _asa,
    "asa-show": _asa,
    "nftables": _nftables,
    "fmc": _fmc,
    "panos": _panos,
    "fortios": _fortios,
    "aws": _aws,
    "azure": _azure,
}
