"""What the terminal shows: progress while devices are collected, and the summary at the end.

Text from devices is printed as text: control characters are spelled out, and rich's markup is never interpreted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from sse_compliance.files.text import for_log, one_line, plural
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.results import DeviceResult, Results
from sse_compliance.report.grouping import by_device, roots, rows, worst_first
from sse_compliance.report.words import STATES, VERDICTS, beside_new, counted, message, named

#: Colours of the states on a terminal, by the name that style sheets use.
STYLES = {"bad": "red", "open": "yellow", "good": "green", "waived": "magenta", "advice": "cyan", "none": "dim"}
#: Devices and findings that the summary lists one by one.
MOST_LINES = 30
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


def print_summary(console: Console, results: Results, files: Iterable[Path] = ()) -> None:
    """Verdict, devices by state, the root finding of each bad device on one line, the files written."""
    summary = results.summary
    verdict = VERDICTS[summary.verdict]
    style = STYLES[verdict.name]
    beside = f" on {results.coverage}" if results.coverage else ""
    head = f"{verdict.symbol} {summary.verdict.upper()}{beside}"
    _line(console, (head, f"bold {style}"), (f"  {one_line(summary.why)}", ""))
    if name := named(results.run):
        _line(console, ("for ", "dim"), (name, ""))
    if results.overridden:
        _line(console, ("the site's own values: ", STYLES["open"]), (one_line("; ".join(results.overridden)), ""))
    if results.run.partial:
        _line(console, ("partial run: ", STYLES["open"]), (one_line(results.run.partial), ""))
    _line(console, (counted(results), ""))
    _print_bad_devices(console, results)
    for notice in results.notices[:MOST_LINES]:
        _line(console, ("notice: ", STYLES["open"]), (one_line(notice.text), ""))
    _print_terms(console, results)
    for path in files:
        _line(console, ("wrote ", "dim"), (one_line(str(path), 4096), ""))


def _print_bad_devices(console: Console, results: Results) -> None:
    found = by_device(results)
    bad = [
        device
        for device in worst_first(rows(results))
        if device.error is not None or device.state in (State.NON_COMPLIANT, State.NOT_ASSESSED)
    ]
    for device in bad[:MOST_LINES]:
        words = STATES[device.state]
        _line(console, (f"{words.symbol} ", STYLES[words.name]), (_device_text(device, found[device.name]), ""))
    if len(bad) > MOST_LINES:
        _line(console, (f"and {plural(len(bad) - MOST_LINES, 'more device')} in the report", "dim"))


def _print_terms(console: Console, results: Results) -> None:
    """What waiting, the baseline and the waivers came to."""
    for device in [device for device in results.devices if device.came_back_after is not None][:MOST_LINES]:
        _line(console, (f"{one_line(device.name)} came back after {device.came_back_after:.0f} s", ""))
    if results.baseline is not None:
        changes = ", ".join(
            f"{count:,} {change}{beside_new(results, change)}"
            for change, count in results.baseline.changes.items()
            if count
        )
        _line(console, (f"against {one_line(results.baseline.name)} of {results.baseline.started_at}: {changes}", ""))
        for text in results.baseline.not_compared[:MOST_LINES]:
            _line(console, ("not compared: ", STYLES["open"]), (one_line(text), ""))
    warnings = [
        (f"waiver {what}: ", f"{waiver.requirement} {waiver.scope}, {said}")
        for waiver in results.waivers
        for what, said in (
            ("ends soon", f"on {waiver.expires}" if waiver.ends_soon else None),
            ("covers nothing", waiver.unused),
        )
        if said is not None
    ]
    for what, said in warnings[:MOST_LINES]:
        _line(console, (what, STYLES["open"]), (one_line(said), ""))


def _device_text(device: DeviceResult, findings: Sequence[Finding]) -> str:
    """The root finding of a bad device, and how many more it has."""
    if (reason := device.error) is not None:
        return f"{one_line(device.name)}: not assessed: {one_line(reason)}"
    own = [finding for finding in roots(findings) if finding.standing is device.state]
    if not own:
        # What it follows from is waived, and so no root of this state.
        follows = [finding for finding in findings if finding.standing is device.state]
        return message(follows[0]) if follows else f"{one_line(device.name)}: {device.state.value}"
    more = f" (and {plural(len(own) - 1, 'more root finding')})" if len(own) > 1 else ""
    return message(own[0]) + more


def _line(console: Console, *parts: tuple[str, str]) -> None:
    console.print(Text.assemble(*((for_log(text), style) for text, style in parts)), soft_wrap=True)


def print_table(console: Console, table: Table) -> None:
    """Prints a table whose cells are never cut: a line that is too long for the terminal is wrapped by the terminal."""
    console.width = max(console.width, console.measure(table, options=console.options.update(width=10_000)).maximum)
    console.print(table, soft_wrap=True)
