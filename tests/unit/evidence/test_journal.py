"""Finishing a run that died: what is new since its journal is done, whatever was there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.evidence import journal
from sse_compliance.evidence.evidence_files import write
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.device import Device, Platform

PLAN = {"a": ["lsof"], "b": ["lsof"], "c": ["lsof"]}


def keep(folder: Path, name: str, seconds: float) -> None:
    device = Device(name, Platform.FTD, "us")
    write(Evidence(device, "2026-11-21T12:00:00+00:00", seconds=seconds, error="no answer"), folder)


def test_what_is_new_is_done_and_yesterdays_is_not(tmp_path: Path) -> None:
    keep(tmp_path, "a", 1)
    keep(tmp_path, "b", 1)
    journal.begin(tmp_path, PLAN)
    keep(tmp_path, "b", 2)
    done = journal.done_before(tmp_path, PLAN)
    assert done is not None
    assert {name: evidence.seconds for name, evidence in done.items()} == {"b": 2}
    assert journal.written_since(tmp_path, ["a", "b", "c"]).keys() == {"b"}


def test_where_no_run_died_there_is_nothing_to_finish(tmp_path: Path) -> None:
    keep(tmp_path, "a", 1)
    assert journal.done_before(tmp_path, PLAN) is None
    journal.begin(tmp_path, PLAN)
    journal.end(tmp_path)
    assert journal.done_before(tmp_path, PLAN) is None


@pytest.mark.parametrize("other", [{"a": ["lsof"]}, {**PLAN, "c": ["lsof", "netstat"]}])
def test_another_run_is_not_finished(other: journal.Plan, tmp_path: Path) -> None:
    journal.begin(tmp_path, PLAN)
    with pytest.raises(InputError, match="over other devices or other tests"):
        journal.done_before(tmp_path, other)


def test_files_of_others_stay_and_what_killed_workers_left_goes(tmp_path: Path) -> None:
    (tmp_path / "notes.json").write_text("mine")
    (tmp_path / f"{journal.WORKERS}old").mkdir()
    meeting = tmp_path / f"{journal.WORKERS}new"
    meeting.mkdir()
    journal.begin(tmp_path, PLAN, meeting)
    assert {path.name for path in tmp_path.iterdir()} == {"notes.json", meeting.name, journal.JOURNAL}


def test_a_journal_that_is_broken_is_named(tmp_path: Path) -> None:
    (tmp_path / journal.JOURNAL).write_text('{"schema": 1, "plan"')
    with pytest.raises(InputError, match=r"\.run\.journal:1: expected JSON"):
        journal.done_before(tmp_path, PLAN)
