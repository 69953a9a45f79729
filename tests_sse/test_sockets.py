"""SSE-SOK: the connector's sockets."""

from __future__ import annotations

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.errors import Unavailable
from sse_compliance.facts.system.lsof import Lsof, Socket
from sse_compliance.facts.system.tcp_sessions import TcpSession
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement
from sse_compliance.judge.ways import ensure_connectors_way


@requirement("SSE-SOK-01")
def test_event_handler_socket_is_connected(host: FirepowerHost) -> None:
    table = host.netstat
    sockets = table.event_handler
    connected = any(socket.state == "CONNECTED" and socket.kind == "STREAM" for socket in sockets)
    if not connected and table.truncated:
        raise Unavailable("netstat's output was cut before a CONNECTED line was seen")
    states = ", ".join(socket.state or "(no state)" for socket in sockets)
    host.note(
        expected="EventHandler_SSEConnector.sock is CONNECTED",
        observed=f"EventHandler_SSEConnector.sock: {states}"
        if sockets
        else "EventHandler_SSEConnector.sock is missing",
    )
    assert connected


@requirement("SSE-SOK-02")
def test_connector_listens_on_8989(host: FirepowerHost, parameters: Parameters) -> None:
    table, port = _sockets(host), parameters.number("port")
    listening = [socket for socket in table.connector if socket.state == "LISTEN"]
    where = ", ".join(f"{socket.local_host}:{socket.local_port}" for socket in listening)
    host.note(
        expected=f"connector listens on localhost:{port}",
        observed=f"connector listens on {where}" if listening else "connector listens nowhere",
    )
    assert table.connector_listens_on(port)


@requirement("SSE-SOK-03")
def test_connector_has_a_session_to_the_cloud(host: FirepowerHost, parameters: Parameters) -> None:
    table = _sockets(host)
    outgoing = [socket for socket in table.connector if socket.remote_host is not None]
    port = _cloud_port(host, parameters)
    if not table.connector_sessions_to(port):
        ensure_connectors_way(host)
    host.note(
        expected=f"connector has an ESTABLISHED session to port {port}",
        observed="; ".join(f"to {s.remote_host}:{s.remote_port} {s.state}" for s in outgoing)
        or "connector has no outgoing connection",
    )
    sessions = table.connector_sessions_to(port)
    assert sessions
    if not host.was_asked("tcp-sessions"):
        return
    looked_at = [(session, found) for session in sessions if (found := _found(host, session))]
    if not looked_at:
        raise Unavailable("the session is not in the list of TCP sessions: it ended in between, or the list is cut")
    stalled = [f"to {s.remote_host}:{s.remote_port}: {why}" for s, found in looked_at if (why := found.stalled)]
    if stalled:
        host.note(
            expected=f"connector has an ESTABLISHED session to port {port} that gets data through",
            observed=f"the session has stalled {'; '.join(stalled)}",
        )
    assert not stalled


@requirement("SSE-SOK-04")
def test_sessions_peer_belongs_to_the_region(
    host: FirepowerHost, region_hosts: tuple[str, ...], parameters: Parameters
) -> None:
    sessions = _sockets(host).connector_sessions_to(_cloud_port(host, parameters))
    peers = [session.remote_host for session in sessions if session.remote_host]
    if not peers:
        raise Unavailable("the connector has no session whose peer could be compared")
    known = {address for name in region_hosts for address in host.nslookup(name).addresses}
    if not known:
        raise Unavailable(f"no address of {' or '.join(region_hosts)} is known to compare with")
    host.note(
        expected=f"the peer is one of {', '.join(sorted(known))} ({', '.join(region_hosts)})",
        observed=f"the peer is {', '.join(peers)}",
    )
    assert any(peer in known for peer in peers)


def _found(host: FirepowerHost, session: Socket) -> TcpSession | None:
    """A session of the connector's in the list of TCP sessions; None where it is not there."""
    if session.local_port is None or session.remote_host is None or session.remote_port is None:
        return None
    return host.tcp_sessions.find((session.local_host, session.local_port), (session.remote_host, session.remote_port))


def _sockets(host: FirepowerHost) -> Lsof:
    table = host.lsof
    if table.truncated:
        raise Unavailable("lsof's output was cut, so a socket of the connector may be missing from it")
    return table


def _cloud_port(host: FirepowerHost, parameters: Parameters) -> int:
    """The cloud's port; behind a management proxy the session is to the proxy's."""
    return int(host.device.proxy.rpartition(":")[2]) if host.device.proxy else parameters.number("port")
