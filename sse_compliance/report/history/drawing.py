"""The plots of the history page, as the numbers that its template draws. States differ by height too."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from sse_compliance.findings.finding import State
from sse_compliance.report.history.story import Point
from sse_compliance.report.words import STATES

#: The height of a state in a device's strip of 10: what is worse stands out more.
HEIGHTS = {
    State.NON_COMPLIANT: 10,
    State.NOT_ASSESSED: 7,
    State.WAIVED: 5,
    State.ADVISORY: 4,
    State.COMPLIANT: 2,
    State.NOT_APPLICABLE: 1,
}
#: Of a plot: the room for each run, and the height of the whole fleet.
STEP, TALL = 10, 100


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of a plot."""

    name: str
    x: float
    y: float
    width: float
    height: float
    title: str


def strip(states: Sequence[State | None]) -> list[Rectangle]:
    """A device over the runs; runs in a row that are alike are one rectangle, a run without it is a gap."""
    drawn, at = [], 0
    for state, group in groupby(states):
        count = len(list(group))
        if state is not None:
            height = HEIGHTS[state]
            last = f" to {at + count}" if count > 1 else ""
            title = f"{state} in run {at + 1}{last}"
            drawn.append(Rectangle(STATES[state].name, at * STEP, 10 - height, count * STEP - 1, height, title))
        at += count
    return drawn


def columns(points: Sequence[Point], devices: int) -> list[Rectangle]:
    """The fleet over the runs, a column each, compliant at the bottom; what a run lacks is not in its column."""
    drawn = []
    for place, point in enumerate(points):
        y = float(TALL)
        for state in reversed(STATES):
            if count := point.counts[state]:
                height = count * TALL / devices
                y -= height
                title = f"run {place + 1}: {count} {state}"
                drawn.append(Rectangle(STATES[state].name, place * STEP, y, STEP - 1, height, title))
    return drawn
