"""What each kind of probe reads on a device: the words of ``docs/commands.md``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sse_compliance.catalogue.probes import IMPLIED, PLATFORMS, ProbeSpec, probe_specs
from sse_compliance.inventory.device import Device, Platform

#: By the kind of probe.
READS = {
    "show-version": "model, version and what the device is, to make sure that it is what the inventory calls it",
    "show-network": "host name, addresses, DNS servers and the management proxy",
    "sf-version": "an FMC's model and version",
    "resolv-conf": "an FMC's DNS servers",
    "proxy-conf": "an FMC's management proxy",
    "context": "what the connector says of itself, on its own port of loopback",
    "context-status": "the connector's state, as it tells it on its own port of loopback",
    "context-statistics": "the connector's counters, as it tells them on its own port of loopback",
    "show-managers": "whether and by what the device is managed",
    "disk": "how full the device's file systems are",
    "processes": "which of the connector's processes run, and since when",
    "tcp-sessions": "the state and the counters of the device's TCP connections",
    "pmtool": "which processes the process manager runs, and how often they started",
    "lsof": "which sockets the connector holds, and to where",
    "netstat": "which sockets are listened at, and by whom",
    "date": "the device's clock",
    "connector-properties": "the connector's configuration",
    "connector-ca": "the CA certificates that the connector trusts",
    "connector-log": "the end of the connector's log",
    "nslookup": "the addresses of a host, as the device resolves them",
    "dns-servers": "what each of the device's DNS servers says of a host",
    "addresses": "whether each address of a host takes a TCP connection on port 443",
    "ping": "whether a host answers one ping",
    "tcp": "whether an address and port take a TCP connection; nothing is sent over it",
    "curl": "whether a host is reached by HTTPS, and trusted by the connector's CA; the body goes to nowhere",
    "curl-insecure": "only where the certificate was not accepted: who answered, and with which one",
    "chain": "the certificates that a host presents",
    "curl-clients": "whether the call that TechNote 215547 makes to the API host is answered",
}

#: What stands for the argument of a kind of probe that has one.
ARGUMENTS = {
    **dict.fromkeys(("nslookup", "dns-servers", "addresses", "ping", "curl", "curl-insecure", "chain"), "HOST"),
    "curl-clients": "HOST",
    "tcp": "HOST:443",
}

_PROXY = "http://PROXY:8080"


@dataclass(frozen=True, slots=True)
class Shown:
    """A kind of probe as it is made, for a reader."""

    kind: str
    platforms: frozenset[Platform]
    spec: ProbeSpec
    #: The same on a device behind a proxy.
    behind_a_proxy: ProbeSpec


def shown() -> Iterator[Shown]:
    """Each kind of probe that a device is asked, made for a host called ``HOST``."""
    for kind in READS:
        platforms = PLATFORMS.get(kind, frozenset(Platform))
        platform = Platform.FTD if Platform.FTD in platforms else min(platforms)
        device = Device("DEVICE", platform, "us")
        yield Shown(kind, platforms, _spec(kind, device), _spec(kind, replace(device, proxy=_PROXY)))


def _spec(kind: str, device: Device) -> ProbeSpec:
    name = IMPLIED.get(kind, kind)
    (made,) = probe_specs(device, [f"{name}:{ARGUMENTS[kind]}" if kind in ARGUMENTS else name])
    return made.then if kind in IMPLIED and made.then else made
