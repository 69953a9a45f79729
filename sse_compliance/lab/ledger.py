"""Who logged in how often: a file that the server appends to, so that any process can count."""

from __future__ import annotations

import os
from collections import Counter
from enum import StrEnum
from pathlib import Path

FILE = "ledger"


class Event(StrEnum):
    """What is noted."""

    #: An SSH connection was made, whatever became of it.
    CONNECTION = "connection"
    #: It ended.
    END = "end"
    #: A client was let in.
    LOGIN = "login"
    #: A password was refused.
    REFUSAL = "refusal"


class Ledger:
    """The file, for writing and for counting."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def write(self, event: Event, device: str) -> None:
        """Note an event of a device."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{event} {device}\n".encode())
        finally:
            os.close(descriptor)

    def count(self, event: Event) -> Counter[str]:
        """How often it happened, per device; 0 for a device that it never happened to."""
        return Counter(device for noted, device in self._noted() if noted == event)

    def most_at_once(self) -> Counter[str]:
        """How many connections were open at the same time at most, per device."""
        now, most = Counter[str](), Counter[str]()
        for noted, device in self._noted():
            now[device] += (noted == Event.CONNECTION) - (noted == Event.END)
            most[device] = max(most[device], now[device])
        return most

    def _noted(self) -> list[tuple[str, str]]:
        if not self._path.exists():
            return []
        lines = (line.partition(" ") for line in self._path.read_text(encoding="utf-8").splitlines())
        return [(noted, device) for noted, _, device in lines]
