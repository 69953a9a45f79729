"""Evidence on disk: one JSON file per device (``docs/formats.md``), complete or not there at all."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Collection
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sse_compliance.catalogue.parameters import Overrides, is_value
from sse_compliance.catalogue.probes import FROM_ELSEWHERE
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import SCHEMA, Evidence
from sse_compliance.evidence.redaction import masked, redacted, redacted_text
from sse_compliance.files.json_file import MOMENT_EXPECTED, JsonFile, Location, is_moment
from sse_compliance.files.text import for_json
from sse_compliance.files.writing import make_folder, write_whole
from sse_compliance.inventory.addresses import HOST_PATTERN
from sse_compliance.inventory.device import RUNNER, Device, without_userinfo
from sse_compliance.inventory.file_form import A_HOST, A_NAME, NAME_PATTERN, is_proxy
from sse_compliance.inventory.load import RESERVED

_EVIDENCE: TypeAdapter[Evidence] = TypeAdapter(Evidence)


def write(evidence: Evidence, directory: Path) -> Path:
    """Writes a device's evidence to ``NAME.json``, readable by its owner only, replacing an earlier one.

    Secrets in what the device said are masked, whatever has been done about them before.

    Raises:
        InputError: it can't be written (disk full, no permission). An earlier file is then left as it was.
    """
    name = evidence.device.name
    if not re.fullmatch(NAME_PATTERN, name):
        raise InputError(f"{name!r} can't be a file's name: expected {A_NAME}")
    path = directory / f"{name}.json"
    values = _EVIDENCE.dump_python(_without_secrets(evidence), mode="json")
    text = for_json(json.dumps({"schema": evidence.schema, **values}, indent=1, ensure_ascii=False)) + "\n"
    try:
        make_folder(directory)
        write_whole(path, text)
    except OSError as error:
        raise InputError(f"the evidence can't be written: {error.strerror or error}", place=path) from None
    return path


def _without_secrets(evidence: Evidence) -> Evidence:
    return replace(
        evidence,
        device=replace(evidence.device, proxy=without_userinfo(evidence.device.proxy)),
        # The name of a probe of a test's own holds the command.
        probes={redacted_text(name): redacted(result) for name, result in evidence.probes.items()},
        error=None if evidence.error is None else redacted_text(evidence.error),
    )


def masked_evidence(evidence: Evidence, mask: Callable[[str], str]) -> Evidence:
    """Evidence with what was said masked; the names of probes stay, by which they are judged."""
    probes = {name: masked(result, mask) for name, result in evidence.probes.items()}
    return replace(evidence, probes=probes, error=None if evidence.error is None else mask(evidence.error))


def read_directory(directory: Path) -> dict[str, Evidence]:
    """The evidence of every device in a directory, by device name, in the order of the file names.

    Raises:
        InputError: there is none, or a file is not what :func:`write` writes; the text names file and place.
    """
    if not directory.is_dir():
        raise InputError("expected a directory with evidence files", place=directory)
    found: dict[str, Evidence] = {}
    for path in sorted(directory.glob("*.json")):
        evidence = read(path, inside=directory)
        name = evidence.device.name
        if name in found:
            raise InputError(f"a second file for device {name}; expected one file per device", place=path)
        found[name] = evidence
    if not found:
        raise InputError("it holds no evidence file (*.json)", place=directory)
    return found


def remove_others(directory: Path, names: Collection[str]) -> None:
    """Removes the evidence of devices that are not named, so that nobody takes it for a part of the run beside it.

    Only what reads as evidence of the device that the file is called by is removed; other files stay.

    Raises:
        InputError: a file can't be removed.
    """
    for path in sorted(directory.glob("*.json")):
        if path.stem in names or path.is_symlink():
            continue
        try:
            left = read(path, inside=directory).device.name
        except InputError:
            continue
        if left == path.stem:
            try:
                path.unlink()
            except OSError as error:
                raise InputError(f"evidence of an earlier run can't be removed: {error.strerror}", place=path) from None


def read(path: Path, inside: Path | None = None) -> Evidence:
    """The evidence of one file.

    Args:
        path: the file.
        inside: the folder that it must be in, symbolic links followed; None where it may be anywhere.

    Raises:
        InputError: the file can't be read, is no regular file or too large, leads out of its folder, is not JSON, is of
            another schema, a key is unknown, missing or of a wrong type, or a value is none that an inventory and a
            collection could have given. Names file, line and key.
    """
    file = JsonFile(path, inside=inside)
    data = file.data
    if not isinstance(data, dict) or data.get("schema") != SCHEMA:
        was = repr(data.get("schema")) if isinstance(data, dict) else "none"
        raise file.error(("schema",), f"schema is {was}, expected {SCHEMA}")
    _refuse_unknown(file, (), data, Evidence)
    _refuse_unknown(file, ("device",), data.get("device"), Device)
    _refuse_unknown(file, ("overrides",), data.get("overrides"), Overrides)
    probes = data.get("probes")
    for name, probe in probes.items() if isinstance(probes, dict) else ():
        known = NotObtained if isinstance(probe, dict) and "unavailable" in probe else ProbeResult
        _refuse_unknown(file, ("probes", name), probe, known)
    evidence = file.validate(_EVIDENCE)
    _check_device(file, evidence.device)
    _check_collection(file, evidence)
    if evidence.overrides is not None:
        _check_overrides(file, evidence.overrides)
    return evidence


def _refuse_unknown(file: JsonFile, place: Location, data: object, kind: type[Any]) -> None:
    known = {field.name for field in fields(kind)}
    unknown = sorted(set(data) - known) if isinstance(data, dict) else []
    if unknown:
        raise file.error((*place, unknown[0]), f"unknown key; expected {', '.join(sorted(known))}")


def _check_device(file: JsonFile, device: Device) -> None:
    """Holds a device to what an inventory may say of one."""
    for key, value, pattern, words in (
        ("name", device.name, NAME_PATTERN, A_NAME),
        ("region", device.region, NAME_PATTERN, A_NAME),
        ("profile", device.profile, NAME_PATTERN, A_NAME),
        ("address", device.address or "none", HOST_PATTERN, A_HOST),
        ("fmc", "none" if device.fmc is None else device.fmc, NAME_PATTERN, A_NAME),
    ):
        if not re.fullmatch(pattern, value):
            raise file.error(("device", key), f"found {value[:80]!r}, expected {words}")
    if device.name == RUNNER:
        raise file.error(("device", "name"), f"{RESERVED}; expected another")
    if device.proxy is not None and not is_proxy(device.proxy):
        raise file.error(("device", "proxy"), "expected http://HOST:PORT, without user or password")
    if not 1 <= device.port <= 65535:
        raise file.error(("device", "port"), f"found {device.port}, expected 1 to 65535")
    for index, tag in enumerate(device.tags):
        if not re.fullmatch(NAME_PATTERN, tag):
            raise file.error(("device", "tags", index), f"found {tag[:80]!r}, expected {A_NAME}")


def _check_overrides(file: JsonFile, overrides: Overrides) -> None:
    """Holds a site's own values to what its file may hold; whether the catalogue knows them is seen when it is read."""
    if not 1 <= len(overrides.file) <= 255 or not overrides.file.isprintable():
        raise file.error(("overrides", "file"), "expected a file's name")
    for requirement, values in overrides.values.items():
        for name, value in values.items():
            if not is_value(value):
                raise file.error(("overrides", "values", requirement, name), "expected a number, a time or a text")


def _check_collection(file: JsonFile, evidence: Evidence) -> None:
    """Times are what certificates and logs are judged by; a device that gave an error gave no answers."""
    if (evidence.probes or evidence.collected_at) and not is_moment(evidence.collected_at):
        raise file.error(("collected_at",), MOMENT_EXPECTED)
    for name, probe in evidence.probes.items():
        if not isinstance(probe, ProbeResult):
            continue
        if probe.read_at and not is_moment(probe.read_at):
            raise file.error(("probes", name, "read_at"), MOMENT_EXPECTED)
        if evidence.error is not None and name.partition(":")[0] not in FROM_ELSEWHERE:
            raise file.error(
                ("error",),
                f"the device as a whole could not be collected, but probe {name[:80]!r} was had; expected null",
            )
