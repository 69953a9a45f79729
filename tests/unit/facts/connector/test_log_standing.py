"""``connector.log``: which errors stand, and what heals them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector.log import parse
from tests.unit.facts.connector.log_texts import (
    API,
    CLIENTS,
    ERROR,
    EVENTING,
    NOON,
    NOTHING_WRONG,
    REGISTER,
    STREAM,
    UP_AFTER,
    UP_BEFORE,
    WEBSOCKET,
    ZEROMQ,
    line,
    log,
)


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
