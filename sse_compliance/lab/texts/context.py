"""What the connector's local API answers: the form of an FTD 7.4.2.1 with connector 2.1.16.

It is the response example of ``integration/ftdcloudstatus`` in Cisco's API description of the cloud-delivered FMC
1.17.0, with the values of the device. What the service *Events* says of itself when it works is not in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from sse_compliance.lab.scenario import Scenario, Session
from sse_compliance.lab.texts.sockets import OWN_ADDRESS, socket_path

_PATH = "/v1/contexts/default"
#: How many events went out.
_EVENTS = 1842


def answers(scenario: Scenario, exchange: str, clock: datetime) -> Mapping[str, str]:
    """The answers by path.

    Args:
        exchange: the cloud that the connector is enrolled with.
        clock: the device's own.
    """
    context = _context(scenario, exchange, clock)
    parts = {"status": _status(scenario), "statistics": _statistics(scenario, clock)}
    texts = {f"{_PATH}/{name}": json.dumps(part) + "\n" for name, part in parts.items()}
    return {_PATH: json.dumps(context | parts if scenario.joined_context else context) + "\n", **texts}


def _context(scenario: Scenario, exchange: str, clock: datetime) -> dict[str, Any]:
    made = f"{clock.astimezone(UTC) - timedelta(days=30):%Y-%m-%dT%H:%M:%SZ}"
    events = {"uri": f"ipc://{socket_path(scenario)}", "type": "ZMQ_PUSH", "enabled": "true"}
    return {
        "clientInfo": {
            "version": scenario.software.version,
            "description": f"{OWN_ADDRESS} {scenario.hostname} (FMC managed)",
            "name": scenario.hostname,
            "guid": "5d111111-0000-0000-0000-00000000cafe",
            "type": scenario.software.model,
            "ip": OWN_ADDRESS,
        },
        "settings": {
            "client": {
                "administration": {"headers": {}, "auth": {"csrfToken": "******"}, "uri": "", "enabled": "false"},
                "statusCallback": {"uri": ""},
                "contextCallback": {"uri": ""},
                "applicationConfig": None,
                "events": events,
                "proxyReg": {"uri": "", "type": ""},
            },
            "exchange": {"registration": {"refreshInterval": 180}, "fqdn": exchange},
            "dataInput": {"http": None},
        },
        "id": "default",
        "meta": {
            "created": made,
            "lastModified": made,
            "deviceId": "25b7ddc8-bfad-4a0e-ac4c-173a76bd0880",
            "connectorVersion": "2.1.16",
        },
    }


def _service(name: str, status: str, description: str) -> dict[str, str]:
    return {"type": name, "status": status, "name": "", "description": description}


def _status(scenario: Scenario) -> dict[str, Any]:
    socket = socket_path(scenario)
    failed = (
        f'Events service module failed, err: zmq4: could not dial to "ipc://{socket}" (retry=250ms): '
        f"dial unix {socket}: connect: connection refused"
    )
    attached = scenario.attached and scenario.event_handler_running and not scenario.events_failed
    events = ("Success", "Events service started") if attached else ("Failed", failed)
    return {
        "client": [
            _service("administration", "Stopped", "Administration service module stopped"),
            _service("Events", *events),
            _service("urn:services:messaging", "Init", "Data exchange service is enabled"),
            _service("wsproxy", "Success", "Websocket Proxy service started"),
            _service("SSE_notification", "Init", "SSE notifications receiving service is pending"),
        ],
        "exchange": [_service("registration", "Enrolled", "Device has been enrolled.")],
        "dataInput": None,
    }


def _statistics(scenario: Scenario, clock: datetime) -> dict[str, Any]:
    connected = scenario.session is Session.ESTABLISHED

    def at(ago: timedelta) -> str:
        return (clock.astimezone(UTC) - ago).isoformat(timespec="microseconds").replace("+00:00", "Z")

    sent = _EVENTS if scenario.events_sent else 0
    zmq = {
        "LastCloudConnectSuccess": at(timedelta(hours=26)),
        "LastCloudConnectFailure": "" if connected else at(timedelta(minutes=4)),
        "LastCloudDisconnect": "",
        "TotalEventsReceived": sent,
        "TotalEventsSent": sent,
    }
    unused = {key: "" for key in zmq if key.startswith("Last")} | {"TotalEventsReceived": 0, "TotalEventsSent": 0}
    return {
        "client": [{"type": "Events", "statistics": {"ZmqStat": zmq, "WsStat": {"ActiveConnections": 0, **unused}}}]
    }
