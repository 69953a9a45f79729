"""The verdicts on old and new rules side by side, and whether anything got worse."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from sse_compliance.firewall.decision import Decision, Verdict


class Change(StrEnum):
    """What a new rule set does to a host."""

    UNCHANGED = "unchanged"
    BROKEN = "broken"
    REPAIRED = "repaired"
    NOW_BY_ADDRESS = "now by address"
    NO_LONGER_BY_ADDRESS = "no longer by address"
    UNKNOWABLE = "became unknowable"
    KNOWABLE = "became knowable"


_LASTING = frozenset({Verdict.BY_NAME, Verdict.BY_ANY})
_RANK = {Verdict.BLOCKED: 0, Verdict.BY_ADDRESS: 1, Verdict.BY_NAME: 2, Verdict.BY_ANY: 2}

#: Exit statuses of the verb ``rules``.
NOTHING_WORSE, WORSE, CANNOT_TELL = 0, 1, 10


@dataclass(frozen=True, slots=True)
class Row:
    """A device and a host, by the new rules and by the old ones."""

    device: str
    host: str
    decision: Decision
    #: None where there are no old rules.
    was: Decision | None = None
    #: A rule that would let the host through by name, where the new rules don't.
    add: str = ""

    @property
    def change(self) -> Change | None:
        """What changed; None where there is nothing to compare with."""
        if self.was is None:
            return None
        new, old = self.decision.verdict, self.was.verdict
        if new is Verdict.CANNOT_TELL:
            return Change.UNCHANGED if old is new else Change.UNKNOWABLE
        if old is Verdict.CANNOT_TELL:
            return Change.BROKEN if new is Verdict.BLOCKED else Change.KNOWABLE
        if new is Verdict.BLOCKED:
            return Change.UNCHANGED if old is new else Change.BROKEN
        if old is Verdict.BLOCKED:
            return Change.REPAIRED
        if _RANK[new] < _RANK[old]:
            return Change.NOW_BY_ADDRESS
        return Change.NO_LONGER_BY_ADDRESS if _RANK[new] > _RANK[old] else Change.UNCHANGED

    @property
    def is_worse(self) -> bool:
        """Whether the new rules are worse for it; without old ones, whether they do not let it through to last."""
        if self.was is None:
            return self.decision.verdict not in _LASTING and not self.is_unknowable
        by_address_now = self.was.verdict is Verdict.CANNOT_TELL and self.decision.verdict is Verdict.BY_ADDRESS
        return self.change in (Change.BROKEN, Change.NOW_BY_ADDRESS) or by_address_now

    @property
    def is_unknowable(self) -> bool:
        """Whether the new rules can't be told for it."""
        return self.decision.verdict is Verdict.CANNOT_TELL


def exit_status(rows: Iterable[Row]) -> int:
    """1 where something got worse, 10 where something can't be told, else 0.

    Raises:
        ValueError: there is no row, so nothing was judged.
    """
    judged = list(rows)
    if not judged:
        raise ValueError("no host was judged")
    if any(row.is_worse for row in judged):
        return WORSE
    return CANNOT_TELL if any(row.is_unknowable for row in judged) else NOTHING_WORSE
