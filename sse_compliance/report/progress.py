"""What the terminal shows while devices are collected. Loaded only by runs that ask devices."""

from __future__ import annotations

from math import ceil
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.text import Text

from sse_compliance.files.text import for_log, one_line, plural

#: Without a terminal a line is printed after each tenth of the devices.
STEPS = 10


class CollectProgress:
    """Progress of collecting: devices done, failing and waiting, and the rate.

    A bar on a terminal, a line after each tenth of the devices elsewhere, nothing when quiet. Also a context manager
    that stops when it is left.
    """

    def __init__(self, console: Console, *, quiet: bool = False) -> None:
        self._console = console
        self._quiet = quiet
        self._bar: Progress | None = None
        self._total = self._done = self._failed = 0
        self._started = monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self, total: int) -> None:
        """Begin, with so many devices waiting."""
        self._total, self._done, self._failed, self._started = total, 0, 0, monotonic()
        if self._quiet:
            return
        if not self._console.is_terminal:
            self._print(f"collecting from {plural(total, 'device')}")
            return
        self._bar = Progress(
            TextColumn("collecting"),
            BarColumn(),
            _Counts(self),
            TimeElapsedColumn(),
            console=self._console,
            transient=True,
        )
        self._bar.start()
        self._bar.add_task("collecting", total=total)

    def device_done(self, name: str, ok: bool) -> None:
        """A device has answered (``ok``) or has been given up."""
        self._done += 1
        self._failed += not ok
        if self._bar is not None:
            self._bar.advance(self._bar.task_ids[0])
        if not self._quiet and not ok:
            self._print(f"{one_line(name)}: could not be collected")
        if self._bar is None and not self._quiet and self._is_step():
            self._print(self.counts())

    def stop(self) -> None:
        """End: the bar disappears; the figures stay as a line."""
        if self._bar is not None:
            self._bar.stop()
            self._bar = None
            self._print(self.counts())

    def counts(self) -> str:
        """``40 of 100 devices, 3 failing, 60 waiting, 12.5/s, 5 s left``."""
        rate = pace(self._done, self._total, monotonic() - self._started)
        waiting = self._total - self._done
        return f"{self._done:,} of {plural(self._total, 'device')}, {self._failed:,} failing, {waiting:,} waiting{rate}"

    def _is_step(self) -> bool:
        return self._done == self._total or self._done % max(1, self._total // STEPS) == 0

    def _print(self, text: str) -> None:
        self._console.print(Text(for_log(text)), soft_wrap=True)


def pace(done: int, total: int, seconds: float) -> str:
    """``, 12.5/s, 5 s left``: how fast so many were done in a time, and how long the others will take."""
    if not done or seconds <= 0:
        return ""
    waiting = total - done
    return f", {done / seconds:.1f}/s" + (f", {_span(waiting * seconds / done)} left" if waiting else "")


def _span(seconds: float) -> str:
    """``40 s``, ``12 min``: how long something takes if it goes on like this."""
    return f"{ceil(seconds)} s" if seconds < 100 else f"{ceil(seconds / 60)} min"


class _Counts(ProgressColumn):
    """The figures beside the bar."""

    def __init__(self, progress: CollectProgress) -> None:
        super().__init__()
        self._progress = progress

    def render(self, task: Task) -> Text:  # noqa: ARG002  rich passes it
        return Text(self._progress.counts())
