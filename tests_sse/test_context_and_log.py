"""SSE-CTX, SSE-LOG: what the connector says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector.context import ConnectorContext
from sse_compliance.facts.connector.entry import Entry
from sse_compliance.facts.system.show_version import ShowVersion
from sse_compliance.facts.text import excerpt
from sse_compliance.inventory.device import Platform
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement

SHOWN_ENTRIES = 3
#: How much of an answer that is not understood is shown.
SHOWN_CHARACTERS = 300


@requirement("SSE-CTX-01")
def test_local_api_answers_with_the_devices_context(host: FirepowerHost) -> None:
    context = host.context
    shown = f"exchange {context.exchange_fqdn}, status {', '.join(context.statuses) or None}"
    host.note(expected=f"a context for {host.api_host}", observed=context.error or shown)
    assert context.error is None
    assert not context.exchange_fqdn or context.exchange_fqdn.lower() == host.api_host
    software = host.version if context.version else None
    hostname = _hostname(host) if context.device_name else None
    host.note(
        expected=f"a context for {host.api_host}"
        + (f", version {'.'.join(str(part) for part in software.version)}" if software else "")
        + (f", device {hostname}" if hostname else ""),
        observed=f"{shown}, version {context.version}, device {context.device_name}",
    )
    assert software is None or _is_release(context, software)
    assert hostname is None or _is_same_host(context.device_name or "", hostname)
    if not context.exchange_fqdn:
        raise Unavailable(f"the context names no exchange: {excerpt(context.raw, SHOWN_CHARACTERS)}")
    if context.strange_statuses:
        raise Unavailable(
            f"the context has a status that no document names, {context.strange_statuses[0]!r}: "
            f"{excerpt(context.raw, SHOWN_CHARACTERS)}"
        )


def _hostname(host: FirepowerHost) -> str | None:
    """What the device calls itself; an FMC has no `show network` to tell it."""
    return None if host.device.platform is Platform.FMC else host.show_network.hostname


def _is_release(context: ConnectorContext, software: ShowVersion) -> bool:
    version, build = context.release
    return version == software.version and (build is None or software.build is None or build == software.build)


def _is_same_host(name: str, hostname: str) -> bool:
    """Whether two names may be of one host; a short name stands for that name in any domain."""
    one, other = name.lower().removesuffix("."), hostname.lower().removesuffix(".")
    return one == other or (("." not in one or "." not in other) and one.partition(".")[0] == other.partition(".")[0])


@requirement("SSE-LOG-01")
def test_no_dial_failure_in_the_last_hour(host: FirepowerHost, parameters: Parameters) -> None:
    log, since = host.connector_log, host.clock.now - parameters.time("window")
    failures = log.dial_failures_since(since)
    host.note(expected=f"no dial failure since {_utc(since)}", observed=_shown(failures))
    assert not failures


@requirement("SSE-LOG-02")
def test_no_zeromq_failure(host: FirepowerHost) -> None:
    failures = host.connector_log.zeromq_failures_since_start()
    host.note(expected="no ZeroMQ failure since the connector started", observed=_shown(failures))
    assert not failures


@requirement("SSE-LOG-03")
def test_no_other_error_in_the_last_hour(host: FirepowerHost, parameters: Parameters) -> None:
    log, since = host.connector_log, host.clock.now - parameters.time("window")
    errors = log.other_errors_since(since)
    kinds = ", ".join(f"{count} × {kind}" for kind, count in Counter(entry.kind for entry in errors).most_common())
    host.note(
        expected=f"no other error since {_utc(since)}",
        observed=f"{kinds}: {_shown(errors)}" if errors else _shown(errors),
    )
    assert not errors


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _when(entry: Entry) -> str:
    return _utc(entry.time) if entry.latest is None else "(time not told)"


def _shown(entries: Sequence[Entry]) -> str:
    if not entries:
        return "none"
    last = " | ".join(f"{_when(entry)} {entry.message}" for entry in entries[-SHOWN_ENTRIES:])
    return f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}, the last: {last}"
