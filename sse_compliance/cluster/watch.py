"""The shards of a run, from their being sent out to what each brought, or why it brought nothing."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from distributed import Client, Future

from sse_compliance.cluster import worker
from sse_compliance.cluster.order import MOST_BYTES, Answer, Order
from sse_compliance.cluster.ready import workers
from sse_compliance.cluster.sites import Part, Site, workers_of
from sse_compliance.errors import SseError
from sse_compliance.files.text import one_line
from sse_compliance.plugin.jobs.processes import PATIENCE

#: How often it is looked whether a site still has a worker, in seconds.
_LOOK = 2.0


@dataclass(frozen=True, slots=True)
class Ended:
    """How a shard ended."""

    #: What it brought; None where it brought nothing.
    answer: Answer | None
    #: Why it brought nothing.
    why: str = ""


class Watch:
    """The shards of a run.

    Args:
        client: of the scheduler.
        run: the name of the run.
        patience: how long a site may be without a worker, in seconds.
        told: called with each shard the moment it ended.
    """

    def __init__(self, client: Client, run: str, patience: float, told: Callable[[Part, Ended], None]) -> None:
        self._client, self._run, self._patience, self._told = client, run, patience, told
        self._open: dict[Part, Future[Any]] = {}
        self._ended: dict[Part, Ended] = {}
        self._seen: dict[Site, float] = {}

    def send(self, part: Part, order: Order, retries: int) -> None:
        """Sends a shard out."""
        self._seen.setdefault(part.site, time.monotonic())
        self._open[part] = self._client.submit(
            worker.run_shard,
            order,
            key=order.key,
            resources={} if part.site is None else {part.site: 1},
            retries=retries,
            pure=False,
        )

    def wait(self) -> Mapping[Part, Ended]:
        """How each ended; returns when all have."""
        looked = time.monotonic()
        while self._open:
            self._take_what_is_done()
            if time.monotonic() - looked > _LOOK:
                looked = time.monotonic()
                self._give_up_sites_without_worker()
            time.sleep(0.1)
        return self._ended

    def stop(self) -> Mapping[Part, Ended]:
        """Ends the shards that run, which write what they have; how each ended."""
        for kill in (False, True):
            with suppress(Exception):  # a worker that is gone needs no word
                self._client.run(worker.stop, self._run, kill=kill, on_error="ignore")
            deadline = time.monotonic() + (5 if kill else PATIENCE)
            while any(future.status == "pending" for future in self._open.values()) and time.monotonic() < deadline:
                self._take_what_is_done()
                time.sleep(0.1)
            if not self._open:
                break
        self._take_what_is_done()
        for part in list(self._open):
            self._cancel(part, "the run was interrupted before this shard ended")
        return self._ended

    def _take_what_is_done(self) -> None:
        for part, future in [(part, future) for part, future in self._open.items() if future.done()]:
            self._end(part, _brought(future))
            future.release()

    def _give_up_sites_without_worker(self) -> None:
        now = time.monotonic()
        try:
            there = workers(self._client)
        except SseError:
            there = {}
        for site in {part.site for part in self._open}:
            if workers_of(site, there):
                self._seen[site] = now
            elif now - self._seen[site] > self._patience:
                for part in [part for part in self._open if part.site == site]:
                    self._cancel(part, without_worker(site, self._patience))

    def _cancel(self, part: Part, why: str) -> None:
        with suppress(OSError):  # a scheduler that is gone runs nothing
            self._client.cancel([self._open[part]], force=True)
        self._end(part, Ended(None, why))

    def _end(self, part: Part, ended: Ended) -> None:
        del self._open[part]
        self._ended[part] = ended
        self._told(part, ended)


def without_worker(site: Site, seconds: float) -> str:
    """Why nothing of a site was assessed that has no worker."""
    which, how = ("the cluster", "") if site is None else (f"site {site}", f" with --resources {site}=1")
    return f"{which} had no worker for {seconds:.0f} s; start one{how}"


def _brought(future: Future[Any]) -> Ended:
    if future.status != "finished":
        error = future.exception() if future.status == "error" else None
        what = f"{type(error).__name__}: {one_line(str(error), 300)}" if error else "the scheduler gave it up"
        return Ended(None, f"no worker did it: {what}")
    try:
        return _checked(future.result(timeout=PATIENCE))
    except Exception as error:  # whatever it is that can't be had, of this shard nothing is known
        return Ended(None, f"what it brought can't be had: {type(error).__name__}: {one_line(str(error), 300)}")


def _checked(answer: object) -> Ended:
    """An answer, if it is one: it is from elsewhere."""
    match answer:
        case (int() as status, dict() as files) if all(
            isinstance(name, str) and isinstance(content, bytes) for name, content in files.items()
        ):
            if sum(len(content) for content in files.values()) <= MOST_BYTES:
                return Ended((status, files))
    return Ended(None, "what it brought is no answer, or is too large")
