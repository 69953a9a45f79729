"""The fleet of an FMC: each device with address, model, version, pair or cluster, and its groups as tags."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sse_compliance.collect.fmc.client import FmcClient
from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.collect.fmc.fleet import Record, read_records
from sse_compliance.importers.entry import Import, Imported, tag

_GROUPS = "/api/fmc_config/v1/domain/{domain}/devicegroups/devicegrouprecords"


def read(client: FmcClient, name: str, rest: Mapping[str, object], address: str, today: date) -> Import:
    """The FMC itself, and the devices of all its domains.

    Args:
        client: the FMC.
        name: its name in the inventory.
        rest: how the inventory says that it is read.
        address: its address.
        today: for ``source``.

    Raises:
        FmcError: it could not be read.
    """
    records = read_records(client, None)
    groups, notes = _groups(client, {record.domain for record in records})
    own = Imported(name, address, "fmc", f"fmc {name} {today}", more={"rest": dict(rest)})
    devices = [_device(record, name, groups, today) for record in records]
    unnamed = sorted(str(record.item.get("name")) for record in records if _is_unnamed_member(record.item))
    if unnamed:
        notes += (
            f"{', '.join(unnamed)}: part of a pair or cluster that the FMC does not name; give the members a tag of "
            "their own where you want to choose them together",
        )
    return Import((own, *devices), notes)


def _device(record: Record, fmc: str, groups: Mapping[str, list[str]], today: date) -> Imported:
    item = record.item
    container = _part(_part(item, "metadata"), "containerDetails")
    model, version = str(item.get("model") or "unknown model"), str(item.get("sw_version") or "unknown version")
    words = [f"fmc {fmc} {today}", f"{model} {version}"]
    tags = [tag(group) for group in groups.get(str(item.get("id")), ())]
    if container.get("name"):
        words.append(f"{container.get('type', 'container')} {container['name']} {container.get('role', '')}".strip())
        tags.append(tag(str(container["name"])))
    elif _is_unnamed_member(item):
        words.append("part of a pair or cluster that the FMC does not name")
    elif _part(item, "metadata").get("isPartOfContainer") is not False:
        words.append("the FMC does not tell whether it is part of a pair or cluster")
    return Imported(
        name=str(item.get("name") or ""),
        address=str(item.get("hostName") or ""),
        platform=_platform(model),
        source="; ".join(words),
        tags=tuple(dict.fromkeys(tags)),
        more={"fmc": fmc},
    )


def _is_unnamed_member(item: Mapping[str, Any]) -> bool:
    metadata = _part(item, "metadata")
    return metadata.get("isPartOfContainer") is True and not _part(metadata, "containerDetails").get("name")


def _platform(model: str) -> str | None:
    """What a model's name says beyond doubt."""
    if re.search(r"threat defense", model, re.IGNORECASE):
        return "ftd"
    return "sfr" if re.search(r"\bASA ?55[0-9]{2}", model) else None


def _groups(client: FmcClient, domains: Iterable[str]) -> tuple[Mapping[str, list[str]], tuple[str, ...]]:
    """The groups of each device, by its UUID; an FMC that does not tell them is no reason to have no inventory."""
    found: dict[str, list[str]] = defaultdict(list)
    notes: list[str] = []
    for domain in sorted(domains):
        try:
            items = client.items(_GROUPS.format(domain=domain), {"expanded": "true"})
        except FmcError as error:
            notes.append(f"device groups are left out: {error}")
            continue
        for item in items:
            members = item.get("members")
            for member in members if isinstance(members, list) else ():
                if isinstance(member, dict):
                    found[str(member.get("id"))].append(str(item.get("name")))
    return found, tuple(notes)


def _part(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key)
    return value if isinstance(value, dict) else {}
