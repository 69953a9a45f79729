"""The requirement catalogue (``fixtures/requirements.yaml``): what is judged, on which devices, from which probes."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from string import Formatter
from typing import Annotated, Literal

from pydantic import Field, PrivateAttr

from sse_compliance.catalogue.concerns import AppliesTo, Targets
from sse_compliance.catalogue.info import ParameterInfo, RequirementInfo, Source
from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.link import StationName
from sse_compliance.catalogue.parameters import Overrides, Parameters, Values, filled, kind_of, site_values
from sse_compliance.catalogue.probes import KINDS
from sse_compliance.catalogue.regions import Regions, Role
from sse_compliance.catalogue.sentences import Commands, Forms, general, mistakes, sentence
from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.files.plain_words import matching
from sse_compliance.files.shipped import shipped
from sse_compliance.files.yaml_file import StrictModel, YamlFile
from sse_compliance.inventory.device import Device

DEFAULT_FILE = shipped("fixtures/requirements.yaml")

#: The API host of a region that is not told.
_API = "the region's API host"
_AN_ID = "an ID such as SSE-DNS-01"
_Text = Annotated[str, Field(min_length=1)]
_REMEDIATION_FIELDS = frozenset({"host", "pattern", "api", "device"})
_PROBE_FIELDS = frozenset({"host", "allowlist", "amp_call", *Role})


@dataclass(frozen=True, slots=True)
class Dependency:
    """A requirement that must be met first; ``role`` narrows it to one host of the region."""

    requirement: str
    role: Role | None = None


class Requirement(StrictModel):
    """One entry of the catalogue; ``fixtures/requirements.yaml`` tells what each key means."""

    id: Annotated[str, matching(r"^SSE-[A-Z]{3}-[0-9]{2}$", _AN_ID)]
    title: _Text
    statement: _Text
    level: Level
    level_undocumented: Level | None = None
    severity: Severity
    severity_by_role: Annotated[dict[Role, Severity], Field(default_factory=dict)]
    targets: Targets
    applies_to: AppliesTo
    source: _Text
    rationale: _Text
    remediation: _Text
    cause: Forms
    commands: Commands = Field(default_factory=Commands)
    station: StationName | None = None
    depends_on: tuple[Annotated[str, matching(r"^SSE-[A-Z]{3}-[0-9]{2}(@[a-z-]+)?$", _AN_ID)], ...] = ()
    probes: tuple[_Text, ...]
    probes_of_others: tuple[_Text, ...] = ()
    #: The values that it expects, by name; ``{name}`` stands for them in the texts and probes.
    parameters: Values = Field(default_factory=dict)
    #: The catalogue's own values, where a site overrides some.
    _defaults: Values = PrivateAttr(default_factory=dict)

    @property
    def expected(self) -> Parameters:
        """The values in force, as its test asks for them."""
        return Parameters(self.id, self.parameters)

    def filled(self, overrides: Mapping[str, int | str]) -> Requirement:
        """It, with a site's values in place of its own, and the values in its texts and probes."""
        values = {**self.parameters, **overrides}
        texts = {name: filled(getattr(self, name), values) for name in ("title", "statement")}
        # Further names are put into the remedy where it is shown, so a brace of a value's own stays a brace.
        as_text = {name: str(value).replace("{", "{{").replace("}", "}}") for name, value in values.items()}
        texts["remediation"] = filled(self.remediation, as_text)
        cause = tuple(form.model_copy(update={"say": filled(form.say, as_text)}) for form in self.cause)
        probes = tuple(filled(probe, values) for probe in self.probes)
        made = self.model_copy(update={**texts, "cause": cause, "probes": probes, "parameters": values})
        made._defaults = self.parameters
        return made

    @property
    def area(self) -> str:
        """The area of the catalogue: the three letters in the middle of the ID."""
        return self.id[4:7]

    @property
    def per_host(self) -> bool:
        """Whether it is judged once per host rather than once per device."""
        return self.targets is not Targets.DEVICE

    @property
    def dependencies(self) -> tuple[Dependency, ...]:
        """``depends_on``, read."""
        parts = (text.partition("@") for text in self.depends_on)
        return tuple(Dependency(name, Role(role) if role else None) for name, _, role in parts)

    def hosts(self, device: Device, regions: Regions) -> tuple[str, ...]:
        """The hosts that it is judged on for a device; empty for a requirement on the device itself."""
        match self.targets:
            case Targets.DEVICE:
                return ()
            case Targets.AMP:
                return tuple(endpoint.fqdn for endpoint in regions.amp)
            case Targets.PORTALS:
                return regions.portals
            case Targets.ALLOWLIST | Targets.DOCUMENTED:
                only_documented = self.targets is Targets.DOCUMENTED
                endpoints = regions.endpoints(device.region, device.profile)
                return tuple(e.fqdn for e in endpoints if e.documented_call or not only_documented)

    def severity_for(self, device: Device, host: str | None, regions: Regions) -> Severity:
        """Its severity on a host: another one where what the host is for makes it weigh less, or more."""
        endpoints = (*regions.endpoints(device.region, device.profile), *regions.amp)
        roles = [endpoint.role for endpoint in endpoints if endpoint.fqdn == host]
        found = [self.severity_by_role.get(role, self.severity) for role in roles]
        return min(found, key=lambda severity: severity.rank, default=self.severity)

    def level_for(self, device: Device, host: str | None, regions: Regions) -> Level:
        """Its level on a host: ``level_undocumented`` where no document names a call for that host."""
        if self.level_undocumented is None or host is None:
            return self.level
        documented = {e.fqdn for e in regions.endpoints(device.region, device.profile) if e.documented_call}
        return self.level if host in documented else self.level_undocumented

    def probes_for(self, device: Device, host: str | None, regions: Regions) -> Iterator[str]:
        """The names of the probes that its test may read for a device and host."""
        endpoints = regions.endpoints(device.region, device.profile)
        values: dict[str, tuple[str, ...]] = {r: tuple(e.fqdn for e in endpoints if e.role is r) for r in Role}
        values |= {"host": (host,) if host else (), "amp_call": (regions.amp_call,)}
        values["allowlist"] = tuple(e.fqdn for e in endpoints)
        values[Role.API] = (regions.api(device.region),)
        for template in self.probes:
            (field,) = _fields(template) or (None,)
            if field is None:
                yield template
            else:
                yield from (template.format_map({field: value}) for value in values[field])

    def remedy(self, device: str, host: str | None, pattern: str | None, api: str) -> str:
        """What to do, with the names of a device and a host in it."""
        host = host or "<host>"
        return self.remediation.format(device=device, host=host, pattern=pattern or host, api=api)

    def cause_of(self, observed: str, expected: str, host: str | None, api: str) -> str:
        """What is wrong where this was observed, in a sentence."""
        return sentence(self.cause, observed, expected, {"host": host or "the host", "api": api})

    def cause_in_general(self, host: str | None, api: str) -> str:
        """What is wrong wherever it is unmet, in a sentence."""
        return general(self.cause, {"host": host or "the host", "api": api})

    def info(self) -> RequirementInfo:
        """It, as reports show it."""
        return RequirementInfo(
            id=self.id,
            title=self.title,
            statement=self.statement,
            level=self.level,
            severity=self.severity,
            area=self.area,
            per_host=self.per_host,
            applies_to=self.applies_to.describe(),
            source=self.source,
            rationale=self.rationale,
            remediation=self.remedy("the device", None, None, f"<{_API}>"),
            depends_on=self.depends_on,
            parameters=tuple(
                ParameterInfo(name, str(value), None if value == self._defaults[name] else str(self._defaults[name]))
                for name, value in self.parameters.items()
            ),
            cause=self.cause_in_general(None, _API),
            station=self.station or "",
        )


class _CatalogueFile(StrictModel):
    schema_: Annotated[Literal[1], Field(alias="schema")]
    version: _Text
    requirements: Annotated[tuple[Requirement, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All requirements, by ID, in the file's order."""

    source: Source
    requirements: Mapping[str, Requirement]
    #: The site's own values.
    overrides: Overrides | None = None

    def __getitem__(self, requirement_id: str) -> Requirement:
        try:
            return self.requirements[requirement_id]
        except KeyError:
            known = did_you_mean(requirement_id, self.requirements)
            raise InputError(f"the catalogue has no requirement {requirement_id!r}{known}") from None

    def __iter__(self) -> Iterator[Requirement]:
        return iter(self.requirements.values())


def load_catalogue(path: Path = DEFAULT_FILE, overrides: Path | Overrides | None = None) -> Catalogue:
    """The catalogue.

    Args:
        path: of its file.
        overrides: a site's own file of parameters, or those that evidence was collected by.

    Raises:
        InputError: names file, line and key: unknown keys, IDs, probes or parameters, duplicate IDs, a cycle in
            ``depends_on``.
    """
    file = YamlFile(path)
    parsed = file.validate(_CatalogueFile)
    requirements: dict[str, Requirement] = {}
    for index, requirement in enumerate(parsed.requirements):
        if requirement.id in requirements:
            raise file.error(("requirements", index, "id"), f"{requirement.id} stands twice")
        requirements[requirement.id] = requirement
        _check_parameters(file, index, requirement)
        _check_probes(file, index, requirement)
        _check_sentences(file, index, requirement)
        unknown = _fields(requirement.remediation) - _REMEDIATION_FIELDS - requirement.parameters.keys()
        if unknown:
            expected = ", ".join(sorted(_REMEDIATION_FIELDS))
            raise file.error(("requirements", index, "remediation"), f"unknown {sorted(unknown)}; expected {expected}")
    _check_dependencies(file, parsed.requirements, requirements)
    version, digest = parsed.version, hashlib.sha256(path.read_bytes())
    site = site_values(overrides, {name: requirement.parameters for name, requirement in requirements.items()})
    if site is not None:
        version = f"{version} with {site.file}"
        digest.update(site.sha256.encode())
    own = site.values if site is not None else {}
    made = {name: requirement.filled(own.get(name, {})) for name, requirement in requirements.items()}
    return Catalogue(Source("catalogue", version, digest.hexdigest()), made, site)


def _fields(template: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(template) if name is not None}


def _check_parameters(file: YamlFile, index: int, requirement: Requirement) -> None:
    for name in requirement.parameters:
        if name in _REMEDIATION_FIELDS | _PROBE_FIELDS:
            raise file.error(("requirements", index, "parameters", name), f"{name} means something else in texts")
    for key in ("title", "statement"):
        if unknown := _fields(getattr(requirement, key)) - requirement.parameters.keys():
            raise file.error(("requirements", index, key), f"unknown {sorted(unknown)}; expected a parameter's name")


def _check_sentences(file: YamlFile, index: int, requirement: Requirement) -> None:
    names = frozenset(requirement.parameters)
    for mistake in mistakes(requirement.cause, requirement.commands, names, requirement.per_host):
        raise file.error(("requirements", index, "cause"), mistake)


def _check_probes(file: YamlFile, index: int, requirement: Requirement) -> None:
    named = [("probes", *one) for one in enumerate(requirement.probes)]
    named += [("probes_of_others", *one) for one in enumerate(requirement.probes_of_others)]
    for key, position, template in named:
        location = ("requirements", index, key, position)
        kind, fields = template.partition(":")[0], _fields(template) - requirement.parameters.keys()
        if kind not in KINDS:
            raise file.error(location, f"there is no probe {kind!r}; expected one of {', '.join(sorted(KINDS))}")
        for name in _fields(template) & requirement.parameters.keys():
            if kind_of(requirement.parameters[name]) != "number":
                raise file.error(location, f"{name} is no number, so it can't go into a command")
        if len(fields) > 1 or not fields <= _PROBE_FIELDS:
            raise file.error(location, f"unknown {sorted(fields)}; expected one of {', '.join(sorted(_PROBE_FIELDS))}")
        if "host" in fields and not requirement.per_host:
            raise file.error(location, "{host} needs a requirement that is judged per host")


def _check_dependencies(
    file: YamlFile, ordered: Iterable[Requirement], requirements: Mapping[str, Requirement]
) -> None:
    for index, requirement in enumerate(ordered):
        for position, text in enumerate(requirement.depends_on):
            name, _, role = text.partition("@")
            location = ("requirements", index, "depends_on", position)
            if name not in requirements:
                raise file.error(location, f"there is no requirement {name}")
            if role and (role not in set(Role) or not requirements[name].per_host):
                raise file.error(location, f"{text}: {role!r} is no role of a host that {name} is judged on")
    graph = {r.id: {dependency.requirement for dependency in r.dependencies} for r in requirements.values()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise file.error(("requirements",), f"depends_on goes in a circle: {' -> '.join(error.args[1])}") from None
