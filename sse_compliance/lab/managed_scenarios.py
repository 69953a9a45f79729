"""FMCs that are read over REST, and the devices that they manage: licence, cloud settings, alerts."""

from __future__ import annotations

from sse_compliance.inventory.device import Platform
from sse_compliance.lab.fmc.state import Alert, Fault, FmcState, Release
from sse_compliance.lab.scenario import Log, Scenario, Session
from sse_compliance.lab.software import FMC_74, FTD_66, FTD_74, FTD_76

_ROW = "Cisco Cloud Configuration - Failure"
_HOUR = 3600


def _cloud_alert(age_seconds: int = _HOUR, status: str = "RED", row: str = _ROW) -> Alert:
    return Alert("THREAT_DATA_UPDATES", status, row, age_seconds)


def _connection_alert(status: str = "RED") -> Alert:
    return Alert("CONN_STATUS_SSE", status, "The connection to SSE is down", _HOUR)


def _fmc(name: str, title: str, rest: FmcState, **more: object) -> Scenario:
    return Scenario(name, title, FMC_74, platform=Platform.FMC, rest=rest, **more)  # type: ignore[arg-type]


_FMCS = (
    _fmc(
        "fmc-rest",
        "FMC 10.0, everything right over REST; it is busy at times, and its token expires in the middle",
        FmcState(faults=(Fault.STORM, Fault.EXPIRES)),
    ),
    _fmc(
        "fmc-evaluation",
        "FMC 7.2 in evaluation mode, cloud events off, in another region",
        FmcState(
            Release.FMC_72,
            registration="EVALUATION",
            authorisation="EVALUATION",
            send_intrusion=False,
            send_others=False,
            region_name="eu-region",
            region_domain="api.eu.sse.itd.cisco.com",
        ),
        alerts=(_cloud_alert(status="CRITICAL"), _connection_alert("CRITICAL")),
        planted={"SSE-LIC-01": (), "SSE-CLD-01": (), "SSE-CLD-02": (), "SSE-HLT-01": (), "SSE-HLT-03": ()},
    ),
    _fmc(
        "fmc-reservation",
        "FMC 10.0 whose licence is reserved, sends connection events only, not connected to Security Cloud",
        FmcState(authorisation="AUTHORIZED_RESERVED", send_intrusion=False, integration_connected=False),
        planted={"SSE-LIC-02": (), "SSE-CLD-01": (), "SSE-CLD-03": ()},
    ),
    _fmc(
        "fmc-67",
        "FMC 6.7, too old to tell its licence; it takes its time to answer",
        FmcState(Release.FMC_67, faults=(Fault.SLOW,)),
    ),
    _fmc(
        "fmc-odd",
        "FMC 10.0 that says what no document names, and breaks off an answer",
        FmcState(
            authorisation="AUTHORIZED",
            region_name="moon-1",
            region_domain="api.moon.example.com",
            onboarding="HALFWAY",
            truncated=("integration/cloudeventsconfigs",),
        ),
        alerts=(_cloud_alert(status="PURPLE"), _connection_alert("PURPLE")),
    ),
    _fmc(
        "fmc-other-login",
        "FMC 10.0 whose session another login of the same user ends again and again",
        FmcState(faults=(Fault.OTHER_LOGIN,)),
    ),
    _fmc(
        "fmc-cloud-off",
        "FMC 10.0 where the cloud is off on purpose",
        FmcState(send_intrusion=False, send_others=False),
        cloud=False,
        health_module=False,
    ),
)

_DEVICES = (
    Scenario("ftd-managed", "Healthy FTD 7.4 that its FMC tells about", FTD_74, fmc="fmc-rest"),
    Scenario(
        "ftd-alert",
        "FTD without a DNS server: its FMC shows the alert",
        FTD_74,
        fmc="fmc-rest",
        dns_servers=(),
        session=Session.NONE,
        log=Log.NO_SUCH_HOST,
        alerts=(_cloud_alert(), _connection_alert()),
        planted={"SSE-DNS-01": ()},
    ),
    Scenario(
        "ftd-settling",
        "FTD whose fault is mended: the alert has not cleared yet",
        FTD_74,
        fmc="fmc-rest",
        alerts=(_cloud_alert(age_seconds=240),),
    ),
    Scenario(
        "ftd-alert-without-cause",
        "FTD with the alert since a day, and no cause that can be seen from it",
        FTD_76,
        fmc="fmc-rest",
        alerts=(_cloud_alert(24 * _HOUR), _connection_alert()),
        planted={"SSE-HLT-01": (), "SSE-HLT-03": ()},
    ),
    Scenario(
        "ftd-not-deployed",
        "FTD that was never told that the cloud is on",
        FTD_74,
        fmc="fmc-rest",
        pending=True,
        connector_running=False,
        session=Session.NONE,
        attached=False,
        planted={"SSE-CLD-04": ()},
    ),
    Scenario(
        "ftd-excluded",
        "FTD that its FMC leaves out of sending events; its connector is off",
        FTD_76,
        fmc="fmc-rest",
        excluded=True,
        connector_running=False,
        session=Session.NONE,
        attached=False,
    ),
    Scenario(
        "ftd-fmc-only",
        "FTD that nobody may log in to: only its FMC tells about it",
        FTD_74,
        fmc="fmc-rest",
        fmc_only=True,
    ),
    Scenario("ftd-old-fmc", "Healthy FTD 6.6 of an FMC 6.7", FTD_66, fmc="fmc-67"),
    Scenario(
        "ftd-odd-fmc",
        "FTD of an FMC whose answers are not understood",
        FTD_76,
        fmc="fmc-odd",
        alerts=(_connection_alert("PURPLE"),),
    ),
    Scenario(
        "ftd-module-on",
        "FTD where the cloud is off on purpose, but the health module is on and shows the alert",
        FTD_74,
        fmc="fmc-cloud-off",
        cloud=False,
        connector_running=False,
        session=Session.NONE,
        attached=False,
        alerts=(_cloud_alert(),),
        planted={"SSE-HLT-02": ()},
    ),
    Scenario(
        "ftd-module-off",
        "FTD where the cloud is off on purpose, and the health module too",
        FTD_74,
        fmc="fmc-cloud-off",
        cloud=False,
        connector_running=False,
        session=Session.NONE,
        attached=False,
        health_module=False,
    ),
    Scenario(
        "ftd-module-unknown",
        "FTD where the cloud is off on purpose; its FMC 6.7 tells no health policy",
        FTD_66,
        fmc="fmc-67",
        cloud=False,
    ),
)

#: The FMCs first.
MANAGED = (*_FMCS, *_DEVICES)
