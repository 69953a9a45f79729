"""Root causes: one cause first, and what follows from it below it."""

from __future__ import annotations

from dataclasses import replace

from sse_compliance.catalogue.info import Command
from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.regions import Endpoint, load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.findings.causes import root_causes, with_causes
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import RootCause

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


def test_a_rule_that_blocks_a_host_explains_that_it_is_not_reached() -> None:
    found = causes(
        finding("SSE-FWR-01", State.NON_COMPLIANT, DEX),
        finding("SSE-NET-01", State.NON_COMPLIANT, DEX),
        finding("SSE-NET-02", State.NON_COMPLIANT, DEX),
        finding("SSE-FWR-01", State.COMPLIANT, API),
        finding("SSE-NET-01", State.NON_COMPLIANT, API),
        finding("SSE-FWR-01", State.NOT_ASSESSED, EVENTING),
        finding("SSE-NET-01", State.NON_COMPLIANT, EVENTING),
    )
    assert found[f"SSE-NET-01[{DEX}]"] == found[f"SSE-NET-02[{DEX}]"] == f"SSE-FWR-01[{DEX}]"
    assert found[f"SSE-NET-01[{API}]"] is None
    assert found[f"SSE-NET-01[{EVENTING}]"] is None


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


def caused(*findings: Finding) -> tuple[Finding, ...]:
    return with_causes(findings, CATALOGUE, lambda _: ALLOWLIST)


def seen(requirement: str, observed: str, target: str | None = None, device: str = "d") -> Finding:
    return replace(finding(requirement, State.NON_COMPLIANT, target, device), observed=observed)


def test_a_root_cause_tells_all_that_is_known_of_it() -> None:
    found = caused(
        seen("SSE-NET-01", "refused", EVENTING, "ftd-1"),
        finding("SSE-NET-01", State.COMPLIANT, API, "ftd-1"),
        finding("SSE-NET-02", State.NON_COMPLIANT, EVENTING, "ftd-1"),
        finding("SSE-NET-03", State.NON_COMPLIANT, EVENTING, "ftd-1"),
    )
    (cause,) = root_causes(found, CATALOGUE, {EVENTING: "eventing*.cisco.com", API: "api*"}, {"ftd-1": API})
    requirement = CATALOGUE["SSE-NET-01"]
    assert cause == RootCause(
        requirement="SSE-NET-01",
        target=EVENTING,
        state=State.NON_COMPLIANT,
        severity=Severity.HIGH,
        summary="eventing-ingest.sse.itd.cisco.com is blocked on TCP 443",
        remediation=requirement.remedy("ftd-1", EVENTING, "eventing*.cisco.com", API),
        devices=("ftd-1",),
        consequences=2,
        targets=(EVENTING,),
        commands=(Command("root", f"curl -v -k https://{EVENTING}"),),
    )


def test_a_remedy_for_several_devices_names_none_of_them() -> None:
    found = caused(*(seen("SSE-CFG-03", "other", device=name) for name in ("ftd-1", "ftd-2", "ftd-3")))
    requirement = CATALOGUE["SSE-CFG-03"]
    (same,) = root_causes(found, CATALOGUE, {}, {"ftd-1": API, "ftd-2": API})
    assert same.remediation == requirement.remedy("each device", None, None, API)
    (differing,) = root_causes(found, CATALOGUE, {}, {"ftd-1": API, "ftd-2": "api.eu.sse.itd.cisco.com"})
    assert differing.remediation == requirement.remedy("each device", None, None, "the region's API host")
    assert API not in differing.remediation
    (unknown,) = root_causes(found, CATALOGUE, {}, {"elsewhere": API})
    assert unknown.remediation == differing.remediation


def test_all_hosts_alike_name_what_a_rule_must_allow_for_each() -> None:
    found = caused(seen("SSE-NET-01", "api is refused", API), seen("SSE-NET-01", "dex times out", DEX))
    (cause,) = root_causes(found, CATALOGUE, {DEX: "dex*"}, {"d": API})
    assert (cause.target, cause.targets) == (None, (API, DEX))
    assert cause.summary == "each of the 2 hosts is blocked on TCP 443"
    assert [command.text for command in cause.commands] == [f"curl -v -k https://{host}" for host in (API, DEX)]
    assert cause.remediation == CATALOGUE["SSE-NET-01"].remedy("d", API, f"{API}, dex*", API)


def test_a_cause_is_a_sentence_and_devices_that_show_it_differently_share_a_general_one() -> None:
    same = caused(*(seen("SSE-CFG-02", "connector_port is 8990", device=name) for name in ("a", "b")))
    assert {f.problem for f in same} == {"connector_port is 8990, must be 8989"}
    (cause,) = root_causes(same, CATALOGUE, {}, {})
    assert cause.summary == "connector_port is 8990, must be 8989"
    found = caused(same[0], seen("SSE-CFG-02", "connector_port is 8991", device="b"))
    (cause,) = root_causes(found, CATALOGUE, {}, {})
    assert cause.summary == "connector_port is not 8989"
    one_host = caused(seen("SSE-DNS-02", "NXDOMAIN", API, "a"), seen("SSE-DNS-02", "silent", API, "b"))
    (cause,) = root_causes(one_host, CATALOGUE, {}, {})
    assert cause.summary == f"{API} does not resolve"
    assert caused(finding("SSE-CFG-02", State.COMPLIANT))[0].problem is None
    assert caused(finding("SSE-CFG-02", State.NOT_ASSESSED))[0].problem is None


def test_what_a_device_said_fills_a_sentence_and_nothing_else() -> None:
    hostile = seen("SSE-CFG-02", "connector_port is {device.__class__}\x1b[31m{port}")
    assert caused(hostile)[0].problem == "connector_port is {device.__class__}\\x1b[31m{port}, must be 8989"


def test_hosts_that_break_together_are_one_cause_and_other_hosts_of_other_devices_another() -> None:
    both = [seen("SSE-NET-01", "refused", host, "a") for host in (API, DEX)]
    found = caused(
        *both,
        seen("SSE-NET-01", "refused", DEX, "b"),
        *(finding("SSE-NET-01", State.COMPLIANT, EVENTING, name) for name in ("a", "b")),
    )
    told = [(cause.target, cause.targets, cause.devices) for cause in root_causes(found, CATALOGUE, {}, {})]
    assert told == [(None, (API, DEX), ("a",)), (DEX, (DEX,), ("b",))]


def test_one_host_alone_is_named() -> None:
    (alone,) = root_causes(caused(seen("SSE-NET-01", "refused", API)), CATALOGUE, {}, {})
    assert alone.target == API
    found = caused(
        seen("SSE-NET-01", "refused", API), seen("SSE-NET-01", "refused", DEX), finding("SSE-PLT-01", State.COMPLIANT)
    )
    (both,) = root_causes(found, CATALOGUE, {}, {})
    assert both.target is None
    beside = (*found, finding("SSE-NET-01", State.NOT_APPLICABLE, EVENTING))
    assert [cause.target for cause in root_causes(beside, CATALOGUE, {}, {})] == [None]


def test_the_worst_and_most_widespread_cause_comes_first() -> None:
    low, critical = Severity.LOW, Severity.CRITICAL
    found = [
        advice("SSE-CFG-05"),
        replace(seen("SSE-CFG-04", "x"), severity=low),
        replace(seen("SSE-CFG-02", "x", device="a"), severity=critical),
        *(replace(seen("SSE-CFG-03", "x", device=name), severity=critical) for name in ("a", "b")),
        *(replace(seen("SSE-NET-01", "x", host), severity=low) for host in (DEX, API)),
        replace(seen("SSE-NET-05", "x"), severity=low),
        finding("SSE-NET-01", State.COMPLIANT, EVENTING),
    ]
    order = [(cause.requirement, cause.target) for cause in root_causes(found, CATALOGUE, {}, {})]
    assert order == [
        ("SSE-CFG-03", None),
        ("SSE-CFG-02", None),
        ("SSE-CFG-04", None),
        ("SSE-NET-01", None),
        ("SSE-NET-05", None),
        ("SSE-CFG-05", None),
    ]


def test_the_first_cause_stands_and_what_is_met_follows_from_nothing() -> None:
    found = {
        f.key: f.cause
        for f in caused(
            finding("SSE-PRC-01", State.NON_COMPLIANT),
            finding("SSE-PRC-02", State.NON_COMPLIANT),
            finding("SSE-SOK-01", State.NON_COMPLIANT),
            finding("SSE-SOK-02", State.COMPLIANT),
        )
    }
    assert found["SSE-SOK-01"] == "SSE-PRC-01"
    assert found["SSE-SOK-02"] is None


def test_each_device_is_looked_up_by_its_own_allowlist() -> None:
    asked = []

    def allowlist(device: str) -> tuple[Endpoint, ...]:
        asked.append(device)
        return ALLOWLIST

    with_causes([finding("SSE-CFG-01", State.COMPLIANT, device="ftd-7")], CATALOGUE, allowlist)
    assert asked == ["ftd-7"]
