"""Choosing devices: ``--devices`` takes names, globs and tags, or a file of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.files.reading import read_bounded
from sse_compliance.inventory.device import Device

#: The most bytes of a file of names: those of the largest inventory, and comments.
MAX_BYTES = 4 * 1024 * 1024


def select_devices(devices: Iterable[Device], expression: str) -> tuple[Device, ...]:
    """The devices that a comma-separated list of names, globs (``ftd-eu-*``) and tags names, in their own order.

    ``@FILE`` has one of them in each line; ``#`` begins a comment.

    Raises:
        InputError: a part of it matches no device, for nothing is left out silently; or the file can't be read.
    """
    known = tuple(devices)
    names = {device.name for device in known}
    by_tag: dict[str, set[str]] = defaultdict(set)
    for device in known:
        for tag in device.tags:
            by_tag[tag].add(device.name)
    chosen: set[str] = set()
    for where, part in _parts(expression):
        matched = by_tag.get(part, set()) | ({part} & names)
        if any(sign in part for sign in "*?["):
            matched = matched | {name for name in names if fnmatchcase(name, part)}
        if not matched:
            meant = did_you_mean(part, [*names, *by_tag])
            raise InputError(f"{part!r} is no device, glob or tag of the inventory{meant}", place=f"--devices {where}")
        chosen |= matched
    return tuple(device for device in known if device.name in chosen)


def select_region(devices: Iterable[Device], region: str) -> tuple[Device, ...]:
    """The devices of a region.

    Raises:
        InputError: there is none.
    """
    known = tuple(devices)
    chosen = tuple(device for device in known if device.region == region)
    if not chosen:
        regions = dict.fromkeys(device.region for device in known)
        meant = did_you_mean(region, regions)
        raise InputError(
            f"no device is in this region; there are {', '.join(regions)}{meant}", place=f"--region {region}"
        )
    return chosen


def _parts(expression: str) -> list[tuple[str, str]]:
    """Each part, and where it stands."""
    if expression.startswith("@"):
        return _lines(Path(expression[1:]).expanduser())
    parts = [piece.strip() for piece in expression.split(",")]
    if not all(parts):
        raise InputError("an empty part; expected names, globs or tags", place=f"--devices {expression!r}")
    return [(repr(expression), part) for part in parts]


def _lines(file: Path) -> list[tuple[str, str]]:
    try:
        text = read_bounded(file, MAX_BYTES).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"not UTF-8: {error.reason} at byte {error.start}", place=f"--devices @{file}") from None
    lines = ((number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1))
    parts = [(f"@{file}:{number}", line) for number, line in lines if line]
    if not parts:
        raise InputError("it names no device; expected a name, glob or tag in each line", place=f"--devices @{file}")
    return parts
