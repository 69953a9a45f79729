"""What connector.log holds on a device: logrus text as in TechNote 215547, with times relative to the device's clock.

The time-out lines and the head of the ZeroMQ line are Cisco's. Success lines and the other failures were never found in
public; they are Go's own texts in the log's form.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sse_compliance.lab.scenario import Log, Scenario
from sse_compliance.lab.texts.addresses import addresses
from sse_compliance.lab.texts.curl import PROXY_ADDRESS
from sse_compliance.lab.texts.sockets import socket_path

_CONNECT = "events.go:90 events:connectWebSocket"


def connector_log(scenario: Scenario, eventing_host: str, now: datetime) -> str:
    """The log's text.

    Args:
        now: the device's own clock, in its own zone.
    """

    def line(ago: timedelta, level: str, where: str, text: str) -> str:
        moment = (now - ago).isoformat(timespec="microseconds")
        return f'time="{moment}" level={level} msg="[{scenario.hostname}][{where}] {text}"\n'

    def failures(text: str, *minutes: int) -> str:
        peers = addresses(eventing_host)
        return "".join(
            line(timedelta(minutes=ago), "error", _CONNECT, text.format(peer=peers[index % len(peers)]))
            for index, ago in enumerate(minutes)
        )

    hours = timedelta(hours=1)
    start = line(26 * hours, "info", "service.go:52 events:(*Service).Start", "Starting connector service")
    up = line(26 * hours - timedelta(seconds=9), "info", _CONNECT, f"websocket connected to {eventing_host}")
    recent = line(timedelta(minutes=2), "info", "registration.go:117 registration:refresh", "registration refreshed")
    timed_out = "dial tcp {peer}:443: getsockopt: connection timed out"
    match scenario.log:
        case Log.HEALTHY:
            return start + up + recent
        case Log.TIMEOUTS:
            return start + up + failures(timed_out, 22, 18, 13, 9, 4)
        case Log.NO_SUCH_HOST:
            return start + failures(f"dial tcp: lookup {eventing_host}: no such host", 22, 18, 13, 9, 4)
        case Log.UNKNOWN_AUTHORITY:
            return start + failures("x509: certificate signed by unknown authority", 22, 18, 13, 9, 4)
        case Log.PROXY:
            return start + failures(
                f"proxyconnect tcp: dial tcp {PROXY_ADDRESS}: connect: connection refused", 13, 9, 4
            )
        case Log.ZEROMQ:
            socket = socket_path(scenario)
            return (
                start
                + line(
                    26 * hours - timedelta(seconds=1),
                    "error",
                    "service.go:70 events:(*Service).Start",
                    rf"Could not connect to ZeroMQ PUSH endpoint: could not dial to \"ipc://{socket}\": "
                    rf"dial unix {socket}: connect: no such file or directory\n",
                )
                + recent
            )
        case Log.TOKEN:
            refused = ("error", "registration.go:131 registration:refresh", "Unauthorized: token rejected (401)")
            return start + up + "".join(line(timedelta(minutes=ago), *refused) for ago in (31, 16, 1))
        case Log.HEALED:
            back = line(timedelta(minutes=30), "info", _CONNECT, f"websocket connected to {eventing_host}")
            return start + up + failures(timed_out, 47, 43, 39) + back + recent
        case Log.OLD:
            return line(90 * hours, "info", "service.go:52 events:(*Service).Start", "Starting connector service")
