"""The connector's context."""

from __future__ import annotations

import json

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector.context import ConnectorContext, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

ANSWER = {
    "clientInfo": {"version": "7.4.2", "name": "ftd-nyc-01", "guid": "5d11", "type": "FTD", "ip": "10.62.148.10"},
    "settings": {"exchange": {"registration": {"refreshInterval": 180}, "fqdn": "api-sse.cisco.com"}},
    "status": "Enrolled",
}
TEXT = json.dumps(ANSWER)


def fact(raw: str) -> ConnectorContext:
    return ConnectorContext("api-sse.cisco.com", ("Enrolled",), "7.4.2", "ftd-nyc-01", raw=raw)


CASES: list[Case[ConnectorContext]] = [
    Case("whole", gave(TEXT), fact(TEXT)),
    Case(
        "indented, with a newline", gave(f"{json.dumps(ANSWER, indent=2)}\n"), fact(f"{json.dumps(ANSWER, indent=2)}\n")
    ),
    Case("within a list, within an object", gave(f'[{{"data": {TEXT}}}]'), fact(f'[{{"data": {TEXT}}}]')),
    Case(
        "no key that is known",
        gave('{"a": [1, null, {"state": 5}]}'),
        ConnectorContext(raw='{"a": [1, null, {"state": 5}]}'),
    ),
    Case(
        "the connector's own version is not the device's",
        gave('{"version": "1.9.22", "name": "connector"}'),
        ConnectorContext(raw='{"version": "1.9.22", "name": "connector"}'),
    ),
    Case(
        "all statuses, outer first",
        gave('{"x": {"status": "b"}, "y": {"status": "a"}, "status": "a"}'),
        ConnectorContext(statuses=("a", "b"), raw='{"x": {"status": "b"}, "y": {"status": "a"}, "status": "a"}'),
    ),
    Case(
        "statuses that are no text",
        gave('[{"status": 5}, {"status": null}, {"status": {"a": 1}}]'),
        ConnectorContext(
            statuses=("5", "null", "(no text)"), raw='[{"status": 5}, {"status": null}, {"status": {"a": 1}}]'
        ),
    ),
    Case(
        "two exchanges",
        gave('[{"exchange": {"fqdn": "a"}}, {"exchange": {"fqdn": "b"}}]'),
        NoFact("several values of exchange.fqdn"),
    ),
    Case(
        "two alike",
        gave('[{"exchange": {"fqdn": "a"}}, {"exchange": {"fqdn": "a"}}]'),
        ConnectorContext("a", raw='[{"exchange": {"fqdn": "a"}}, {"exchange": {"fqdn": "a"}}]'),
    ),
    Case(
        "refused", gave("", "curl: (7) Failed to connect\n", exit_status=7), ConnectorContext(error="failed to connect")
    ),
    Case("timed out", gave("", exit_status=28), ConnectorContext(error="timed out")),
    Case("empty reply", gave("", exit_status=52), ConnectorContext(error="empty reply from the server")),
    Case("other failure", gave("", exit_status=3), ConnectorContext(error="curl ended with exit status 3")),
    Case(
        "not JSON",
        gave("404 page not found\n"),
        ConnectorContext(error="the answer is not JSON: 404 page not found", raw="404 page not found\n"),
    ),
    Case("a number", gave("5"), ConnectorContext(error="the answer is not JSON: 5", raw="5")),
    Case("empty", gave("\n"), NoFact("empty")),
    Case("cut", gave(TEXT[:50], truncated=True), NoFact("cut")),
    Case("broken", gave(TEXT[:50]), NoFact("broken JSON")),
    Case("two objects", gave(TEXT * 2), NoFact("broken JSON")),
    Case("very deep", gave("[" * 100_000), NoFact("broken JSON")),
    Case("number of 5,000 digits", gave(f"[{'9' * 5000}]"), NoFact("broken JSON")),
    Case("binary", gave(BINARY), NoFact("not text")),
    Case("colours", gave("\x1b[31m404\x1b[0m"), NoFact("not text")),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    *missing_tool_cases("curl"),
]


@each(CASES)
def test_context(case: Case[ConnectorContext]) -> None:
    check(parse, case)


@pytest.mark.parametrize(
    ("status", "strange"),
    [
        ("Enrolled", False),
        ("enrolled", False),
        ("ENROLLED ", False),
        ("Unenrolled", True),
        ("not enrolled", True),
        ("Enrolled: false", True),
        ("error", True),
        ("", True),
        (True, True),
        (None, True),
    ],
)
def test_one_word_is_known_for_enrolled(status: object, strange: bool) -> None:
    assert bool(parse(gave(json.dumps({"status": status}))).strange_statuses) is strange


@pytest.mark.parametrize(
    ("version", "release"),
    [
        ("7.4.2", ((7, 4, 2), None)),
        ("7.4.20", ((7, 4, 20), None)),
        ("6.4.0.9", ((6, 4, 0, 9), None)),
        ("7.4.2-172", ((7, 4, 2), 172)),
        ("7.4.2 (build 172)", ((7, 4, 2), 172)),
        ("v7.4.2 (Build 172)", ((7, 4, 2), 172)),
    ],
)
def test_release(version: str, release: tuple[tuple[int, ...], int | None]) -> None:
    assert ConnectorContext(version=version).release == release


@pytest.mark.parametrize("version", [None, "", "7", "7.4.2-beta", "7.4.2 and more", "7..4", "٧.٤"])
def test_a_version_of_another_form(version: str | None) -> None:
    with pytest.raises(Unavailable, match="not understood"):
        assert ConnectorContext(version=version).release
