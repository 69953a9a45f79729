"""What nslookup, ping and a TCP connection by bash answer on a device.

nslookup's two layouts: TechNote 217616, and BIND 9.18 as recorded in the project's real lab. ping's and bash's failures
are recorded with iputils and bash 5.2 on Debian 12.
"""

from __future__ import annotations

from collections.abc import Iterable

from sse_compliance.catalogue.regions import Endpoint, Role
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.texts.addresses import addresses

#: The resolver that the documents' answers come from.
_SERVER = "10.25.0.1"

_NO_ANSWER = ";; connection timed out; no servers could be reached\n\n"
_NO_SERVER = ";; communications error to 127.0.0.1#53: connection refused\n" * 3 + ";; no servers could be reached\n\n"


def nslookup_files(scenario: Scenario, hosts: Iterable[Endpoint]) -> dict[str, str]:
    """All answers of nslookup, as paths below ``/lab`` and contents; ``default`` is for any other name."""
    working = scenario.proxy is None and bool(scenario.dns_servers) and scenario.dns_answers
    if not working:
        text = _NO_ANSWER if scenario.software.old_nslookup or scenario.dns_servers else _NO_SERVER
        wait = scenario.time_out if scenario.dns_servers else 0
        return {"nslookup/default/text": text, "nslookup/default/exit": "1", "nslookup/default/wait": str(wait)}
    old = scenario.software.old_nslookup
    files = {"nslookup/default/text": _nxdomain("@HOST@", old), "nslookup/default/exit": "1"}
    for endpoint in hosts:
        unknown = endpoint.role in scenario.nxdomain
        text = _nxdomain(endpoint.fqdn, old) if unknown else _found(endpoint.fqdn, old)
        files[f"nslookup/{endpoint.fqdn}/text"] = text
        files[f"nslookup/{endpoint.fqdn}/exit"] = "1" if unknown else "0"
    return files


def _head(old: bool) -> str:
    return (
        f"Server: {_SERVER} \nAddress: {_SERVER}#53 \n\n"
        if old
        else f"Server:\t\t{_SERVER}\nAddress:\t{_SERVER}#53\n\n"
    )


def _nxdomain(host: str, old: bool) -> str:
    return f"{_head(old)}** server can't find {host}: NXDOMAIN\n\n"


def _found(host: str, old: bool) -> str:
    alias = f"{host}.akadns.net"
    if old:
        name = f"{host} canonical name = {alias}. \n"
        found = "".join(f"Name: {alias} \nAddress: {address} \n" for address in addresses(host))
        return f"{_head(old)}Non-authoritative answer: \n{name}{found}\n"
    name = f"{host}\tcanonical name = {alias}.\n"
    found = "".join(f"Name:\t{alias}\nAddress: {address}\n" for address in addresses(host))
    return f"{_head(old)}Non-authoritative answer:\n{name}{found}\n"


def ping_files(scenario: Scenario, hosts: Iterable[Endpoint]) -> dict[str, str]:
    """All answers of ``ping -c 1``, as paths below ``/lab`` and contents."""
    unresolved = "ping: @HOST@: Temporary failure in name resolution\n"
    files = {"ping/default/error": unresolved, "ping/default/exit": "2"}
    for endpoint in hosts if _resolving(scenario) else ():
        if endpoint.role in scenario.nxdomain:
            continue
        host, address = endpoint.fqdn, addresses(endpoint.fqdn)[0]
        below = f"ping/{host}"
        head = f"PING {host}.akadns.net ({address}) 56(84) bytes of data.\n"
        tail = f"\n--- {host}.akadns.net ping statistics ---\n1 packets transmitted, "
        if endpoint.role in scenario.dropped:
            files[f"{below}/text"] = f"{head}{tail}0 received, 100% packet loss, time 0ms\n\n"
            files |= {f"{below}/exit": "1", f"{below}/wait": str(scenario.time_out)}
        else:
            reply = f"64 bytes from {address}: icmp_seq=1 ttl=235 time=91.4 ms\n"
            rtt = "rtt min/avg/max/mdev = 91.400/91.400/91.400/0.000 ms\n"
            files[f"{below}/text"] = f"{head}{reply}{tail}1 received, 0% packet loss, time 0ms\n{rtt}"
            files[f"{below}/exit"] = "0"
    return files


def tcp_files(scenario: Scenario, hosts: Iterable[Endpoint]) -> dict[str, str]:
    """How ``bash -c 'exec 3<>/dev/tcp/HOST/PORT'`` ends, as paths below ``/lab`` and contents.

    The API host takes 8989 as well, as TechNote 217616 asks; every host takes 443.
    """
    unresolved = "bash: @HOST@: Temporary failure in name resolution\nbash: /dev/tcp/@HOST@/@PORT@: Invalid argument\n"
    files = {"tcp/default/error": unresolved, "tcp/default/exit": "1"}
    for endpoint in hosts if _resolving(scenario) else ():
        if endpoint.role in scenario.nxdomain:
            continue
        for port in (443, 8989) if endpoint.role is Role.API else (443,):
            below = f"tcp/{endpoint.fqdn}:{port}"
            if endpoint.role in scenario.dropped:
                failure = "Connection timed out"
                files[f"{below}/error"] = f"bash: connect: {failure}\nbash: /dev/tcp/@HOST@/@PORT@: {failure}\n"
                files |= {f"{below}/exit": "1", f"{below}/wait": str(scenario.time_out)}
            else:
                files |= {f"{below}/error": "", f"{below}/exit": "0"}
    return files


def _resolving(scenario: Scenario) -> bool:
    return scenario.proxy is None and bool(scenario.dns_servers) and scenario.dns_answers
