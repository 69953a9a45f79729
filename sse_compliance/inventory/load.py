"""Loading an inventory: a YAML file, or one device given as ``firepower://user@address``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.files.yaml_file import Location, YamlFile
from sse_compliance.inventory.addresses import is_host, place, shown
from sse_compliance.inventory.device import (
    RUNNER,
    Access,
    CredentialKind,
    CredentialRef,
    Device,
    Inventory,
    JumpHost,
    Platform,
    RuleSetRef,
    Target,
    Timeouts,
)
from sse_compliance.inventory.file_form import (
    A_NAME,
    NAME_PATTERN,
    DeviceEntry,
    InventoryFile,
    RuleSetEntry,
    Settings,
)
from sse_compliance.inventory.managers import check_fmc, check_managers

#: The regions that a device may name, each with the profiles it has.
RegionProfiles = Mapping[str, Collection[str]]

#: Why no device may have the runner's name.
RESERVED = f"the name {RUNNER!r} is kept for what the runner itself finds"

#: More devices than this from one file is a typing mistake in a range.
MAX_DEVICES = 20_000

_RANGE = re.compile(r"^([^\[\]]*)\[(\d{1,6})-(\d{1,6})\]([^\[\]]*)$")


def load_inventory(path: Path, regions: RegionProfiles, relative_to: Path | None = None) -> Inventory:
    """The devices of an inventory file, in its order.

    Args:
        path: the YAML file (``docs/inventory.md`` describes it).
        regions: the regions that ``region`` may name, and the profiles of each.
        relative_to: what its relative paths are relative to; its own folder where None.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    file = YamlFile(path, base=relative_to)
    model = file.validate(InventoryFile)
    targets: dict[str, tuple[Target, Location]] = {}
    places: dict[object, tuple[str, Location]] = {}
    for location, entry, layers, tags in _entries(model):
        for target in _targets(file, location, entry, layers, tags, regions, model.rulesets):
            name = target.device.name
            if name in targets:
                first = file.line(targets[name][1])
                raise file.error((*location, "name"), f"the name {name!r} stands twice (first in line {first})")
            _check_place(file, location, target, places)
            targets[name] = (target, location)
            if len(targets) > MAX_DEVICES:
                raise file.error(location, f"more than {MAX_DEVICES} devices")
    check_managers(file, targets)
    if not targets:
        raise InputError(
            "the inventory names no device; expected a list under 'devices' or in a group", place=f"{path}:1"
        )
    return Inventory(tuple(target for target, _ in targets.values()), str(path))


def _check_place(
    file: YamlFile, location: Location, target: Target, places: dict[object, tuple[str, Location]]
) -> None:
    """One device under two names would be judged twice, and the one that was meant never. What is only asked through
    a manager may share its address."""
    if target.access.login == "fmc":
        return
    name, at = places.setdefault(place(target.access), (target.device.name, location))
    if name != target.device.name:
        where = shown(target.access.address, target.access.port)
        raise file.error(
            (*location, "address"),
            f"the address {where} stands twice (first in line {file.line(at)}, as {name!r}); one device has one entry",
        )


def _entries(model: InventoryFile) -> Iterator[tuple[Location, DeviceEntry, tuple[Settings, ...], tuple[str, ...]]]:
    for index, entry in enumerate(model.devices):
        yield ("devices", index), entry, (entry, model.defaults), ()
    for name, group in model.groups.items():
        for index, entry in enumerate(group.devices):
            yield ("groups", name, "devices", index), entry, (entry, group.defaults, model.defaults), (name,)


def _targets(
    file: YamlFile,
    location: Location,
    entry: DeviceEntry,
    layers: tuple[Settings, ...],
    group_tags: tuple[str, ...],
    regions: RegionProfiles,
    rulesets: Mapping[str, RuleSetEntry],
) -> Iterator[Target]:
    settings = _merge(layers)
    if settings.platform is None:
        raise file.error(location, f"platform is missing; expected one of {', '.join(Platform)}")
    if settings.region is None or settings.region not in regions:
        given = "region is missing" if settings.region is None else f"there is no region {settings.region!r}"
        raise file.error((*location, "region"), f"{given}; expected one of {', '.join(sorted(regions))}")
    profile = settings.profile or "classic"
    if profile not in regions[settings.region]:
        known = ", ".join(sorted(regions[settings.region]))
        raise file.error(
            (*location, "profile"), f"region {settings.region} has no profile {profile!r}; expected {known}"
        )
    check_fmc(file, location, settings)
    if settings.proxy_password and not (settings.proxy and settings.proxy_user):
        raise file.error((*location, "proxy_password"), "expected proxy and proxy_user beside proxy_password")
    tags = tuple(dict.fromkeys((*group_tags, *(tag for layer in reversed(layers) for tag in layer.tags))))
    refs = tuple(_rule_set(file, location, given, rulesets) for given in settings.rulesets or ())
    line = file.line(location)
    for name, address in _expand(file, location, entry):
        device = Device(
            name=name,
            platform=settings.platform,
            region=settings.region,
            profile=profile,
            amp=bool(settings.amp),
            cloud=settings.cloud is not False,
            proxy=settings.proxy,
            proxy_login=settings.proxy_password is not None,
            address=address,
            port=settings.port or 22,
            tags=tags,
            fmc=name if settings.rest else settings.fmc,
            cloud_delivered=settings.rest is not None and settings.rest.kind == "cdfmc",
            rulesets=tuple(ref.file for ref in refs),
        )
        yield Target(device, _access(device, settings, file.base, entry.fmc_name), refs, line)


def _rule_set(
    file: YamlFile, location: Location, given: RuleSetEntry | str, named: Mapping[str, RuleSetEntry]
) -> RuleSetRef:
    if isinstance(given, str) and given not in named:
        known = ", ".join(sorted(named)) or "none"
        raise file.error((*location, "rulesets"), f"there is no rule set {given!r} under rulesets; it has {known}")
    entry = named[given] if isinstance(given, str) else given
    if entry.file is None:
        called = f"fmc:{entry.fmc}/{entry.policy}"
        return RuleSetRef(**{**entry.model_dump(), "file": called, "path": called})
    path = str(file.base / Path(entry.file).expanduser())
    return RuleSetRef(path=path, **entry.model_dump())


def _access(device: Device, settings: Settings, base: Path, fmc_name: str | None) -> Access:
    def beside(path: str | None) -> str | None:
        """A path of the file's is relative to the file."""
        return None if path is None else str(base / Path(path).expanduser())

    def reference(entry: CredentialRef | None) -> CredentialRef | None:
        if entry is not None and entry.kind is CredentialKind.FILE:
            return CredentialRef(entry.kind, str(beside(entry.value)))
        return entry

    rest = None
    if settings.rest is not None:
        entry = settings.rest.password or settings.rest.token
        secret = reference(entry.reference() if entry else None)
        assert secret is not None
        rest = settings.rest.access(device.address, beside(settings.rest.ca_file), secret)
    return Access(
        address=device.address,
        port=device.port,
        user=settings.user or "admin",
        password=reference(settings.password.reference() if settings.password else None),
        sudo_password=reference(settings.sudo_password.reference() if settings.sudo_password else None),
        proxy_user=settings.proxy_user,
        proxy_password=reference(settings.proxy_password.reference() if settings.proxy_password else None),
        key_file=beside(settings.key_file),
        jump=tuple(
            JumpHost(hop.address, hop.port, hop.user, reference(hop.password.reference() if hop.password else None))
            for hop in settings.jump or ()
        ),
        known_hosts=beside(settings.known_hosts),
        login="fmc" if device.cloud_delivered else settings.login or "auto",
        rest=rest,
        fmc_name=fmc_name,
        module=settings.module or 1,
        instance=settings.instance,
        algorithms=settings.algorithms or (),
        timeouts=Timeouts(
            settings.connect_timeout, settings.login_timeout, settings.probe_timeout, settings.device_timeout
        ),
        site=settings.site,
    )


def _merge(layers: tuple[Settings, ...]) -> Settings:
    """The settings of a device: its own first, then its group's, then the file's."""
    values: dict[str, object] = {}
    for layer in layers:
        for key in Settings.model_fields:
            if key not in values and getattr(layer, key) is not None:
                values[key] = getattr(layer, key)
    return Settings.model_construct(None, **values)


def _expand(file: YamlFile, location: Location, entry: DeviceEntry) -> Iterator[tuple[str, str]]:
    names, addresses = _range(entry.name), _range(entry.address)
    if names is None:
        raise file.error((*location, "name"), "not a range; expected for example ftd-[01-20]")
    if addresses is None:
        raise file.error((*location, "address"), "not a range; expected for example 192.0.2.[11-30]")
    if len(names) != len(addresses):
        raise file.error(location, f"{len(names)} names but {len(addresses)} addresses; expected as many of each")
    for name, address in zip(names, addresses, strict=True):
        if not re.fullmatch(NAME_PATTERN, name):
            raise file.error((*location, "name"), f"{name!r} is no device name; expected {A_NAME}")
        if name == RUNNER:
            raise file.error((*location, "name"), f"{RESERVED}; expected another")
        if not is_host(address):
            raise file.error((*location, "address"), f"{address!r} is no host name or IP address")
        yield name, address


def _range(text: str) -> list[str] | None:
    if "[" not in text and "]" not in text:
        return [text]
    match = _RANGE.match(text)
    if match is None:
        return None
    before, first, last, after = match.groups()
    if int(first) > int(last) or int(last) - int(first) >= MAX_DEVICES:
        return None
    width = len(first)
    return [f"{before}{number:0{width}d}{after}" for number in range(int(first), int(last) + 1)]
