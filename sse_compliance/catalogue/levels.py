"""How much a requirement matters: its level and its severity."""

from __future__ import annotations

from enum import StrEnum


class Level(StrEnum):
    """Whether an unmet requirement fails the gate."""

    REQUIRED = "required"
    ADVISORY = "advisory"


class Severity(StrEnum):
    """How much of the cloud integration is lost when a requirement is unmet; worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return _RANKS[self]


_RANKS = {severity: rank for rank, severity in enumerate(Severity)}
