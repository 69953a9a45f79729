"""``show version`` (clish) and ``/etc/sf/sf-version``: what the device is and which software it runs.

::

    -------------------[ FPR-12345 ]--------------------
    Model                     : Cisco Firepower 1010 Threat Defense (78) Version 7.4.2 (Build 172)
    UUID                      : 5d111111-0000-0000-0000-00000000cafe
    VDB version               : 400

    Cisco Firepower Management Center for VMWare v6.4.0 (build 102) / Cisco Fire Linux OS v6.4.0 (build 2)

The ASA FirePOWER module names the ASA it sits in (``ASA5516 (72) Version 6.2.3 (Build 83)``; from memory, no sample).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, ensure_ran, excerpt, why_unreadable

Product = Literal["ftd", "fmc", "sfr"]

_MODEL = re.compile(r"^Model[ \t]*:[ \t]*([^\n]{1,300})$", re.MULTILINE)
_VERSION = re.compile(r"(.{1,200}?) Version ([0-9]{1,4}(?:\.[0-9]{1,4}){2,5}) \(Build ([0-9]{1,9})\)[ \t]*")
_MODEL_NUMBER = re.compile(r" \([0-9]{1,5}\)$")
_SF_VERSION = re.compile(r"([A-Z].{1,200}?) v([0-9]{1,4}(?:\.[0-9]{1,4}){2,5}) \(build ([0-9]{1,9})\)[ \t]*")


@dataclass(frozen=True, slots=True)
class ShowVersion:
    """The device's model and software."""

    #: As printed, without the model number in parentheses.
    model: str
    #: None where the model's text does not tell.
    product: Product | None
    version: tuple[int, ...]
    build: int | None


def parse(result: ProbeResult) -> ShowVersion:
    """Model and version from ``show version``.

    Raises:
        Unavailable: there is no *Model* line that is understood, or there are two that differ.
    """
    ensure_ran(result, "show version")
    models = {found.group(1) for found in _MODEL.finditer(clean(result.stdout))}
    return _only({_read(read) for model in models if (read := _VERSION.fullmatch(model))}, "show version", result)


def parse_sf_version(result: ProbeResult) -> ShowVersion:
    """Model and version from ``/etc/sf/sf-version``; the version of the Linux below does not count.

    Raises:
        Unavailable: the file can't be read, or names no product, or several.
    """
    if missing := why_unreadable(result):
        raise Unavailable(f"/etc/sf/sf-version: {missing}")
    parts = (part.strip() for line in clean(result.stdout).split("\n") for part in line.split(" / "))
    read = {_read(found) for part in parts if (found := _SF_VERSION.fullmatch(part))}
    return _only({fact for fact in read if fact.product is not None}, "/etc/sf/sf-version", result)


def _only(found: set[ShowVersion], where: str, result: ProbeResult) -> ShowVersion:
    if not found:
        raise Unavailable(f"{where} names no model and version: {excerpt(result.stdout) or 'it is empty'}")
    if len(found) > 1:
        raise Unavailable(f"{where} names several versions")
    return found.pop()


def _read(found: re.Match[str]) -> ShowVersion:
    model = _MODEL_NUMBER.sub("", found.group(1).strip())
    version = tuple(int(part) for part in found.group(2).split("."))
    return ShowVersion(model, _product(model), version, int(found.group(3)))


def _product(model: str) -> Product | None:
    if "Threat Defense" in model:
        return "ftd"
    if "Management Center" in model or "Defense Center" in model:
        return "fmc"
    return "sfr" if model.startswith("ASA") else None
