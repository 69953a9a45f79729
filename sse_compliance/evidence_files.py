"""Evidence on disk: one JSON file per device (``docs/formats.md``), complete or not there at all."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sse_compliance.errors import InputError
from sse_compliance.evidence import SCHEMA, Evidence, NotObtained, ProbeResult
from sse_compliance.inventory.device import Device, without_userinfo

_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)

#: What a device's name may be; anything else is no file name of ours.
_NAME = re.compile(r"(?!\.)[A-Za-z0-9._-]{1,63}")


def write(evidence: Evidence, directory: Path) -> Path:
    """Writes a device's evidence to ``NAME.json``, readable by its owner only, replacing an earlier one.

    Raises:
        InputError: it can't be written (disk full, no permission). An earlier file is then left as it was.
    """
    name = evidence.device.name
    if not _NAME.fullmatch(name):
        raise InputError(f"{name!r} can't be a file's name: expected letters, digits, '.', '_' and '-', at most 63")
    path = directory / f"{name}.json"
    device = replace(evidence.device, proxy=without_userinfo(evidence.device.proxy))
    values = _EVIDENCE.dump_python(replace(evidence, device=device), mode="json")
    text = json.dumps({"schema": evidence.schema, **values}, indent=1, ensure_ascii=False) + "\n"
    try:
        directory.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{name}.", suffix=".tmp", dir=directory)
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                file.write(text)
            Path(temporary).replace(path)
        except BaseException:
            with suppress(OSError):
                Path(temporary).unlink()
            raise
    except OSError as error:
        raise InputError(f"{path}: the evidence can't be written: {error.strerror or error}") from None
    return path


def read_directory(directory: Path) -> dict[str, Evidence]:
    """The evidence of every device in a directory, by device name, in the order of the file names.

    Raises:
        InputError: there is none, or a file is not what :func:`write` writes; the text names file and place.
    """
    if not directory.is_dir():
        raise InputError(f"{directory}: expected a directory with evidence files")
    found: dict[str, Evidence] = {}
    for path in sorted(directory.glob("*.json")):
        evidence = read(path)
        name = evidence.device.name
        if name in found:
            raise InputError(f"{path}: a second file for device {name}; expected one file per device")
        found[name] = evidence
    if not found:
        raise InputError(f"{directory}: it holds no evidence file (*.json)")
    return found


def read(path: Path) -> Evidence:
    """The evidence of one file.

    Raises:
        InputError: the file can't be read, is not JSON, is of another schema, or a key is unknown, missing or of a
            wrong type.
    """
    try:
        text = path.read_text(encoding="utf-8")
        data = json.loads(text, object_pairs_hook=_without_duplicates)
    except OSError as error:
        raise InputError(f"{path}: {error.strerror or error}") from None
    except json.JSONDecodeError as error:
        raise InputError(
            f"{path}, line {error.lineno}, column {error.colno}: {error.msg}; expected a complete JSON document"
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: {error}; expected an evidence file") from None
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        was = repr(data.get("schema")) if isinstance(data, dict) else "none"
        raise InputError(f"{path}: schema is {was}, expected {SCHEMA}")
    _refuse_unknown(path, "", data, Evidence)
    _refuse_unknown(path, "device.", data.get("device"), Device)
    probes = data.get("probes")
    for name, probe in probes.items() if isinstance(probes, dict) else ():
        known = NotObtained if isinstance(probe, dict) and "unavailable" in probe else ProbeResult
        _refuse_unknown(path, f"probes.{name}.", probe, known)
    try:
        return _EVIDENCE.validate_json(text, strict=True)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise InputError(f"{path}, {place or 'top level'}: {first['msg']}") from None


def _without_duplicates(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    data: dict[str, Any] = {}
    for key, value in pairs:
        if key in data:
            raise ValueError(f"the key {key!r} appears twice")
        data[key] = value
    return data


def _refuse_unknown(path: Path, place: str, data: object, kind: type[Any]) -> None:
    known = {field.name for field in fields(kind)}
    unknown = sorted(set(data) - known) if isinstance(data, dict) else []
    if unknown:
        raise InputError(f"{path}, {place}{unknown[0]}: unknown key; expected {', '.join(sorted(known))}")
