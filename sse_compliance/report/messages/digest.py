"""What a message tells of a run: verdict, counts, the worst causes, what is unknown. Mail and chat lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results
from sse_compliance.report.grouping import failing_causes, rows
from sse_compliance.report.words import STATES, VERDICTS, gate_words

#: Device names that are written out for one entry.
MOST_NAMES = 6
#: The longest sentence, in characters.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a list: on what, what, and what to do."""

    devices: str
    text: str
    remedy: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A list under a heading, cut to its first entries."""

    heading: str
    entries: tuple[Entry, ...]
    #: ``and 3 more root causes in the report``; empty where nothing was left out.
    rest: str = ""


@dataclass(frozen=True, slots=True)
class Digest:
    """A run in the few words of a message; every text is on one line and fit to show, none is escaped."""

    symbol: str
    verdict: str
    heading: str
    #: Why, and what the run was not over.
    sentences: tuple[str, ...]
    devices: str
    findings: str
    parts: tuple[Part, ...]
    foot: str


def digest(results: Results, most: int) -> Digest:
    """The words of a run.

    Args:
        results: of the run.
        most: entries of a list; the rest is counted.
    """
    summary, run = results.summary, results.run
    verdict = summary.verdict
    why = f"{results.coverage}: {summary.why}" if results.coverage else summary.why
    own = f"The site's own values: {'; '.join(results.overridden)}" if results.overridden else None
    partial = f"Partial run: {run.partial}" if run.partial else None
    return Digest(
        symbol=VERDICTS[verdict].symbol,
        verdict=verdict.value,
        heading=f"{verdict.capitalize()} – cloud link compliance",
        sentences=tuple(one_line(text, 600) for text in (why, partial, own) if text),
        devices=f"{plural(len(results.devices), 'device')}: {_counts(summary.devices)}",
        findings=f"{plural(len(results.findings), 'finding')}: {_counts(summary.states)}",
        parts=tuple(part for part in _parts(results, most) if part.entries),
        foot=one_line(f"{run.tool} {run.version}, {run.started_at}, {run.mode}, gate {gate_words(run)}"),
    )


def _counts(counts: dict[str, int]) -> str:
    told = [f"{counts[state.value]:,} {state.value}" for state in STATES if counts.get(state.value)]
    return ", ".join(told) or "none"


def _parts(results: Results, most: int) -> list[Part]:
    causes = [
        Entry(_names(cause.devices), f"{cause.requirement} {one_line(cause.summary, LONGEST)}", cause.remediation)
        for cause in failing_causes(results)
    ]
    lost = [
        Entry(one_line(device.name), one_line(device.error or "some requirements", LONGEST))
        for device in rows(results)
        if device.error is not None or device.state is State.NOT_ASSESSED
    ]
    waivers = [
        Entry(
            one_line(waiver.scope, LONGEST),
            one_line(f"{waiver.requirement} ends {waiver.expires} (approved by {waiver.approver})", LONGEST),
        )
        for waiver in results.waivers
        if waiver.ends_soon
    ]
    notices = [Entry(one_line(notice.about, LONGEST), one_line(notice.text, LONGEST)) for notice in results.notices]
    return [
        _part("What to fix", causes, "root cause", most),
        _part("Not assessed", lost, "device", most),
        _part("Waivers that end soon", waivers, "waiver", most),
        _part("Notices", notices, "notice", most),
    ]


def _part(heading: str, entries: Sequence[Entry], noun: str, most: int) -> Part:
    more = len(entries) - most
    rest = f"and {plural(more, f'more {noun}')} in the report" if more > 0 else ""
    return Part(heading, tuple(entries[:most]), rest)


def _names(names: Sequence[str]) -> str:
    more = len(names) - MOST_NAMES
    shown = one_line(", ".join(names[:MOST_NAMES]), LONGEST)
    return f"{plural(len(names), 'device')}: {shown}" + (f" and {more:,} more" if more > 0 else "")
