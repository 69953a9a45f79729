"""Reading and keeping a baseline: the ``compliance.json`` of an earlier run."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from sse_compliance.errors import InputError
from sse_compliance.findings.results import SCHEMA, Results
from sse_compliance.json_file import JsonFile
from sse_compliance.report.results_file import dump_results

_RESULTS = TypeAdapter(Results)


def read_baseline(path: Path) -> Results:
    """The results that a baseline file holds.

    Raises:
        InputError: names file, line, key and what was expected. The file is checked to be whole and at one with itself,
            because what a damaged baseline lacks would be told as new or, worse, as known.
    """
    file = JsonFile(path)
    schema = file.data.get("schema") if isinstance(file.data, dict) else None
    if schema != SCHEMA:
        found = "no key 'schema'" if schema is None else f"schema {schema!r}"
        raise file.error(("schema",), f"expected the compliance.json of a run, schema {SCHEMA}; found {found}")
    results = file.validate(_RESULTS)
    _check_moment(file, results)
    _check_findings(file, results)
    return results


def _check_moment(file: JsonFile, results: Results) -> None:
    try:
        has_zone = datetime.fromisoformat(results.run.started_at).tzinfo is not None
    except ValueError:
        has_zone = False
    if not has_zone:
        raise file.error(
            ("run", "started_at"), "expected a date with time and zone, for example 2027-01-31T18:00:00+01:00"
        )


def _check_findings(file: JsonFile, results: Results) -> None:
    if not results.findings:
        raise file.error(("findings",), "expected at least one finding")
    requirements = {requirement.id for requirement in results.requirements}
    devices = {device.name for device in results.devices}
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
    counted = sum(results.summary.states.values())
    if counted != len(results.findings):
        raise file.error(
            ("findings",), f"expected the {counted} findings that the summary counts, found {len(results.findings)}"
        )


def save_baseline(results: Results, path: Path) -> None:
    """Writes a baseline, complete or not at all; what was there before stays until the new one is whole.

    Raises:
        InputError: it can't be written.
    """
    temporary = path.with_name(f".{path.name}.tmp")
    try:
        temporary.write_bytes(dump_results(results).encode("utf-8", "replace"))
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise InputError(f"{path}: the baseline can't be written: {error.strerror or error}") from None
