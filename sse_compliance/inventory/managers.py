"""The FMCs of an inventory: what devices say of them must fit together."""

from __future__ import annotations

from collections.abc import Mapping

from sse_compliance.files.yaml_file import Location, YamlFile
from sse_compliance.inventory.device import Platform, Target
from sse_compliance.inventory.file_form import Settings


def check_fmc(file: YamlFile, location: Location, settings: Settings) -> None:
    """What a device says of its FMC must fit together, whichever layer says it."""
    if settings.rest is not None and settings.platform is not Platform.FMC:
        raise file.error((*location, "rest"), f"only an FMC has it; platform is {settings.platform}")
    if settings.login == "fmc" and settings.rest is None and settings.fmc is None:
        raise file.error((*location, "login"), "login: fmc needs the FMC that is asked; expected `fmc: NAME`")


def check_managers(file: YamlFile, targets: Mapping[str, tuple[Target, Location]]) -> None:
    """The FMC that a device or a rule set names must be in the file, with a way to ask it."""
    for target, location in targets.values():
        named = [("fmc", target.device.fmc), *(("rulesets", ref.fmc) for ref in target.rulesets)]
        for key, name in named:
            if name is not None and (name not in targets or targets[name][0].access.rest is None):
                known = sorted(other for other, (its, _) in targets.items() if its.access.rest is not None)
                has = f"expected one of {', '.join(known)}" if known else "no device of the file has `rest`"
                raise file.error((*location, key), f"{name!r} is no FMC with `rest` in this file; {has}")
