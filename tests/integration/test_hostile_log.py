"""Hostile entries of the connector's log: a failure is not healed by what only looks like it."""

from __future__ import annotations

import pytest

from tests.integration.hostile_evidence import Change, expected, host

# The modules, not the functions: pytest would collect those here too.
from tests_sse import (
    test_context_and_log,
)

TIMEOUT = "dial tcp 18.205.49.246:443: getsockopt: connection timed out"
ZEROMQ = "Could not connect to ZeroMQ PUSH endpoint: no such file or directory"
DIALS = "events.go:90 events:connectWebSocket"


def entries(*said: tuple[str, str, str]) -> Change:
    """Entries after those of the device's log, a second apart."""

    def change(text: str) -> str:
        last = text.rstrip("\n").split("\n")[-1]
        minute = last.partition('time="')[2][:17]
        added = (
            f'time="{minute}{30 + second}.000000+00:00" level={level} msg="[firepower][{where}] {message}"\n'
            for second, (level, where, message) in enumerate(said)
        )
        return text + "".join(added)

    return change


@pytest.mark.parametrize(
    "after",
    [
        "websocket was connected for 0s, retry in 30s",
        "websocket disconnected",
        "websocket connection established and lost",
        "connection dropped",
        "connection reset, retry",
    ],
)
@pytest.mark.parametrize("level", ["warning", "error"])
def test_a_dial_failure_that_nothing_healed(level: str, after: str) -> None:
    judged = host(connector_log=entries((level, DIALS, TIMEOUT), ("info", DIALS, after)))
    with pytest.raises(AssertionError):
        test_context_and_log.test_no_dial_failure_in_the_last_hour(judged, expected("SSE-LOG-01"))


def test_a_dial_failure_that_was_healed() -> None:
    healed = entries(("warning", DIALS, TIMEOUT), ("info", DIALS, "websocket connected to eventing-ingest.example"))
    test_context_and_log.test_no_dial_failure_in_the_last_hour(host(connector_log=healed), expected("SSE-LOG-01"))


@pytest.mark.parametrize("level", ["warning", "error"])
@pytest.mark.parametrize("after", ["connector events module not yet started, waiting", "ZeroMQ connection reset"])
def test_a_zeromq_failure_that_no_start_came_after(level: str, after: str) -> None:
    service = "service.go:70 events:(*Service).Start"
    judged = host(connector_log=entries((level, service, ZEROMQ), ("info", service, after)))
    with pytest.raises(AssertionError):
        test_context_and_log.test_no_zeromq_failure(judged)
