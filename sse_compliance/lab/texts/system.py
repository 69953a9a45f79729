"""What ps, ss and df print on a device, in the form of the tools of Debian 12 (procps 4, iproute2 6, coreutils 9)."""

from __future__ import annotations

from urllib.parse import urlsplit

from sse_compliance.inventory.device import Platform
from sse_compliance.lab.scenario import Scenario, Session
from sse_compliance.lab.texts.addresses import addresses
from sse_compliance.lab.texts.curl import PROXY_ADDRESS
from sse_compliance.lab.texts.sockets import CONNECTOR_PID, EVENT_HANDLER_PID, OWN_ADDRESS


def system_files(scenario: Scenario, eventing_host: str) -> dict[str, str]:
    """As paths below ``/lab`` and contents."""
    return {"ps": _ps(scenario), "ss": _ss(scenario, eventing_host), "df": _df(scenario)}


def _ps(scenario: Scenario) -> str:
    processes = [(1, "Ss", "init"), (988, "Ss", "sshd"), (4103, "Sl", "sftunnel")]
    if scenario.event_handler_running:
        processes.append((EVENT_HANDLER_PID, f"{scenario.event_handler_state}l", "EventHandler"))
    if scenario.connector_running:
        processes.append((CONNECTOR_PID, f"{scenario.connector_state}l", "connector"))
    return "    PID STAT COMMAND\n" + "".join(f"{pid:>7} {state:<4} {name}\n" for pid, state, name in processes)


def _ss(scenario: Scenario, eventing_host: str) -> str:
    lines = ["State Recv-Q Send-Q  Local Address:Port  Peer Address:Port  Process"]
    sessions = [(f"{OWN_ADDRESS}:8305", "192.168.1.10:41593", 0, "timer:(keepalive,94min,0)")]
    if scenario.connector_running and scenario.session is Session.ESTABLISHED:
        peer, port = scenario.peer or addresses(eventing_host)[0], 443
        if scenario.proxy is not None:
            peer, port = PROXY_ADDRESS, urlsplit(scenario.proxy).port or 80
        queue, timer = (3215, "timer:(on,6.144sec,5)") if scenario.stalled else (0, "timer:(keepalive,11sec,0)")
        sessions.append((f"{OWN_ADDRESS}:56495", f"{peer}:{port}", queue, timer))
    for own, other, queue, timer in sessions:
        lines += [f"ESTAB 0      {queue:<6}  {own}  {other}  {timer}", "\t cubic rto:204 rtt:2.1/0.9 mss:1448 cwnd:10"]
    return "\n".join(lines) + "\n"


def _df(scenario: Scenario) -> str:
    place = "/ngfw" if scenario.platform is Platform.FTD else "/var"
    used, free, capacity = (3868108, 0, 100) if scenario.disk_full else (613584, 3254524, 16)
    return (
        "Filesystem     1024-blocks    Used Available Capacity Mounted on\n"
        "rootfs             3919776  322480   3597296       9% /\n"
        f"/dev/sda7          3868108 {used:>7} {free:>9} {capacity:>7}% {place}\n"
    )
