"""The matrix of devices and areas: for each pair the worst state and how many findings have it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sse_compliance.findings.finding import Finding, State, worst
from sse_compliance.findings.results import DeviceResult, Results
from sse_compliance.report.grouping import by_device, rows, worst_first


@dataclass(frozen=True, slots=True)
class Cell:
    """The worst state of an area on a device; None where nothing of the area was judged."""

    state: State | None
    count: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    device: DeviceResult
    cells: tuple[Cell, ...]
    #: The requirement of its worst root finding; empty where nothing required is unmet.
    cause: str = ""
    #: Whether it is too many to be shown by area, and has no section.
    is_brief: bool = False

    @property
    def worst(self) -> State | None:
        """The worst state of any area, advice included."""
        return worst([cell.state for cell in self.cells if cell.state] or [self.device.state])


@dataclass(frozen=True, slots=True)
class Matrix:
    areas: tuple[str, ...]
    #: The worst devices first.
    rows: tuple[Row, ...]


def matrix(results: Results, whole: int) -> Matrix:
    """The matrix of a run, areas in the catalogue's order; beyond ``whole`` rows compliant devices are brief."""
    area_of = {requirement.id: requirement.area for requirement in results.requirements}
    areas = tuple(dict.fromkeys(area_of.values()))
    found = by_device(results)
    shown = (
        Row(device, _cells(areas, area_of, own), _cause(own), is_brief=place >= whole and _is_met(device))
        for place, (device, own) in enumerate((device, found[device.name]) for device in worst_first(rows(results)))
    )
    return Matrix(areas, tuple(shown))


def _is_met(device: DeviceResult) -> bool:
    return device.state in (State.COMPLIANT, State.NOT_APPLICABLE)


def _cause(findings: Sequence[Finding]) -> str:
    own = [finding for finding in findings if finding.standing is State.NON_COMPLIANT and finding.is_root]
    return min(own, key=lambda finding: finding.severity.rank).requirement if own else ""


def _cells(areas: Sequence[str], area_of: Mapping[str, str], findings: Sequence[Finding]) -> tuple[Cell, ...]:
    counts: dict[str, Counter[State]] = {}
    for finding in findings:
        counts.setdefault(area_of.get(finding.requirement, ""), Counter())[finding.standing] += 1
    cells = []
    for area in areas:
        states = counts.get(area)
        state = worst(states) if states else None
        cells.append(Cell(state, states[state] if states and state else 0))
    return tuple(cells)
