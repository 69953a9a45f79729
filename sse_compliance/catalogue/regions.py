"""Regions and their allowlists (``fixtures/regions.yaml``), and a user's own file that adds or replaces regions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import Field, StrictBool

from sse_compliance.catalogue.info import Source
from sse_compliance.errors import InputError
from sse_compliance.files.plain_words import matching
from sse_compliance.files.shipped import shipped
from sse_compliance.files.yaml_file import StrictModel, YamlFile

DEFAULT_FILE = shipped("fixtures/regions.yaml")

#: A host name in letters, digits and hyphens: it goes into URLs and onto a device's command line.
_Fqdn = Annotated[
    str,
    matching(
        r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$",
        "a host name in small letters, with a domain",
        max_length=253,
    ),
]
_Pattern = Annotated[str, matching(r"^[a-z0-9*]([a-z0-9.*-]{0,252})$", "a host name, * in it for any text")]
_Name = Annotated[str, matching(r"^[A-Za-z0-9._-]{1,63}$", "a name of letters, digits, dots, hyphens and underscores")]


class Role(StrEnum):
    """What a host of the allowlist is for."""

    API = "api"
    EST = "est"
    MX = "mx"
    DEX = "dex"
    EVENTING = "eventing-ingest"
    REGISTRATION = "registration"
    SCC = "scc"
    AMP = "amp"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host that devices of a region must reach on TCP 443."""

    #: The name that is probed.
    fqdn: str
    role: Role
    #: What a firewall rule must allow, where it is wider than the name probed (``mx*.sse.itd.cisco.com``).
    pattern: str
    #: Whether TechNote 215547 names a curl call with ``--cacert connectorCA.pem`` for it.
    documented_call: bool
    #: The document that names it.
    source: str


class _EndpointEntry(StrictModel):
    role: Role
    fqdn: _Fqdn
    pattern: _Pattern | None = None
    documented_call: StrictBool = False
    source: Annotated[str, Field(min_length=1)]

    def endpoint(self) -> Endpoint:
        return Endpoint(self.fqdn, self.role, self.pattern or self.fqdn, self.documented_call, self.source)


_EndpointList = Annotated[tuple[_EndpointEntry, ...], Field(min_length=1)]


class _RegionEntry(StrictModel):
    title: Annotated[str, Field(min_length=1)]
    api: _Fqdn
    profiles: Annotated[dict[_Name, _EndpointList], Field(min_length=1)]

    @cached_property
    def endpoints(self) -> Mapping[str, tuple[Endpoint, ...]]:
        """The allowlist of each profile."""
        return {name: tuple(entry.endpoint() for entry in entries) for name, entries in self.profiles.items()}


class _OverrideFile(StrictModel):
    """A user's own file: regions only."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    version: Annotated[str, Field(min_length=1)]
    regions: Annotated[dict[_Name, _RegionEntry], Field(min_length=1)]


class _RegionsFile(_OverrideFile):
    amp: _EndpointList
    amp_call: _Fqdn
    portals: Annotated[tuple[_Fqdn, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Regions:
    """All regions that a device may be in."""

    source: Source
    _regions: Mapping[str, _RegionEntry]
    amp: tuple[Endpoint, ...]
    amp_call: str
    portals: tuple[str, ...]

    @property
    def profiles(self) -> dict[str, tuple[str, ...]]:
        """The names of all regions, each with the names of its profiles."""
        return {name: tuple(region.profiles) for name, region in self._regions.items()}

    @property
    def hosts(self) -> dict[str, frozenset[str]]:
        """The hosts of each region, of all its profiles."""
        return {
            name: frozenset({region.api, *(e.fqdn for own in region.endpoints.values() for e in own)})
            for name, region in self._regions.items()
        }

    def api(self, region: str) -> str:
        """The API host of a region.

        Raises:
            InputError: there is no such region.
        """
        return self._region(region).api

    def endpoints(self, region: str, profile: str) -> tuple[Endpoint, ...]:
        """The allowlist of a region in a profile; never empty.

        Raises:
            InputError: there is no such region, or it has no such profile.
        """
        endpoints = self._region(region).endpoints
        if profile not in endpoints:
            raise InputError(f"region {region} has no profile {profile!r}; expected one of {', '.join(endpoints)}")
        return endpoints[profile]

    def _region(self, name: str) -> _RegionEntry:
        if name not in self._regions:
            raise InputError(f"there is no region {name!r}; expected one of {', '.join(self._regions)}")
        return self._regions[name]


def load_regions(path: Path = DEFAULT_FILE, override: Path | None = None) -> Regions:
    """The regions of the project's file, with those of a user's own file added or put in their place.

    Raises:
        InputError: names file, line, key and what was expected.
    """
    base = _checked(YamlFile(path), _RegionsFile)
    regions, version, digest = dict(base.regions), base.version, hashlib.sha256(path.read_bytes())
    if override is not None:
        own = _checked(YamlFile(override), _OverrideFile)
        regions |= own.regions
        version = f"{version} with {override.name} {own.version}"
        digest.update(override.read_bytes())
    return Regions(
        source=Source("allowlist", version, digest.hexdigest()),
        _regions=regions,
        amp=tuple(entry.endpoint() for entry in base.amp),
        amp_call=base.amp_call,
        portals=base.portals,
    )


_File = TypeVar("_File", bound=_OverrideFile)


def _checked(file: YamlFile, model: type[_File]) -> _File:
    parsed = file.validate(model)
    for name, region in parsed.regions.items():
        for profile, entries in region.profiles.items():
            hosts = [entry.fqdn for entry in entries]
            location = ("regions", name, "profiles", profile)
            for index, host in enumerate(hosts):
                if host in hosts[:index]:
                    raise file.error((*location, index, "fqdn"), f"{host} stands twice in this list")
            if region.api not in hosts:
                raise file.error(location, f"the region's api host {region.api} is missing from this list")
    return parsed
