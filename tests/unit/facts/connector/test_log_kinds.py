"""``connector.log``: what a line tells."""

from __future__ import annotations

import pytest

from sse_compliance.facts.connector.entry import Kind
from sse_compliance.facts.connector.log import parse
from tests.unit.facts.connector.log_texts import (
    API,
    NOON,
    NOTHING_WRONG,
    REGISTER,
    WEBSOCKET,
    ZEROMQ,
    line,
    log,
)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("dial tcp 18.205.49.246:443: getsockopt: connection timed out", Kind.DIAL),
        ("dial tcp 18.205.49.246:443: connect: connection refused", Kind.DIAL),
        ("dial tcp 18.205.49.246:443: i/o timeout", Kind.DIAL),
        ("read tcp 10.0.0.1:5->1.2.3.4:443: read: connection reset by peer", Kind.DIAL),
        (
            "Could not connect to ZeroMQ PUSH endpoint: could not dial to "
            '\\"ipc:///ngfw/var/sf/run/EventHandler_SSEConnector.sock\\": '
            "dial unix /ngfw/var/sf/run/EventHandler_SSEConnector.sock: connect: no such file or directory\\n",
            Kind.ZEROMQ,
        ),
        ("dial tcp: lookup eventing-ingest.sse.itd.cisco.com on 10.25.0.1:53: no such host", Kind.NAME_RESOLUTION),
        ("dial tcp: lookup a on 10.25.0.1:53: read udp: i/o timeout", Kind.NAME_RESOLUTION),
        ("dial tcp: lookup a: server misbehaving", Kind.NAME_RESOLUTION),
        ("x509: certificate signed by unknown authority", Kind.TLS),
        ("x509: certificate has expired or is not yet valid", Kind.TLS),
        ("remote error: tls: bad certificate", Kind.TLS),
        ("proxyconnect tcp: dial tcp 10.1.1.1:3128: connect: connection refused", Kind.PROXY),
        ("Proxy Authentication Required", Kind.PROXY),
        ("unexpected status 401 Unauthorized", Kind.AUTHENTICATION),
        ("invalid registration token", Kind.AUTHENTICATION),
        ("websocket: bad handshake", Kind.OTHER),
        ("disk quota exceeded", Kind.OTHER),
    ],
)
def test_kinds(message: str, kind: Kind) -> None:
    (found,) = parse(log(line(message))).entries
    assert found.kind is kind


@pytest.mark.parametrize(
    ("text", "success"),
    [
        ("websocket connected", True),
        ("Events stream: connection established", True),
        ("Websocket connection established to wss://eventing-ingest.sse.itd.cisco.com", True),
        ("events stream is connected", True),
        ("websocket connected.", True),
        ("websocket was connected for 0s, retry in 30s", False),
        ("websocket connected for 0s", False),
        ("websocket connected, retry in 30s", False),
        ("websocket connected to a.example: i/o timeout", False),
        ("websocket connection to a.example established and dropped", False),
        ("websocket connection established, then reset by peer", False),
        ("websocket connection lost after it was established", False),
        ("websocket connection dropped", False),
        ("websocket reconnected", False),
        ("websocket being connected", False),
        ("websocket disconnected", False),
        ("websocket not connected", False),
        ("websocket could not be established", False),
        ("failed: websocket connected then closed", False),
        ("waiting until websocket is connected", False),
        ("connected to database", False),
        ("ZeroMQ: events endpoint connected", False),
        ("dial tcp 1.2.3.4:443", False),
    ],
)
def test_what_counts_as_the_stream_being_up(text: str, success: bool) -> None:
    (found,) = parse(log(line(text, level="info"))).entries
    assert found.is_stream_up is success
    (error,) = parse(log(line(text, level="error"))).entries
    assert not error.is_stream_up


@pytest.mark.parametrize(
    ("text", "success"),
    [
        ("connected to eventing-ingest.sse.itd.cisco.com", True),
        ("connection to wss://eventing-ingest.sse.itd.cisco.com:443/ws established", True),
        ("was connected to eventing-ingest.sse.itd.cisco.com", False),
        ("disconnected", False),
        ("connection established, retry in 30s", False),
    ],
)
def test_what_the_function_that_dials_need_not_name(text: str, success: bool) -> None:
    (found,) = parse(log(line(text, level="info", origin=f"[f][e.go:1 {WEBSOCKET}] "))).entries
    assert found.is_stream_up is success
    (elsewhere,) = parse(log(line(text, level="info"))).entries
    assert not elsewhere.is_stream_up


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Starting connector service", True),
        ("SSE connector started", True),
        ("connector version 1.9.22 starting, pid 812", True),
        ("Starting SSEConnector...", True),
        ("connector events module not yet started, waiting", False),
        ("connector could not be started", False),
        ("starting connector failed", False),
        ("connector restarted", False),
        ("registration started by connector", False),
    ],
)
def test_what_counts_as_a_start(text: str, start: bool) -> None:
    fact = parse(log(NOTHING_WRONG + ZEROMQ + line(text, minute=50, level="info")))
    assert (fact.started is not None) is start
    assert bool(fact.zeromq_failures_since_start()) is not start


@pytest.mark.parametrize("level", ["trace", "debug", "info", "warn", "warning", "error", "fatal", "panic"])
@pytest.mark.parametrize(
    "origin", ["[f][e.go:1 events:connectWebSocket] ", "[f][e.go:1 events:connectWebSocket.func1] ", "[f][a.go:1 x:y] "]
)
def test_a_documented_dial_failure_counts_at_any_level(level: str, origin: str) -> None:
    documented = "dial tcp 18.205.49.246:443: getsockopt: connection timed out"
    fact = parse(log(NOTHING_WRONG + line(documented, level=level, origin=origin)))
    assert len(fact.dial_failures_since(NOON)) == 1


@pytest.mark.parametrize("level", ["info", "warning"])
@pytest.mark.parametrize("message", ["request timed out", "websocket: bad handshake", "x509: unknown authority"])
def test_a_failure_of_the_function_that_dials_counts_at_any_level(level: str, message: str) -> None:
    fact = parse(log(NOTHING_WRONG + line(message, level=level, origin=f"[f][e.go:1 {WEBSOCKET}] ")))
    assert len(fact.dial_failures_since(NOON)) == 1
    assert parse(log(NOTHING_WRONG + line(message, level=level))).dial_failures_since(NOON) == ()


@pytest.mark.parametrize(
    "why",
    [
        "context deadline exceeded (Client.Timeout exceeded while awaiting headers)",
        "net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        "net/http: TLS handshake timeout",
        "x509: certificate signed by unknown authority",
        "read tcp 10.1.1.1:40000->52.4.85.66:443: read: connection reset by peer",
    ],
)
def test_a_call_that_got_no_connection_is_a_dial_failure_whatever_go_calls_it(why: str) -> None:
    told = line(f'Post \\"https://{API}/clients\\": {why}', origin=REGISTER)
    (found,) = parse(log(NOTHING_WRONG + told)).dial_failures_since(NOON)
    assert API in found.mended_by
    answered = line(f'Post \\"https://{API}/clients\\": 503 Service Unavailable', origin=REGISTER)
    assert parse(log(NOTHING_WRONG + answered)).dial_failures_since(NOON) == ()
    own = line(f'Get \\"http://localhost:8989/v1\\": {why}', origin="[f][a.go:1 x:y] ")
    assert parse(log(NOTHING_WRONG + own)).dial_failures_since(NOON) == ()


def test_the_function_of_slogs_source_counts() -> None:
    told = (
        '{"time":"2026-11-21T12:40:00Z","level":"ERROR","source":{"function":"events.connectWebSocket","line":90},'
        '"msg":"dial failed","err":{"Op":"dial","Err":"connection refused"}}\n'
    )
    assert len(parse(log(NOTHING_WRONG + told)).dial_failures_since(NOON)) == 1


def test_what_is_no_dial_failure() -> None:
    lines = [
        line("dial tcp 1.2.3.4:443", level="info", origin=f"[f][e.go:1 {WEBSOCKET}] "),
        line("websocket connected", level="info", origin=f"[f][e.go:1 {WEBSOCKET}] "),
        line("connection timed out", level="warning"),
    ]
    assert parse(log(NOTHING_WRONG + "".join(lines))).dial_failures_since(NOON) == ()


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error"])
def test_the_documented_zeromq_failure_counts_at_any_level(level: str) -> None:
    text = line("Could not connect to ZeroMQ PUSH endpoint: x", minute=40, level=level)
    assert len(parse(log(NOTHING_WRONG + text)).zeromq_failures_since_start()) == 1


@pytest.mark.parametrize(
    ("text", "success"),
    [
        ("ZeroMQ PUSH endpoint connected", True),
        ("connected to ZeroMQ PUSH endpoint", True),
        ("ZeroMQ PUSH endpoint was connected for 0s", False),
        ("ZeroMQ PUSH endpoint disconnected", False),
        ("ZeroMQ connection established, then lost", False),
        ("waiting to be connected to ZeroMQ PUSH endpoint", False),
    ],
)
def test_what_counts_as_zeromq_being_up(text: str, success: bool) -> None:
    assert parse(log(line(text, level="info"))).entries[0].is_zeromq_up is success


@pytest.mark.parametrize("field", ['error="dial tcp 1.2.3.4:443: i/o timeout"', 'pid=5 err="dial tcp: x" n=1'])
def test_an_error_in_a_field_of_its_own_belongs_to_the_message(field: str) -> None:
    text = line("websocket connected", level="info", origin=f"[f][e.go:1 {WEBSOCKET}] ").replace("\n", f" {field}\n")
    fact = parse(log(NOTHING_WRONG + text))
    assert not any(e.is_stream_up for e in fact.entries)
    assert len(fact.dial_failures_since(NOON)) == 1
    assert fact.entries[-1].message.startswith("websocket connected: dial tcp")
