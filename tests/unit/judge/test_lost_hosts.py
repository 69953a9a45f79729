"""A rule set that loses a host never passes the gate, by whatever the run's own tests make of it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from inspect import signature
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.collect.rule_sets import PROBE, RuleSets
from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.causes import with_causes
from sse_compliance.findings.gate import Gate, decide
from sse_compliance.inventory.device import Access, Device, Platform, RuleSetRef, Target
from sse_compliance.judge.outcome import judge_test
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.suite import Suite
from tests.unit.judge.recorded import tests_of_the_suite as suites_tests

CATALOGUE, REGIONS, TESTS = load_catalogue(), load_regions(), suites_tests()
RULES = ("SSE-FWR-01", "SSE-FWR-02", "SSE-FWR-03")
PATTERNS = [endpoint.pattern for endpoint in REGIONS.endpoints("us", "classic")]
ADDRESS = "192.0.2.7"

#: What takes nothing from a host.
NOISE = (
    "{action: deny, service: udp/443}",
    "{action: allow, service: tcp/8443}",
    "{action: deny, destination: '*.example.com'}",
    "{action: deny, source: 198.51.100.0/24}",
    "{action: deny, enabled: false}",
    "{action: continue}",
)
#: What loses one, for certain or for all that anybody can tell.
LOST: dict[str, Callable[[str], str]] = {
    "removed": lambda _: "",
    "denied": lambda rule: rule.replace("allow", "deny"),
    "rejected": lambda rule: rule.replace("allow", "reject"),
    "not enabled": lambda rule: rule.replace("}", ", enabled: false}"),
    "other port": lambda rule: rule.replace("tcp/443", "tcp/8443"),
    "other protocol": lambda rule: rule.replace("tcp/443", "udp/443"),
    "other device": lambda rule: rule.replace(ADDRESS, "198.51.100.7"),
    "all but this device": lambda rule: rule.replace("source", "not_source"),
    "other name": lambda rule: rule.replace("destination: '", "destination: 'not-"),
    "at some hours": lambda rule: rule.replace("}", ", condition: business hours}"),
    "only passed on": lambda rule: rule.replace("allow", "continue"),
}

Noise = list[tuple[int, str]]


def rule_set(lost: dict[str, str], order: list[str], noise: Noise) -> str:
    """Rules that allow each host by name, but for what is done to some; and one that denies the rest."""
    rules = []
    for pattern in order:
        rule = f"{{action: allow, source: {ADDRESS}, destination: '{pattern}', service: tcp/443}}"
        rules.append(LOST[lost[pattern]](rule) if pattern in lost else rule)
    for place, rule in noise:
        rules.insert(place % (len(rules) + 1), rule)
    held = "".join(f"  - {rule}\n" for rule in rules if rule)
    return f"schema: 1\ndefault: deny\nrules:\n{held}  - {{action: deny}}\n"


def exit_code(text: str) -> int:
    """What a run over one device behind these rules ends with."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "edge.yaml"
        path.write_text(text, encoding="utf-8")
        device = Device("d", Platform.FTD, "us", address=ADDRESS, rulesets=("edge.yaml",))
        source = RuleSets([Target(device, Access(ADDRESS), (RuleSetRef("edge.yaml", str(path)),))])
        probes = source.ask({"d": [PROBE]})["d"]
    suite = Suite(CATALOGUE, REGIONS, {"d": device}, evidence={"d": Evidence(device, "", probes)}, tests=TESTS)
    findings = [
        judge_test(case, TESTS[name], arguments_of(suite, case, signature(TESTS[name]).parameters)).finding
        for name in RULES
        for _, host in suite.cases(CATALOGUE[name])
        for case in [suite.case(CATALOGUE[name], "d", host)]
    ]
    assert len(findings) == len(RULES) * len(PATTERNS)
    return decide(with_causes(findings, CATALOGUE, suite.allowlist), Gate()).exit_code


noises = st.lists(st.tuples(st.integers(0, 9), st.sampled_from(NOISE)), max_size=4)


@settings(max_examples=30, deadline=None)
@given(
    lost=st.dictionaries(st.sampled_from(PATTERNS), st.sampled_from(sorted(LOST)), min_size=1, max_size=3),
    order=st.permutations(PATTERNS),
    noise=noises,
)
def test_a_lost_host_never_ends_with_0(lost: dict[str, str], order: list[str], noise: Noise) -> None:
    code = exit_code(rule_set(lost, order, noise))
    assert code in (1, 10)
    if "at some hours" not in lost.values():
        assert code == 1


@settings(max_examples=10, deadline=None)
@given(order=st.permutations(PATTERNS), noise=noises)
def test_what_takes_nothing_away_ends_with_0(order: list[str], noise: Noise) -> None:
    assert exit_code(rule_set({}, order, noise)) == 0


@pytest.mark.parametrize("way", LOST)
def test_each_way_to_lose_a_host(way: str) -> None:
    code = exit_code(rule_set({PATTERNS[0]: way}, PATTERNS, []))
    assert code == (10 if way == "at some hours" else 1)
