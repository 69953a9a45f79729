"""``show network`` (clish of FTD and SFR, 6.2 to 7.6).

::

    ===============[ System Information ]===============
    Hostname                  : firepower
    DNS Servers               : 208.67.222.222
                                208.67.220.220
    Management port           : 8305
    IPv4 Default route
      Gateway                 : data-interfaces

    ==================[ management0 ]===================
    Admin State               : enabled
    ----------------------[ IPv4 ]----------------------
    Address                   : 192.168.45.45
    ----------------------[ IPv6 ]----------------------
    Configuration             : Disabled

    ===============[ Proxy Information ]================
    State                     : Disabled
    Authentication            : Disabled

Without a DNS server the ``DNS Servers`` line is absent. The proxy section is not in every version; its form with a
proxy set was never seen, so that only a plain *Enabled* or *Disabled* is taken from it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import is_address, lines

_SYSTEM = "System Information"
_PROXY = "Proxy Information"
_FAMILIES = ("IPv4", "IPv6")
_PROXY_HOST_KEYS = ("HTTP Proxy", "HTTP Proxy Address", "Proxy", "Proxy Address", "Address")
_PROXY_PORT_KEYS = ("Port", "HTTP Proxy Port", "Proxy Port")

_SECTION = re.compile(r"[=-]{3,}\[ ([^\]]{1,80}) \][=-]{3,}[ \t]*")
_KEY_VALUE = re.compile(r"[ \t]{0,8}([A-Za-z][A-Za-z0-9 /]{0,40}?)[ \t]*:(?:[ \t]+(.*))?")
_PORT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class ProxyState:
    """The management proxy, as far as its section tells."""

    #: Whether what is set is known: nothing, or a proxy with host and port.
    known: bool
    #: Whether there is a section on the proxy at all; with it, and nothing known, nobody may say that no proxy is set.
    shown: bool = True
    enabled: bool = False
    host: str | None = None
    port: int | None = None
    #: As printed: ``Disabled``, ``Enabled``, or a method.
    authentication: str | None = None


@dataclass(frozen=True, slots=True)
class ShowNetwork:
    """The management network as the device's CLI shows it."""

    hostname: str | None
    #: In the order shown; empty where none is configured.
    dns_servers: tuple[str, ...]
    #: Addresses of the management interfaces, without prefix length.
    management_addresses: tuple[str, ...]
    #: Default gateway, an address or ``data-interfaces``.
    gateway: str | None
    proxy: ProxyState


#: Lines of one section: key and value; continuation lines have the key of the line above.
_Section = list[tuple[str, str]]


def parse(result: ProbeResult) -> ShowNetwork:
    """The management network.

    Raises:
        Unavailable: there is no whole *System Information* section, there are two, or the DNS line is not understood.
    """
    sections = _sections(result.stdout)
    titles = [title for title, _ in sections]
    if titles.count(_SYSTEM) != 1:
        raise Unavailable(f"show network: expected one [ {_SYSTEM} ] section, found {titles.count(_SYSTEM)}")
    position = titles.index(_SYSTEM)
    if position + 1 == len(sections):
        raise Unavailable(f"show network: the output ends within [ {_SYSTEM} ]")
    system = sections[position][1]
    return ShowNetwork(
        hostname=_first(system, "Hostname"),
        dns_servers=_dns_servers(system),
        management_addresses=_addresses(sections),
        gateway=_first(system, "Gateway"),
        proxy=_proxy([(title, body) for title, body in sections if "proxy" in title.lower()], result.truncated),
    )


def _sections(text: str) -> list[tuple[str, _Section]]:
    sections: list[tuple[str, _Section]] = []
    key = ""
    for line in lines(text):
        if title := _SECTION.fullmatch(line):
            sections.append((title.group(1).strip(), []))
            key = ""
        elif not sections:
            continue
        elif pair := _KEY_VALUE.fullmatch(line):
            key = pair.group(1)
            sections[-1][1].append((key, (pair.group(2) or "").strip()))
        elif key and line.startswith((" ", "\t")) and line.strip():
            sections[-1][1].append((key, line.strip()))
        else:
            key = ""
    return sections


def _first(section: _Section, *keys: str) -> str | None:
    return next((value for key, value in section if key in keys and value), None)


def _dns_servers(system: _Section) -> tuple[str, ...]:
    servers: list[str] = []
    for key, value in system:
        if key == "DNS Servers" and value.lower() != "none":
            servers += value.replace(",", " ").split()
    if unclear := [server for server in servers if not is_address(server)]:
        raise Unavailable(f"show network: {unclear[0][:80]!r} among the DNS servers is no address")
    return tuple(servers)


def _addresses(sections: list[tuple[str, _Section]]) -> tuple[str, ...]:
    found = (
        value.split("/")[0].strip()
        for title, body in sections
        if title in _FAMILIES
        for key, value in body
        if key == "Address"
    )
    return tuple(address for address in found if is_address(address))


def _proxy(found: list[tuple[str, _Section]], truncated: bool) -> ProxyState:
    if not found and not truncated:
        return ProxyState(known=False, shown=False)
    if len(found) != 1 or found[0][0] != _PROXY or truncated:
        return ProxyState(known=False)
    section = found[0][1]
    states = {value.lower() for key, value in section if key == "State"}
    host = _first(section, *_PROXY_HOST_KEYS)
    port = _first(section, *_PROXY_PORT_KEYS) or ""
    complete = host is not None and _PORT.fullmatch(port) is not None
    return ProxyState(
        known=states == {"disabled"} or (states == {"enabled"} and complete),
        enabled=states == {"enabled"},
        host=host,
        port=int(port) if _PORT.fullmatch(port) else None,
        authentication=_first(section, "Authentication"),
    )
