"""What a worker is told of a shard. No secret is in it: the inventory holds references, which the worker resolves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: The most bytes that a shard may bring.
MOST_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class File:
    """A file of the user's, sent along."""

    name: str
    #: In no log of a worker's.
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Order:
    """One shard of a run."""

    #: The run, and the shard in it: no other has the same.
    run: str
    key: str
    #: The release that sends it; the worker must have the same.
    version: str
    devices: tuple[str, ...]
    #: The options that name a file, and the file.
    files: Mapping[str, File]
    #: The other options.
    options: tuple[str, ...]


#: What a shard brings: the exit status of its run, and its files by their path below the reports.
Answer = tuple[int, dict[str, bytes]]
