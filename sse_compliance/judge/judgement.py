"""What a test notes while it judges: the words of its finding, and the probes that it read."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field

from sse_compliance.evidence.record import Evidence
from sse_compliance.findings.finding import FileLine


@dataclass(slots=True)
class Judgement:
    """What a test compared, and which probes it read for that."""

    expected: str = ""
    observed: str = ""
    probes: dict[str, None] = field(default_factory=dict)
    #: The advisory requirement that explains what was seen; None where none does.
    because: str | None = None
    #: Whether what was seen leaves no doubt, so that a level that is advisory for doubt's sake is required after all.
    certain: bool = False
    #: The firewall rule that it is about; None where it is about none.
    rule: FileLine | None = None

    def note(self, *, expected: str, observed: str, rule: FileLine | None = None) -> None:
        """What a test is about to compare, in words for the report, and the firewall rule that it is about where it is
        about one; the assertion that follows decides."""
        self.expected = expected
        self.observed = observed
        self.rule = rule


@dataclass(frozen=True, slots=True)
class Causes:
    """What is open, on a device, of the requirements that another depends on: their keys."""

    unmet: tuple[str, ...] = ()
    #: Not assessed: nobody knows whether they are a cause.
    unknown: tuple[str, ...] = ()


class Judged(ABC):
    """What a test judges, made for that test alone: it keeps what the test noted and read."""

    judgement: Judgement

    @property
    @abstractmethod
    def evidence(self) -> Evidence | None:
        """What the notes rest on; None where nothing is kept of it."""
