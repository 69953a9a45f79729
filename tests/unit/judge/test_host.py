"""Each fact of a host comes from the probe that its name promises, and that it was read is recorded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.evidence.record import Evidence
from sse_compliance.facts.connector import ca, context, log, properties
from sse_compliance.facts.network import (
    chain,
    curl,
    dns_servers,
    host_addresses,
    nslookup,
    ping,
    proxy_conf,
    resolv_conf,
    show_managers,
    show_network,
    tcp,
)
from sse_compliance.facts.system import (
    device_clock,
    disk,
    lsof,
    netstat,
    pmtool,
    process_states,
    show_version,
    tcp_sessions,
)
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.host import FirepowerHost
from tests.unit.judge.recorded import RECORDED

API = "api-sse.cisco.com"
DEVICES = read_directory(RECORDED)


def host_of(name: str, probes: Mapping[str, ProbeResult | NotObtained] | None = None) -> FirepowerHost:
    """A recorded device, some of its answers put in the place of its own."""
    evidence = DEVICES[name]
    return FirepowerHost(DeviceFacts(replace(evidence, probes={**evidence.probes, **(probes or {})}), API))


Answers = Mapping[str, ProbeResult | NotObtained]
Read = Callable[[FirepowerHost], object]
Parse = Callable[[ProbeResult], object]

FACTS: Mapping[str, tuple[str, Read, Parse]] = {
    "show-network": ("ftd-us", lambda host: host.show_network, show_network.parse),
    "show-managers": ("ftd-manager-pending", lambda host: host.show_managers, show_managers.parse),
    "proxy-conf": ("fmc-proxy", lambda host: host.proxy_conf, proxy_conf.parse),
    "show-version": ("ftd-us", lambda host: host.version, show_version.parse),
    "connector-properties": ("ftd-us", lambda host: host.connector_properties, properties.parse),
    "connector-ca": ("ftd-us", lambda host: host.connector_ca, ca.parse),
    "date": ("ftd-us", lambda host: host.clock, device_clock.parse),
    f"nslookup:{API}": ("ftd-us", lambda host: host.nslookup(API), nslookup.parse),
    f"curl:{API}": ("ftd-us", lambda host: host.curl(API), curl.parse),
    f"curl-clients:{API}": ("ftd-us", lambda host: host.curl_clients(API), curl.parse),
    f"chain:{API}": ("ftd-us", lambda host: host.chain(API), chain.parse),
    f"tcp:{API}:8989": ("ftd-us", lambda host: host.tcp(f"{API}:8989"), tcp.parse),
    f"dns-servers:{API}": ("ftd-us", lambda host: host.dns_servers_asked(API), dns_servers.parse),
    f"addresses:{API}": ("ftd-us", lambda host: host.addresses(API), host_addresses.parse),
    f"ping:{API}": ("ftd-us", lambda host: host.ping(API), ping.parse),
    "pmtool": ("ftd-us", lambda host: host.pmtool, pmtool.parse),
    "lsof": ("ftd-us", lambda host: host.lsof, lsof.parse),
    "netstat": ("ftd-us", lambda host: host.netstat, netstat.parse),
    "context": ("ftd-us", lambda host: host.context, context.parse),
    "processes": ("ftd-manager-pending", lambda host: host.processes, process_states.parse),
    "tcp-sessions": ("ftd-manager-pending", lambda host: host.tcp_sessions, tcp_sessions.parse),
    "disk": ("ftd-manager-pending", lambda host: host.disk, disk.parse),
    "connector-log": ("ftd-us", lambda host: host.connector_log, log.parse),
    "context-status": ("ftd-context-in-parts", lambda host: host.context_part("status"), context.parse),
    "context-statistics": ("ftd-context-in-parts", lambda host: host.context_part("statistics"), context.parse),
}


@pytest.mark.parametrize("probe", FACTS)
def test_each_fact_is_that_of_its_probe(probe: str) -> None:
    name, read, parse = FACTS[probe]
    asked = host_of(name)
    assert read(asked) == parse(DEVICES[name].probe(probe))
    assert list(asked.judgement.probes) == [probe]
    silent = host_of(name, {probe: NotObtained("timed out")})
    if probe.startswith("context-"):
        assert read(silent) is None
    else:
        with pytest.raises(Unavailable, match=r"^timed out$"):
            read(silent)


def test_dns_servers_are_read_where_the_platform_keeps_them() -> None:
    ftd, fmc = host_of("ftd-us"), host_of("fmc-shell")
    assert ftd.dns_servers == show_network.parse(DEVICES["ftd-us"].probe("show-network")).dns_servers
    assert fmc.dns_servers == resolv_conf.parse(DEVICES["fmc-shell"].probe("resolv-conf")).nameservers
    assert (list(ftd.judgement.probes), list(fmc.judgement.probes)) == (["show-network"], ["resolv-conf"])
    assert ftd.dns_servers
    assert fmc.dns_servers


def test_an_fmc_without_a_cli_tells_its_version_in_a_file() -> None:
    asked = host_of("fmc-shell")
    assert asked.version == show_version.parse_sf_version(DEVICES["fmc-shell"].probe("sf-version"))
    assert list(asked.judgement.probes) == ["show-version", "sf-version"]
    with pytest.raises(Unavailable, match=r"^no CLI$"):
        _ = host_of("ftd-us", {"show-version": NotObtained("no CLI")}).version


@pytest.mark.parametrize("status", [35, 51, 60, 77])
def test_the_call_is_made_without_trust_where_trust_was_what_failed(status: int) -> None:
    answer = DEVICES["ftd-us"].probe(f"curl:{API}")
    trusted, insecure = f"curl:{API}", f"curl-insecure:{API}"
    asked = host_of("ftd-us", {trusted: replace(answer, exit_status=status), insecure: answer})
    assert asked.curl_insecure(API) == curl.parse(answer)
    assert list(asked.judgement.probes) == [trusted, insecure]


@pytest.mark.parametrize("status", [0, 6, 7, 28, 56, 83])
def test_a_call_that_did_not_fail_on_trust_stands(status: int) -> None:
    answer = replace(DEVICES["ftd-us"].probe(f"curl:{API}"), exit_status=status)
    asked = host_of("ftd-us", {f"curl:{API}": answer, f"curl-insecure:{API}": NotObtained("not needed")})
    assert asked.curl_insecure(API) == curl.parse(answer)
    assert list(asked.judgement.probes) == [f"curl:{API}"]


def test_a_part_of_the_context_that_is_an_error_tells_nothing() -> None:
    missing = ProbeResult("curl", 0, '{"error": "not found"}\n404\n')
    assert host_of("ftd-us", {"context-status": missing}).context_part("status") is None


def test_was_asked() -> None:
    asked = host_of("ftd-us", {"disk": NotObtained("timed out")})
    assert asked.was_asked("disk")
    assert not asked.was_asked("never")
    assert list(asked.judgement.probes) == []


@pytest.mark.parametrize(
    ("address", "expected"),
    [("192.0.2.10", ip_address("192.0.2.10")), ("2001:db8::1", ip_address("2001:db8::1")), ("ftd.example.com", None)],
)
def test_the_devices_address(address: str, expected: object) -> None:
    evidence = Evidence(Device("ftd-1", Platform.FTD, "us", address=address), "")
    assert FirepowerHost(DeviceFacts(evidence, API)).address == expected


NONE = NotObtained("none answered")
RESOLVER = ProbeResult(f"resolver {API}", 0, "NOERROR\n192.0.2.1\n192.0.2.2\n")


def test_known_addresses_are_the_devices_own_else_a_trusted_resolvers() -> None:
    own, resolver = f"nslookup:{API}", f"resolver:{API}"
    trusted = (ip_address("192.0.2.1"), ip_address("192.0.2.2"))
    device = tuple(map(ip_address, nslookup.parse(DEVICES["ftd-us"].probe(own)).addresses))
    assert device
    cases: tuple[tuple[Answers, object, list[str]], ...] = (
        ({resolver: NONE}, device, [own]),
        ({own: NONE, resolver: RESOLVER}, trusted, [own, resolver]),
        ({own: NONE, resolver: NONE}, (), [own, resolver]),
    )
    for probes, expected, read in cases:
        asked = host_of("ftd-us", probes)
        assert (asked.known_addresses(API), list(asked.judgement.probes)) == (expected, read)


def test_the_zone_of_an_address_is_none_of_it() -> None:
    text = "Server: 10.0.0.1\nAddress: 10.0.0.1#53\n\nName: api-sse.cisco.com\nAddress: fe80::1%eth0\n"
    answer = ProbeResult("nslookup api-sse.cisco.com", 0, text)
    found = host_of("ftd-us", {f"nslookup:{API}": answer}).known_addresses(API)
    assert found == (ip_address("fe80::1"),)


def test_what_a_trusted_resolver_said() -> None:
    asked = host_of("ftd-us", {f"resolver:{API}": RESOLVER})
    assert asked.trusted_resolver_status(API) == "NOERROR"
    assert list(asked.judgement.probes) == [f"resolver:{API}"]
    assert host_of("ftd-us", {f"resolver:{API}": NONE}).trusted_resolver_status(API) is None


def test_when_a_probe_was_read() -> None:
    read = replace(DEVICES["ftd-us"].probe("date"), read_at="2026-11-21T13:00:00+01:00")
    asked = host_of("ftd-us", {"date": read})
    assert asked.read_at("date") == datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
    assert list(asked.judgement.probes) == ["date"]
