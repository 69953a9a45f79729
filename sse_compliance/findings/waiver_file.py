"""Reading a waiver file (``docs/verdict.md`` describes it), strictly: a waiver that is wrong covers nothing, loudly."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, field_validator, model_validator

from sse_compliance.catalogue.requirements import Catalogue
from sse_compliance.errors import InputError, together
from sse_compliance.files.plain_words import matching
from sse_compliance.files.yaml_file import StrictModel, YamlFile
from sse_compliance.findings.finding import WAIVABLE, State
from sse_compliance.findings.waivers import Waiver
from sse_compliance.inventory.file_form import NAME_PATTERN

_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(?P<zone>Z|[+-]\d\d:\d\d)?")
_EXAMPLE = "2027-01-31T18:00:00+01:00"


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


_Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_Name = Annotated[str, matching(f"^{NAME_PATTERN}$", "a name of letters, digits, dots, hyphens and underscores")]
_Host = Annotated[str, matching(r"^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$", "a host name or an IP address")]
_Requirement = Annotated[str, matching(r"^SSE-[A-Z]{3}-[0-9]{2}$", "an ID such as SSE-DNS-01")]


class _Entry(StrictModel):
    requirement: Annotated[tuple[_Requirement, ...], BeforeValidator(_as_list), Field(min_length=1)]
    device: _Name | None = None
    tag: _Name | None = None
    host: _Host | None = None
    justification: _Text
    approver: _Text
    expires: datetime
    states: Annotated[tuple[Literal["non-compliant", "not assessed"], ...], Field(min_length=1)] = ("non-compliant",)

    @field_validator("expires", mode="before")
    @classmethod
    def _a_moment(cls, value: Any) -> datetime:
        match = _RFC_3339.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise ValueError(f"expected a date with time and zone, for example {_EXAMPLE}")
        if match["zone"] is None:
            raise ValueError(f"the zone is missing; expected for example {_EXAMPLE}")
        try:
            return datetime.fromisoformat(match[0])
        except ValueError as error:
            raise ValueError(f"{error}; expected for example {_EXAMPLE}") from None

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if self.device is self.tag is self.host is None:
            raise ValueError("expected a device, a tag or a host; no waiver is for everything")
        if self.device is not None and self.tag is not None:
            raise ValueError("expected a device or a tag, not both")
        return self

    def waivers(self) -> Iterator[Waiver]:
        """One for each requirement that it names."""
        for requirement in self.requirement:
            yield Waiver(
                requirement=requirement,
                justification=self.justification,
                approver=self.approver,
                expires=self.expires,
                device=self.device,
                tag=self.tag,
                host=self.host.lower() if self.host else None,
                states=frozenset(state for state in WAIVABLE if state in self.states),
            )


class _File(StrictModel):
    schema_: Annotated[Literal[1], Field(alias="schema")]
    waivers: tuple[_Entry, ...]


def load_waivers(path: Path, catalogue: Catalogue, now: datetime) -> tuple[Waiver, ...]:
    """The waivers of a file, all of them in force.

    Args:
        path: the YAML file.
        catalogue: whose requirements it may name.
        now: the moment at which they must be in force; with zone.

    Raises:
        InputError: names file, line, key and what was expected of every mistake; a waiver that has expired is one.
    """
    file = YamlFile(path)
    entries = file.validate(_File).waivers
    if mistakes := [*_mistakes(file, entries, catalogue), *_expired(file, entries, now)]:
        raise together(mistakes)
    return tuple(waiver for entry in entries for waiver in entry.waivers())


def _mistakes(file: YamlFile, entries: tuple[_Entry, ...], catalogue: Catalogue) -> Iterator[InputError]:
    seen: dict[tuple[str, str, State], int] = {}
    for index, entry in enumerate(entries):
        place = ("waivers", index, "requirement")
        for waiver in entry.waivers():
            known = catalogue.requirements.get(waiver.requirement)
            if known is None:
                yield file.error(place, f"the catalogue has no requirement {waiver.requirement}")
            elif waiver.host is not None and not known.per_host:
                yield file.error(
                    ("waivers", index, "host"),
                    f"{waiver.requirement} is judged on the device as a whole; expected a device or a tag",
                )
            for state in waiver.states:
                first = seen.setdefault((waiver.requirement, waiver.scope, state), index)
                if first != index or entry.requirement.count(waiver.requirement) > 1:
                    line = file.line(("waivers", first, "requirement"))
                    yield file.error(
                        place, f"{waiver.requirement} for {waiver.scope} is waived twice (first in line {line})"
                    )
                    break


def _expired(file: YamlFile, entries: tuple[_Entry, ...], now: datetime) -> Iterator[InputError]:
    for index, entry in enumerate(entries):
        if entry.expires <= now:
            waiver = next(entry.waivers())
            yield file.error(
                ("waivers", index, "expires"),
                f"this waiver of {', '.join(entry.requirement)} for {waiver.scope} has expired, it is now "
                f"{now.isoformat(timespec='seconds')}: {waiver.text}. Have it approved anew, or remove it",
            )
