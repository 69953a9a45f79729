"""SSE-FWR: the rules of the firewalls on the way to the cloud, judged before anybody applies them."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.firewall.decision import ALLOWED, Verdict
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import not_applicable, requirement
from sse_compliance.judge.rule_sets import access_of, decryption_of, known, line_of, proposed


@requirement("SSE-FWR-01")
def test_rules_let_the_host_through(host: FirepowerHost, endpoint: Endpoint) -> None:
    decision = access_of(host, endpoint)
    add = proposed(host.rule_sets, host.address, decision, endpoint.pattern)
    host.note(
        expected=f"TCP 443 to {endpoint.fqdn} is allowed, for example by: {add}",
        observed=f"{endpoint.fqdn} is {decision}",
        rule=line_of(decision),
    )
    assert known(decision).verdict in ALLOWED


@requirement("SSE-FWR-02")
def test_rules_allow_the_host_by_name(host: FirepowerHost, endpoint: Endpoint) -> None:
    decision = access_of(host, endpoint)
    name = endpoint.fqdn
    if decision.verdict is Verdict.BY_NAME and endpoint.pattern != name:
        name, decision = endpoint.pattern, access_of(host, endpoint, endpoint.pattern)
    add = proposed(host.rule_sets, host.address, decision, endpoint.pattern)
    host.note(
        expected=f"{endpoint.pattern} is allowed by name, for example by: {add}",
        observed=f"{name} is {decision}",
        rule=line_of(decision),
    )
    assert known(decision).verdict in (Verdict.BY_NAME, Verdict.BY_ANY)


@requirement("SSE-FWR-03")
def test_no_rule_decrypts_the_connection(host: FirepowerHost, endpoint: Endpoint) -> None:
    decision = decryption_of(host, endpoint)
    if decision is None:
        not_applicable("no rule set on the way has rules on decryption")
    access = access_of(host, endpoint)
    if access.verdict in ALLOWED and not access.inspected:
        not_applicable(f"what {access.rule} lets through is not inspected")
    what = {Verdict.BLOCKED: "decrypted or blocked by", Verdict.CANNOT_TELL: f"{decision} –"}
    host.note(
        expected=f"no rule decrypts connections to {endpoint.fqdn}",
        observed=f"{endpoint.fqdn} is {what.get(decision.verdict, 'left alone by')} {decision.rule}",
        rule=line_of(decision),
    )
    assert known(decision).verdict in ALLOWED
