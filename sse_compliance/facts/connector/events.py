"""How events leave the connector, as its local API counts them (``statistics`` of its context).

::

    {"type": "Events", "statistics": {
        "ZmqStat": {"LastCloudConnectSuccess": "2025-06-04T23:38:56.410473182Z", "LastCloudConnectFailure": "",
                    "LastCloudDisconnect": "", "TotalEventsReceived": 0, "TotalEventsSent": 0},
        "WsStat": {"LastCloudConnectSuccess": "", …, "TotalEventsReceived": 0, "TotalEventsSent": 0}}}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sse_compliance.errors import Unavailable


@dataclass(frozen=True, slots=True)
class Stream:
    """One way that events take: ``ZmqStat`` from EventHandler, ``WsStat`` from clients of a web socket."""

    name: str
    #: As printed; empty where it never was, None where it is not told.
    last_success: str | None
    last_failure: str | None
    #: None where it is not told.
    received: int | None
    sent: int | None

    @property
    def used(self) -> bool:
        """Whether anything ever happened on it."""
        return bool(self.last_success or self.last_failure or self.received or self.sent)

    @property
    def failed_last(self) -> bool:
        """Whether the last attempt to connect to the cloud failed.

        Raises:
            Unavailable: a time is not told, or is none.
        """
        if self.last_success is None or self.last_failure is None:
            raise Unavailable(f"the connector's statistics do not tell when {self.name} last connected")
        if not self.last_failure:
            return False
        failure = _time(self.last_failure)
        return not self.last_success or failure > _time(self.last_success)


def streams_of(objects: Iterable[Mapping[str, object]]) -> tuple[Stream, ...] | None:
    """The ways that an answer's objects tell of; None where they tell of none."""
    found: list[Stream] = []
    for value in objects:
        if str(value.get("type")).lower() == "events" and isinstance(value.get("statistics"), dict):
            statistics = value["statistics"]
            assert isinstance(statistics, dict)
            found += [_stream(name, inner) for name, inner in statistics.items() if isinstance(inner, dict)]
    return tuple(dict.fromkeys(found)) or None


def _stream(name: str, value: Mapping[str, object]) -> Stream:
    return Stream(
        name,
        _text(value.get("LastCloudConnectSuccess")),
        _text(value.get("LastCloudConnectFailure")),
        _count(value.get("TotalEventsReceived")),
        _count(value.get("TotalEventsSent")),
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _count(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Unavailable(f"the connector's statistics hold a time that is none: {text[:80]!r}")
    return moment
