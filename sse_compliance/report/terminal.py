"""What the terminal shows at the end of a run: the summary.

Text from devices is printed as text: control characters are spelled out, and rich's markup is never interpreted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from rich.console import Console
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
