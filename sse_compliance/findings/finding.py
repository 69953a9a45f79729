"""A finding: one requirement judged on one device (and one host, where the requirement is per host)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from pydantic import WithJsonSchema

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.files.record import CLOSED


class State(StrEnum):
    """The states of a requirement on a device; the catalogue's words."""

    COMPLIANT = "compliant"
    NON_COMPLIANT = "non-compliant"
    NOT_ASSESSED = "not assessed"
    NOT_APPLICABLE = "not applicable"
    WAIVED = "waived"
    ADVISORY = "advisory"


#: Worst first: the order in which states are listed.
_RANK = {
    state: rank
    for rank, state in enumerate(
        (
            State.NON_COMPLIANT,
            State.NOT_ASSESSED,
            State.WAIVED,
            State.ADVISORY,
            State.COMPLIANT,
            State.NOT_APPLICABLE,
        )
    )
}


def rank(state: State) -> int:
    """0 for the worst state."""
    return _RANK[state]


def worst(states: Iterable[State]) -> State:
    """The worst of some states; there must be one at least."""
    return min(states, key=rank)


#: The states that a waiver may cover.
WAIVABLE = (State.NON_COMPLIANT, State.NOT_ASSESSED)

#: The states that a judgement ends in. *Waived* is none: it is a waiver beside the state.
JUDGED = tuple(state for state in State if state is not State.WAIVED)

#: States in which evidence shows that the requirement is not met, whatever the gate makes of it.
UNMET = frozenset({State.NON_COMPLIANT, State.ADVISORY})


class Change(StrEnum):
    """A finding beside the same finding of the baseline."""

    #: Unmet or not assessed now, and not in the same way in the baseline. What the baseline does not hold is new.
    NEW = "new"
    #: Unmet in both, or not assessed in both.
    STILL = "still"
    #: Compliant now, not so in the baseline.
    FIXED = "fixed"
    #: Judged in the baseline only: device, requirement or host is no longer judged, or it does not apply any more.
    GONE = "gone"
    #: Nothing wrong in either.
    SAME = "same"


class GateMode(StrEnum):
    """Which findings fail a run."""

    #: Each one that is required and not met.
    STRICT = "strict"
    #: Only what is worse than in the baseline.
    REGRESSIONS = "regressions"


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A probe that the judgement rests on. The text is carried for what is not compliant, capped; the evidence file
    holds it whole."""

    __pydantic_config__ = CLOSED

    probe: str
    command: str
    exit_status: int | None = None
    stdout: str = ""
    stderr: str = ""


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file of the user's that something stands in."""

    __pydantic_config__ = CLOSED

    #: As the user named it.
    file: str
    #: From 1; None for the file as a whole.
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """The outcome of one requirement on one device."""

    __pydantic_config__ = CLOSED

    requirement: str
    device: str
    #: As judged, whatever waiver is in force.
    state: Annotated[State, WithJsonSchema({"type": "string", "enum": [str(state) for state in JUDGED]})]
    level: Level
    severity: Severity
    #: The host that was judged, where the requirement is per host.
    target: str | None = None
    expected: str = ""
    observed: str = ""
    #: Why it is not assessed or not applicable.
    reason: str | None = None
    #: The finding this one follows from (``SSE-DNS-01`` or ``SSE-NET-01[host]``); None for a root finding.
    cause: str | None = None
    #: The advisory requirement that explains it, as the test saw; no other advisory finding can be its cause.
    because: str | None = None
    evidence: tuple[Exhibit, ...] = ()
    #: The text of the waiver in force that covers it; the state stays beside it.
    waiver: str | None = None
    #: The firewall rule that it is about; the file as the inventory names it. None where it is about no rule.
    rule: FileLine | None = None
    #: What is wrong, in a sentence; None where nothing is unmet, and in results of before there were any.
    problem: str | None = None
    #: How it compares with the baseline; None where the run had none.
    change: Change | None = None

    def __post_init__(self) -> None:
        if self.state is State.WAIVED:
            raise ValueError("a finding keeps the state that it was judged to be in; a waiver stands beside it")
        if self.waiver is not None and self.state not in WAIVABLE:
            raise ValueError(f"a waiver can't cover what is {self.state}")

    @property
    def standing(self) -> State:
        """What it counts as, and is shown as: its state, or *waived* where a waiver covers it."""
        return self.state if self.waiver is None else State.WAIVED

    @property
    def key(self) -> str:
        """The name that ``cause`` refers to, unique on a device."""
        return self.requirement if self.target is None else f"{self.requirement}[{self.target}]"

    @property
    def is_root(self) -> bool:
        """Whether it is unmet on its own account, not as a consequence of another, waived or not."""
        return self.state in UNMET and self.cause is None
