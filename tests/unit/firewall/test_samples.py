"""Real configurations: no rule of a file is lost, whatever a reader thinks of it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.firewall.formats import read_rules
from sse_compliance.firewall.model import Place, RuleSet
from sse_compliance.firewall.readers.text import RuleText

DATA = Path(__file__).parents[2] / "data" / "firewall"

#: How a person without any parser counts the rules of a file: lines that begin one.
_COUNTS = {
    "asa": re.compile(r"^access-list \S+ (?!remark)", re.MULTILINE),
    "asa-show": re.compile(r"^access-list \S+ line \d+ (?!remark)", re.MULTILINE),
    "fortios": re.compile(r"^    edit ", re.MULTILINE),
    "aws": re.compile(r'"IpProtocol"'),
    "azure": re.compile(r'"priority"'),
    "nftables": re.compile(r'^   "rule": \{', re.MULTILINE),
}


def text_of(name: str) -> str:
    """A sample without the note on where it comes from."""
    text = (DATA / name).read_text(encoding="utf-8")
    return json.dumps(json.loads(text)["body"], indent=1) if name.endswith(".json") else text


def dumb_count(name: str, form: str) -> int:
    """The rules of a file by its looks."""
    text = text_of(name)
    if form == "panos":
        return len(set(re.findall(r'^set (.*rulebase security rules (?:"[^"]*"|\S+)) ', text, re.MULTILINE)))
    if form == "fortios":
        text = text.partition("config firewall policy")[2].partition("\nend")[0]
    if form == "nftables":
        return len(re.findall(r'"rule": \{', text))
    return len(_COUNTS[form].findall(text))


def counted(read: RuleSet) -> int:
    """The rules that a reader gave: several of one rule's are one, and what a reader puts together itself is none."""
    own = [
        chain for chain in read.chains if ">" not in chain.name and chain.name not in ("ssl-inspection", "decryption")
    ]
    return len({(chain.name, rule.line, rule.number) for chain in own for rule in chain.rules if rule.number})


SAMPLES = [
    ("asa_run_asa-acl-object.cfg", "asa", {"acl": "acl1"}),
    ("asa_run_asa-filters-global.cfg", "asa", {}),
    ("asa_run_asa-filters.cfg", "asa", {"from_zone": "name4", "to_zone": "name3"}),
    ("asa_run_asa-service-object-inline.cfg", "asa", {"acl": "ACL_ICMP"}),
    ("asa_show_access_list_expanded.txt", "asa-show", {}),
    ("asa_show_access_list_expanded_fqdn_unresolved.txt", "asa-show", {}),
    ("asa_show_access_list_fqdn_resolved.txt", "asa-show", {}),
    ("asa_show_access_list_names_and_ports.txt", "asa-show", {}),
    ("asa_show_access_list_numeric.txt", "asa-show", {}),
    ("asa_show_access_list_port_not_equal.txt", "asa-show", {}),
    ("asa_show_access_list_src_port.txt", "asa-show", {}),
    ("asa_show_access_list_standard.txt", "asa-show", {"acl": "third-acl"}),
    ("aws_security_group.json", "aws", {}),
    ("azure_nsg.json", "azure", {}),
    ("fortios_firewall_policy.conf", "fortios", {}),
    ("fortios_firewall_policy_addrgrp.conf", "fortios", {}),
    ("fortios_policy_move.conf", "fortios", {}),
    ("fortios_wildcard_fqdn_and_ssl_exempt.conf", "fortios", {}),
    ("nft_j_list_ruleset.json", "nftables", {}),
    ("panos_set_app-id.conf", "panos", {}),
    ("panos_set_panorama-rulebase.conf", "panos", {}),
    ("panos_set_rulebase.conf", "panos", {}),
]

#: Files that hold objects only, or what no reader judges: refused, with the reason.
REFUSED = {
    "asa_run_asa-gh-8134.cfg": ("asa", "no access-list"),
    "asa_run_asa-nested-network-object-group.cfg": ("asa", "no access-list"),
    "asa_run_asa-nested-protocol-object-group.cfg": ("asa", "no access-list"),
    "asa_run_asa-nested-service-object-group.cfg": ("asa", "no access-list"),
    "asa_run_asa-security-level.cfg": ("asa", "no access-list"),
    "asa_run_asa-service-object.cfg": ("asa", "no access-list"),
    "asa_run_network-object.cfg": ("asa", "no access-list"),
    "asa_show_object_group_network.txt": ("asa", "no access-list"),
    "asa_show_run_object_group_service.txt": ("asa", "no access-list"),
    "asa_show_run_object_network_incl_fqdn.txt": ("asa", "no access-list"),
    "asa_show_run_object_service.txt": ("asa", "no access-list"),
    "fortios_address.conf": ("fortios", "no firewall policy"),
    "fortios_internet_service_name.conf": ("fortios", "no firewall policy"),
    "fortios_service_custom.conf": ("fortios", "no firewall policy"),
    "fortios_service_group.conf": ("fortios", "no firewall policy"),
    "ftd_access_list_advanced.txt": (None, "an FTD's own compiled list"),
    "iptables_save.txt": (None, "the format can't be told"),
    "nft_input.nft": (None, "the format can't be told"),
    "panos_set_address-group-dynamic.conf": ("panos", "no security rule"),
    "panos_set_address-groups-nested.conf": ("panos", "no security rule"),
    "panos_set_address-objects.conf": ("panos", "no security rule"),
    "panos_show_running_security_policy.txt": ("panos", "expected a set command"),
    "panos_test_security_policy_match.txt": ("panos", "expected a set command"),
}


def test_every_sample_is_judged_or_refused() -> None:
    assert {path.name for path in DATA.iterdir()} == {name for name, _, _ in SAMPLES} | REFUSED.keys()


@pytest.mark.parametrize(("name", "form", "place"), SAMPLES, ids=[sample[0] for sample in SAMPLES])
def test_no_rule_is_lost(name: str, form: str, place: dict[str, str]) -> None:
    read = read_rules(RuleText(name, text_of(name), Place(**place)), None)
    assert read.format == form
    assert counted(read) == dumb_count(name, form) > 0


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_rule_set_is_refused(name: str) -> None:
    form, said = REFUSED[name]
    with pytest.raises(InputError, match=said):
        read_rules(RuleText(name, text_of(name)), form)
