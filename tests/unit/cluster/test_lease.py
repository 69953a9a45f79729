"""Who can't reach the scheduler ends its shard before the next worker may begin it."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

import dask
import pytest

from sse_compliance.cluster import lease
from sse_compliance.cluster.lease import Lease, LeaseLostError

RUN, SHARD = "run", "run-1"


@dataclass
class Scheduler:
    """Who holds what as a scheduler knows it, and the time."""

    now: float = 0.0
    held: set[str] = field(default_factory=lambda: {RUN})
    #: Whether an answer comes; an exception comes in its place.
    answers: bool | Exception = True

    def submit(self, question: Callable[[], bool]) -> Future[bool]:
        asked: Future[bool] = Future()
        if self.answers is True:
            asked.set_result(question())
        elif isinstance(self.answers, Exception):
            asked.set_exception(self.answers)
        return asked

    def shutdown(self, *, wait: bool) -> None:
        assert not wait

    def monotonic(self) -> float:
        return self.now


@dataclass
class Lock:
    scheduler: Scheduler
    name: str

    def acquire(self, timeout: float) -> bool:
        self.scheduler.now += timeout
        if self.name in self.scheduler.held:
            return False
        self.scheduler.held.add(self.name)
        return True

    def release(self) -> None:
        self.scheduler.held.discard(self.name)

    def locked(self) -> bool:
        return self.name in self.scheduler.held


@pytest.fixture
def scheduler(monkeypatch: pytest.MonkeyPatch) -> Scheduler:
    known = Scheduler()
    monkeypatch.setattr(lease, "Lock", lambda name: Lock(known, name))
    monkeypatch.setattr(lease, "ThreadPoolExecutor", lambda *_: known)
    monkeypatch.setattr(time, "monotonic", known.monotonic)
    return known


def never() -> bool:
    return False


def seconds_until_lost(scheduler: Scheduler, held: Lease, why: str) -> float:
    begun = scheduler.now

    def hold() -> None:
        while scheduler.now - begun < 300:
            held.check()
            scheduler.now += 0.2

    with pytest.raises(LeaseLostError, match=why):
        hold()
    return scheduler.now - begun


def test_it_is_held_as_long_as_there_are_answers(scheduler: Scheduler) -> None:
    with Lease(RUN, SHARD, never) as held:
        assert SHARD in scheduler.held
        for _ in range(3_000):
            held.check()
            scheduler.now += 0.2
    assert scheduler.held == {RUN}


@pytest.mark.parametrize("answers", [False, OSError("no route")])
def test_without_answers_it_ends_well_before_the_next_may_begin(
    scheduler: Scheduler, answers: bool | Exception
) -> None:
    with Lease(RUN, SHARD, never) as held:
        held.check()
        scheduler.answers = answers
        assert 8 < seconds_until_lost(scheduler, held, "the scheduler can't be reached") < 22  # of 30


def test_it_ends_where_who_began_the_run_is_gone(scheduler: Scheduler) -> None:
    with Lease(RUN, SHARD, never) as held:
        scheduler.held.discard(RUN)
        assert seconds_until_lost(scheduler, held, "who began the run is gone") < 6


def test_it_is_waited_for_and_not_taken_from_another(scheduler: Scheduler) -> None:
    scheduler.held.add(SHARD)
    with pytest.raises(LeaseLostError, match="the run was stopped"), Lease(RUN, SHARD, lambda: scheduler.now > 40):
        pytest.fail("two hold it")
    scheduler.held.discard(SHARD)
    with Lease(RUN, SHARD, never):
        assert SHARD in scheduler.held


def test_without_a_time_limit_nothing_is_lost_for_want_of_answers(scheduler: Scheduler) -> None:
    with dask.config.set({"distributed.scheduler.locks.lease-timeout": "inf"}), Lease(RUN, SHARD, never) as held:
        scheduler.answers = False
        for _ in range(1_000):
            held.check()
            scheduler.now += 1
