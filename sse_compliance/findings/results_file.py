"""``compliance.json``: a run's results, written down and read back; those of an earlier schema as well.

Its schema is public: ``docs/compliance.schema.json``.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from sse_compliance.files.json_file import MOMENT_EXPECTED, JsonFile, is_moment
from sse_compliance.files.text import for_json
from sse_compliance.files.writing import write_whole
from sse_compliance.findings import schema_1
from sse_compliance.findings.gate import ExitCode, Gate
from sse_compliance.findings.results import SCHEMA, Results, Summary, Verdict
from sse_compliance.findings.summary import device_states, summarise

#: The most bytes of a results file: findings of some 100,000 devices.
MAX_BYTES = 1024 * 1024 * 1024

SCHEMA_ID = f"compliance-results-{SCHEMA}"


@cache
def _adapter() -> TypeAdapter[Results]:
    return TypeAdapter(Results)


def dump_results(results: Results) -> str:
    """The text of ``compliance.json``: fields in the order of their definition, one list entry a line, so that two
    runs can be compared with ``diff`` and a finding found with ``grep``. Fields that are None
    where that is their default are left out."""
    entries = []
    for name, value in _present(results).items():
        if isinstance(value, tuple) and value:
            body = "[\n" + ",\n".join(_line(entry) for entry in value) + "\n]"
        else:
            body = _line(value)
        entries.append(f"{json.dumps(name)}: {body}")
    return "{\n" + ",\n".join(entries) + "\n}\n"


def _line(value: object) -> str:
    return for_json(_encoder().encode(value))


@cache
def _encoder() -> json.JSONEncoder:
    return json.JSONEncoder(default=_present, ensure_ascii=False, allow_nan=False)


def _present(record: Any) -> dict[str, object]:
    values = ((name, getattr(record, name), may_lack) for name, may_lack in _fields(record.__class__))
    return {name: value for name, value, may_lack in values if value is not None or not may_lack}


@cache
def _fields(kind: Any) -> tuple[tuple[str, bool], ...]:
    """Each field of a record, and whether None is its default."""
    return tuple((field.name, field.default is None) for field in fields(kind))


def write_results(results: Results, path: Path) -> None:
    """Write ``compliance.json``.

    Raises:
        OSError: the file can't be written.
    """
    write_whole(path, dump_results(results))


def read_results(path: Path) -> Results:
    """The results that a run wrote.

    The file is checked to be whole and at one with itself: what a damaged one lacks would pass for met.

    Raises:
        InputError: the file can't be read, is cut short, is of another schema, holds what a results file does not, or
            its parts contradict each other; names file, line, key and what was expected.
    """
    file = JsonFile(path, MAX_BYTES)
    schema = file.data.get("schema") if isinstance(file.data, dict) else None
    if type(schema) is not int or schema not in (schema_1.SCHEMA, SCHEMA):
        found = "no key 'schema'" if schema is None else f"schema {schema!r}"
        known = f"schema {schema_1.SCHEMA} or {SCHEMA}"
        raise file.error(("schema",), f"expected the compliance.json of a run, {known}; found {found}")
    results = file.validate(_adapter(), schema_1.upgraded(file.data) if schema == schema_1.SCHEMA else None)
    for key in ("started_at", "finished_at"):
        if not is_moment(getattr(results.run, key)):
            raise file.error(("run", key), MOMENT_EXPECTED)
    _check_findings(file, results)
    _check_devices(file, results)
    _check_summary(file, results)
    return results


def _check_findings(file: JsonFile, results: Results) -> None:
    if not results.findings and results.summary.verdict is not Verdict.INCOMPLETE:
        raise file.error(("findings",), "expected at least one finding")
    requirements = {requirement.id for requirement in results.requirements}
    devices = set(results.subjects)
    places: dict[tuple[str, str], int] = {}
    for index, finding in enumerate(results.findings):
        if finding.requirement not in requirements:
            raise file.error(
                ("findings", index, "requirement"), f"{finding.requirement} is not among the file's requirements"
            )
        if finding.device not in devices:
            raise file.error(("findings", index, "device"), f"{finding.device} is not among the file's devices")
        first = places.setdefault((finding.device, finding.key), index)
        if first != index:
            line = file.line(("findings", first))
            raise file.error(("findings", index), f"{finding.device} {finding.key} stands twice (first in line {line})")
    for index, cause in enumerate(results.root_causes):
        if unknown := sorted(set(cause.devices) - devices):
            raise file.error(("root_causes", index, "devices"), f"{unknown[0]} is not among the file's devices")


def _check_devices(file: JsonFile, results: Results) -> None:
    states = device_states(results.findings, results.subjects)
    places: dict[str, int] = {}
    for index, other in enumerate(results.others):
        if other.state is not states[other.name] or other.name in {device.name for device in results.devices}:
            raise file.error(("others", index), f"{other.name} is {states[other.name]} by its findings, and no device")
    for index, device in enumerate(results.devices):
        first = places.setdefault(device.name, index)
        if first != index:
            line = file.line(("devices", first))
            raise file.error(("devices", index), f"{device.name} stands twice (first in line {line})")
        if device.state is not states[device.name]:
            raise file.error(
                ("devices", index, "state"),
                f"{device.name} is {device.state}, but by its findings it is {states[device.name]}",
            )


def _check_summary(file: JsonFile, results: Results) -> None:
    """The summary must count what the file holds, and its verdict must not be better than what the findings give."""
    summary = results.summary
    judged = summarise(
        results.findings,
        [device.name for device in results.devices],
        gate=Gate(results.run.gate, results.run.fail_on),
    )
    for key, told, held in (
        ("states", summary.states, judged.states),
        ("severities", summary.severities, judged.severities),
        ("devices", summary.devices, judged.devices),
    ):
        for name in (*told, *held):
            if told.get(name, 0) != held.get(name, 0):
                raise file.error(
                    ("summary", key, name),
                    f"the summary counts {told.get(name, 0)} of {str(name)!r}, the file holds {held.get(name, 0)}",
                )
    if (summary.verdict is Verdict.PASSED) != (summary.exit_code == ExitCode.PASSED):
        raise file.error(("summary", "exit_code"), f"{summary.exit_code} does not fit the verdict {summary.verdict}")
    if is_worse(judged, summary):
        raise file.error(("summary", "verdict"), f"{summary.verdict}, but the file's findings make it {judged.verdict}")


def is_worse(one: Summary, other: Summary) -> bool:
    """Whether a verdict is worse than another."""
    order = (Verdict.PASSED, Verdict.NOT_ASSESSED, Verdict.FAILED, Verdict.INCOMPLETE)
    return order.index(one.verdict) > order.index(other.verdict)


def json_schema() -> dict[str, Any]:
    """The JSON Schema of ``compliance.json``, draft 2020-12."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **_adapter().json_schema(mode="validation"),
    }


def schema_text() -> str:
    """The text of ``docs/compliance.schema.json``."""
    return json.dumps(json_schema(), indent=2) + "\n"
