"""``compliance.json``: a run's results, written down and read back.

Its schema is public: ``docs/compliance.schema.json``.
"""

from __future__ import annotations

import json
from dataclasses import fields
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from sse_compliance.errors import InputError
from sse_compliance.findings.results import SCHEMA, Results

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
    return json.dumps(value, default=_present, ensure_ascii=False, allow_nan=False)


def _present(record: Any) -> dict[str, object]:
    entries = ((field, getattr(record, field.name)) for field in fields(record))
    return {field.name: value for field, value in entries if value is not None or field.default is not None}


def write_results(results: Results, path: Path) -> None:
    """Write ``compliance.json``.

    Raises:
        OSError: the file can't be written.
    """
    path.write_bytes(dump_results(results).encode("utf-8", "replace"))


def read_results(path: Path) -> Results:
    """The results that a run wrote.

    Raises:
        InputError: the file can't be read, is cut short, is of another schema, or holds what a results file does not.
    """
    try:
        text = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: can't be read: {error.strerror}") from error
    _check_schema(path, text)
    try:
        return _adapter().validate_json(text)
    except ValidationError as error:
        raise InputError(f"{path}: not a results file of this version: {_first_problem(error)}") from error


def _check_schema(path: Path, text: bytes) -> None:
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        cut = " (is the file cut short?)" if _ends_early(error) else ""
        raise InputError(f"{path}:{error.lineno}: expected JSON: {error.msg} in column {error.colno}{cut}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: expected UTF-8 text: {error.reason} at byte {error.start}") from error
    schema = data.get("schema") if isinstance(data, dict) else None
    if schema != SCHEMA:
        found = f"schema {schema!r}" if schema is not None else "no key 'schema'"
        raise InputError(f"{path}: expected the results of a run (compliance.json, schema {SCHEMA}), found {found}")


def _ends_early(error: json.JSONDecodeError) -> bool:
    return error.msg.startswith("Unterminated") or error.pos >= len(error.doc.rstrip()) - 1


def _first_problem(error: ValidationError) -> str:
    problems = error.errors(include_url=False, include_input=False)
    first = problems[0]
    where = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    what = "unknown key" if first["type"] == "unexpected_keyword_argument" else first["msg"]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    return f"{where or 'the file'}: {what}{more}"


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
