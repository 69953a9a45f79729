"""SSE-DNS: name resolution on the device."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.facts.network.dns_filters import block_answers, is_public
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement
from sse_compliance.judge.ways import ensure_connectors_way


@requirement("SSE-DNS-01")
def test_dns_server_is_configured(host: FirepowerHost) -> None:
    servers = host.dns_servers
    host.note(
        expected="at least one DNS server",
        observed=f"DNS servers: {', '.join(servers)}" if servers else "no DNS server is configured",
    )
    assert servers


@requirement("SSE-DNS-02")
def test_allowlisted_host_resolves(host: FirepowerHost, endpoint: Endpoint) -> None:
    _resolves(host, endpoint.fqdn)


@requirement("SSE-DNS-03")
def test_amp_name_resolves(host: FirepowerHost, endpoint: Endpoint) -> None:
    _resolves(host, endpoint.fqdn)


def _resolves(host: FirepowerHost, name: str) -> None:
    answer = host.nslookup(name)
    if not answer.addresses:
        ensure_connectors_way(host)
    host.note(
        expected=f"{name} resolves",
        observed=f"{name} is {', '.join(answer.addresses)}"
        if answer.addresses
        else f"{name} does not resolve: {answer.error or 'the answer holds no address'}",
    )
    assert answer.addresses


@requirement("SSE-DNS-04")
def test_dns_answer_is_plausible(host: FirepowerHost, endpoint: Endpoint) -> None:
    answer = host.nslookup(endpoint.fqdn)
    addresses = answer.addresses
    strange = [address for address in addresses if not is_public(address)]
    blocked = block_answers(answer)
    unknown = host.trusted_resolver_status(endpoint.fqdn) == "NXDOMAIN"
    observed = f"{endpoint.fqdn} is {', '.join(addresses) or 'not resolved'}"
    if strange:
        observed += f"; not a public address: {', '.join(strange)}"
    if blocked:
        observed += f"; a DNS filter's answer: {', '.join(blocked)}"
    if unknown:
        observed += "; the trusted resolver says that the name does not exist (NXDOMAIN)"
    host.note(expected=f"public addresses only for {endpoint.fqdn}", observed=observed)
    assert addresses
    assert not strange
    assert not blocked
    assert not unknown


@requirement("SSE-DNS-05")
def test_each_dns_server_answers(host: FirepowerHost) -> None:
    servers = host.dns_servers_asked(host.api_host)
    useless = [f"{server.address} does not answer: {server.error}" for server in servers if server.error]
    host.note(
        expected=f"each DNS server answers for {host.api_host}",
        observed="; ".join(useless) or f"{', '.join(server.address for server in servers)} answer",
    )
    assert not useless
