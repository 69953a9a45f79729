"""The runner's clock: the one place that asks what time it is."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    """This moment, with the runner's zone."""
    return datetime.now().astimezone()


def stamp(timespec: str = "seconds") -> str:
    """This moment in UTC, RFC 3339, as evidence has it."""
    return now().astimezone(UTC).isoformat(timespec=timespec)
