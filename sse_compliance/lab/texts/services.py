"""What pmtool answers on a device: blocks as in Cisco TechNote 225776."""

from __future__ import annotations

from sse_compliance.inventory.device import Platform
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.texts.sockets import CONNECTOR_PID, EVENT_HANDLER_PID


def pmtool_status(scenario: Scenario) -> str:
    """``pmtool status``: two blocks that mention SSEConnector, one of them its own."""
    prefix = "/ngfw" if scenario.platform is Platform.FTD else ""

    def block(name: str, kind: str, pid: int | None, required_by: str) -> str:
        state = f"Running {pid}" if pid else "User Disabled"
        return (
            f"{name} ({kind}) - {state}\n"
            f"Command: {prefix}/usr/local/sf/bin/{name}\n"
            f"PID File: {prefix}/var/sf/run/{name}.pid\n"
            f"Enable File: {prefix}/etc/sf/{name}.run\n"
            f"Required by: {required_by}\n"
        )

    connector = CONNECTOR_PID if scenario.connector_running else None
    handler = EVENT_HANDLER_PID if scenario.event_handler_running else None
    return "".join(
        (
            block("ngfwManager", "normal", 9512, "ASAConfig,tomcat,SSEConnector,rsyncd"),
            block("EventHandler", "normal", handler, "SFDataCorrelator,expire-session,TSS_Daemon,tomcat,EventHandler"),
            block("SSEConnector", "system", connector, "ngfwManager,ASAConfig,tomcat,SSEConnector,rsyncd,UUID"),
        )
    )
