"""What comes from a worker is from elsewhere: it is looked at before it is used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sse_compliance.cluster import run, watch
from sse_compliance.cluster.watch import Ended
from sse_compliance.findings.results_file import dump_results
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.plugin.jobs.processes import Job
from tests.unit.findings.made import finding, results

OWN = Device("ftd-1", Platform.FTD, "us")


class Future:
    """A future that ended."""

    def __init__(self, status: str, value: object) -> None:
        self.status, self._value = status, value

    def result(self, timeout: float) -> object:
        if isinstance(self._value, Exception):
            raise self._value
        return self._value

    def exception(self) -> object:
        return self._value


def ended(status: str, value: object) -> Ended:
    future: Any = Future(status, value)
    return watch._brought(future)


@pytest.mark.parametrize(
    "answer",
    [None, b"", (0,), ("0", {}), (0, []), (0, {1: b""}), (0, {"compliance.json": "text"}), (0, {}, {})],
)
def test_what_is_no_answer_brings_nothing(answer: object) -> None:
    assert ended("finished", answer) == Ended(None, "what it brought is no answer, or is too large")


def test_what_is_too_large_brings_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watch, "MOST_BYTES", 10)
    assert ended("finished", (0, {"output.txt": b"x" * 10})).answer is not None
    assert ended("finished", (0, {"output.txt": b"x" * 10, "compliance.json": b"y"})).answer is None


@pytest.mark.parametrize(
    ("status", "value", "why"),
    [
        ("error", RuntimeError("all died\n\x1b[31m"), "no worker did it: RuntimeError: all died"),
        ("cancelled", None, "no worker did it: the scheduler gave it up"),
        ("lost", None, "no worker did it: the scheduler gave it up"),
        ("finished", OSError("gone"), "what it brought can't be had: OSError: gone"),
    ],
)
def test_why_nothing_was_brought_is_told_in_one_line(status: str, value: object, why: str) -> None:
    told = ended(status, value)
    assert told.answer is None
    assert told.why.startswith(why)
    assert "\n" not in told.why
    assert "\x1b" not in told.why


def found(tmp_path: Path, status: int, files: dict[str, bytes]) -> tuple[object, str | None]:
    return run._found(Job("shard 1/1", (OWN,), tmp_path, ()), Ended((status, files)))


def test_only_what_a_shard_may_bring_is_kept(tmp_path: Path) -> None:
    files = ("evidence/ftd-1.json", "evidence/other.json", "../escape.json", "/tmp/x", "evidence/../ftd-1.json", "x")
    kept, why = found(tmp_path, 3, dict.fromkeys(files, b"{}") | {"output.txt": b"no suite\n"})
    assert kept is None
    assert why == "it ended with 3 and left no results: no suite"
    assert {str(p.relative_to(tmp_path)) for p in tmp_path.rglob("*") if p.is_file()} == {
        "output.txt",
        "evidence/ftd-1.json",
    }


def test_results_that_are_not_whole_are_none(tmp_path: Path) -> None:
    kept, why = found(tmp_path, 0, {"compliance.json": b'{"schema": 2'})
    assert kept is None
    assert "compliance.json" in (why or "")


def test_results_of_other_devices_are_none(tmp_path: Path) -> None:
    strange = results([finding(device="ftd-1"), finding(device="ftd-2")])
    kept, why = found(tmp_path, 0, {"compliance.json": dump_results(strange).encode()})
    assert kept is None
    assert why == "shard 1/1 tells of devices that it was not to judge: ftd-2"


def test_a_shard_in_which_nothing_was_selected_is_no_loss(tmp_path: Path) -> None:
    assert found(tmp_path, 5, {}) == (None, None)
