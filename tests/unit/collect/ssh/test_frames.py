"""What is made of a lane that is whole: each record to the letter, also those that stop in the middle."""

from __future__ import annotations

from base64 import b64encode

import pytest

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.script.build import LANE_BYTES, STDERR_BYTES, STDOUT_BYTES
from sse_compliance.collect.ssh.script.frames import FrameReader, command_text
from sse_compliance.evidence.answer import NotObtained, ProbeResult

MARKER = "5f2e8a91c3d7b604"
NOW = "2026-11-21T12:00:00+00:00"
FILES = ProbeSpec("files", "cat {file}", files=("/one", "/it's two"), seconds=7)
PLAIN = ProbeSpec("plain", "id; :", seconds=5)
SPECS = (FILES, PLAIN)


def record(number: int, stdout: str = "out\n", status: int = 0, stderr: str = "", **times: object) -> str:
    file, began, ended = (times.get(name, value) for name, value in (("file", 0), ("began", "1.5"), ("ended", "2.75")))
    return f"{MARKER} {number} {file} {began}\n{stdout}\n{MARKER} {status}\n{stderr}\n{MARKER} {ended}\n"


def lane(text: str, number: int = 0) -> bytes:
    return f"{MARKER} {number} {b64encode(text.encode()).decode()}\n{MARKER} {number} . 1\n".encode()


def fed(text: str) -> list[tuple[str, ProbeResult | NotObtained]]:
    return FrameReader(SPECS, MARKER, lambda: NOW).feed(lane(text))


def one(text: str) -> ProbeResult:
    ((_, answer),) = fed(text)
    assert isinstance(answer, ProbeResult)
    return answer


def test_the_records_of_a_lane() -> None:
    assert fed(record(1, "a\nb\n", 3, "why\n") + record(0, "", 1, "no\n", file=1, began="-", ended="x")) == [
        ("plain", ProbeResult("id; :", 3, "a\nb\n", "why\n", 1.25, read_at=NOW)),
        ("files", ProbeResult("cat '/it'\"'\"'s two'", 1, "", "no\n", 0.0, read_at=NOW)),
    ]


@pytest.mark.parametrize(
    ("status", "ended", "code"),
    [(137, "6.5", 124), (137, "6.49", 137), (143, "6.5", 143), (124, "2", 124)],
)
def test_a_command_that_had_to_be_killed_was_too_slow(status: int, ended: str, code: int) -> None:
    assert one(record(1, status=status, ended=ended)).exit_status == code


def test_a_record_that_stops_in_the_middle_ran_until_its_lane_ended() -> None:
    partly = ProbeResult("id; :", 124, "partly", "", 5.0, read_at=NOW)
    assert fed(record(0) + f"{MARKER} 1 0 1.0\npartly")[1:] == [("plain", partly)]
    # Also where its status is in, and what it said on stderr is not.
    text = f"{MARKER} 1 0 1.0\npartly\n{MARKER} 0\nwh"
    assert one(text).exit_status == 124


def test_a_record_that_is_cut_at_the_bound_is_marked() -> None:
    head = f"{MARKER} 1 0 1.0\n"
    for room, status in ((0, 141), (1, 124)):
        answer = one(head + "x" * (LANE_BYTES - len(head) - room))
        assert (answer.exit_status, answer.truncated) == (status, status == 141)
        assert answer.seconds == (0.0 if status == 141 else 5.0)
        assert (len(answer.stdout), answer.stderr) == (STDOUT_BYTES, "")


@pytest.mark.parametrize(
    ("stdout", "stderr", "truncated"),
    [(STDOUT_BYTES, 0, False), (STDOUT_BYTES + 1, 0, True), (0, STDERR_BYTES, False), (0, STDERR_BYTES + 1, True)],
)
def test_more_than_the_bound_is_cut(stdout: int, stderr: int, truncated: bool) -> None:
    answer = one(record(1, "x" * stdout, 0, "y" * stderr))
    assert answer.truncated is truncated
    assert (len(answer.stdout), len(answer.stderr)) == (min(stdout, STDOUT_BYTES), min(stderr, STDERR_BYTES))


def test_bytes_that_are_no_text_are_replaced() -> None:
    blob = record(1, "a?b", 0, "c?d").encode().replace(b"?", b"\xff")
    frames = f"{MARKER} 0 {b64encode(blob).decode()}\n{MARKER} 0 . 1\n".encode()
    ((_, answer),) = FrameReader(SPECS, MARKER, lambda: NOW).feed(frames)
    assert isinstance(answer, ProbeResult)
    assert (answer.stdout, answer.stderr) == ("a\ufffdb", "c\ufffdd")


def test_a_probe_that_the_script_does_not_have_ends_the_lane() -> None:
    assert fed(record(2) + record(1)) == []
    assert [name for name, _ in fed(record(1) + record(2) + record(0))] == ["plain"]


def test_what_is_missing_carries_the_reason() -> None:
    reader = FrameReader(SPECS, MARKER, lambda: NOW)
    reader.feed(lane(record(1)))
    assert reader.finish("gone")["files"] == NotObtained("gone")
    reader.feed(f"{MARKER} end\n".encode())
    assert reader.ended
    assert reader.finish("gone")["files"] == NotObtained("the script ended without its result")


def test_a_lane_that_is_not_complete_gives_its_whole_records_at_the_end() -> None:
    reader = FrameReader(SPECS, MARKER, lambda: NOW)
    text = b64encode((record(1) + f"{MARKER} 0 0 1.0\npart").encode()).decode()
    assert reader.feed(f"{MARKER} 0 {text}\n".encode()) == []
    answers = reader.finish()
    assert isinstance(answers["plain"], ProbeResult)
    assert answers["files"] == NotObtained("the session ended while it was read")


@pytest.mark.parametrize(
    ("began", "ended", "seconds"),
    [("1.114", "2.225", 1.11), ("3", "2", 0.0), ("0", "86399", 86399.0), ("0", "86400", 0.0)],
)
def test_how_long_it_took(began: str, ended: str, seconds: float) -> None:
    assert one(record(1, began=began, ended=ended)).seconds == seconds


def test_the_time_of_arrival_is_the_clocks() -> None:
    ((_, answer),) = FrameReader(SPECS, MARKER).feed(lane(record(1)))
    assert isinstance(answer, ProbeResult)
    assert len(answer.read_at) == len("2026-11-21T12:00:00.000+00:00")


def test_the_command_as_it_was_run() -> None:
    assert [command_text(FILES, n) for n in (0, 1, 2)] == ["cat /one", "cat '/it'\"'\"'s two'", "cat '/it'\"'\"'s two'"]
    assert command_text(FILES) == "cat /one"
    assert command_text(PLAIN, 1) == "id; :"
