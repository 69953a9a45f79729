"""A TCP connection made by bash."""

from __future__ import annotations

from contextlib import suppress

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.tcp import TcpConnect, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases


def failed(reason: str) -> str:
    """As bash 5.2 prints it."""
    return f"bash: connect: {reason}\nbash: line 1: /dev/tcp/198.51.100.10/8989: {reason}\n"


CASES: list[Case[TcpConnect]] = [
    Case("connected", gave(), TcpConnect(connected=True)),
    Case(
        "refused",
        gave("", failed("Connection refused"), exit_status=1),
        TcpConnect(connected=False, error="connection refused"),
    ),
    Case(
        "dropped, the kernel gives up",
        gave("", failed("Connection timed out"), exit_status=1),
        TcpConnect(connected=False, error="timed out"),
    ),
    Case("dropped, the time limit ends it", gave("", exit_status=124), TcpConnect(connected=False, error="timed out")),
    Case(
        "no route",
        gave("", failed("No route to host"), exit_status=1),
        TcpConnect(connected=False, error="unreachable"),
    ),
    Case(
        "no network",
        gave("", failed("Network is unreachable"), exit_status=1),
        TcpConnect(connected=False, error="unreachable"),
    ),
    Case(
        "name not known",
        gave("", "bash: a: Name or service not known\nbash: line 1: /dev/tcp/a/443: Invalid argument\n", exit_status=1),
        TcpConnect(connected=False, error="name not known"),
    ),
    Case(
        "no DNS",
        gave(
            "", "bash: a: Temporary failure in name resolution\nbash: /dev/tcp/a/443: Invalid argument\n", exit_status=1
        ),
        TcpConnect(connected=False, error="name resolution failed"),
    ),
    Case(
        "CR/LF",
        gave("", failed("Connection refused").replace("\n", "\r\n"), exit_status=1),
        TcpConnect(connected=False, error="connection refused"),
    ),
    Case(
        "bash without network",
        gave("", "bash: /dev/tcp/a/443: No such file or directory\n", exit_status=1),
        NoFact("not understood"),
    ),
    Case("success with a message", gave("", "bash: warning: setlocale\n"), NoFact("not understood")),
    Case("failure without one", gave("", exit_status=1), NoFact("there is none")),
    Case("binary", gave(BINARY, exit_status=1), NoFact("not understood")),
    *missing_tool_cases("bash"),
]


@each(CASES)
def test_tcp(case: Case[TcpConnect]) -> None:
    check(parse, case)


@pytest.mark.parametrize("status", [1, 2, 3, 126, 127, 130, -9])
def test_a_failure_is_never_a_connection(status: int) -> None:
    with suppress(Unavailable):
        assert not parse(gave("", failed("Connection refused"), exit_status=status)).connected
