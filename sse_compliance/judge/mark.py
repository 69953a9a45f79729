"""What a test of the suite is written with: the mark that ties it to the catalogue, and *not applicable*."""

from __future__ import annotations

from typing import NoReturn

import pytest

# Not public under a name that a class can be derived from; ``pytest.skip.Exception`` is the same class.
from _pytest.outcomes import Skipped


def requirement(requirement_id: str) -> pytest.MarkDecorator:
    """Marks the one test function that judges a requirement of the catalogue."""
    return pytest.mark.requirement(requirement_id)


class NotApplicable(Skipped):
    """Ends a test: the requirement does not concern this device. Any other skip leaves the requirement not assessed."""


def not_applicable(reason: str) -> NoReturn:
    """Ends a test: the requirement does not concern this device, as its own output shows."""
    raise NotApplicable(reason)
