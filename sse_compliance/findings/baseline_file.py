"""Keeping a baseline: the ``compliance.json`` of an earlier run."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import dump_results


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
