"""``connector.log``: its entries."""

from __future__ import annotations

from datetime import datetime

from sse_compliance.facts.connector.entry import Entry
from sse_compliance.facts.connector.log import ConnectorLog, Unread, parse
from sse_compliance.facts.text import excerpt
from tests.unit.facts.connector.log_texts import (
    HEALED,
    MINUS_5,
    NOTHING_WRONG,
    PATH,
    TIMEOUT_ENTRIES,
    TIMEOUTS,
    TIMEOUTS_FACT,
    WEBSOCKET,
    entry,
    line,
    log,
)
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, noisy

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
