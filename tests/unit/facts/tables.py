"""A table of cases: what a command gave, and the fact or the reason why there is none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult

F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class NoFact:
    """That there is no fact, and words of the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Case(Generic[F]):
    id: str
    result: ProbeResult
    expected: F | NoFact


def gave(
    stdout: str = "",
    stderr: str = "",
    *,
    exit_status: int = 0,
    command: str = "",
    truncated: bool = False,
    read_at: str = "2026-11-21T12:00:00Z",
) -> ProbeResult:
    return ProbeResult(command, exit_status, stdout, stderr, read_at=read_at, truncated=truncated)


def each(cases: list[Case[F]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=[case.id for case in cases])


def check(parse: Callable[[ProbeResult], F], case: Case[F]) -> None:
    if isinstance(case.expected, NoFact):
        with pytest.raises(Unavailable) as caught:
            parse(case.result)
        assert case.expected.reason in caught.value.reason
    else:
        assert parse(case.result) == case.expected


def missing_tool_cases(tool: str) -> list[Case[Any]]:
    """What a tool that is not there gives, in the words of several shells."""
    return [
        Case(
            "no such tool, bash", gave("", f"bash: line 1: {tool}: command not found\n", exit_status=127), NoFact("no ")
        ),
        Case("no such tool, dash", gave("", f"sh: 1: {tool}: not found\n", exit_status=127), NoFact("no ")),
        Case(
            "not executable",
            gave("", f"bash: /usr/bin/{tool}: Permission denied\n", exit_status=126),
            NoFact("executed"),
        ),
        Case("killed", gave("", exit_status=137), NoFact("killed")),
    ]


def noisy(text: str) -> str:
    """The same text as a terminal may show it: CR/LF, BEL, colours, a NUL."""
    return "\x1b[?2004h\x07" + text.replace("\n", "\x1b[0m\r\n").replace(":", ":\x00", 1)


#: Bytes that are no text.
BINARY = "".join(chr(i) for i in (*range(0x00, 0x20), *range(0x7F, 0xA0), 0x2028, 0x2029, 0xFFFD)) * 40
