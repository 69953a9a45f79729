"""How far the processes of a run are: told by the evidence that they have written."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import monotonic

from sse_compliance.files.text import plural
from sse_compliance.plugin.jobs.processes import Job
from sse_compliance.report.progress import STEPS, pace


class Collected:
    """The devices that are collected by now, told after each tenth of them.

    Args:
        jobs: the processes.
        say: told a line.
    """

    def __init__(self, jobs: Sequence[Job], say: Callable[[str], None]) -> None:
        self._folders = [job.folder / "evidence" for job in jobs]
        self._total = sum(len(job.devices) for job in jobs)
        self._say, self._started, self._told = say, monotonic(), 0
        #: What a run that died has left, which this one finishes.
        self._before = self._count()

    def look(self) -> None:
        """Tells it, where another tenth is done."""
        done = self._count() - self._before
        step = max(1, self._total // STEPS)
        if done // step > self._told // step:
            total = self._total - self._before
            rate = pace(done, total, monotonic() - self._started)
            self._say(f"{done:,} of {plural(total, 'device')} collected, {total - done:,} waiting{rate}")
            self._told = done

    def _count(self) -> int:
        return sum(1 for folder in self._folders for _ in folder.glob("*.json"))
