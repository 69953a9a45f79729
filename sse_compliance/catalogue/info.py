"""A requirement and a data file, as results and reports tell them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.files.record import CLOSED


@dataclass(frozen=True, slots=True)
class ParameterInfo:
    """A value that a requirement expects."""

    __pydantic_config__ = CLOSED

    name: str
    value: str
    #: The catalogue's value, where a site expects another one.
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A command to copy."""

    __pydantic_config__ = CLOSED

    #: Where it is typed: ``cli`` of the device, or a shell as ``root``.
    where: Literal["cli", "root"]
    text: str


@dataclass(frozen=True, slots=True)
class RequirementInfo:
    """A requirement as reports show it."""

    __pydantic_config__ = CLOSED

    id: str
    title: str
    statement: str
    level: Level
    severity: Severity
    area: str
    per_host: bool
    applies_to: str
    source: str
    rationale: str
    remediation: str
    depends_on: tuple[str, ...] = ()
    #: What it was judged by.
    parameters: tuple[ParameterInfo, ...] = ()
    #: What is wrong where it is unmet, in a sentence; empty in results of before there were any.
    cause: str = ""
    #: The station of the link that it is about; empty for that of its area.
    station: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A data file that the run judged by."""

    __pydantic_config__ = CLOSED

    name: str
    version: str
    sha256: str
