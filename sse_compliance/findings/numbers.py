"""The numbers that every report gives of a run, each with one meaning."""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Results


@dataclass(frozen=True, slots=True)
class Numbers:
    """Devices, from the inventory down to those that fail, and causes.

    ``selected`` is ``assessed`` and ``not_assessed`` together; ``assessed`` is the sum of its four states.
    """

    #: Devices that the inventory has.
    inventory: int
    #: Of them, those that the run was over.
    selected: int
    #: Of them, those whose state is known.
    assessed: int
    #: Of them, those that do not meet something required.
    non_compliant: int
    waived: int
    compliant: int
    not_applicable: int
    #: Of the selected, those about which something required is not known, though nothing was found unmet.
    not_assessed: int
    #: What to fix: the root causes that nothing waives.
    causes: int


def numbers(results: Results) -> Numbers:
    """The numbers of a run, from its summary and its causes."""
    devices = results.summary.devices
    count = {state: devices.get(state.value, 0) for state in State}
    selected = sum(count.values())
    return Numbers(
        inventory=max(results.run.of_devices or 0, selected),
        selected=selected,
        assessed=selected - count[State.NOT_ASSESSED],
        non_compliant=count[State.NON_COMPLIANT],
        waived=count[State.WAIVED],
        compliant=count[State.COMPLIANT],
        not_applicable=count[State.NOT_APPLICABLE],
        not_assessed=count[State.NOT_ASSESSED],
        causes=sum(cause.state is State.NON_COMPLIANT for cause in results.root_causes),
    )
