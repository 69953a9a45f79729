"""A requirement and a data file, as results and reports tell them."""

from __future__ import annotations

from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Source:
    """A data file that the run judged by."""

    __pydantic_config__ = CLOSED

    name: str
    version: str
    sha256: str
