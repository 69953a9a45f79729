"""Tests of the suite that run commands of their own: they are tried while the device's session is open.

A session ends when its device is done, so that no more are open than the bound allows. A test of the suite is a
function of what the device says; calling it once then and there makes it ask all that it asks. The answers are
evidence; what the test finds is not used: it is judged by the evidence, in its own time, as in a replay.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from inspect import isfunction, signature, unwrap
from types import CodeType
from typing import TYPE_CHECKING

import testinfra.modules

from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.judge.mark import Test
from sse_compliance.judge.outcome import Case, judge_test
from sse_compliance.plugin.arguments import arguments_of
from sse_compliance.plugin.suite import Suite

if TYPE_CHECKING:
    from sse_compliance.collect.one_device import LiveRun

#: What a testinfra host has that runs commands.
_COMMANDS = frozenset(
    {*testinfra.modules.modules, "run", "run_expect", "run_test", "check_output", "exists", "find_command", "backend"}
)


def rehearsal(
    suite: Suite, tests: Mapping[str, Sequence[tuple[Case, Test]]]
) -> Callable[[Evidence, LiveRun], Mapping[str, ProbeResult | NotObtained]]:
    """Asks a device, in its session, what its tests ask by themselves.

    Args:
        suite: the run.
        tests: those that may run commands, by device.
    """

    def commands(evidence: Evidence, live: LiveRun) -> Mapping[str, ProbeResult | NotObtained]:
        name = evidence.device.name
        alone = replace(suite, evidence={name: evidence}, live=lambda _, command: live(command), _facts={})
        for case, test in tests.get(name, ()):
            judge_test(case, test, arguments_of(alone, case, signature(test).parameters))
        return alone.facts(name).commands

    return commands


def may_run_commands(test: Test) -> bool:
    """Whether a test, or a function that it uses, names something of testinfra's that runs commands.

    It may say so of one that does not; that costs calling it twice.
    """
    return _names_commands(unwrap(test), set())


def _names_commands(function: object, seen: set[object]) -> bool:
    if not isfunction(function) or function in seen:
        return False
    seen.add(function)
    names = set(_names(function.__code__))
    if names & _COMMANDS:
        return True
    used = (function.__globals__.get(name) for name in names)
    return any(_names_commands(other, seen) for other in used)


def _names(code: CodeType) -> Collection[str]:
    inner = [name for constant in code.co_consts if isinstance(constant, CodeType) for name in _names(constant)]
    return [*code.co_names, *inner]
