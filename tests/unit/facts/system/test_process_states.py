"""``ps``: what the kernel says of the processes."""

from __future__ import annotations

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.system.process_states import ProcessState, ProcessStates, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

HEAD = "    PID STAT COMMAND\n"


def ps(connector: str, handler: str = "Sl") -> str:
    return f"{HEAD}      1 Ss   init\n   7741 {handler:<4} EventHandler\n  13277 {connector:<4} connector\n"


def fact(connector: str, handler: str = "S") -> ProcessStates:
    return ProcessStates(
        (
            ProcessState(1, "init", "S" * len(connector)),
            ProcessState(7741, "EventHandler", handler * len(connector)),
            ProcessState(13277, "connector", connector),
        )
    )


CASES: list[Case[ProcessStates]] = [
    Case("both work", gave(ps("Sl")), fact("S")),
    Case("running", gave(ps("R<sl+")), fact("R")),
    Case("busybox and older ps", gave(ps("S").replace("STAT", "STAT")), fact("S")),
    Case("CR/LF", gave(ps("Sl").replace("\n", "\r\n")), fact("S")),
    Case("stopped", gave(ps("Tl")), fact("T")),
    Case("stopped by a debugger", gave(ps("tl")), fact("t")),
    Case("dead", gave(ps("Z")), fact("Z")),
    Case("dead, in the words of ps", gave(ps("Z").replace("connector", "connector <defunct>")), fact("Z")),
    Case("waiting twice", gave(ps("Dl") * 2), fact("DD")),
    Case("waiting once", gave(ps("Dl") + ps("Sl")), fact("DS")),
    Case("empty", gave(""), NoFact("printed nothing")),
    Case("no header", gave(ps("S").removeprefix(HEAD)), NoFact("not understood")),
    Case("header only", gave(HEAD), NoFact("no process")),
    Case("option unknown", gave("", "ps: unrecognized option: e\n", exit_status=1), NoFact("unrecognized option")),
    Case("cut", gave(ps("S"), truncated=True), NoFact("cut")),
    Case("binary", gave(BINARY), NoFact("not understood")),
    *missing_tool_cases("ps"),
]


@each(CASES)
def test_process_states(case: Case[ProcessStates]) -> None:
    check(parse, case)


@pytest.mark.parametrize(
    ("states", "fault"),
    [
        ("S", None),
        ("R", None),
        ("D", None),
        ("DS", None),
        ("SD", None),
        ("DD", "hung"),
        ("T", "stopped"),
        ("DT", "stopped"),
        ("TS", None),
        ("t", "debugger"),
        ("Z", "dead"),
    ],
)
def test_faults(states: str, fault: str | None) -> None:
    found = ProcessState(1, "connector", states).fault
    assert fault in (found or "") if fault else found is None


def test_a_process_that_is_not_there() -> None:
    with pytest.raises(Unavailable, match="lists no process SSEConnector or connector"):
        parse(gave(ps("S").replace(" connector", " other"))).of(("connector", "SSEConnector"))


def test_a_process_that_ended_between_two_looks_is_not_there() -> None:
    with pytest.raises(Unavailable, match="lists no process EventHandler"):
        parse(gave(ps("S", handler="D") + ps("S").replace(" EventHandler", " other"))).of(("EventHandler",))


def test_a_dead_child_says_nothing_of_its_parent() -> None:
    dead = "  13300 Z    connector <defunct>\n"
    assert [p.pid for p in parse(gave(ps("S") + dead)).of(("connector",))] == [13277]
