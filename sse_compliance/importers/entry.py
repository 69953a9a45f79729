"""What an import makes of a device, and the checks that hold whatever it came from."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sse_compliance.errors import InputError, together
from sse_compliance.files.text import one_line
from sse_compliance.inventory.addresses import HOST_PATTERN
from sse_compliance.inventory.device import Platform
from sse_compliance.inventory.file_form import NAME_PATTERN


@dataclass(frozen=True, slots=True)
class Imported:
    """A device as another inventory describes it."""

    name: str
    address: str
    #: None where the other inventory does not tell.
    platform: str | None
    #: Where it came from, for people.
    source: str
    tags: tuple[str, ...] = ()
    #: Further keys of the inventory file, as they are written there.
    more: Mapping[str, object] = field(default_factory=dict)

    def entry(self) -> dict[str, object]:
        """As the inventory file has it."""
        keys: dict[str, object] = {"name": self.name, "address": self.address, "platform": self.platform}
        keys |= self.more
        if self.tags:
            keys["tags"] = list(self.tags)
        return keys | {"source": self.source}


@dataclass(frozen=True, slots=True)
class Import:
    """What was found, and what a person should know about it."""

    devices: tuple[Imported, ...]
    notes: tuple[str, ...] = ()


def proposal(name: str) -> str:
    """A name that the inventory takes in place of one that it does not."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.")[:63] or "device"


def tag(text: str) -> str:
    """A tag for a group's name."""
    return proposal(text)


def checked(found: Import, platforms: Mapping[str, str], *, rename: bool, fmc_names: bool = False) -> Import:
    """An import whose devices have names and platforms that the inventory takes.

    Args:
        found: as read.
        platforms: platforms that the user gives, by name.
        rename: whether names that the inventory does not take get the one that is proposed.
        fmc_names: whether a name that was changed is kept as ``fmc_name``.

    Raises:
        InputError: one or more devices can't be taken; each is told with what to do, one a line.
    """
    devices = [replace(one, platform=platforms.get(one.name, one.platform)) for one in found.devices]
    if rename:
        devices = [_renamed(one, fmc_names) for one in devices]
    problems = [problem for one in devices for problem in _problems(one)]
    problems += [
        InputError(f"{name!r} is the name of several devices; give them names of their own where they come from")
        for name in _repeated(one.name for one in devices)
    ]
    unknown = sorted(platforms.keys() - {one.name for one in found.devices})
    problems += [InputError("there is no such device", place=f"--platform {name}=…") for name in unknown]
    if not devices:
        raise InputError("it names no device")
    if problems:
        raise together(problems)
    twice = _repeated(f"{one.address}:{one.more.get('port', 22)}" for one in devices)
    notes = tuple(f"several devices have the address {address}" for address in twice)
    return Import(tuple(devices), found.notes + notes)


def _renamed(one: Imported, fmc_names: bool) -> Imported:
    if re.fullmatch(NAME_PATTERN, one.name):
        return one
    more = {**one.more, "fmc_name": one.name} if fmc_names else one.more
    return replace(one, name=proposal(one.name), more=more)


def _problems(one: Imported) -> Iterator[InputError]:
    shown = one_line(repr(one.name), 80)
    if not re.fullmatch(NAME_PATTERN, one.name):
        yield InputError(
            f"{shown} is no device name here; {proposal(one.name)!r} would be (--rename takes what is proposed)"
        )
    if not re.fullmatch(HOST_PATTERN, one.address):
        # Before an @ a password may stand.
        said = one_line(repr(one.address.rpartition("@")[2]), 80)
        yield InputError(f"{said} is no host name or IP address", place=shown)
    if one.platform not in set(Platform):
        was = "not told" if one.platform is None else f"{one_line(repr(one.platform), 40)}"
        yield InputError(
            f"its platform is {was} ({one.source}); give it: --platform {one.name}={'|'.join(Platform)}", place=shown
        )


def _repeated(values: Iterable[str]) -> Sequence[str]:
    seen: set[str] = set()
    twice: dict[str, None] = {}
    for value in values:
        if value in seen:
            twice[value] = None
        seen.add(value)
    return tuple(twice)
