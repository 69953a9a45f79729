"""``--wait``: which devices of a run are waited for, and how long each took to come back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from sse_compliance.findings.finding import Finding
from sse_compliance.findings.gate import is_open
from sse_compliance.findings.terms import settle
from sse_compliance.plugin.suite import Suite
from sse_compliance.plugin.waiting import wait_for


def wait_for_devices(
    suite: Suite,
    devices: Collection[str],
    judged: Callable[[Collection[str]], Sequence[Finding]],
    collect: Callable[[Collection[str]], None],
    limit: float,
    tell: Callable[[str], None],
) -> dict[str, float]:
    """Collects again from the devices that do not pass the gate, until they do or the time is up.

    A device whose error stays until somebody acts, such as a refused login, is not asked again.

    Args:
        suite: the run; its devices have been collected once.
        devices: their names.
        judged: judges some devices by the evidence that the suite has of them.
        collect: collects from some devices again and leaves their evidence in the suite.
        limit: how long to wait, in seconds.
        tell: told what is waited for.

    Returns:
        For each device that came back, how long after the beginning of the run, in seconds.
    """
    came_back: dict[str, float] = {}

    def failing(names: Collection[str]) -> frozenset[str]:
        return _failing(suite, judged(names))

    def worth_waiting(names: frozenset[str]) -> frozenset[str]:
        return frozenset(name for name in names if not suite.evidence[name].error_is_lasting)

    def look_again(names: frozenset[str]) -> frozenset[str]:
        collect(names)
        still = failing(names)
        came_back.update((name, _seconds_since_the_beginning(suite, name)) for name in names - still)
        return worth_waiting(still)

    wait_for(worth_waiting(failing(devices)), look_again, limit, tell=tell)
    return came_back


def _failing(suite: Suite, findings: Sequence[Finding]) -> frozenset[str]:
    """The devices that the gate would not let pass if the run ended now."""
    settled = settle(findings, suite.terms, suite.subject, suite.tags)
    gate = suite.terms.gate
    return frozenset(finding.device for finding in settled.findings if gate.fails(finding) or is_open(finding))


def _seconds_since_the_beginning(suite: Suite, name: str) -> float:
    collected = datetime.fromisoformat(suite.evidence[name].collected_at)
    return max(0.0, round((collected - suite.terms.began).total_seconds(), 1))
