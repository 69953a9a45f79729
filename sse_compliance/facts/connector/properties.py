"""``connector.properties``: how the connector is configured.

::

    registration_interval=180
    connector_port=8989
    region_discovery_endpoint=https://api-sse.cisco.com/providers/sse/api/v1/regions
    connector_fqdn=api-sse.cisco.com

TechNote 215547 shows it without ``region_discovery_endpoint``. Other keys are reported, not judged.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import excerpt, path_read, why_unreadable

#: Keys that every documented sample has.
MANDATORY = ("registration_interval", "connector_port", "connector_fqdn")
INTEGERS = ("registration_interval", "connector_port")
KNOWN = (*MANDATORY, "region_discovery_endpoint")

_COMMENTS = ("#", "!")
_INTEGER = re.compile(r"(?:0|[1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class ConnectorProperties:
    """The file as it is. Values are exactly what follows the ``=``, blanks included, without the line's end."""

    path: str
    #: Why the file could not be read (``No such file or directory``); None where it was.
    missing: str | None
    #: The first value of each key.
    values: Mapping[str, str]
    #: Keys that occur more than once.
    duplicates: tuple[str, ...] = ()
    #: Lines that are neither ``key=value`` nor a comment.
    malformed: tuple[str, ...] = ()
    #: Keys that no document names.
    unknown: tuple[str, ...] = ()

    @property
    def problems(self) -> tuple[str, ...]:
        """Why the file is not well formed; empty where it is."""
        if self.missing is not None:
            return (self.missing,)
        absent = [f"{key} is absent" for key in MANDATORY if key not in self.values]
        repeated = [f"{key} occurs more than once" for key in self.duplicates]
        not_pairs = [f"{excerpt(line, 60)!r} is not key=value" for line in self.malformed]
        wrong = [
            f"{key} is {excerpt(self.values[key], 60)!r}, not an integer"
            for key in INTEGERS
            if key in self.values and not _INTEGER.fullmatch(self.values[key].strip(" \t"))
        ]
        return (*absent, *repeated, *not_pairs, *wrong)

    @property
    def connector_port(self) -> int | str:
        """The connector's port; as written where that is no integer. Raises Unavailable where it is absent or
        repeated."""
        return self._integer("connector_port")

    @property
    def registration_interval(self) -> int | str:
        """The registration interval in seconds; as written where that is no integer. Raises Unavailable where it is
        absent or repeated."""
        return self._integer("registration_interval")

    @property
    def connector_fqdn(self) -> str:
        """The host that the connector talks to, as written: a blank at its end is kept. Raises Unavailable where it is
        absent or repeated."""
        return self._value("connector_fqdn")

    @property
    def region_discovery_endpoint(self) -> str | None:
        """The URL that the connector asks for its regions, as written; None where the file names none. Raises
        Unavailable where it is repeated, or the file could not be read."""
        if self.missing is None and "region_discovery_endpoint" not in self.values:
            return None
        return self._value("region_discovery_endpoint")

    def _value(self, key: str) -> str:
        if self.missing is not None:
            raise Unavailable(f"{self.path}: {self.missing}")
        if key in self.duplicates:
            raise Unavailable(f"{self.path}: {key} occurs more than once, so its value can't be told")
        if key not in self.values:
            raise Unavailable(f"{self.path}: {key} is absent")
        return self.values[key]

    def _integer(self, key: str) -> int | str:
        value = self._value(key).strip(" \t")
        return int(value) if _INTEGER.fullmatch(value) else excerpt(value, 60)


def parse(result: ProbeResult) -> ConnectorProperties:
    """The file, or why it could not be read.

    Raises:
        Unavailable: reading failed in a way that says nothing of the file, or stopped before its end.
    """
    path = path_read(result)
    if missing := why_unreadable(result):
        return ConnectorProperties(path, missing, {})
    if result.truncated:
        raise Unavailable(f"{path} was not read to its end")
    values: dict[str, str] = {}
    duplicates: dict[str, None] = {}
    malformed: list[str] = []
    # No cleaning: a control character within a value is part of that value, and makes it wrong.
    for line in (line.rstrip("\r") for line in result.stdout.split("\n")):
        if not line.strip() or line.lstrip().startswith(_COMMENTS):
            continue
        key, equals, value = line.partition("=")
        key = key.strip()
        if not equals or not key:
            malformed.append(line)
        elif key in values:
            duplicates[key] = None
        else:
            values[key] = value
    unknown = tuple(key for key in values if key not in KNOWN)
    return ConnectorProperties(path, None, values, tuple(duplicates), tuple(malformed), unknown)
