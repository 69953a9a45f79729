"""That a shard is run once at a time, whatever happens to the network between worker and scheduler.

The scheduler gives the shard of a worker that it lost to another, and the lost one may go on all the while. So each
holds a lease of the shard: the next waits until it has run out, and who can't reach the scheduler stops well before.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from types import TracebackType
from typing import Self

import dask
from dask.utils import parse_timedelta
from distributed import Lock


class LeaseLostError(Exception):
    """The scheduler, or who began the run, can't be reached any more."""


class Lease:
    """A shard's lease, and what is known of the run's own, which its client holds. Used by a worker, in a task.

    Args:
        run: the name of the run's lease.
        shard: the name of the shard's.
        stopped: whether the run was told to stop.
    """

    def __init__(self, run: str, shard: str, stopped: Callable[[], bool]) -> None:
        self._run, self._shard, self._stopped = Lock(run), Lock(shard), stopped
        #: Half of what the scheduler grants: who is cut off ends before the next may begin.
        self._seconds = _granted() / 2
        self._threads = ThreadPoolExecutor(1, "lease")
        self._asked: Future[bool] = self._threads.submit(self._run.locked)
        self._last = self._begun = time.monotonic()

    def __enter__(self) -> Self:
        while not self._shard.acquire(timeout=1):
            self.check()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._threads.shutdown(wait=False)
        with suppress(OSError):
            self._shard.release()

    def check(self) -> None:
        """Asks now and then whether the run goes on, and waits for no answer.

        Raises:
            LeaseLostError: it does not, or there was no answer for too long.
        """
        now = time.monotonic()
        if self._asked.done():
            if self._asked.exception() is None:
                if not self._asked.result():
                    raise LeaseLostError("who began the run is gone")
                self._last = self._begun
            if now - self._begun > self._seconds / 6:
                self._begun, self._asked = now, self._threads.submit(self._run.locked)
        if self._stopped():
            raise LeaseLostError("the run was stopped")
        if now - self._last > self._seconds:
            raise LeaseLostError("the scheduler can't be reached")


def _granted() -> float:
    """How long a lease holds that is not renewed, in seconds."""
    setting = dask.config.get("distributed.scheduler.locks.lease-timeout")
    return float(setting) if setting == "inf" else float(parse_timedelta(setting))
