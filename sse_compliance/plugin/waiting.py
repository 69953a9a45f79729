"""``--wait``: after an upgrade, looking again at the devices that do not pass yet, until they do or the time is up."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from time import monotonic, sleep

from sse_compliance.files.text import plural

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
