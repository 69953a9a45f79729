"""A source answers for names of probes. The device's own session (``collect/ssh``) is one; the others stand beside it.

Whatever a source says is kept in the evidence of the device that it was asked for, so that a replay judges the same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from sse_compliance.evidence.answer import NotObtained, ProbeResult

#: What each planned probe said, by device and name of the probe.
AnswersByDevice = Mapping[str, Mapping[str, ProbeResult | NotObtained]]


class Source(Protocol):
    """Answers for some kinds of probe from elsewhere than the device's session: a resolver, an FMC, a rule set."""

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of probe it answers for: the part of a probe's name before the colon."""

    def ask(self, plan: Mapping[str, Sequence[str]]) -> AnswersByDevice:
        """Asks what is planned.

        Args:
            plan: the names of its probes, by device.

        Raises:
            SseError: nothing can be asked for a reason that is the user's mistake. A question without an answer is
                no error: it is ``NotObtained``.
        """


def ask_all(sources: Sequence[Source], plan: Mapping[str, Sequence[str]]) -> AnswersByDevice:
    """What all sources say of a plan, each asked only for what is its own."""
    said: dict[str, dict[str, ProbeResult | NotObtained]] = {device: {} for device in plan}
    for source in sources:
        own = {device: [name for name in names if kind_of(name) in source.kinds] for device, names in plan.items()}
        if any(own.values()):
            for device, answers in source.ask({device: names for device, names in own.items() if names}).items():
                said[device].update(answers)
    return said


def kind_of(probe: str) -> str:
    """``nslookup`` of ``nslookup:api-sse.cisco.com``."""
    return probe.partition(":")[0]
