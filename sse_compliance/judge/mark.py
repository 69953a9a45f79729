"""What a test of the suite is written with: the mark that ties it to the catalogue, and *not applicable*."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn, TypeVar

#: A test of the suite: what it notes and how it ends is its judgement.
Test = Callable[..., object]

_Test = TypeVar("_Test", bound=Test)

_ATTRIBUTE = "sse_requirement"


def requirement(requirement_id: str) -> Callable[[_Test], _Test]:
    """Marks the one test function that judges a requirement of the catalogue."""

    def mark(test: _Test) -> _Test:
        setattr(test, _ATTRIBUTE, requirement_id)
        return test

    return mark


def requirement_of(test: object) -> str | None:
    """The ID of the requirement that a test judges; None where it is no test of the suite."""
    found = getattr(test, _ATTRIBUTE, None)
    return found if isinstance(found, str) else None


class NotApplicable(Exception):  # noqa: N818  an outcome, not a fault
    """Ends a test: the requirement does not concern this device."""

    @property
    def reason(self) -> str:
        return str(self.args[0]) if self.args else "no reason given"


def not_applicable(reason: str) -> NoReturn:
    """Ends a test: the requirement does not concern this device, as its own output shows."""
    raise NotApplicable(reason)
