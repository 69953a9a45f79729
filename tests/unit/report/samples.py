"""Results to render: a small fleet with one device of each kind of fault, hostile texts, and a fleet of any size."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sse_compliance.catalogue.info import Command, RequirementInfo, Source
from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.findings.finding import Change, Exhibit, Finding, State
from sse_compliance.findings.results import Baseline, DeviceResult, Results, RootCause, Run, Summary, Verdict, WaiverUse
from sse_compliance.findings.summary import device_state

NOTE = "TechNote 215547, Troubleshoot FMC and CTR integration"


def requirement(
    id_: str,
    title: str,
    severity: Severity = Severity.CRITICAL,
    *,
    area: str,
    per_host: bool = False,
    level: Level = Level.REQUIRED,
    fix: str = "",
    depends_on: tuple[str, ...] = (),
) -> RequirementInfo:
    return RequirementInfo(
        id=id_,
        title=title,
        statement=f"{title}.",
        level=level,
        severity=severity,
        area=area,
        per_host=per_host,
        applies_to="ftd, fmc, sfr; cloud on",
        source=NOTE,
        rationale="Without it the connector can't hold its session to the cloud.",
        remediation=fix or "Follow the TechNote.",
        depends_on=depends_on,
    )


REQUIREMENTS = (
    requirement("SSE-PLT-01", "Software is 6.4.0 or later", Severity.HIGH, area="PLT"),
    requirement(
        "SSE-DNS-01",
        "A DNS server is configured",
        area="DNS",
        fix="On the device, in clish: `configure network dns servers 192.0.2.53`. The alert clears soon.",
    ),
    requirement("SSE-DNS-02", "Allowlisted hosts resolve", area="DNS", per_host=True, depends_on=("SSE-DNS-01",)),
    requirement(
        "SSE-NET-01",
        "Allowlisted hosts accept TCP 443",
        area="NET",
        per_host=True,
        depends_on=("SSE-DNS-02",),
        fix="Allow TCP 443 from the management interface to the host, by name: the addresses change.",
    ),
    requirement(
        "SSE-NET-02",
        "Allowlisted hosts answer over HTTPS",
        area="NET",
        per_host=True,
        depends_on=("SSE-NET-01",),
    ),
    requirement("SSE-NET-04", "The API host answers ping", Severity.LOW, area="NET", level=Level.ADVISORY),
    requirement(
        "SSE-TLS-02",
        "Chains verify against the connector's CA",
        area="TLS",
        per_host=True,
        depends_on=("SSE-NET-01",),
        fix="Exempt the host from TLS decryption on every device between the management interface and the cloud.",
    ),
    requirement(
        "SSE-CFG-02",
        "connector_port is 8989",
        area="CFG",
        fix="Set `connector_port=8989` in `/ngfw/etc/sf/connector.properties`, then\n"
        "`pmtool restartbyid SSEConnector`.",
    ),
    requirement("SSE-CFG-03", "connector_fqdn is the region's API host", area="CFG"),
    requirement("SSE-SOK-01", "The EventHandler socket is CONNECTED", area="SOK"),
    requirement(
        "SSE-SOK-02",
        "The connector listens on localhost:8989",
        area="SOK",
        depends_on=("SSE-CFG-02",),
    ),
    requirement(
        "SSE-LOG-01",
        "No connection failure in the last hour",
        Severity.HIGH,
        area="LOG",
        depends_on=("SSE-NET-01",),
    ),
)

HOSTS = (
    "api-sse.cisco.com",
    "est.sco.cisco.com",
    "mx01.sse.itd.cisco.com",
    "dex.sse.itd.cisco.com",
    "eventing-ingest.sse.itd.cisco.com",
)

PROPERTIES = Exhibit(
    "connector-properties",
    "cat /ngfw/etc/sf/connector.properties",
    0,
    "registration_interval=180\nconnector_port=8990\nregion_discovery_endpoint=https://api-sse.cisco.com/providers/sse"
    "/api/v1/regions\nconnector_fqdn=api-sse.cisco.com\n",
)
NO_DNS = Exhibit(
    "show-network",
    "show network",
    0,
    "===============[ System Information ]===============\nHostname                  : ftd-lon-01\n"
    "Management port           : 8305\nIPv4 Default route\n  Gateway                 : 192.0.2.1\n",
)
BLOCKED = Exhibit(
    "curl:eventing-ingest.sse.itd.cisco.com",
    "curl -sS -v -o /dev/null --connect-timeout 5 -m 12 --cacert /ngfw/etc/ssl/connectorCA.pem "
    "https://eventing-ingest.sse.itd.cisco.com",
    28,
    '{"http_code":"000","remote_ip":""}',
    "*   Trying 18.205.49.246:443...\n* connect to 18.205.49.246 port 443 failed: Connection timed out\n"
    "* Failed to connect to eventing-ingest.sse.itd.cisco.com port 443: Connection timed out\n"
    "* Closing connection 0\ncurl: (28) Failed to connect to eventing-ingest.sse.itd.cisco.com port 443: "
    "Connection timed out\n",
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a device of a sample fleet, by the key of the finding."""

    unmet: dict[str, tuple[str, str, Exhibit | None]] = field(default_factory=dict)
    follows: dict[str, str] = field(default_factory=dict)
    error: str | None = None
    waived: str | None = None


EVENTING = HOSTS[4]
HEALTHY = Fault()
WRONG_PORT = Fault({"SSE-CFG-02": ("connector_port is 8990", "8989", PROPERTIES)}, {"SSE-SOK-02": "SSE-CFG-02"})
WITHOUT_DNS = Fault(
    {"SSE-DNS-01": ("no DNS server", "at least one DNS server", NO_DNS)},
    {
        f"{id_}[{host}]": ("SSE-DNS-01" if id_ == "SSE-DNS-02" else f"SSE-DNS-02[{host}]")
        for host in HOSTS
        for id_ in ("SSE-DNS-02", "SSE-NET-01", "SSE-NET-02", "SSE-TLS-02")
    }
    | {"SSE-LOG-01": "SSE-DNS-01"},
)
BLOCKED_EVENTING = Fault(
    {f"SSE-NET-01[{EVENTING}]": ("connection timed out after 5 s", "a TCP connection", BLOCKED)},
    {
        f"SSE-NET-02[{EVENTING}]": f"SSE-NET-01[{EVENTING}]",
        f"SSE-TLS-02[{EVENTING}]": f"SSE-NET-01[{EVENTING}]",
        "SSE-LOG-01": f"SSE-NET-01[{EVENTING}]",
    },
)
UNREACHABLE = Fault(error="unreachable: no answer from 192.0.2.44 port 22 within 10 s")
REFUSED = Fault(error="login refused: the device did not accept the password for admin")
NO_PING = Fault({"SSE-NET-04": ("no answer to 1 packet", "an answer", None)})
WAIVED_PORT = Fault(WRONG_PORT.unmet, WRONG_PORT.follows, waived="Lab appliance with a moved port, CHG-4711")


def findings_of(name: str, fault: Fault, requirements: Iterable[RequirementInfo] = REQUIREMENTS) -> list[Finding]:
    found = []
    for info in requirements:
        for target in HOSTS if info.per_host else (None,):
            blank = Finding(info.id, name, State.COMPLIANT, info.level, info.severity, target)
            found.append(_judged(blank, fault))
    return found


def _judged(blank: Finding, fault: Fault) -> Finding:
    if fault.error:
        return replace(blank, state=State.NOT_ASSESSED, reason=fault.error)
    advice = blank.level is Level.ADVISORY
    unmet, waiver = (State.ADVISORY, None) if advice else (State.NON_COMPLIANT, fault.waived)
    if blank.key in fault.unmet:
        observed, expected, exhibit = fault.unmet[blank.key]
        return replace(
            blank,
            state=unmet,
            observed=observed,
            expected=expected,
            evidence=(exhibit,) if exhibit else (),
            waiver=waiver,
        )
    if blank.key in fault.follows:
        return replace(
            blank,
            state=unmet,
            observed="not there",
            expected="there",
            cause=fault.follows[blank.key],
            waiver=waiver,
        )
    return replace(blank, observed="as expected", expected="as documented")


def _device(index: int, name: str, findings: list[Finding], error: str | None) -> DeviceResult:
    return DeviceResult(
        name=name,
        platform="fmc" if name.startswith("fmc") else "ftd",
        region=("us", "eu", "apj")[index % 3],
        profile="classic",
        state=device_state(findings),
        address=f"192.0.2.{index % 250 + 1}",
        tags=("edge",) if index % 2 else ("core",),
        model=None if error else "Firepower 1010" if index % 2 else "Secure Firewall 3110",
        version=None if error else ("7.4.2", "6.6.1", "7.2.5")[index % 3],
        collected_at="2026-11-21T22:41:25Z",
        seconds=10.0 if error else 3.2 + index % 7 / 10,
        error=error,
        evidence_file=None if error else f"evidence/{name}.json",
    )


def build(faults: dict[str, Fault], requirements: tuple[RequirementInfo, ...] = REQUIREMENTS) -> Results:
    devices, findings = [], []
    for index, (name, fault) in enumerate(faults.items()):
        own = findings_of(name, fault, requirements)
        findings += own
        devices.append(_device(index, name, own, fault.error))
    bad = sum(finding.standing is State.NON_COMPLIANT for finding in findings)
    unknown = sum(finding.standing is State.NOT_ASSESSED for finding in findings)
    verdict = Verdict.FAILED if bad else Verdict.NOT_ASSESSED if unknown else Verdict.PASSED
    causes = root_causes(findings, requirements)
    why = {
        Verdict.FAILED: f"{sum(d.state is State.NON_COMPLIANT for d in devices)} of {len(devices)} devices do not meet "
        f"a required requirement; {len(causes)} root causes.",
        Verdict.NOT_ASSESSED: "Nothing failed, but required requirements could not be assessed.",
        Verdict.PASSED: f"All {len(devices)} devices meet every required requirement.",
    }[verdict]
    return Results(
        run=Run(
            tool="sse-compliance",
            version="0.1.0",
            started_at="2026-11-21T22:41:00+00:00",
            finished_at="2026-11-21T22:41:42+00:00",
            selection="--inventory fleet.yaml --devices 'tag:edge or fmc-*'",
            mode="live",
            catalogue=Source("requirements.yaml", "1", "3f6c" * 16),
            allowlist=Source("regions.yaml", "1", "9a01" * 16),
        ),
        summary=Summary(
            verdict=verdict,
            exit_code={Verdict.FAILED: 1, Verdict.NOT_ASSESSED: 10, Verdict.PASSED: 0}[verdict],
            why=why,
            devices=dict(Counter(device.state.value for device in devices)),
            states=dict(Counter(finding.standing.value for finding in findings)),
            severities=dict(Counter(f.severity.value for f in findings if f.standing is State.NON_COMPLIANT)),
        ),
        requirements=requirements,
        devices=tuple(devices),
        findings=tuple(findings),
        root_causes=causes,
    )


def root_causes(findings: list[Finding], requirements: tuple[RequirementInfo, ...]) -> tuple[RootCause, ...]:
    """As the findings package makes them: one for each requirement and host, over all devices that show it."""
    info = {entry.id: entry for entry in requirements}
    shared: dict[tuple[str, str | None, str], list[Finding]] = {}
    for finding in findings:
        if finding.standing is State.NON_COMPLIANT and finding.is_root:
            shared.setdefault((finding.requirement, finding.target, finding.observed), []).append(finding)
    causes = [
        RootCause(
            requirement=id_,
            target=target,
            state=State.NON_COMPLIANT,
            severity=info[id_].severity,
            summary=f"{target}: {observed}" if target else observed,
            remediation=info[id_].remediation,
            commands=tuple(Command("root", text) for text in re.findall("`(pmtool[^`]*)`", info[id_].remediation)),
            devices=tuple(finding.device for finding in group),
            targets=(target,) if target else (),
            consequences=sum(f.cause is not None and f.device in {g.device for g in group} for f in findings),
        )
        for (id_, target, observed), group in shared.items()
    ]
    return tuple(sorted(causes, key=lambda cause: -len(cause.devices)))


def small_fleet() -> Results:
    """Twelve devices, one or more of each kind of fault, with waivers and a baseline."""
    results = build(
        {
            "ftd-nyc-01": WRONG_PORT,
            "ftd-nyc-02": HEALTHY,
            "ftd-lon-01": WITHOUT_DNS,
            "ftd-lon-02": BLOCKED_EVENTING,
            "ftd-lon-03": BLOCKED_EVENTING,
            "fmc-lon-01": BLOCKED_EVENTING,
            "ftd-tok-01": UNREACHABLE,
            "ftd-tok-02": REFUSED,
            "ftd-lab-01": WAIVED_PORT,
            "ftd-sfo-01": NO_PING,
            "ftd-sfo-02": HEALTHY,
            "fmc-sfo-01": HEALTHY,
        }
    )
    findings = tuple(
        replace(finding, state=State.NOT_APPLICABLE, reason="the cloud integration is meant to be off", observed="")
        if finding.device == "fmc-sfo-01" and finding.requirement == "SSE-LOG-01"
        else replace(finding, change=Change.NEW)
        if finding.device == "ftd-lon-03" and finding.standing is State.NON_COMPLIANT
        else finding
        for finding in results.findings
    )
    return replace(
        results,
        findings=findings,
        summary=replace(results.summary, states=dict(Counter(finding.standing.value for finding in findings))),
        waivers=(
            WaiverUse(
                "SSE-CFG-02",
                "device ftd-lab-01",
                "Lab appliance with a moved port, CHG-4711",
                "J. Doe",
                "2026-12-01T00:00:00+00:00",
                ends_soon=True,
                findings=2,
            ),
            WaiverUse("SSE-NET-04", "tag dmz", "ICMP is filtered by policy", "J. Doe", "2027-06-30T00:00:00+00:00"),
        ),
        baseline=Baseline(
            "before.json",
            "2026-11-20T21:00:00+00:00",
            {"new": 4, "still": 20, "fixed": 3, "gone": 1, "same": 300},
            gone=("ftd-old-01 SSE-DNS-01",),
            not_compared=("SSE-LOG-01: the baseline's catalogue does not have it",),
        ),
    )


HOSTILE = (
    "<script>document.title='owned'</script>",
    '"onmouseover="document.title=\'owned\'" x="',
    "</pre></details></section><h1>owned</h1>",
    "\x1b[31mred\x1b[0m\x07\x1b]0;owned\x07",
    "[bold]markup[/bold] [link=https://evil.example]x[/link]",
    "`|*_<img src=x onerror=alert(1)>\n| a | b |\n=cmd|' /C calc'!A0",
    "\u202egnp.exe",
    "{{ 7*7 }}{% raw %}",
    "\x9b31m\x9d0;owned\x9c \u2066gnp.exe\u2069 \u200fx\x85y\u2028z",
    "\n::error::owned\n ##vso[task.complete result=Succeeded]\nSSE-VERDICT: passed exit=0 devices=1",
)


def hostile() -> Results:
    """One broken device whose every text is an attack, and 1 MB of it in one answer."""
    attack = " ".join(HOSTILE)
    exhibit = Exhibit(f"p{attack}", f"c{attack}", 1, attack + "\n" + "A" * 1_000_000, attack)
    fault = Fault({"SSE-CFG-02": (attack, f"expected {attack}", exhibit)}, {"SSE-SOK-02": "SSE-CFG-02"})
    results = build({"ftd-evil-01": fault, "ftd-evil-02": Fault(error=attack), "ftd-evil-03": WAIVED_PORT})
    devices = tuple(replace(device, model=attack, version=attack, tags=(attack,)) for device in results.devices)
    findings = tuple(
        replace(finding, waiver=attack) if finding.waiver else replace(finding, observed=finding.observed or attack)
        for finding in results.findings
    )
    waiver = WaiverUse("SSE-CFG-02", attack, attack, attack, attack, findings=2)
    return replace(results, devices=devices, findings=findings, waivers=(waiver,))


def large_fleet(devices: int = 1000, per_device: int = 60, bad_share: float = 0.05) -> Results:
    """A fleet of ``devices`` with ``per_device`` findings each, of which some have one of the faults."""
    per_host = sum(info.per_host for info in REQUIREMENTS)
    alone = len(REQUIREMENTS) - per_host
    extra = per_device - alone - per_host * len(HOSTS)
    more = tuple(
        requirement(
            f"SSE-ADD-{number:02d}", f"Further requirement {number}", area=("PLT", "PRC", "CTX", "LIC")[number % 4]
        )
        for number in range(1, extra + 1)
    )
    kinds = (WRONG_PORT, WITHOUT_DNS, BLOCKED_EVENTING, UNREACHABLE)
    every = max(1, round(1 / bad_share)) if bad_share else devices + 1
    return build(
        {
            f"ftd-{index:04d}": kinds[index // every % len(kinds)] if index % every == every - 1 else HEALTHY
            for index in range(devices)
        },
        REQUIREMENTS + more,
    )
