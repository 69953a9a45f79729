"""What a test notes while it judges: the words of its finding, and the probes that it read."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Judgement:
    """What a test compared, and which probes it read for that."""

    expected: str = ""
    observed: str = ""
    probes: dict[str, None] = field(default_factory=dict)

    def note(self, *, expected: str, observed: str) -> None:
        """What a test is about to compare, in words for the report; the assertion that follows decides."""
        self.expected = expected
        self.observed = observed
