"""Root causes: one cause first, and what follows from it below it."""

from __future__ import annotations

from dataclasses import replace

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.findings.causes import root_causes, with_causes
from sse_compliance.findings.finding import Finding, State

CATALOGUE = load_catalogue()
ALLOWLIST = load_regions().endpoints("us", "classic")
API, EVENTING, DEX = "api-sse.cisco.com", "eventing-ingest.sse.itd.cisco.com", "dex.sse.itd.cisco.com"


def finding(requirement: str, state: State, target: str | None = None, device: str = "d") -> Finding:
    return Finding(requirement, device, state, Level.REQUIRED, Severity.HIGH, target, observed="seen")


def causes(*findings: Finding) -> dict[str, str | None]:
    return {f.key: f.cause for f in with_causes(findings, CATALOGUE, lambda _: ALLOWLIST)}


def test_no_dns_server_is_one_cause_and_the_rest_follows() -> None:
    found = causes(
        finding("SSE-DNS-01", State.NON_COMPLIANT),
        finding("SSE-DNS-02", State.NON_COMPLIANT, EVENTING),
        finding("SSE-NET-01", State.NON_COMPLIANT, EVENTING),
        finding("SSE-NET-02", State.NON_COMPLIANT, EVENTING),
        finding("SSE-TLS-02", State.NOT_ASSESSED, EVENTING),
        finding("SSE-NET-03", State.NON_COMPLIANT, EVENTING),
        finding("SSE-SOK-03", State.NON_COMPLIANT),
        finding("SSE-LOG-01", State.NON_COMPLIANT),
        finding("SSE-CFG-02", State.COMPLIANT),
    )
    assert found.pop("SSE-DNS-01") is None
    assert found.pop("SSE-CFG-02") is None
    assert set(found.values()) == {"SSE-DNS-01"}


def advice(requirement: str) -> Finding:
    return replace(finding(requirement, State.ADVISORY), level=Level.ADVISORY)


def test_advice_explains_what_is_required_only_where_the_test_saw_that_it_does() -> None:
    late = finding("SSE-TLS-03", State.NON_COMPLIANT, EVENTING)
    session = finding("SSE-SOK-03", State.NON_COMPLIANT)
    by_itself = causes(advice("SSE-PLT-02"), late, session)
    assert by_itself[late.key] is None
    assert by_itself["SSE-SOK-03"] == late.key
    explained = causes(advice("SSE-PLT-02"), replace(late, because="SSE-PLT-02"), session)
    assert explained[late.key] == "SSE-PLT-02"
    assert explained["SSE-SOK-03"] == "SSE-PLT-02"


def test_a_cause_on_one_host_does_not_explain_another() -> None:
    found = causes(
        finding("SSE-NET-01", State.NON_COMPLIANT, DEX),
        finding("SSE-NET-02", State.NON_COMPLIANT, DEX),
        finding("SSE-NET-01", State.COMPLIANT, API),
        finding("SSE-NET-02", State.NON_COMPLIANT, API),
        finding("SSE-SOK-03", State.NON_COMPLIANT),
    )
    assert found[f"SSE-NET-02[{DEX}]"] == f"SSE-NET-01[{DEX}]"
    assert found[f"SSE-NET-02[{API}]"] is None
    assert found["SSE-SOK-03"] is None, "only eventing-ingest carries the session"


def test_what_does_not_apply_is_looked_through() -> None:
    found = causes(
        finding("SSE-PRX-01", State.NON_COMPLIANT),
        finding("SSE-NET-01", State.NOT_APPLICABLE, EVENTING),
        finding("SSE-NET-02", State.NON_COMPLIANT, EVENTING),
        finding("SSE-NET-03", State.NON_COMPLIANT, EVENTING),
    )
    assert found[f"SSE-NET-02[{EVENTING}]"] == "SSE-PRX-01"
    assert found[f"SSE-NET-03[{EVENTING}]"] == "SSE-PRX-01"
    assert found[f"SSE-NET-01[{EVENTING}]"] is None


def test_what_is_met_explains_nothing() -> None:
    found = causes(finding("SSE-CFG-01", State.COMPLIANT), finding("SSE-CFG-02", State.NON_COMPLIANT))
    assert found["SSE-CFG-02"] is None


def test_a_cause_on_one_device_does_not_explain_another() -> None:
    found = with_causes(
        [
            finding("SSE-DNS-01", State.NON_COMPLIANT, device="a"),
            finding("SSE-DNS-02", State.NON_COMPLIANT, API, device="b"),
        ],
        CATALOGUE,
        lambda _: ALLOWLIST,
    )
    assert all(f.cause is None for f in found)


def test_a_cause_that_devices_share_is_told_once() -> None:
    found = with_causes(
        [
            finding("SSE-NET-01", state, host, device=f"ftd-{number}")
            for number in range(3)
            for host, state in ((EVENTING, State.NON_COMPLIANT), (API, State.COMPLIANT))
        ]
        + [finding("SSE-NET-02", State.NON_COMPLIANT, EVENTING, device="ftd-1")]
        + [finding("SSE-CFG-05", State.ADVISORY, device="ftd-1")],
        CATALOGUE,
        lambda _: ALLOWLIST,
    )
    first, second = root_causes(found, CATALOGUE, {}, {f"ftd-{n}": API for n in range(3)})
    assert (first.requirement, first.target, first.devices) == ("SSE-NET-01", EVENTING, ("ftd-0", "ftd-1", "ftd-2"))
    assert first.consequences == 1
    assert EVENTING in first.remediation
    assert (second.requirement, second.state) == ("SSE-CFG-05", State.ADVISORY)


def test_a_dns_server_that_answers_for_no_host_is_one_cause() -> None:
    hosts = [endpoint.fqdn for endpoint in ALLOWLIST]
    found = with_causes(
        [finding("SSE-DNS-02", State.NON_COMPLIANT, host) for host in hosts]
        + [finding("SSE-NET-01", State.NON_COMPLIANT, host) for host in hosts],
        CATALOGUE,
        lambda _: ALLOWLIST,
    )
    (cause,) = root_causes(found, CATALOGUE, {}, {"d": API})
    assert (cause.requirement, cause.target, cause.targets) == ("SSE-DNS-02", None, tuple(sorted(hosts)))
    assert cause.consequences == len(hosts)
