"""Choosing devices: ``--devices`` takes names, globs and tags."""

from __future__ import annotations

from collections.abc import Iterable
from fnmatch import fnmatchcase

from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.inventory.device import Device


def select_devices(devices: Iterable[Device], expression: str) -> tuple[Device, ...]:
    """The devices that a comma-separated list of names, globs (``ftd-eu-*``) and tags names, in their own order.

    Raises:
        InputError: a part of it matches no device; nothing is left out silently.
    """
    known = tuple(devices)
    chosen: set[str] = set()
    for part in (piece.strip() for piece in expression.split(",")):
        if not part:
            raise InputError(f"--devices {expression!r}: an empty part; expected names, globs or tags")
        matched = {device.name for device in known if fnmatchcase(device.name, part) or part in device.tags}
        if not matched:
            meant = did_you_mean(part, [name for device in known for name in (device.name, *device.tags)])
            raise InputError(f"--devices {expression!r}: {part!r} is no device, glob or tag of the inventory{meant}")
        chosen |= matched
    return tuple(device for device in known if device.name in chosen)
