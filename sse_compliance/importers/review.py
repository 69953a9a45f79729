"""Writing an import for people to review, and showing what another inventory has that a file has not."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

import yaml

from sse_compliance.errors import InputError, together
from sse_compliance.importers.entry import Import
from sse_compliance.inventory.device import Target
from sse_compliance.inventory.load import RegionProfiles, load_inventory


def text_of(found: Import, defaults: Mapping[str, object], regions: RegionProfiles) -> str:
    """The inventory file of an import; what the loader would refuse is refused here.

    Raises:
        InputError: the loader's, about a value that came with the import.
    """
    entries = [one.entry() for one in found.devices]
    body: dict[str, object] = {"defaults": dict(defaults)} if defaults else {}
    dumped = yaml.safe_dump(
        {**body, "devices": entries}, sort_keys=False, allow_unicode=True, width=200, default_flow_style=None
    )
    comments = "".join(f"# {note}\n" for note in found.notes)
    text = f"# Review this before you use it. No secret was imported.\n{comments}{dumped}"
    with tempfile.TemporaryDirectory() as directory:
        draft = Path(directory) / "import"
        draft.write_text(text, encoding="utf-8")
        try:
            load_inventory(draft, regions)
        except InputError as error:
            raise together(
                InputError(one.what, place=one.place.replace(str(draft), "the imported inventory"))
                for one in error.each
            ) from None
    return text


def differences(found: Import, known: Mapping[str, Target]) -> list[str]:
    """How an import differs from an inventory, a sentence each.

    Args:
        found: the import.
        known: the devices of the inventory, by name.
    """
    by_fmc_name = {target.access.fmc_name: name for name, target in known.items() if target.access.fmc_name}
    sentences: list[str] = []
    seen: set[str] = set()
    for one in found.devices:
        name = one.name if one.name in known else by_fmc_name.get(one.name, one.name)
        seen.add(name)
        if name not in known:
            sentences.append(f"+ {name}: not in the file ({one.address}, {one.platform}; {one.source})")
            continue
        device = known[name].device
        for what, theirs, ours in (
            ("address", one.address, device.address),
            ("platform", one.platform, device.platform.value),
            ("region", one.more.get("region", device.region), device.region),
        ):
            if theirs != ours:
                sentences.append(f"~ {name}: {what} is {ours} in the file, {theirs} there")
    fmcs = {one.more["fmc"] for one in found.devices if "fmc" in one.more}
    gone = [name for name, target in known.items() if name not in seen and target.device.fmc in fmcs]
    return sentences + [f"- {name}: in the file, not there any more" for name in gone]
