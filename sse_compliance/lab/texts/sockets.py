"""What lsof and netstat print on a device: TechNote 215547, and lines recorded in the project's real lab."""

from __future__ import annotations

from urllib.parse import urlsplit

from sse_compliance.inventory.device import Platform
from sse_compliance.lab.scenario import Scenario, Session
from sse_compliance.lab.texts.addresses import addresses, reverse_name
from sse_compliance.lab.texts.curl import PROXY_ADDRESS

#: The device's own address, and its processes' numbers; any will do.
OWN_ADDRESS = "192.168.1.200"
CONNECTOR_PID = 13277
EVENT_HANDLER_PID = 7741

_HEAD = "COMMAND     PID USER   FD   TYPE     DEVICE SIZE/OFF NODE NAME\n"
#: Services whose name ``lsof`` without ``-P`` prints.
_SERVICES = {443: "https", 22: "ssh", 8080: "http-alt", 8990: "clc-build-daemon"}


def socket_path(scenario: Scenario) -> str:
    """The unix socket that connector and EventHandler share."""
    below = "/ngfw" if scenario.platform is Platform.FTD else ""
    return f"{below}/var/sf/run/EventHandler_SSEConnector.sock"


def lsof_files(scenario: Scenario, eventing_host: str) -> dict[str, str]:
    """Both forms of ``lsof -i``, as paths below ``/lab`` and contents. An ordinary user sees nothing at all."""
    return {f"lsof/{form}": _lsof(scenario, eventing_host, names=form == "names") for form in ("names", "numbers")}


def _lsof(scenario: Scenario, eventing_host: str, *, names: bool) -> str:
    def service(port: int) -> str:
        return _SERVICES.get(port, str(port)) if names else str(port)

    lines = [
        f"sshd        988 root    3u  IPv4      18453      0t0  TCP *:{service(22)} (LISTEN)",
        f"sftunnel   4103 root   12u  IPv4      30218      0t0  TCP {OWN_ADDRESS}:8305->192.168.1.10:41593 "
        "(ESTABLISHED)",
    ]
    if scenario.connector_running:
        connector = f"connector {CONNECTOR_PID}  www"
        local = "localhost" if names else "127.0.0.1"
        lines.append(
            f"{connector}  10u  IPv4 26077573      0t0  TCP {local}:{service(scenario.connector_port)} (LISTEN)"
        )
        if scenario.session is not Session.NONE:
            peer, port = _peer(scenario, eventing_host)
            if names and scenario.proxy is None:
                peer = reverse_name(peer, scenario.region)
            own = scenario.hostname if names else OWN_ADDRESS
            state = scenario.session.value
            lines.append(f"{connector}  19u  IPv4 26077679      0t0  TCP {own}:56495->{peer}:{service(port)} ({state})")
    return _HEAD + "\n".join(lines) + "\n"


def _peer(scenario: Scenario, eventing_host: str) -> tuple[str, int]:
    if scenario.proxy is None:
        return scenario.peer or addresses(eventing_host)[0], 443
    return PROXY_ADDRESS, urlsplit(scenario.proxy).port or 80


def netstat_files(scenario: Scenario) -> dict[str, str]:
    """``netstat -anlp`` for root, and for an ordinary user, who is not told the programs."""
    hint = '(No info could be read for "-p": geteuid()=1000 but you should be root.)\n'
    return {"netstat/root": _netstat(scenario, root=True), "netstat/user": hint + _netstat(scenario, root=False)}


def _netstat(scenario: Scenario, *, root: bool) -> str:
    def owner(pid: int, program: str) -> str:
        return f"{pid}/{program}" if root else "-"

    lines = [
        "Active Internet connections (servers and established)",
        "Proto Recv-Q Send-Q Local Address           Foreign Address         State       PID/Program name",
        f"tcp        0      0 0.0.0.0:22              0.0.0.0:*               LISTEN      {owner(988, 'sshd')}",
        "Active UNIX domain sockets (servers and established)",
        "Proto RefCnt Flags       Type       State         I-Node   PID/Program name     Path",
        f"unix  2      [ ACC ]     STREAM     LISTENING     21034    {owner(2210, 'pm'):<20} /var/run/pm.sock",
    ]
    handler = owner(EVENT_HANDLER_PID, "EventHandler")
    states = []
    if scenario.event_handler_running:
        attached = scenario.attached and scenario.connector_running
        if scenario.software.listening or not attached:
            states.append(("2", "[ ACC ]", "LISTENING", "382276"))
        if attached:
            states.append(("3", "[ ]", "CONNECTED", "378537"))
    for count, flags, state, inode in states:
        if scenario.software.wrapped_netstat:
            lines += [f"unix {count} {flags} STREAM {state} {inode} {handler}", socket_path(scenario)]
        else:
            wide = flags if flags == "[ ACC ]" else "[ ]    "
            lines.append(
                f"unix  {count}      {wide}     STREAM     {state:<13} {inode:<8} {handler:<20} {socket_path(scenario)}"
            )
    return "\n".join(lines) + "\n"
