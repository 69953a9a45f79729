"""The journal of a run that collects: what it found and what it set out to read, so that another can finish it.

It stands beside the evidence from before the first device is asked until the run's reports are in place. A device is
done when its evidence file is there and is not the one that the run has found: no clock decides, and no order of
writing, so that a kill at any moment loses nothing and has no device asked twice.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter

from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import read
from sse_compliance.evidence.record import Evidence
from sse_compliance.files.json_file import MAX_BYTES, JsonFile
from sse_compliance.files.reading import read_bounded
from sse_compliance.files.writing import make_folder, remove_left_behind, write_whole

#: The name of the journal in the folder of evidence; no device's evidence is called so.
JOURNAL = ".run.journal"
#: How the folders begin in which xdist's workers of a run meet.
WORKERS = ".workers-"
SCHEMA = 1

#: What is read of each device, and where, in words that change when it does.
Plan = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Journal:
    """What a run set down before it asked the first device."""

    #: The digest of what it was to read.
    plan: str
    #: The digest of each evidence file that it found in the folder, by the file's name.
    found: dict[str, str]
    schema: int = SCHEMA


@cache
def _form() -> TypeAdapter[Journal]:
    return TypeAdapter(Journal)


def begin(folder: Path, plan: Plan, meeting: Path | None = None) -> None:
    """Sets down what is in the folder and what is to be read, before a device is asked.

    Args:
        folder: of the evidence.
        plan: what is to be read.
        meeting: where this run's workers meet; what others have left of theirs is removed.

    Raises:
        InputError: nothing can be written there.
    """
    try:
        make_folder(folder)
        remove_left_behind(folder)
        for left in folder.glob(f"{WORKERS}*"):
            if left != meeting and not left.is_symlink():
                shutil.rmtree(left)
        found = {f"{name}.json": digest for name in plan if (digest := _digest(folder / f"{name}.json")) is not None}
        write_whole(folder / JOURNAL, json.dumps(_form().dump_python(Journal(_plan_digest(plan), found))) + "\n")
    except OSError as error:
        raise InputError(f"the evidence can't be written: {error.strerror or error}", place=folder) from None


def written_since(folder: Path, names: Iterable[str]) -> dict[str, Evidence]:
    """The evidence that was written since the journal was begun, by device.

    Raises:
        InputError: the journal or a file can't be read.
    """
    journal = JsonFile(folder / JOURNAL, inside=folder).validate(_form())
    return {name: read(path, inside=folder) for name, path in _new(folder, names, journal)}


def done_before(folder: Path, plan: Plan) -> dict[str, Evidence] | None:
    """The evidence of the devices that a run which died was done with; None where no run died here.

    Raises:
        InputError: the run that died set out to read something else, or its journal can't be read.
    """
    path = folder / JOURNAL
    if not path.exists():
        return None
    journal = JsonFile(path, inside=folder).validate(_form())
    if journal.plan != _plan_digest(plan):
        raise InputError(
            f"the run that died in {folder} was over other devices or other tests; give the options that it "
            "had, or leave out --resume to begin anew",
            place="--resume",
        )
    return {name: read(path, inside=folder) for name, path in _new(folder, plan, journal)}


def _new(folder: Path, names: Iterable[str], journal: Journal) -> Iterator[tuple[str, Path]]:
    for name in names:
        path = folder / f"{name}.json"
        digest = _digest(path)
        if digest is not None and digest != journal.found.get(path.name):
            yield name, path


def end(folder: Path) -> None:
    """The run came to its end: there is nothing to be finished.

    Raises:
        InputError: the folder can't be changed.
    """
    try:
        (folder / JOURNAL).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"can't be removed: {error.strerror}", place=folder / JOURNAL) from None


def _digest(path: Path) -> str | None:
    """The digest of a file; None where there is none, or it is nothing that a run would write."""
    try:
        return hashlib.sha256(read_bounded(path, MAX_BYTES)).hexdigest()
    except InputError:
        return None


def _plan_digest(plan: Plan) -> str:
    return hashlib.sha256(json.dumps({name: list(plan[name]) for name in sorted(plan)}).encode()).hexdigest()
