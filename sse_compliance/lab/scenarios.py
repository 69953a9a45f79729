"""The lab's devices: healthy ones of every kind, and one for each documented fault."""

from __future__ import annotations

from collections.abc import Iterable

from sse_compliance.catalogue.regions import Role
from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.inventory.device import Platform
from sse_compliance.lab.managed_scenarios import MANAGED
from sse_compliance.lab.only_seeming import ONLY_SEEMING
from sse_compliance.lab.scenario import Log, Scenario, Session, Shell, Sudo
from sse_compliance.lab.software import FMC_64, FMC_74, FTD_63, FTD_64, FTD_66, FTD_74, FTD_76, SFR_66
from sse_compliance.lab.texts.rules import ASA_BY_NAME, NEUTRAL_MIXED

#: All roles of a region's list in the profile ``classic``.
_CLASSIC = (Role.API, Role.EST, Role.MX, Role.DEX, Role.EVENTING)
_PROXY = "http://proxy.example.com:8080"

_HEALTHY = (
    Scenario("ftd-us", "Healthy FTD 7.4 in the US region", FTD_74),
    Scenario("ftd-eu", "Healthy FTD 6.6 in the EU region", FTD_66, region="eu", sudo=Sudo.LECTURE),
    Scenario(
        "ftd-apj",
        "Healthy FTD 7.6 in the APJ region, which runs an exec request in its CLI",
        FTD_76,
        region="apj",
        shell=Shell.CLISH_EXEC,  # nosec B604 # which shell a login gives, on an emulated device
        bash=False,
    ),
    Scenario(
        "ftd-64",
        "Healthy FTD 6.4 with the oldest tools, three-key properties and a clock in another zone",
        FTD_64,
        hostname="lab-ftd-01",
        sudo=Sudo.LECTURE,
        discovery=False,
        zone_minutes=-300,
        bash=False,
    ),
    Scenario("fmc-clish", "Healthy FMC 7.4 with the CLI on", FMC_74, platform=Platform.FMC),
    Scenario(
        "fmc-shell",
        "Healthy FMC 6.4 whose login gives a Linux shell at once",
        FMC_64,
        platform=Platform.FMC,
        shell=Shell.LINUX,  # nosec B604 # the same
        sudo=Sudo.REMEMBERED,
    ),
    Scenario("sfr", "Healthy SFR module 6.6", SFR_66, platform=Platform.SFR, hostname="asasfr"),
    Scenario("ftd-us-current", "Healthy FTD 7.6, newer allowlist of the US", FTD_76, profile="current"),
    Scenario("ftd-eu-current", "Healthy FTD 7.6, newer allowlist of the EU", FTD_76, region="eu", profile="current"),
    Scenario("ftd-apj-current", "Healthy FTD 7.6, newer allowlist of APJ", FTD_76, region="apj", profile="current"),
    Scenario(
        "ftd-aus",
        "Healthy FTD 7.6 in Australia",
        FTD_76,
        region="aus",
        profile="current",
        pre_auth="Cisco Firepower Threat Defense for Azure v7.6.4 (build 69)",
    ),
    Scenario("ftd-in", "Healthy FTD 7.6 in India", FTD_76, region="in", profile="current", zone_minutes=330),
    Scenario("ftd-amp", "Healthy FTD that uses AMP and Threat Grid as well", FTD_66, amp=True),
    Scenario("ftd-proxy", "Healthy FTD behind a management proxy; names don't resolve on it", FTD_74, proxy=_PROXY),
    Scenario(
        "fmc-proxy", "Healthy FMC behind a management proxy", FMC_74, platform=Platform.FMC, proxy=_PROXY, bash=False
    ),
    Scenario(
        "ftd-cloud-off",
        "FTD whose cloud integration is meant to be off",
        FTD_74,
        cloud=False,
        connector_running=False,
        session=Session.NONE,
        log=Log.OLD,
    ),
    Scenario("ftd-log-healed", "FTD whose connector failed to connect and then succeeded", FTD_74, log=Log.HEALED),
)

_FAULTY = (
    Scenario(
        "ftd-rules",
        "FTD behind an ASA whose rules allow single names only",
        FTD_74,
        rules={"edge-asa.cfg": ASA_BY_NAME},
        planted={"SSE-FWR-02": (Role.MX,)},
    ),
    Scenario(
        "ftd-rules-mixed",
        "FTD behind an ASA and a firewall that blocks, decrypts and allows by address",
        FTD_74,
        rules={"edge-asa.cfg": ASA_BY_NAME, "data-centre.yaml": NEUTRAL_MIXED},
        planted={"SSE-FWR-01": (Role.EVENTING,), "SSE-FWR-02": (Role.API,), "SSE-FWR-03": (Role.EST,)},
    ),
    Scenario(
        "ftd-no-dns",
        "FTD without any DNS server",
        FTD_64,
        dns_servers=(),
        session=Session.NONE,
        log=Log.NO_SUCH_HOST,
        planted={"SSE-DNS-01": ()},
    ),
    Scenario(
        "ftd-dns-silent",
        "FTD whose DNS servers don't answer",
        FTD_74,
        dns_answers=False,
        session=Session.NONE,
        log=Log.NO_SUCH_HOST,
        planted={"SSE-DNS-02": _CLASSIC},
    ),
    Scenario(
        "ftd-dns-one-host",
        "FTD whose DNS server does not know one host",
        FTD_66,
        nxdomain=(Role.MX,),
        planted={"SSE-DNS-02": (Role.MX,)},
    ),
    Scenario(
        "ftd-blocked-ingest",
        "FTD whose packets to eventing-ingest are dropped on the way",
        FTD_74,
        dropped=(Role.EVENTING,),
        session=Session.SYN_SENT,
        log=Log.TIMEOUTS,
        planted={"SSE-NET-01": (Role.EVENTING,)},
    ),
    Scenario(
        "ftd-blocked-dex",
        "FTD whose packets to dex are dropped on the way",
        FTD_76,
        region="eu",
        dropped=(Role.DEX,),
        planted={"SSE-NET-01": (Role.DEX,)},
    ),
    Scenario(
        "ftd-blocked-all",
        "FTD whose packets to every host of the region are dropped on the way, pings included",
        FTD_66,
        dropped=_CLASSIC,
        session=Session.SYN_SENT,
        log=Log.TIMEOUTS,
        planted={"SSE-NET-01": _CLASSIC},
    ),
    Scenario(
        "ftd-tls-interception",
        "FTD behind a device that decrypts TLS",
        FTD_74,
        intercepted=True,
        session=Session.NONE,
        log=Log.UNKNOWN_AUTHORITY,
        planted={"SSE-TLS-02": _CLASSIC},
    ),
    Scenario(
        "ftd-dns-first-silent",
        "FTD whose first DNS server is silent, while the second answers",
        FTD_74,
        dns_silent=("208.67.222.222",),
        planted={"SSE-DNS-05": ()},
    ),
    Scenario(
        "ftd-half-open",
        "FTD behind a rule by address, which lets one of the API host's two addresses pass",
        FTD_74,
        half_open=(Role.API,),
        planted={"SSE-NET-08": (Role.API,)},
    ),
    Scenario(
        "ftd-added-ca",
        "FTD whose connectorCA.pem has a company's CA appended, behind a device that decrypts with it",
        FTD_74,
        intercepted=True,
        added_ca=True,
        planted={"SSE-TLS-04": _CLASSIC},
    ),
    Scenario(
        "ftd-tls-interception-64",
        "FTD 6.4 without openssl behind a device that decrypts TLS",
        FTD_64,
        intercepted=True,
        openssl=False,
        session=Session.NONE,
        log=Log.UNKNOWN_AUTHORITY,
        planted={"SSE-TLS-02": _CLASSIC},
    ),
    Scenario(
        "ftd-wrong-port",
        "FTD whose connector listens on 8990",
        FTD_64,
        connector_port=8990,
        discovery=False,
        planted={"SSE-CFG-02": ()},
    ),
    Scenario(
        "ftd-wrong-fqdn",
        "FTD of the EU region whose properties name the US cloud; not restarted since",
        FTD_66,
        region="eu",
        connector_fqdn="api-sse.cisco.com",
        planted={"SSE-CFG-03": ()},
    ),
    Scenario(
        "ftd-socket-listening-only",
        "FTD whose connector is not attached to EventHandler's socket",
        FTD_64,
        attached=False,
        planted={"SSE-SOK-01": ()},
    ),
    Scenario(
        "ftd-syn-sent",
        "FTD that reaches every host, but whose connector has no session",
        FTD_66,
        session=Session.SYN_SENT,
        log=Log.TIMEOUTS,
        planted={"SSE-SOK-03": ()},
    ),
    Scenario(
        "ftd-proxy-dead",
        "FTD whose management proxy takes no connection",
        FTD_74,
        proxy=_PROXY,
        proxy_alive=False,
        session=Session.NONE,
        log=Log.PROXY,
        planted={"SSE-PRX-01": ()},
    ),
    Scenario(
        "ftd-connector-disabled",
        "FTD whose SSEConnector is disabled",
        FTD_74,
        connector_running=False,
        session=Session.NONE,
        planted={"SSE-PRC-01": ()},
    ),
    Scenario(
        "ftd-event-handler-down",
        "FTD whose EventHandler is disabled",
        FTD_66,
        event_handler_running=False,
        planted={"SSE-PRC-02": ()},
    ),
    Scenario(
        "ftd-zeromq",
        "FTD whose connector could not dial EventHandler's socket when it started",
        FTD_64,
        log=Log.ZEROMQ,
        planted={"SSE-LOG-02": ()},
    ),
    Scenario(
        "ftd-clock-skew", "FTD whose clock is two hours ahead", FTD_74, clock_ahead=7200, planted={"SSE-PLT-02": ()}
    ),
    Scenario(
        "ftd-expired-certificate",
        "FTD that is shown an expired certificate by eventing-ingest",
        FTD_74,
        expired=(Role.EVENTING,),
        session=Session.NONE,
        planted={"SSE-TLS-03": (Role.EVENTING,)},
    ),
    Scenario(
        "ftd-no-ca-file",
        "FTD whose connector CA file is empty",
        FTD_66,
        files={"ngfw/etc/ssl/connectorCA.pem": ""},
        planted={"SSE-TLS-01": ()},
    ),
    Scenario(
        "ftd-no-properties",
        "FTD without connector.properties",
        FTD_74,
        files={"ngfw/etc/sf/connector.properties": None},
        planted={"SSE-CFG-01": ()},
    ),
    Scenario(
        "ftd-other-properties",
        "FTD with another interval and another discovery endpoint",
        FTD_66,
        files={
            "ngfw/etc/sf/connector.properties": "registration_interval=60\nconnector_port=8989\n"
            "region_discovery_endpoint=http://api-sse.cisco.com/regions\nconnector_fqdn=api-sse.cisco.com\n"
        },
        planted={"SSE-CFG-04": (), "SSE-CFG-05": ()},
    ),
    Scenario(
        "ftd-other-cloud",
        "FTD whose connector talks to an address that is none of its region's",
        FTD_74,
        peer="198.51.100.99",
        planted={"SSE-SOK-04": ()},
    ),
    Scenario(
        "ftd-token-refused",
        "FTD whose connector is refused by the cloud again and again",
        FTD_76,
        log=Log.TOKEN,
        planted={"SSE-LOG-03": ()},
    ),
    Scenario(
        "ftd-amp-blocked",
        "FTD whose packets to the AMP cloud are dropped",
        FTD_66,
        amp=True,
        dropped=(Role.AMP,),
        planted={"SSE-NET-06": ()},
    ),
    Scenario(
        "ftd-amp-unknown",
        "FTD whose DNS server does not know the AMP names",
        FTD_74,
        amp=True,
        nxdomain=(Role.AMP,),
        planted={"SSE-DNS-03": (Role.AMP,)},
    ),
    Scenario("ftd-old-software", "FTD with 6.3.0", FTD_63, planted={"SSE-PLT-01": ()}),
    Scenario("ftd-eu-64", "FTD with 6.4 in the EU region", FTD_64, region="eu", planted={"SSE-PLT-01": ()}),
)

_CLOSED = (
    Scenario("ftd-wrong-password", "FTD that refuses the password", FTD_74, wrong_password=True, not_assessed="login"),
    Scenario("ftd-expert-refused", "FTD whose CLI knows no expert", FTD_74, expert_refused=True, not_assessed="expert"),
    Scenario("ftd-sudo-refused", "FTD whose user may not use sudo", FTD_66, sudo=Sudo.REFUSED, not_assessed="sudo"),
    Scenario("ftd-not-root", "FTD whose sudo gives no root", FTD_74, sudo=Sudo.NOT_ROOT, amp=True, not_assessed="root"),
)

#: Every scenario by name: healthy ones first, then faults that must be found, then devices that can't be collected,
#: then FMCs with a REST API and what they manage.
SCENARIOS = {scenario.name: scenario for scenario in (*_HEALTHY, *_FAULTY, *ONLY_SEEMING, *_CLOSED, *MANAGED)}


def scenarios(names: Iterable[str]) -> tuple[Scenario, ...]:
    """The scenarios of these names, in that order.

    Raises:
        InputError: a name that there is not.
    """
    names = tuple(names)
    for name in names:
        if name not in SCENARIOS:
            raise InputError(
                f"the lab has no scenario {name!r}; it has: {', '.join(SCENARIOS)}{did_you_mean(name, SCENARIOS)}"
            )
    return tuple(SCENARIOS[name] for name in names)
