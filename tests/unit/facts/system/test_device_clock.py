"""The device's clock."""

from __future__ import annotations

from datetime import UTC, datetime

from sse_compliance.facts.system.device_clock import DeviceClock, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
EPOCH = 1795262400

CASES: list[Case[DeviceClock]] = [
    Case("right", gave(f"{EPOCH}\n"), DeviceClock(EPOCH, NOON)),
    Case("CR/LF", gave(f"{EPOCH}\r\n"), DeviceClock(EPOCH, NOON)),
    Case("read elsewhere on Earth", gave(f"{EPOCH}\n", read_at="2026-11-21T07:00:00-05:00"), DeviceClock(EPOCH, NOON)),
    Case(
        "a fraction of a second",
        gave(f"{EPOCH}", read_at="2026-11-21T12:00:00.250Z"),
        DeviceClock(EPOCH, NOON.replace(microsecond=250000)),
    ),
    Case("no time of reading", gave(f"{EPOCH}", read_at=""), NoFact("does not tell")),
    Case("no zone", gave(f"{EPOCH}", read_at="2026-11-21T12:00:00"), NoFact("without a zone")),
    Case("not seconds", gave("Sat Nov 21 12:00:00 UTC 2026\n"), NoFact("no seconds")),
    Case("format not known", gave("+%s\n"), NoFact("no seconds")),
    Case("negative", gave("-5\n"), NoFact("no seconds")),
    Case("two lines", gave(f"{EPOCH}\n{EPOCH}\n"), NoFact("no seconds")),
    Case("too long", gave("9" * 12), NoFact("no seconds")),
    Case("other digits", gave("١٧٩٥٣٠٠٠٠٠"), NoFact("no seconds")),
    Case("failed", gave(f"{EPOCH}\n", exit_status=1), NoFact("no seconds")),
    Case("empty", gave(""), NoFact("printed nothing")),
    Case("binary", gave(BINARY), NoFact("no seconds")),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    *missing_tool_cases("date"),
]


@each(CASES)
def test_device_clock(case: Case[DeviceClock]) -> None:
    check(parse, case)


def test_skew() -> None:
    assert parse(gave(f"{EPOCH}")).skew_seconds == 0
    assert parse(gave(f"{EPOCH + 301}")).skew_seconds == 301
    assert parse(gave(f"{EPOCH - 86400}")).skew_seconds == -86400
    assert parse(gave(f"{EPOCH}")).now == NOON
    assert parse(gave("9" * 11)).skew_seconds > 0


def test_a_clock_beyond_the_calendar_still_has_a_time() -> None:
    assert parse(gave("9" * 11)).now.year > 5000
