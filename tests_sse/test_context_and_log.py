"""SSE-CTX, SSE-LOG: what the connector says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector_log import Entry
from sse_compliance.host import FirepowerHost
from sse_compliance.requirement import requirement

#: How far back the log is judged, by the device's own clock.
WINDOW = timedelta(hours=1)
SHOWN_ENTRIES = 3


@requirement("SSE-CTX-01")
def test_local_api_answers_with_the_devices_context(host: FirepowerHost) -> None:
    context = host.context
    if context.error is None and context.exchange_fqdn is None and context.status is None:
        raise Unavailable("the context was answered, but in a form that no document shows")
    version = ".".join(str(part) for part in host.version.version) if context.version else None
    stale = version is not None and context.version is not None and not context.version.startswith(version)
    observed = context.error or f"exchange {context.exchange_fqdn}, status {context.status}, version {context.version}"
    host.note(
        expected=f"a context for {host.api_host}" + (f" and version {version}" if version else ""), observed=observed
    )
    assert context.error is None
    assert context.exchange_fqdn is None or context.exchange_fqdn.lower() == host.api_host
    assert not stale


@requirement("SSE-LOG-01")
def test_no_dial_failure_in_the_last_hour(host: FirepowerHost) -> None:
    since = _window_start(host)
    failures = host.connector_log.dial_failures_since(since)
    host.note(expected=f"no dial failure since {_utc(since)}", observed=_shown(failures))
    assert not failures


@requirement("SSE-LOG-02")
def test_no_zeromq_failure(host: FirepowerHost) -> None:
    failures = host.connector_log.zeromq_failures_since_start()
    host.note(expected="no ZeroMQ failure since the connector started", observed=_shown(failures))
    assert not failures


@requirement("SSE-LOG-03")
def test_no_other_error_in_the_last_hour(host: FirepowerHost) -> None:
    since = _window_start(host)
    errors = [
        entry
        for entry in host.connector_log.errors_since(since)
        if not entry.is_dial_failure and not entry.is_zeromq_failure
    ]
    kinds = ", ".join(f"{count} × {kind}" for kind, count in Counter(entry.kind for entry in errors).most_common())
    host.note(
        expected=f"no other error since {_utc(since)}",
        observed=f"{kinds}: {_shown(errors)}" if errors else _shown(errors),
    )
    assert not errors


def _window_start(host: FirepowerHost) -> datetime:
    return host.clock.now - WINDOW


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _shown(entries: Sequence[Entry]) -> str:
    if not entries:
        return "none"
    last = " | ".join(f"{_utc(entry.time)} {entry.message}" for entry in entries[-SHOWN_ENTRIES:])
    return f"{len(entries)}, the last: {last}"
