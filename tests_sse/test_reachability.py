"""SSE-NET: reachability from the management interface."""

from __future__ import annotations

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.catalogue.regions import Endpoint, Regions
from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.curl import Curl
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement
from sse_compliance.judge.peers import ensure_it_can_be_the_cloud
from sse_compliance.judge.portals import PortalClient
from sse_compliance.judge.ways import ensure_connectors_way, ensure_let_through


@requirement("SSE-NET-01")
def test_allowlisted_host_accepts_tcp_443(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    calls = (host.curl(name), host.curl_insecure(name))
    peers = [call.peer or "its address" for call in calls if call.connected]
    if not peers:
        ensure_connectors_way(host)
        _ensure_resolved(calls[-1], name)
        if any(call.connected is None for call in calls):
            raise Unavailable(f"curl does not tell whether {name} was connected: {calls[-1].error}")
    host.note(
        expected=f"{name} accepts TCP 443",
        observed=f"connected to {peers[0]}" if peers else f"{name} does not accept TCP 443: {calls[-1].error}",
    )
    assert peers


@requirement("SSE-NET-02")
def test_allowlisted_host_answers_https(host: FirepowerHost, endpoint: Endpoint) -> None:
    _answers(host, endpoint.fqdn)


@requirement("SSE-NET-06")
def test_amp_cloud_answers_https(host: FirepowerHost, regions: Regions) -> None:
    _answers(host, regions.amp_call)


def _ensure_resolved(call: Curl, name: str) -> None:
    """Whether a host can be reached is seen by a call that came as far as a connection."""
    if call.resolved is False:
        raise Unavailable(f"the call did not come as far as a connection, for {name} was not resolved: {call.error}")


def _answers(host: FirepowerHost, name: str) -> None:
    call = host.curl_insecure(name)
    if call.http_status:
        ensure_it_can_be_the_cloud(host, name)
    else:
        ensure_connectors_way(host)
        ensure_let_through(host, call)
        _ensure_resolved(call, name)
    host.note(
        expected=f"{name} answers over HTTPS",
        observed=f"HTTP status {call.http_status}" if call.http_status else f"{name} does not answer: {call.error}",
    )
    assert call.http_status


@requirement("SSE-NET-03")
def test_documented_call_is_left_intact(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    call = host.curl_clients(name) if name == host.api_host else host.curl(name)
    if not call.http_status:
        ensure_connectors_way(host)
        ensure_let_through(host, call)
        _ensure_resolved(call, name)
    host.note(
        expected=f'an HTTP status and "Connection #0 to host {_expected_peer(host, name)} left intact"',
        observed=_ending(call),
    )
    assert call.http_status
    assert call.left_intact
    assert call.left_intact.lower() == _expected_peer(host, name)


def _expected_peer(host: FirepowerHost, name: str) -> str:
    """The name that curl prints at the end: behind a proxy it may be the proxy's."""
    if host.device.proxy is None:
        return name
    proxy_host = host.device.proxy.partition("://")[2].rpartition(":")[0].lower()
    return proxy_host if host.curl(name).left_intact == proxy_host else name


def _ending(call: Curl) -> str:
    if call.http_status and call.left_intact:
        return f'HTTP status {call.http_status}, "Connection … to host {call.left_intact} left intact"'
    if call.http_status:
        return f"HTTP status {call.http_status}, but the connection was not left intact"
    return f"no HTTP status: {call.error}"


@requirement("SSE-NET-04")
def test_api_host_answers_ping(host: FirepowerHost) -> None:
    answer = host.ping(host.api_host)
    if not answer.answered:
        ensure_connectors_way(host)
    host.note(
        expected=f"{host.api_host} answers ping",
        observed="it answers" if answer.answered else f"no answer: {answer.error}",
    )
    assert answer.answered


@requirement("SSE-NET-05")
def test_api_host_accepts_tcp_8989(host: FirepowerHost, parameters: Parameters) -> None:
    address = f"{host.api_host}:{parameters.number('port')}"
    attempt = host.tcp(address)
    if not attempt.connected:
        ensure_connectors_way(host)
    host.note(
        expected=f"{address} accepts a TCP connection (S0, S1 only)",
        observed="it does" if attempt.connected else f"it does not: {attempt.error}",
    )
    assert attempt.connected


@requirement("SSE-NET-07")
def test_portal_is_reachable(portals: PortalClient, portal: str) -> None:
    answer = portals.ask(portal)
    portals.note(expected=f"https://{portal} answers", observed=answer.text)
    assert answer.http_status


@requirement("SSE-NET-08")
def test_each_address_accepts_tcp_443(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    peer = host.curl(name).peer
    if not peer:
        raise Unavailable(f"no address of {name} was reached, so that its addresses can't be compared")
    # A device without IPv6 is not to be blamed for a name that has IPv6 addresses too.
    tried = [one for one in host.addresses(name) if (":" in one.address) == (":" in peer)]
    if not tried or any(one.accepted is None for one in tried):
        raise Unavailable(f"it can't be told which addresses of {name} accept a connection")
    shut = [one.address for one in tried if not one.accepted]
    if peer in shut:
        raise Unavailable(f"{peer} accepted one connection and not the next, so its addresses can't be compared")
    if shut:
        ensure_connectors_way(host)
    host.note(
        expected=f"each of {', '.join(one.address for one in tried)} accepts TCP 443",
        observed=f"{', '.join(shut)} do not accept TCP 443, {peer} does" if shut else "all do",
    )
    assert not shut
