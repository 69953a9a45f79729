"""``--wait``: after an upgrade, looking again at the devices that do not pass yet, until they do or the time is up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic, sleep

from sse_compliance.files.text import plural
from sse_compliance.findings.finding import Finding
from sse_compliance.findings.gate import is_open
from sse_compliance.findings.terms import settle
from sse_compliance.plugin.suite import Suite

#: Seconds between two looks at a device; the last one is repeated.
PAUSES = (15.0, 30.0, 60.0)

#: Collects from some devices again, one session each, and gives those of them that are still to be waited for.
LookAgain = Callable[[frozenset[str]], Collection[str]]


@dataclass(frozen=True, slots=True)
class Clock:
    """The clock that waiting goes by."""

    now: Callable[[], float] = monotonic
    sleep: Callable[[float], None] = sleep


def wait_for(
    devices: Iterable[str],
    look_again: LookAgain,
    limit: float,
    *,
    tell: Callable[[str], None],
    clock: Clock | None = None,
) -> None:
    """Looks at devices again and again, each time only at those that are still to be waited for.

    The last look is when the time is up; a look that has begun is never cut short.

    Args:
        devices: those that did not pass when they were looked at the first time.
        look_again: collects and judges; called with what is left.
        limit: how long to wait, in seconds.
        tell: told, before each pause, what is waited for.
        clock: other than the system's, for tests.
    """
    clock = clock or Clock()
    waiting = frozenset(devices)
    end = clock.now() + limit
    for pause in _pauses():
        left = end - clock.now()
        if not waiting or left <= 0:
            break
        seconds = min(pause, left)
        tell(f"{_named(waiting)} not passing yet; next look in {seconds:.0f} s, {left:.0f} s left")
        clock.sleep(seconds)
        waiting &= frozenset(look_again(waiting))


def _pauses() -> Iterator[float]:
    yield from PAUSES
    while True:
        yield PAUSES[-1]


def _named(devices: Collection[str]) -> str:
    shown = ", ".join(sorted(devices)[:5])
    more = f" and {len(devices) - 5} more" if len(devices) > 5 else ""
    return f"{plural(len(devices), 'device')} ({shown}{more})"


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
