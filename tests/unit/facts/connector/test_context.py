"""The connector's context."""

from __future__ import annotations

import json

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector.context import ConnectorContext, Service, parse
from sse_compliance.facts.connector.events import Stream
from tests.unit.facts.samples import text_of
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

ANSWER = {
    "clientInfo": {"version": "7.4.2", "name": "ftd-nyc-01", "guid": "5d11", "type": "FTD", "ip": "10.62.148.10"},
    "settings": {"exchange": {"registration": {"refreshInterval": 180}, "fqdn": "api-sse.cisco.com"}},
    "status": "Enrolled",
}
TEXT = json.dumps(ANSWER)


def fact(raw: str) -> ConnectorContext:
    return ConnectorContext("api-sse.cisco.com", ("Enrolled",), version="7.4.2", device_name="ftd-nyc-01", raw=raw)


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
    assert bool(parse(gave(json.dumps({"status": status}))).strange_registrations) is strange


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


GENUINE = text_of("contexts_default_ftd_7421.json")
WITH_STATUS = r"curl -sS -m 5 -w '\n%{http_code}\n' http://localhost:8989/v1/contexts/default"


def test_the_genuine_form() -> None:
    found = parse(gave(GENUINE))
    assert (found.exchange_fqdn, found.version, found.device_name) == ("staging-sse.cisco.com", "7.4.2.1", "FTD-NLN-1")
    assert found.registrations == ("Enrolled",)
    assert found.strange_registrations == ()
    (events,) = found.events
    assert events.status == "Failed"
    assert "zmq4: could not dial" in events.description
    assert found.streams == (
        Stream("ZmqStat", "2025-06-04T23:38:56.410473182Z", "", 0, 0),
        Stream("WsStat", "", "", 0, 0),
    )
    assert [stream.used for stream in found.streams] == [True, False]


@pytest.mark.parametrize("wrapped", [True, False])
def test_the_parts_tell_what_the_joined_form_does(wrapped: bool) -> None:
    whole = json.loads(GENUINE)
    status, statistics = whole.pop("status"), whole.pop("statistics")
    alone = parse(gave(json.dumps(whole)))
    assert (alone.registrations, alone.events, alone.streams) == ((), (), None)
    part = parse(gave(json.dumps({"status": status} if wrapped else status)))
    joined = parse(gave(GENUINE))
    assert (part.registrations, part.services) == (joined.registrations, joined.services)
    counted = parse(gave(json.dumps({"statistics": statistics} if wrapped else statistics)))
    assert counted.streams == joined.streams


@pytest.mark.parametrize(
    ("body", "status", "error"),
    [
        (TEXT, 200, None),
        (TEXT, 500, "HTTP status 500"),
        ("404 page not found", 404, "HTTP status 404: 404 page not found"),
        ('{"error":{"message":"Default context is not present"}}', 200, "Default context is not present"),
        ('{"error":{"message":"SSE connector is not running"}}', 404, "HTTP status 404"),
    ],
)
def test_the_http_status_is_kept(body: str, status: int, error: str | None) -> None:
    found = parse(gave(f"{body}\n{status}\n", command=WITH_STATUS))
    assert error in (found.error or "") if error else found == parse(gave(f"{body}\n{status}\n", command=WITH_STATUS))
    assert (found.error is None) is (error is None)


@pytest.mark.parametrize(
    ("body", "status"),
    [("Client sent an HTTP request to an HTTPS server.", 400), ("Unauthorized", 401), ('{"message": "no"}', 403)],
)
def test_an_api_that_wants_to_be_asked_otherwise_says_nothing_of_the_connector(body: str, status: int) -> None:
    with pytest.raises(Unavailable, match="does not take the call"):
        parse(gave(f"{body}\n{status}\n", command=WITH_STATUS))


def test_a_number_at_the_end_is_no_status_where_curl_was_not_to_print_one() -> None:
    assert parse(gave("oh\n404\n")).error == "the answer is not JSON: oh 404"


@pytest.mark.parametrize(
    ("success", "failure", "failed"),
    [
        ("2026-11-21T12:00:00.123456789Z", "", False),
        ("2026-11-21T12:00:00Z", "2026-11-21T11:59:59Z", False),
        ("2026-11-21T12:00:00Z", "2026-11-21T12:00:01Z", True),
        ("2026-11-21T12:00:00Z", "2026-11-21T12:00:00+00:30", False),
        ("", "2026-11-21T12:00:01Z", True),
    ],
)
def test_whether_the_last_connection_failed(success: str, failure: str, failed: bool) -> None:
    assert Stream("ZmqStat", success, failure, 1, 1).failed_last is failed


@pytest.mark.parametrize("time", [None, "yesterday", "2026-11-21T12:00:00"])
def test_a_time_that_is_none(time: str | None) -> None:
    with pytest.raises(Unavailable):
        assert Stream("ZmqStat", "2026-11-21T12:00:00Z", time, 1, 1).failed_last


def test_services_need_a_type_and_a_status_in_words() -> None:
    services = [{"type": "Events", "status": 5}, {"type": 1, "status": "Failed"}, {"type": "Events", "status": "x"}]
    body = json.dumps({"client": services})
    assert parse(gave(body)).services == (Service("Events", "x"),)
