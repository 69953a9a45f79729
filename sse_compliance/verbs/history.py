"""The verb ``history``: one page of many runs, from the results that they wrote."""

from __future__ import annotations

import argparse
import gc
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sse_compliance.errors import InputError
from sse_compliance.files import clock
from sse_compliance.files.writing import make_folder, write_whole
from sse_compliance.findings.results_file import read_results
from sse_compliance.report.formats import FORMATS
from sse_compliance.report.history.page import render_history
from sse_compliance.report.history.record import Keys, RunRecord, record_of
from sse_compliance.report.history.story import tell

#: JSON beside a run's results that is none itself.
_OTHERS = {form.file_name for name, form in FORMATS.items() if name != "json"}
_EVIDENCE = "evidence"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the verb's arguments."""
    parser.add_argument(
        "runs", type=Path, nargs="+", metavar="RUN", help="compliance.json of a run, or a folder of some"
    )
    parser.add_argument(
        "--output", type=Path, default=Path("history.html"), help="the page (default: %(default)s in this folder)"
    )


def run(args: argparse.Namespace) -> int:
    """Makes the page.

    Returns:
        0; what an input error gives where a file could not be used, and the page is made of the others.

    Raises:
        InputError: no file can be used, or the page can't be written.
    """
    with _without_collector():
        return _run(args)


@contextmanager
def _without_collector() -> Iterator[None]:
    """Results hold no circles, and looking for some takes a sixth of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _run(args: argparse.Namespace) -> int:
    keys = Keys()
    records: dict[tuple[object, ...], RunRecord] = {}
    unreadable: list[str] = []
    for path in _results_files(args.runs):
        try:
            record = record_of(read_results(path), str(path), keys)
        except InputError as error:
            sys.stderr.write(f"ERROR: {error}\n")
            unreadable.append(str(error))
            continue
        same = records.setdefault((record.at, *sorted(record.devices)), record)
        if same is not record:
            sys.stderr.write(f"{path}: left out, it is the same run as {same.name}\n")
    if not records:
        raise InputError("expected the compliance.json of a run at least", place=", ".join(map(str, args.runs)))
    now = clock.now()
    text = render_history(tell(records.values(), keys, now), unreadable, now)
    try:
        make_folder(args.output.absolute().parent)
        write_whole(args.output, text)
    except OSError as error:
        raise InputError(f"can't be written: {error.strerror}", place=args.output) from error
    print(args.output)
    return InputError.exit_code if unreadable else 0


def _results_files(given: Iterable[Path]) -> Iterator[Path]:
    """The files that are named, and those in the folders that are named; each once."""
    seen: set[Path] = set()
    for path in given:
        for file in sorted(_in_folder(path)) if path.is_dir() else [path]:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file


def _in_folder(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*.json"):
        if path.name not in _OTHERS and _EVIDENCE not in path.relative_to(folder).parts[:-1]:
            yield path
