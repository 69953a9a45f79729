"""An access policy that is read from its FMC: put together whole, judged, replayed, refused where it is not there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.collect.fmc.fmc_source import FmcSource
from sse_compliance.collect.fmc.policies import read_policy
from sse_compliance.collect.rule_sets import PROBE, RuleSets, read_rule_set
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.findings.finding import Finding, State
from sse_compliance.firewall.decision import Verdict, decide
from sse_compliance.firewall.formats import read_rules
from sse_compliance.firewall.model import Place
from sse_compliance.firewall.readers.text import RuleText
from sse_compliance.inventory.load import load_inventory
from sse_compliance.lab.fmc.api import Api
from sse_compliance.lab.fmc.server import FmcServer
from sse_compliance.lab.fmc.state import FmcState
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import PASSWORD, USER, StartFmc, client
from tests.integration.suite_run import run_suite
from tests.integration.test_firewall_rules import a_port

INGEST = "eventing-ingest.sse.itd.cisco.com"
HOSTS = [endpoint.fqdn for endpoint in load_regions().endpoints("us", "classic")]

CLOUD = {"id": "g1", "type": "NetworkGroup", "name": "sse-cloud"}
POLICY = {
    "id": "p1",
    "type": "AccessPolicy",
    "name": "Edge policy",
    "defaultAction": {"id": "d1", "type": "AccessPolicyDefaultAction"},
    "prefilterPolicySetting": {"id": "f1", "type": "PrefilterPolicy", "name": "Default Prefilter Policy"},
    "decryptionPolicySetting": {"id": "s1", "type": "DecryptionPolicy", "name": "decrypt"},
}


def rule(number: int, action: str, **more: Any) -> dict[str, Any]:
    metadata = {"ruleIndex": number, "section": "mandatory"}
    return {"id": f"r{number}", "type": "AccessRule", "name": f"rule {number}", "action": action, "enabled": True,
            "metadata": metadata, **more}  # fmt: skip


FQDNS = [{"id": f"q{n}", "type": "FQDN", "name": host, "value": host} for n, host in enumerate(HOSTS)]
TO_CLOUD = {"destinationNetworks": {"objects": [CLOUD]}}
TO_INGEST = {"destinationNetworks": {"objects": [{k: v for k, v in one.items() if k != "value"} for one in FQDNS
                                                 if one["name"] == INGEST]}}  # fmt: skip

MORE: dict[str, Any] = {
    "policy/accesspolicies": [POLICY, {"id": "p2", "type": "AccessPolicy", "name": "Base"}],
    "policy/accesspolicies/p1": POLICY,
    "policy/accesspolicies/p1/defaultactions/d1": {"id": "d1", "action": "INHERIT_FROM_PARENT"},
    "policy/accesspolicies/p1/accessrules": [rule(1, "ALLOW", **TO_CLOUD)],
    "policy/accesspolicies/p1/inheritancesettings": [{"id": "i", "basePolicy": {"id": "p2", "type": "AccessPolicy"}}],
    "policy/accesspolicies/p2": {"id": "p2", "name": "Base", "defaultAction": {"id": "d2", "action": "BLOCK"}},
    "policy/accesspolicies/p2/accessrules": [rule(1, "BLOCK", **TO_INGEST)],
    "policy/accesspolicies/p2/inheritancesettings": [],
    "policy/prefilterpolicies/f1/prefilterrules": [],
    "policy/decryptionpolicies/s1": {"id": "s1", "mode": "EXPERT", "defaultAction": {"policyAction": "DO_NOT_DECRYPT"}},
    "policy/decryptionpolicies/s1/decryptionpolicyrules": [{"name": "mx", "ruleAction": "DECRYPT_RESIGN", "urls": {
        "literals": [{"type": "Url", "url": "mx01.sse.itd.cisco.com"}]}}],
    "assignment/policyassignments": [{"id": "a", "policy": {"id": "p1"}, "targets": [{"name": "edge-ftd"}]}],
    "object/fqdns": FQDNS,
    "object/networkgroups": [{**CLOUD, "objects": [{"id": one["id"], "type": "FQDN"} for one in FQDNS]}],
}  # fmt: skip

INVENTORY = """\
devices:
  - name: fra-fmc
    address: 127.0.0.1
    platform: fmc
    region: us
    rest: {{user: {user}, password: {{env: LAB_FMC_PASSWORD}}, port: {port}, ca_file: {ca}}}
  - name: ftd-a
    address: 127.0.0.1
    port: {ssh}
    platform: ftd
    region: us
    rulesets: [{{fmc: fra-fmc, policy: {policy}}}]
"""


@pytest.fixture(autouse=True)
def _password(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)


def inventory(folder: Path, server: FmcServer, trust: Trust, policy: str = "Edge policy", ssh: int = 2222) -> Path:
    path = folder / "inventory.yaml"
    path.write_text(INVENTORY.format(user=USER, port=server.port, ca=trust.ca_file, policy=policy, ssh=ssh))
    return path


def verdicts(server: FmcServer, trust: Trust) -> dict[str, str]:
    """Of each host; FMC's answers are read as a dump."""
    text = read_policy(client(server, trust), "Edge policy")
    read = read_rules(RuleText("fmc:fmc/Edge policy", text, Place()), "fmc")
    return {host: decide([read], host, None, (), None).verdict for host in HOSTS}


def started(start_fmc: StartFmc, **changed: Any) -> FmcServer:
    """An FMC with the policy; a key of None takes an answer away."""
    more = {path: answer for path, answer in {**MORE, **changed}.items() if answer is not None}
    return start_fmc(FmcState(more=more))


def test_a_policy_is_put_together_with_what_it_inherits_and_names(start_fmc: StartFmc, trust: Trust) -> None:
    server = started(start_fmc)
    expected = dict.fromkeys(HOSTS, Verdict.BY_NAME) | {INGEST: Verdict.BLOCKED}
    assert verdicts(server, trust) == expected
    assert {method for method, path in server.seen if "auth" not in path} == {"GET"}


@pytest.mark.parametrize(
    "changed",
    [
        {"policy/accesspolicies/p1": {k: v for k, v in POLICY.items() if k != "prefilterPolicySetting"}},
        {"policy/accesspolicies/p1": {**POLICY, "securityIntelligence": {"id": "x", "type": "SecurityIntelligence"}}},
        {"object/networkgroups": None},
        {"object/fqdns": None},
    ],
    ids=["no prefilter told", "security intelligence", "an old FMC's groups", "an old FMC's names"],
)
def test_what_the_fmc_does_not_tell_is_never_allowed(start_fmc: StartFmc, trust: Trust, changed: Any) -> None:
    said = verdicts(started(start_fmc, **changed), trust)
    assert set(said.values()) <= {Verdict.CANNOT_TELL, Verdict.BLOCKED}
    assert Verdict.CANNOT_TELL in said.values()


@pytest.mark.parametrize("path", ["p1/accessrules", "p1/inheritancesettings", "p2/accessrules"])
def test_half_a_policy_is_none(start_fmc: StartFmc, trust: Trust, path: str) -> None:
    server = started(start_fmc, **{f"policy/accesspolicies/{path}": None})
    with pytest.raises(FmcError, match="404"):
        read_policy(client(server, trust), "Edge policy")


def test_policies_that_inherit_in_a_circle_are_refused(start_fmc: StartFmc, trust: Trust) -> None:
    circle: Mapping[str, Any] = {"policy/accesspolicies/p2/inheritancesettings": [{"basePolicy": {"id": "p1"}}]}
    with pytest.raises(FmcError, match="without end"):
        read_policy(client(started(start_fmc, **circle), trust), "Edge policy")


def told(findings: tuple[Finding, ...]) -> list[tuple[str, str, State, str, str | None]]:
    return [(one.device, one.key, one.state, one.observed, one.reason) for one in findings]


def test_a_run_judges_the_policy_and_a_replay_the_same(start_fmc: StartFmc, trust: Trust, tmp_path: Path) -> None:
    server = started(start_fmc)
    environment = {"LAB_FMC_PASSWORD": PASSWORD}
    with a_port() as (ssh, came):
        path = inventory(tmp_path, server, trust, ssh=ssh)
        devices = f"--inventory={path}", "-k", "SSE-FWR", "--devices=ftd-a", f"--audit={tmp_path / 'audit.jsonl'}"
        run = run_suite(tmp_path / "live", *devices, environment=environment)
        assert came == []
    by_key = {finding.key: finding for finding in run.results.findings}
    blocked = by_key[f"SSE-FWR-01[{INGEST}]"]
    assert blocked.state is State.NON_COMPLIANT
    assert "fmc:fra-fmc/Edge policy:1" in blocked.observed
    assert by_key["SSE-FWR-01[api-sse.cisco.com]"].state is State.COMPLIANT
    assert by_key["SSE-FWR-03[mx01.sse.itd.cisco.com]"].state is State.NON_COMPLIANT
    seen = len(server.seen)
    assert server.sessions.logins == 1
    assert (tmp_path / "audit.jsonl").read_text().count('"event": "request"') == seen
    server.close()
    again = run_suite(tmp_path / "again", f"--evidence={tmp_path / 'live' / 'evidence'}", "-k", "SSE-FWR")
    assert told(again.results.findings) == told(run.results.findings)
    written = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file() and file != path]
    assert not [text for text in written if PASSWORD.encode() in text]


def source(server: FmcServer, trust: Trust, folder: Path, policy: str = "Edge policy") -> RuleSets:
    """The rule sets of the inventory's devices."""
    found = load_inventory(inventory(folder, server, trust, policy), load_regions().profiles)
    targets = {target.device.name: target for target in found.targets}
    return RuleSets(targets.values(), FmcSource(targets, {"fra-fmc": targets["fra-fmc"]}).session)


def asked(server: FmcServer, trust: Trust, folder: Path, policy: str = "Edge policy") -> ProbeResult | NotObtained:
    """What a run keeps of the rule sets of its device."""
    return source(server, trust, folder, policy).ask({"ftd-a": [PROBE]})["ftd-a"][PROBE]


def test_another_look_asks_again(start_fmc: StartFmc, trust: Trust, tmp_path: Path) -> None:
    server = started(start_fmc, **{"policy/accesspolicies/p1/accessrules": None})
    rule_sets = source(server, trust, tmp_path)
    first = rule_sets.ask({"ftd-a": [PROBE]})["ftd-a"][PROBE]
    assert isinstance(first, NotObtained)
    server.api = Api(FmcState(more=MORE))
    second = rule_sets.ask({"ftd-a": [PROBE]})["ftd-a"][PROBE]
    assert isinstance(second, ProbeResult)
    assert server.sessions.logins == 1


def test_a_policy_that_is_not_there_is_an_input_error(start_fmc: StartFmc, trust: Trust, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="rule set fmc:fra-fmc/Edge: there is no access policy 'Edge'; it has Base, E"):
        asked(started(start_fmc), trust, tmp_path, "Edge")


def test_an_fmc_that_does_not_answer_leaves_it_not_assessed(start_fmc: StartFmc, trust: Trust, tmp_path: Path) -> None:
    server = started(start_fmc)
    server.close()
    said = asked(server, trust, tmp_path)
    assert isinstance(said, NotObtained)
    assert "rule set fmc:fra-fmc/Edge policy: 127.0.0.1" in said.unavailable


def test_the_devices_own_policy_is_refused(start_fmc: StartFmc, trust: Trust, tmp_path: Path) -> None:
    own = [{"id": "a", "policy": {"id": "p1"}, "targets": [{"name": "ftd-a"}]}]
    with pytest.raises(InputError, match="assigned to ftd-a itself"):
        asked(started(start_fmc, **{"assignment/policyassignments": own}), trust, tmp_path)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{fmc: other, policy: x}", "'other' is no FMC with `rest`"),
        ("{fmc: fra-fmc}", "expected file, or fmc and policy"),
        ("{file: a.cfg, fmc: fra-fmc, policy: x}", "expected file, or fmc and policy"),
        ("{policy: x}", "expected file, or fmc and policy"),
        ("{fmc: fra-fmc, policy: x, format: asa}", "no other format than fmc"),
    ],
)
def test_an_entry_that_does_not_fit_is_refused(
    start_fmc: StartFmc, trust: Trust, tmp_path: Path, entry: str, said: str
) -> None:
    path = inventory(tmp_path, start_fmc(), trust)
    path.write_text(path.read_text().replace("{fmc: fra-fmc, policy: Edge policy}", entry))
    with pytest.raises(InputError, match=said):
        load_inventory(path, load_regions().profiles)


def test_rules_alone_asks_no_fmc(start_fmc: StartFmc, trust: Trust, tmp_path: Path) -> None:
    (target,) = (
        one
        for one in load_inventory(inventory(tmp_path, start_fmc(), trust), load_regions().profiles).targets
        if one.rulesets
    )
    with pytest.raises(InputError, match="only a run asks that; give a dump of it in a file"):
        read_rule_set(target.rulesets[0])
    assert replace(target.rulesets[0], fmc=None).path == "fmc:fra-fmc/Edge policy"
