"""What pmtool and the connector's local API answer on a device.

pmtool's blocks: Cisco TechNote 225776. The context's keys: Cisco's relay module for the same connector; no genuine
answer of a Firepower device was found, so the values are made up.
"""

from __future__ import annotations

import json

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


def context(scenario: Scenario, exchange: str) -> str:
    """``/v1/contexts/default`` of an enrolled connector whose cloud is ``exchange``."""
    return (
        json.dumps(
            {
                "id": "default",
                "status": "Enrolled",
                "clientInfo": {
                    "version": f"{scenario.software.version}",
                    "description": scenario.software.model,
                    "name": scenario.hostname,
                    "guid": "5d111111-0000-0000-0000-00000000cafe",
                    "type": scenario.platform.value.upper(),
                    "ip": "192.168.1.200",
                },
                "settings": {"exchange": {"registration": {"refreshInterval": 180}, "fqdn": exchange}},
            }
        )
        + "\n"
    )
