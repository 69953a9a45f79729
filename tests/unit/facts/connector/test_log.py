"""``connector.log``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector.entry import Entry, Kind
from sse_compliance.facts.connector.log import ConnectorLog, Unread, parse
from sse_compliance.facts.text import excerpt
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, noisy

PATH = "/ngfw/var/log/connector/connector.log"
TIMEOUTS = transcript("connector_log_websocket_timeout")
MINUS_5 = timezone(timedelta(hours=-5))
WEBSOCKET = "events:connectWebSocket"


def log(text: str, *, tail: int = 262_144, truncated: bool = False) -> ProbeResult:
    return gave(text, command=f"tail -c {tail} {PATH}", truncated=truncated)


def timeout(minute: int, second: int, micro: int, address: str) -> Entry:
    time = datetime(2020, 4, 13, 14, minute, second, micro, tzinfo=MINUS_5)
    return Entry(time, "error", f"dial tcp {address}:443: getsockopt: connection timed out", WEBSOCKET)


TIMEOUT_ENTRIES = (
    timeout(34, 2, 884720, "18.205.49.246"),
    timeout(38, 18, 244707, "100.25.93.234"),
    timeout(42, 42, 564695, "18.205.49.246"),
    timeout(47, 48, 484762, "100.25.93.234"),
    timeout(52, 38, 404700, "100.25.93.234"),
)
TIMEOUTS_FACT = ConnectorLog(PATH, TIMEOUT_ENTRIES)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTHING_WRONG = 'time="2026-11-21T12:00:00Z" level=info msg="[ftd][main.go:1 main:run] still here"\n'
HEALED = (
    'time="2020-04-13T14:55:00-05:00" level=info msg="[fp][events.go:99 events:connectWebSocket] websocket connected"\n'
)


def line(message: str, *, minute: int = 30, level: str = "error", origin: str = "[ftd][a.go:1 x:y] ") -> str:
    return f'time="2026-11-21T12:{minute:02}:00Z" level={level} msg="{origin}{message}"\n'


def entry(message: str, *, minute: int = 0, level: str = "info", component: str | None = "x:y") -> Entry:
    return Entry(NOON + timedelta(minutes=minute), level, message, component)


CASES: list[Case[ConnectorLog]] = [
    Case("TechNote, time-outs", log(TIMEOUTS), TIMEOUTS_FACT),
    Case("TechNote, wrapped by the page", log(TIMEOUTS.replace("[events.go:90 ", "[events.go:90\n")), TIMEOUTS_FACT),
    Case("CR/LF", log(TIMEOUTS.replace("\n", "\r\n")), TIMEOUTS_FACT),
    Case(
        "with a terminal's noise: colours are nothing, what else it holds may hide an error",
        log(noisy(TIMEOUTS)),
        ConnectorLog(PATH, TIMEOUT_ENTRIES[1:], (Unread(excerpt(noisy(TIMEOUTS).split("\r")[0]), 0),)),
    ),
    Case(
        "success after them",
        log(TIMEOUTS + HEALED),
        ConnectorLog(
            PATH,
            (
                *TIMEOUT_ENTRIES,
                Entry(datetime(2020, 4, 13, 14, 55, tzinfo=MINUS_5), "info", "websocket connected", WEBSOCKET),
            ),
        ),
    ),
    Case(
        "UTC, no fraction, no origin, further fields",
        log('time="2026-11-21T12:00:00Z" level=info msg="plain \\"text\\"" pid=5\n'),
        ConnectorLog(PATH, (entry('plain "text"', component=None),)),
    ),
    Case(
        "word without quotes, upper-case level",
        log('time="2026-11-21T12:00:00Z" level=WARNING msg=started\n'),
        ConnectorLog(PATH, (entry("started", level="warning", component=None),)),
    ),
    Case(
        "escaped newline at the end",
        log(line("no such file or directory\\n", minute=0)),
        ConnectorLog(PATH, (entry("no such file or directory", level="error"),)),
    ),
    Case(
        "plain text without a time",
        log(f"{NOTHING_WRONG}oh\n{NOTHING_WRONG}"),
        ConnectorLog(PATH, (entry("still here", component="main:run"),) * 2, (Unread("oh", 1),)),
    ),
    Case(
        "first line cut by tail -c",
        log(f'8Z" level=error msg="x"\n{NOTHING_WRONG}', tail=20),
        ConnectorLog(PATH, (entry("still here", component="main:run"),)),
    ),
    Case(
        "first line damaged, though nothing was cut",
        log(f'8Z" level=error msg="x"\n{NOTHING_WRONG}'),
        ConnectorLog(PATH, (entry("still here", component="main:run"),), (Unread('8Z" level=error msg="x"', 0),)),
    ),
    Case(
        "last line not finished",
        log(NOTHING_WRONG + 'time="2026-11-21T12:0'),
        ConnectorLog(PATH, (entry("still here", component="main:run"),), (Unread('time="2026-11-21T12:0', 1),)),
    ),
    *(
        Case(
            f"line that can't be read: {what}",
            log(NOTHING_WRONG + bad + NOTHING_WRONG),
            ConnectorLog(PATH, (entry("still here", component="main:run"),) * 2, (Unread(excerpt(bad), 1),)),
        )
        for what, bad in {
            "time": 'time="2026-13-21T12:00:00Z" level=error msg="x"\n',
            "level": 'time="2026-11-21T12:00:00Z" level=awful msg="x"\n',
            "open quote": 'time="2026-11-21T12:00:00Z" level=error msg="x\n',
            "key": 'tine="2026-11-21T12:00:00Z" level=error msg="x"\n',
            "two entries in one": NOTHING_WRONG.replace("\n", " ") + line("x"),
            "control character": "\x1b]0;goroutine 1\n",
            "case": 'Time="2026-11-21T12:00:00Z" Level=error Msg="x"\n',
        }.items()
    ),
    Case("empty", log(""), NoFact("may have been rotated")),
    Case("blank", log("\n\n"), NoFact("may have been rotated")),
    Case(
        "no such file",
        gave(
            "",
            f"tail: cannot open '{PATH}' for reading: No such file or directory\n",
            exit_status=1,
            command=f"tail -c 5 {PATH}",
        ),
        NoFact("No such file"),
    ),
    Case(
        "not readable",
        gave("", f"tail: cannot open '{PATH}' for reading: Permission denied\n", exit_status=1),
        NoFact("Permission denied"),
    ),
    Case("cut", log(TIMEOUTS, truncated=True), NoFact("not read to its end")),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    Case("other text", log("nothing that logrus wrote\n"), NoFact("not understood")),
    Case("binary", log(BINARY), NoFact("not understood")),
]


@each(CASES)
def test_connector_log(case: Case[ConnectorLog]) -> None:
    check(parse, case)


def test_first_and_start() -> None:
    fact = parse(log(TIMEOUTS + line("SSE connector started", level="info")))
    assert fact.first == TIMEOUT_ENTRIES[0].time
    assert fact.started == len(TIMEOUT_ENTRIES)
    assert parse(log(TIMEOUTS)).started is None


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


ERROR = line("dial tcp 1.2.3.4:443: i/o timeout", minute=40, origin="[f][e.go:1 events:connectWebSocket] ")
UP_BEFORE = line("websocket connected", minute=20, level="info")
UP_AFTER = line("websocket connected", minute=50, level="info")
ZEROMQ = line("Could not connect to ZeroMQ PUSH endpoint: x", minute=40)


def test_a_dial_failure_stands_until_the_stream_is_up() -> None:
    assert parse(log(NOTHING_WRONG + ERROR)).dial_failures_since(NOON)
    assert parse(log(NOTHING_WRONG + UP_BEFORE + ERROR)).dial_failures_since(NOON)
    assert parse(log(NOTHING_WRONG + ERROR + UP_AFTER)).dial_failures_since(NOON) == ()


def test_the_order_in_the_file_counts_because_clocks_are_set_back() -> None:
    assert parse(log(NOTHING_WRONG + ERROR + UP_BEFORE)).dial_failures_since(NOON) == ()
    assert parse(log(NOTHING_WRONG + UP_AFTER + ERROR)).dial_failures_since(NOON)


def test_errors_of_another_kind_stay() -> None:
    fact = parse(log(NOTHING_WRONG + ERROR + ZEROMQ + line("disk full", minute=45) + UP_AFTER))
    assert [e.message for e in fact.errors_since(NOON)] == ["Could not connect to ZeroMQ PUSH endpoint: x", "disk full"]
    assert fact.dial_failures_since(NOON) == ()
    assert [fact.healed(n) for n, e in enumerate(fact.entries) if e.is_error] == [True, False, False]


def test_only_the_time_asked_about_counts() -> None:
    fact = parse(log(NOTHING_WRONG + ERROR))
    assert fact.dial_failures_since(NOON + timedelta(minutes=41)) == ()
    assert len(fact.dial_failures_since(NOON + timedelta(minutes=40))) == 1


def test_levels() -> None:
    text = NOTHING_WRONG + "".join(
        line("x", level=level) for level in ("info", "warning", "debug", "error", "fatal", "panic")
    )
    assert [e.level for e in parse(log(text)).errors_since(NOON)] == ["error", "fatal", "panic"]


def test_zeromq_failures_since_the_start() -> None:
    started = line("SSE connector started", minute=50, level="info")
    zeromq_up = line("ZeroMQ PUSH endpoint connected", minute=50, level="info")
    assert len(parse(log(NOTHING_WRONG + ZEROMQ)).zeromq_failures_since_start()) == 1
    assert parse(log(NOTHING_WRONG + ZEROMQ + started)).zeromq_failures_since_start() == ()
    assert parse(log(NOTHING_WRONG + ZEROMQ + zeromq_up)).zeromq_failures_since_start() == ()
    assert parse(log(NOTHING_WRONG + ZEROMQ + UP_AFTER)).zeromq_failures_since_start()
    assert parse(log(NOTHING_WRONG)).zeromq_failures_since_start() == ()


def test_no_error_found_is_no_answer_where_the_log_does_not_cover_the_time() -> None:
    with pytest.raises(Unavailable, match="within the time asked about"):
        parse(log(NOTHING_WRONG)).errors_since(NOON - timedelta(seconds=1))
    assert parse(log(NOTHING_WRONG)).errors_since(NOON) == ()


def test_no_error_found_is_no_answer_where_lines_cannot_be_read() -> None:
    fact = parse(log(NOTHING_WRONG + 'tim="2026-11-21T12:30:00Z" level=error msg="dial tcp"\n'))
    with pytest.raises(Unavailable, match="can't be read"):
        fact.errors_since(NOON)
    with pytest.raises(Unavailable, match="can't be read"):
        fact.dial_failures_since(NOON)
    with pytest.raises(Unavailable, match="can't be read"):
        fact.zeromq_failures_since_start()


def test_an_error_found_stands_even_where_other_lines_cannot_be_read() -> None:
    fact = parse(log(NOTHING_WRONG + ERROR + 'time="damaged\n'))
    assert len(fact.errors_since(NOON)) == 1


def test_a_carriage_return_in_a_message_begins_no_entry() -> None:
    fake = UP_AFTER.replace("\n", "")
    fact = parse(log(NOTHING_WRONG + ERROR.replace("i/o timeout", f"x\r{fake}").replace("\\", "")))
    assert not any(e.is_stream_up for e in fact.entries)
    assert fact.not_understood or fact.dial_failures_since(NOON)


def test_healed_of_what_is_no_error() -> None:
    fact = parse(log(NOTHING_WRONG + UP_AFTER))
    assert not fact.healed(0)


DOCUMENTED = "dial tcp 18.205.49.246:443: getsockopt: connection timed out"
JSON_ORIGIN = f"[ftd][events.go:90 {WEBSOCKET}] "


@pytest.mark.parametrize(
    "bad",
    [
        pytest.param(
            f'{{"level":"error","msg":"{JSON_ORIGIN}{DOCUMENTED}","time":"2026-11-21T12:30:00Z"}}', id="logrus JSON"
        ),
        pytest.param(
            f'{{"level":"info","msg":"x","error":"{DOCUMENTED}","time":"2026-11-21T12:30:00Z"}}', id="JSON, field"
        ),
        pytest.param(
            f'{{"level":"warn","msg":"x","why":"{DOCUMENTED}","time":"2026-11-21T12:30:00Z"}}', id="JSON, own field"
        ),
        pytest.param(
            f'{{"time":"2026-11-21T12:30:00.5+00:00","level":"ERROR+2","msg":"x","err":"{DOCUMENTED}"}}', id="slog"
        ),
        pytest.param(f'time=2026-11-21T12:30:00.123Z level=ERROR msg="x" err="{DOCUMENTED}"', id="slog text"),
        pytest.param(f'{{"level":"error","ts":1795264200.25,"caller":"events.go:90","msg":"{DOCUMENTED}"}}', id="zap"),
        pytest.param(f'{{"log":"{DOCUMENTED}","stream":"stderr"}}', id="container's, no time"),
        pytest.param(
            f'{{"log":"time=\\"2026-11-21T12:30:00Z\\" level=error msg=\\"{DOCUMENTED}\\"\\n","stream":"stderr"}}',
            id="container's",
        ),
        pytest.param(f"2026-11-21T12:30:00.123Z\tERROR\tevents.go:90\t{DOCUMENTED}", id="zap console"),
        pytest.param(f'2026-11-21T12:30:00.123Z\terror\tx\t{{"error": "{DOCUMENTED}"}}', id="zap console, field"),
        pytest.param(f"ERRO[2026-11-21T12:30:00Z] {DOCUMENTED}", id="terminal"),
        pytest.param(
            f"\x1b[31mERRO\x1b[0m[0012] {DOCUMENTED}   \x1b[31mpid\x1b[0m=5", id="terminal, colours, no clock"
        ),
        pytest.param(f'WARN[0012] x                      error="{DOCUMENTED}"', id="terminal, field"),
        pytest.param(f"2026/11/21 12:30:00 {DOCUMENTED}", id="Go's log"),
        pytest.param(f"2026/11/21 12:30:00.123456 events.go:90: {DOCUMENTED}", id="Go's log, file"),
        pytest.param(f"E1121 12:30:00.123456     812 events.go:90] {DOCUMENTED}", id="klog"),
        pytest.param(f"Nov 21 12:30:00 firepower connector[812]: {DOCUMENTED}", id="syslog"),
        pytest.param(f"<11>1 2026-11-21T12:30:00Z firepower connector: {DOCUMENTED}", id="syslog, ISO"),
        pytest.param(f"Nov 21 12:30:00 firepower sse[812]: {line(DOCUMENTED).strip()}", id="syslog before logrus"),
        pytest.param(
            f"panic: {DOCUMENTED}\n\ngoroutine 1 [running]:\nmain.main()\n\t/go/src/main.go:12 +0x1d", id="panic"
        ),
        pytest.param(DOCUMENTED, id="bare text"),
        pytest.param(f'time="2026-11-21T12:30:00" level=error msg="{DOCUMENTED}"', id="without a zone"),
        pytest.param(f'8Z" level=error msg="{DOCUMENTED}"', id="cut"),
        pytest.param(f'{{"level":"error","msg":"{DOCUMENTED}"', id="JSON, cut"),
        pytest.param(
            f'{{"level":"error","level":"info","msg":"{DOCUMENTED}","time":"2026-11-21T12:30:00Z"}}', id="key twice"
        ),
    ],
)
def test_a_failure_is_not_overlooked_whatever_the_form_of_its_line(bad: str) -> None:
    """It is found, or the log says that a line can't be read; it never says that there is none."""
    fact = parse(log(f"{NOTHING_WRONG}{bad}\n" + line("still here", minute=40, level="info")))
    if fact.not_understood:
        with pytest.raises(Unavailable, match="can't be read"):
            fact.dial_failures_since(NOON)
    else:
        (found,) = fact.dial_failures_since(NOON)
        assert DOCUMENTED in found.message


@pytest.mark.parametrize(
    "text",
    [
        '{"level":"info","msg":"still here","time":"2026-11-21T12:30:00Z"}',
        '{"level":"info","ts":1795264200,"caller":"main.go:1","msg":"still here"}',
        "2026-11-21T12:30:00.123Z\tINFO\tmain.go:1\tstill here",
        "INFO[2026-11-21T12:30:00Z] still here",
        "\x1b[36mINFO\x1b[0m[0012] still here   \x1b[36mpid\x1b[0m=5",
        "2026/11/21 12:30:00 still here",
        "I1121 12:30:00.123456     812 main.go:1] still here",
        "Nov 21 12:30:00 firepower connector[812]: still here",
    ],
)
def test_a_harmless_line_of_another_form_is_read(text: str) -> None:
    fact = parse(log(f"{NOTHING_WRONG}{text}\n"))
    assert fact.not_understood == ()
    assert fact.errors_since(NOON) == ()
    assert fact.entries[-1].message.startswith("still here")


def test_a_panic_is_an_error_and_its_trace_nothing_more() -> None:
    trace = (
        "panic: runtime error: invalid memory address or nil pointer dereference\n"
        "[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x6f2a1b]\n\n"
        "goroutine 1 [running]:\nmain.(*Service).Start(0xc0000b2000, {0x1, 0x2})\n\t/go/src/main.go:12 +0x1d\n"
        "created by main.main in goroutine 1\n\t/go/src/main.go:8\nexit status 2\n"
    )
    fact = parse(log(NOTHING_WRONG + trace + NOTHING_WRONG.replace("12:00", "12:05")))
    assert fact.not_understood == ()
    (found,) = fact.other_errors_since(NOON)
    assert found.level == "panic"
    with pytest.raises(Unavailable, match="does not tell when"):
        fact.other_errors_since(NOON + timedelta(minutes=1))
    assert fact.other_errors_since(NOON + timedelta(minutes=6)) == ()


API, EVENTING = "api-sse.cisco.com", "eventing-ingest.sse.itd.cisco.com"
REGISTER = "[f][registration.go:117 registration:refresh] "
CLIENTS = f"Post https://{API}/providers/sse/services/registration/api/v2/clients: dial tcp 52.4.85.66:443: i/o timeout"
STREAM = f"[f][events.go:90 {WEBSOCKET}] "


@pytest.mark.parametrize(
    ("failure", "success", "healed"),
    [
        ((STREAM, DOCUMENTED), (STREAM, "websocket connected"), True),
        ((STREAM, DOCUMENTED), (STREAM, f"websocket connected to {EVENTING}"), True),
        ((STREAM, DOCUMENTED), (STREAM, f"websocket connected to wss://{EVENTING}:443/ws"), True),
        ((STREAM, DOCUMENTED), (STREAM, "connected to 18.205.49.246:443"), True),
        ((STREAM, DOCUMENTED), (STREAM, f"websocket connected to {API}"), False),
        ((STREAM, "x509: certificate signed by unknown authority"), (STREAM, "websocket connected"), True),
        ((STREAM, f"dial tcp: lookup {EVENTING}: no such host"), (STREAM, f"websocket connected to {EVENTING}"), True),
        ((STREAM, f"dial tcp: lookup {EVENTING}: no such host"), (STREAM, "websocket connected"), False),
        ((STREAM, f"dial tcp: lookup {API}: no such host"), (STREAM, f"websocket connected to {EVENTING}"), False),
        ((REGISTER, CLIENTS), (STREAM, f"websocket connected to {EVENTING}"), False),
        ((REGISTER, CLIENTS), (STREAM, "websocket connected"), False),
        ((REGISTER, CLIENTS), (REGISTER, "registration refreshed"), True),
        ((REGISTER, CLIENTS), ("[f][r.go:1 registration:refresh] ", "registration refreshed, retry in 30s"), False),
        ((REGISTER, CLIENTS), ("[f][a.go:1 x:y] ", f"connected to {API}"), True),
        (("[f][a.go:1 x:y] ", DOCUMENTED), (STREAM, "websocket connected"), False),
        ((STREAM, DOCUMENTED), (REGISTER, "registration refreshed"), False),
    ],
)
def test_a_success_heals_what_it_says_works(failure: tuple[str, str], success: tuple[str, str], healed: bool) -> None:
    text = line(failure[1], origin=failure[0]) + line(success[1], minute=50, level="info", origin=success[0])
    assert bool(parse(log(NOTHING_WRONG + text)).dial_failures_since(NOON)) is not healed


def test_a_line_that_cannot_be_read_matters_only_within_the_time_asked_about() -> None:
    fact = parse(log(f"{NOTHING_WRONG}what is this\n" + line("still here", minute=20, level="info")))
    assert fact.dial_failures_since(NOON + timedelta(minutes=30)) == ()
    with pytest.raises(Unavailable, match="what is this"):
        fact.dial_failures_since(NOON)


def test_unread_lines_count_for_other_errors_beside_a_dial_failure() -> None:
    with pytest.raises(Unavailable, match="what is this"):
        parse(log(f"{NOTHING_WRONG}{ERROR}what is this\n")).other_errors_since(NOON)


@pytest.mark.parametrize("zone", ["Z", "-05:00"])
def test_a_stamp_without_a_zone_is_in_that_of_the_log(zone: str) -> None:
    stamped = f'time="2026-11-21T11:00:00{zone}" level=info msg="x"\n2026/11/21 12:30:00 {DOCUMENTED}\n'
    (found,) = parse(log(stamped)).dial_failures_since(NOON)
    assert found.time == datetime.fromisoformat(f"2026-11-21T12:30:00{zone}")


def test_a_stamp_without_a_zone_in_a_log_without_one_is_judged_only_where_every_zone_says_the_same() -> None:
    fact = parse(log(f"2026/11/21 12:00:00 still here\n2026/11/21 12:30:00 {DOCUMENTED}\n"))
    with pytest.raises(Unavailable, match="does not tell when"):
        fact.dial_failures_since(NOON)
    assert fact.dial_failures_since(NOON + timedelta(days=1)) == ()
    assert len(fact.dial_failures_since(NOON - timedelta(days=1))) == 1
