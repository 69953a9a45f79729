"""What a device's command line prints: banner, ``show network``, ``show version``.

Sources: the transcripts of an FPR 1010 with 7.4.2, an FPR 1120 with 6.4.0.9 and an FMC with 7.4.2. ``show network``
with a proxy on and the model line of SFR are from memory: no transcript was found.
"""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from sse_compliance.inventory.device import Platform
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.texts.sockets import OWN_ADDRESS


def login_banner(scenario: Scenario, now: datetime) -> str:
    """What is printed between authentication and the first prompt."""
    software = scenario.software
    last = f"Last login: {now:%a %b %d %H:%M:%S} UTC {now:%Y} from 192.168.1.30 on pts/0\n"
    if scenario.platform is not Platform.FMC:
        last += "Successful login attempts for user 'admin' : 42\n"
    return (
        f"{last}\n"
        f"Copyright 2004-{software.year}, Cisco and/or its affiliates. All rights reserved. \n"
        "Cisco is a registered trademark of Cisco Systems, Inc. \n"
        "All other trademarks are property of their respective owners.\n\n"
        f"{software.banner[0]}\n{software.banner[1]}\n\n"
    )


def show_version(scenario: Scenario) -> str:
    """``show version``, the part that every platform has."""
    software = scenario.software
    newer = int(software.version.partition(".")[0]) >= 7
    rules = (
        "LSP version               : lsp-rel-20250114-1341"
        if newer
        else ("Rules update version      : 2020-08-18-001-vrt")
    )
    title = f"[ {scenario.hostname} ]".center(52, "-")
    return (
        f"{title}\n"
        f"Model                     : {software.model} Version {software.version} (Build {software.build})\n"
        "UUID                      : 5d111111-0000-0000-0000-00000000cafe\n"
        f"{rules}\n"
        "VDB version               : 400\n"
        f"{'-' * 52}\n\n"
    )


def show_network(scenario: Scenario) -> str:
    """``show network`` of FTD and SFR in the layout of the software's age."""
    old = scenario.software.interface == "br1"
    continued = "\n" + " " * 28
    servers = f"DNS Servers               : {continued.join(scenario.dns_servers)}\n" if scenario.dns_servers else ""
    router = "" if old else "DNS from router           : enabled\n"
    return (
        f"{_title('System Information')}\n"
        f"Hostname                  : {scenario.hostname}\n"
        f"{servers}"
        f"{router}"
        "Management port           : 8305\n"
        "IPv4 Default route\n"
        f"  Gateway                 : {'192.168.1.1' if old else 'data-interfaces'}\n\n"
        f"{_interface(scenario, old)}\n"
        f"{_title('Proxy Information')}\n"
        f"{_proxy(scenario.proxy)}\n"
    )


def show_managers(scenario: Scenario) -> str:
    """``show managers`` of FTD and SFR in the form of the software's age."""
    if scenario.manager is None:
        return "No managers configured.\n"
    newer = int(scenario.software.version.partition(".")[0]) >= 7
    named = "Display name              : 192.168.1.10\n" if newer else "Registration Key          : ****\n"
    return (
        f"{'Type                      : Manager' + chr(10) if newer else ''}"
        f"Host                      : 192.168.1.10\n{named}"
        f"Registration              : {scenario.manager}\n\n"
    )


def _title(text: str) -> str:
    return f"[ {text} ]".center(52, "=")


def _interface(scenario: Scenario, old: bool) -> str:
    state = (
        "State                     : Enabled\n"
        if old
        else "Admin State               : enabled\nAdmin Speed               : 1gbps\n"
        "Operation Speed           : 1gbps\nLink                      : up\n"
    )
    broadcast = "Broadcast                 : 192.168.1.255\n" if old else ""
    return (
        f"{_title(scenario.software.interface)}\n"
        f"{state}"
        "Channels                  : Management & Events\n"
        "Mode                      : Non-Autonegotiation\n"
        "MDI/MDIX                  : Auto/MDIX\n"
        "MTU                       : 1500\n"
        "MAC Address               : 6C:03:09:EE:BD:00\n"
        f"{'[ IPv4 ]'.center(52, '-')}\n"
        "Configuration             : Manual\n"
        f"Address                   : {OWN_ADDRESS}\n"
        "Netmask                   : 255.255.255.0\n"
        f"{broadcast}"
        f"{'[ IPv6 ]'.center(52, '-')}\n"
        "Configuration             : Disabled\n"
    )


def _proxy(url: str | None) -> str:
    if url is None:
        return "State                     : Disabled\nAuthentication            : Disabled\n"
    parts = urlsplit(url)
    return (
        "State                     : Enabled\n"
        f"HTTP Proxy                : {parts.hostname}\n"
        f"Port                      : {parts.port}\n"
        "Authentication            : Disabled\n"
    )
