"""Texts of ``connector.log``, and the entries that they hold."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector.entry import Entry
from sse_compliance.facts.connector.log import ConnectorLog
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import gave

PATH = "/ngfw/var/log/connector/connector.log"
TIMEOUTS = transcript("connector_log_websocket_timeout")
MINUS_5 = timezone(timedelta(hours=-5))
WEBSOCKET = "events:connectWebSocket"


def log(text: str, *, tail: int = 262_144, truncated: bool = False) -> ProbeResult:
    return gave(text, command=f"tail -c {tail} {PATH}", truncated=truncated)


def timeout(minute: int, second: int, micro: int, address: str) -> Entry:
    time = datetime(2020, 4, 13, 14, minute, second, micro, tzinfo=MINUS_5)
    return Entry(time, "error", f"dial tcp {address}:443: getsockopt: connection timed out", WEBSOCKET)


TIMEOUT_ENTRIES = (
    timeout(34, 2, 884720, "18.205.49.246"),
    timeout(38, 18, 244707, "100.25.93.234"),
    timeout(42, 42, 564695, "18.205.49.246"),
    timeout(47, 48, 484762, "100.25.93.234"),
    timeout(52, 38, 404700, "100.25.93.234"),
)
TIMEOUTS_FACT = ConnectorLog(PATH, TIMEOUT_ENTRIES)
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
NOTHING_WRONG = 'time="2026-11-21T12:00:00Z" level=info msg="[ftd][main.go:1 main:run] still here"\n'
HEALED = (
    'time="2020-04-13T14:55:00-05:00" level=info msg="[fp][events.go:99 events:connectWebSocket] websocket connected"\n'
)


def line(message: str, *, minute: int = 30, level: str = "error", origin: str = "[ftd][a.go:1 x:y] ") -> str:
    return f'time="2026-11-21T12:{minute:02}:00Z" level={level} msg="{origin}{message}"\n'


def entry(message: str, *, minute: int = 0, level: str = "info", component: str | None = "x:y") -> Entry:
    return Entry(NOON + timedelta(minutes=minute), level, message, component)


ERROR = line("dial tcp 1.2.3.4:443: i/o timeout", minute=40, origin="[f][e.go:1 events:connectWebSocket] ")
UP_BEFORE = line("websocket connected", minute=20, level="info")
UP_AFTER = line("websocket connected", minute=50, level="info")
ZEROMQ = line("Could not connect to ZeroMQ PUSH endpoint: x", minute=40)
API, EVENTING = "api-sse.cisco.com", "eventing-ingest.sse.itd.cisco.com"
REGISTER = "[f][registration.go:117 registration:refresh] "
CLIENTS = f"Post https://{API}/providers/sse/services/registration/api/v2/clients: dial tcp 52.4.85.66:443: i/o timeout"
STREAM = f"[f][events.go:90 {WEBSOCKET}] "
