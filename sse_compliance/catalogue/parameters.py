"""Parameters: the values that requirements expect. They stand in the catalogue entry; a site may override them.

A value's form tells its kind: a whole number, a version (``6.4.0``), a time (``300 s``, ``1 h``) or a text. An override
must be of the kind of what it overrides.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from sse_compliance.errors import InputError
from sse_compliance.files.nearest import did_you_mean
from sse_compliance.files.plain_words import matching
from sse_compliance.files.yaml_file import StrictModel, YamlFile


def is_value(value: object) -> bool:
    """Whether it can be a parameter's."""
    return not isinstance(value, bool) and isinstance(value, int | str) and 1 <= len(str(value)) <= 1_000


def _a_value(value: object) -> object:
    if not is_value(value):
        raise ValueError(f"expected a number, a time or a text, or a version in quotes; found {value!r}")
    return value


Value = Annotated[int | str, BeforeValidator(_a_value)]

#: Values by their name, as a catalogue entry has them.
Values = dict[Annotated[str, matching(r"^[a-z][a-z0-9_]*$", "a name of small letters, digits and underscores")], Value]

_VERSION = re.compile(r"[0-9]+(\.[0-9]+)+")
_TIME = re.compile(r"([0-9]{1,7}) (s|min|h|d)")
_SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400}

#: What is expected of a value, by its kind.
_EXPECTED = {
    "number": "expected a whole number",
    "version": 'expected a version in quotes, for example "6.4.0"',
    "time": "expected a time, for example 300 s, 10 min or 1 h",
    "text": "expected a text",
}


def kind_of(value: int | str) -> str:
    """``number``, ``version``, ``time`` or ``text``."""
    if isinstance(value, int):
        return "number"
    return "version" if _VERSION.fullmatch(value) else "time" if _TIME.fullmatch(value) else "text"


@dataclass(frozen=True, slots=True)
class Parameters:
    """The values in force for one requirement; a test asks for them by name and kind."""

    requirement: str
    values: Mapping[str, int | str]

    def number(self, name: str) -> int:
        """A whole number."""
        value = self._value(name, "number")
        assert isinstance(value, int)
        return value

    def version(self, name: str) -> tuple[int, ...]:
        """``(6, 4, 0)`` of ``6.4.0``."""
        return tuple(int(part) for part in str(self._value(name, "version")).split("."))

    def time(self, name: str) -> timedelta:
        """``300 s``, ``1 h``."""
        match = _TIME.fullmatch(str(self._value(name, "time")))
        assert match is not None
        return timedelta(seconds=int(match[1]) * _SECONDS[match[2]])

    def text(self, name: str) -> str:
        """A value as it is written, whatever its kind."""
        return str(self._value(name, None))

    def _value(self, name: str, kind: str | None) -> int | str:
        if name not in self.values:
            raise LookupError(f"{self.requirement} has no parameter {name!r} in the catalogue")
        value = self.values[name]
        if kind not in (None, kind_of(value)):
            raise LookupError(f"{self.requirement}: parameter {name!r} is a {kind_of(value)}, not a {kind}")
        return value


class _OverrideFile(StrictModel):
    """A site's own file."""

    schema_: Annotated[Literal[1], Field(alias="schema")]
    parameters: Annotated[dict[str, Annotated[dict[str, Value], Field(min_length=1)]], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Overrides:
    """What a site expects instead of what the catalogue has. Evidence keeps it, so that a replay judges by the same."""

    #: The name of the site's file, without its folder.
    file: str
    #: By requirement and name.
    values: Mapping[str, Mapping[str, int | str]]

    @property
    def sha256(self) -> str:
        """Of the values, however the file writes them."""
        return hashlib.sha256(json.dumps(self.values, sort_keys=True).encode()).hexdigest()

    def mistakes(self, known: Mapping[str, Mapping[str, int | str]]) -> Iterator[tuple[tuple[str, ...], str]]:
        """What does not go with the parameters of every requirement of the catalogue, by its ID: where, and what."""
        for requirement, values in self.values.items():
            if requirement not in known:
                yield (requirement,), f"there is no requirement {requirement}{did_you_mean(requirement, known)}"
            elif not known[requirement]:
                yield (requirement,), f"{requirement} has no parameters"
            else:
                for name, what in _mistaken(requirement, values, known[requirement]):
                    yield (requirement, name), what


def _mistaken(
    requirement: str, values: Mapping[str, int | str], known: Mapping[str, int | str]
) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if name not in known:
            what = f"{requirement} has no parameter {name!r}; it has {', '.join(known)}"
            yield name, what + did_you_mean(name, known)
        elif kind_of(value) != (kind := kind_of(known[name])):
            yield name, f"{_EXPECTED[kind]}, found {value!r}"


def site_values(given: Path | Overrides | None, known: Mapping[str, Mapping[str, int | str]]) -> Overrides | None:
    """A site's own values, held to the catalogue.

    Args:
        given: a file of theirs, or those by which evidence was collected.
        known: the parameters of every requirement of the catalogue, by its ID.

    Raises:
        InputError: names file, line and key: an unknown requirement or parameter, a value of another kind.
    """
    if isinstance(given, Path):
        file = YamlFile(given)
        read = Overrides(given.name, file.validate(_OverrideFile).parameters)
        for location, what in read.mistakes(known):
            raise file.error(("parameters", *location), what)
        return read
    for location, what in given.mistakes(known) if given is not None else ():
        place = ".".join(("overrides", "values", *location))
        raise InputError(
            f"{what}; give --parameters FILE with values of this catalogue", place=f"the evidence: {place}"
        )
    return given


def filled(template: str, values: Mapping[str, int | str]) -> str:
    """A text of the catalogue with the values of its parameters; other fields in braces stay."""
    return re.sub(r"\{([a-z_0-9]+)\}", lambda match: str(values.get(match[1], match[0])), template)
