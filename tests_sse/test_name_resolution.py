"""SSE-DNS: name resolution on the device."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.dns_filters import block_answers, is_public
from sse_compliance.facts.network.nslookup import NO_SERVER, Nslookup
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement
from sse_compliance.judge.ways import ensure_connectors_way

#: What nslookup takes for the end, while a resolver asks the next server.
_NEXT_IS_ASKED = ("REFUSED", "SERVFAIL", NO_SERVER)


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
    own = None if answer.addresses else _resolved_otherwise(host, name, answer)
    if not answer.addresses and own is None:
        ensure_connectors_way(host)
    host.note(expected=f"{name} resolves", observed=_told(name, answer, own))
    assert answer.addresses or own


def _told(name: str, answer: Nslookup, own: str | None) -> str:
    if answer.addresses:
        return f"{name} is {', '.join(answer.addresses)}"
    error = answer.error or "the answer holds no address"
    if own:
        return f"nslookup says {error}, but the device's own resolver gave {own} to curl"
    return f"{name} does not resolve: {error}"


def _resolved_otherwise(host: FirepowerHost, name: str, answer: Nslookup) -> str | None:
    """The address to which curl connected though nslookup had no answer; None where all DNS servers agree.

    nslookup stops at the first server that refuses; the resolver of the device's programs asks the next.
    """
    try:
        servers = host.dns_servers_asked(host.api_host)
        divided = any(server.error for server in servers) and any(not server.error for server in servers)
        return host.curl(name).peer if divided and answer.error in _NEXT_IS_ASKED else None
    except Unavailable:
        return None


@requirement("SSE-DNS-04")
def test_dns_answer_is_plausible(host: FirepowerHost, endpoint: Endpoint) -> None:
    answer = host.nslookup(endpoint.fqdn)
    own = None if answer.addresses else _resolved_otherwise(host, endpoint.fqdn, answer)
    addresses = answer.addresses or ((own,) if own else ())
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
