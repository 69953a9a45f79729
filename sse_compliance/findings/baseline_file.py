"""Keeping a baseline: the ``compliance.json`` of an earlier run."""

from __future__ import annotations

from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import write_results


def save_baseline(results: Results, path: Path) -> None:
    """Writes a baseline, complete or not at all; what was there before stays until the new one is whole.

    Raises:
        InputError: it can't be written.
    """
    try:
        write_results(results, path)
    except OSError as error:
        raise InputError(f"the baseline can't be written: {error.strerror or error}", place=path) from None
