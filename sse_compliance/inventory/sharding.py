"""Shards: a fleet divided into parts that machines or processes judge by themselves, and that `merge` joins again."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from sse_compliance.errors import InputError

#: More parts than this are a typing mistake.
MOST_SHARDS = 10_000


@dataclass(frozen=True, slots=True)
class Shard:
    """One part of a fleet. A device's part follows from its name alone, so that another device moves none."""

    #: Which part, from 1.
    part: int
    #: How many there are.
    of: int

    def holds(self, name: str) -> bool:
        """Whether a device of this name is in this part."""
        return int.from_bytes(sha256(name.encode()).digest()[:8]) % self.of == self.part - 1

    def part_of_it(self, part: int, of: int) -> Shard:
        """One of ``of`` shards that divide this one."""
        return Shard(self.part + self.of * (part - 1), self.of * of)

    def __str__(self) -> str:
        return f"{self.part}/{self.of}"


def parse_shard(text: str) -> Shard:
    """The shard that ``--shard K/N`` names.

    Raises:
        InputError: it names none.
    """
    match = re.fullmatch(r"([0-9]{1,5})/([0-9]{1,5})", text)
    part, of = (int(match[1]), int(match[2])) if match else (0, 0)
    if not 1 <= part <= of <= MOST_SHARDS:
        raise InputError("expected K/N, K from 1 to N, for example 2/4", place=f"--shard {text[:40]}")
    return Shard(part, of)


def digest_of(names: Iterable[str]) -> str:
    """What shards of one fleet have in common: a digest over the names of all its devices."""
    return sha256("\n".join(sorted(names)).encode()).hexdigest()
