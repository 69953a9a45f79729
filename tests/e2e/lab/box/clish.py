"""The device's command line, as far as the TechNotes use it. It shows what the device really has."""

from __future__ import annotations

import ipaddress
import json
import os
import pwd
import signal
import subprocess
import sys
from pathlib import Path

DEVICE = json.loads(Path("/opt/sf/device.json").read_text())

# The blanks at the ends of the first two lines are the real banner's.
_BANNER = """Copyright 2004-2024, Cisco and/or its affiliates. All rights reserved.\x20
Cisco is a registered trademark of Cisco Systems, Inc.\x20
All other trademarks are property of their respective owners.

Cisco Firepower Extensible Operating System (FX-OS) v2.14.1 (build 167)
{product} v{version} (build {build})
"""

_NOTICE = """**************************************************************
NOTICE - Shell access will be deprecated in future releases
         and will be replaced with a separate expert mode CLI.
**************************************************************
"""


def line(key: str, value: str) -> str:
    return f"{key:<26}: {value}"


def show_version() -> str:
    rule = "-" * 52
    head = f"[ {DEVICE['name']} ]".center(52, "-")
    model = f"{DEVICE['product']} ({DEVICE['model_number']}) Version {DEVICE['version']} (Build {DEVICE['build']})"
    return "\n".join(
        [
            head,
            line("Model", model),
            line("UUID", "5d111111-0000-0000-0000-00000000cafe"),
            line("LSP version", "lsp-rel-20250114-1341"),
            line("VDB version", "400"),
            rule,
            "",
        ]
    )


def show_network() -> str:
    rows = ["===============[ System Information ]===============", line("Hostname", DEVICE["name"])]
    servers = [
        words[1]
        for words in (text.split() for text in Path("/etc/resolv.conf").read_text().splitlines())
        if len(words) == 2 and words[0] == "nameserver"
    ]
    # As on the real thing, the line is absent where no server is set.
    rows += [line("DNS Servers", server) if number == 0 else " " * 28 + server for number, server in enumerate(servers)]
    address = ipaddress.ip_interface(DEVICE["interface"])
    rows += [
        line("Management port", "8305"),
        "IPv4 Default route",
        line("  Gateway", DEVICE["gateway"]),
        "",
        "==================[ management0 ]===================",
        line("Admin State", "enabled"),
        line("Admin Speed", "1gbps"),
        line("Operation Speed", "1gbps"),
        line("Link", "up"),
        line("Channels", "Management & Events"),
        line("Mode", "Non-Autonegotiation"),
        line("MDI/MDIX", "Auto/MDIX"),
        line("MTU", "1500"),
        line("MAC Address", DEVICE["mac"].upper()),
        "----------------------[ IPv4 ]----------------------",
        line("Configuration", "Manual"),
        line("Address", str(address.ip)),
        line("Netmask", str(address.netmask)),
        "----------------------[ IPv6 ]----------------------",
        line("Configuration", "Disabled"),
        "",
        "===============[ Proxy Information ]================",
    ]
    proxy = DEVICE["proxy"]
    if proxy:
        host, port = proxy.removeprefix("http://").split(":")
        rows += [
            line("State", "Enabled"),
            line("HTTP Proxy", host),
            line("Port", port),
            line("Authentication", "Enabled" if DEVICE["proxy_login"] else "Disabled"),
        ]
    else:
        rows += [line("State", "Disabled"), line("Authentication", "Disabled")]
    return "\n".join([*rows, "", ""])


def answer(command: str) -> str:
    """What a command prints (``expert`` and ``exit`` apart)."""
    words = command.split()
    if words in (["show", "version"], ["show", "version", "system"]):
        return show_version()
    if words == ["show", "network"] and DEVICE["platform"] != "fmc":
        return show_network()
    if words == ["show", "managers"] and DEVICE["platform"] != "fmc":
        return "\n".join(
            [line("Type", "Manager"), line("Host", DEVICE["gateway"]), line("Registration", "Completed"), "", ""]
        )
    return "Syntax error: Illegal command line\n"


def expert() -> None:
    """Give the user a shell until it ends."""
    if DEVICE["expert"] == "refused":
        print("This command is not permitted: the sensor is locked down.")
        return
    if DEVICE["version"].startswith("6."):
        print(_NOTICE, end="", flush=True)
    user = pwd.getpwuid(os.getuid())
    shell = {"HOME": user.pw_dir, "USER": user.pw_name, "LOGNAME": user.pw_name, "SHELL": "/bin/bash"}
    subprocess.run(["/bin/bash", "--login"], env={**os.environ, **shell}, cwd=user.pw_dir)


def main() -> int:
    if sys.argv[1:2] == ["-c"]:
        # An exec request: nothing public says what the real thing does; this one runs it as a command of its own.
        print(answer(" ".join(sys.argv[2:])), end="")
        return 1
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(_BANNER.format(**DEVICE), flush=True)
    while True:
        print("> ", end="", flush=True)
        command = sys.stdin.readline()
        if not command or command.strip() in ("exit", "logout"):
            return 0
        if command.strip() == "expert":
            expert()
        elif command.strip():
            print(answer(command.strip()), end="", flush=True)


if __name__ == "__main__":
    sys.exit(main())
