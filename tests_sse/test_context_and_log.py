"""SSE-CTX, SSE-LOG: what the connector says of itself."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector.context import EVENTS, ConnectorContext
from sse_compliance.facts.connector.entry import Entry
from sse_compliance.facts.system.show_version import ShowVersion
from sse_compliance.facts.text import excerpt
from sse_compliance.inventory.device import Platform
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement

SHOWN_ENTRIES = 3
#: The states in which a service of the connector is at work, or about to be.
WORKING = frozenset({"success", "init"})
#: How much of an answer that is not understood is shown.
SHOWN_CHARACTERS = 300


@requirement("SSE-CTX-01")
def test_local_api_answers_with_the_devices_context(host: FirepowerHost) -> None:
    context = host.context
    registrations, strange = _registrations(host, context)
    shown = f"exchange {context.exchange_fqdn}, status {', '.join(registrations) or None}"
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
    assert "failed" not in {status.strip().lower() for status in registrations}
    if strange:
        raise Unavailable(
            f"the context has a status that no document names, {strange[0]!r}: {excerpt(context.raw, SHOWN_CHARACTERS)}"
        )


def _registrations(host: FirepowerHost, context: ConnectorContext) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the connector says of its registration, in the context or beside it; and of that, what is not *Enrolled*."""
    answer: ConnectorContext | None = context
    if context.error is None and not context.registrations:
        answer = host.context_part("status")
    return (answer.registrations, answer.strange_registrations) if answer else ((), ())


@requirement("SSE-CTX-02")
def test_events_service_has_not_failed(host: FirepowerHost) -> None:
    context = host.context
    if context.error:
        raise Unavailable(f"the connector's local API does not tell its services: {context.error}")
    status = host.context_part("status")
    services = context.events + (status.events if status else ())
    host.note(
        expected=f"the connector's service {EVENTS} is not Failed",
        observed="; ".join(f"{s.name} {s.status}: {s.description}" for s in services) or "it is not told",
    )
    states = {service.status.strip().lower() for service in services}
    assert "failed" not in states
    if not services:
        raise Unavailable(
            f"the context does not tell the state of the service {EVENTS}: {excerpt(context.raw, SHOWN_CHARACTERS)}"
        )
    if strange := states - WORKING:
        raise Unavailable(f"the service {EVENTS} has a state that no document explains: {', '.join(sorted(strange))}")


@requirement("SSE-CTX-03")
def test_events_were_sent(host: FirepowerHost) -> None:
    context = host.context
    if context.error:
        raise Unavailable(f"the connector's local API tells no statistics: {context.error}")
    part = host.context_part("statistics") if context.streams is None else context
    streams = [stream for stream in (part.streams if part else None) or () if stream.used]
    told = part is not None and part.streams is not None
    host.note(
        expected="events were sent, and the last connection to the cloud did not fail after the last success",
        observed="; ".join(
            f"{s.name}: {s.sent} of {s.received} events sent, last success {s.last_success or 'never'}, "
            f"last failure {s.last_failure or 'never'}"
            for s in streams
        )
        or ("nothing was ever received or sent" if told else "it is not told"),
    )
    if not told:
        raise Unavailable(f"the context holds no statistics of events: {excerpt(context.raw, SHOWN_CHARACTERS)}")
    assert not any(stream.failed_last for stream in streams)
    if any(stream.sent is None for stream in streams):
        raise Unavailable("the connector's statistics do not tell how many events were sent")
    assert sum(stream.sent or 0 for stream in streams) > 0


def _hostname(host: FirepowerHost) -> str | None:
    """What the device calls itself; an FMC has no `show network` to tell it."""
    return None if host.device.platform is Platform.FMC else host.show_network.hostname


def _is_release(context: ConnectorContext, software: ShowVersion) -> bool:
    version, build = context.release
    # The context may print a fourth part that `show version` leaves out.
    parts = min(len(version), len(software.version))
    same_build = build is None or software.build is None or build == software.build
    return parts > 1 and version[:parts] == software.version[:parts] and same_build


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
    _ensure_it_could_be_written(host)


@requirement("SSE-LOG-02")
def test_no_zeromq_failure(host: FirepowerHost) -> None:
    failures = host.connector_log.zeromq_failures_since_start()
    host.note(expected="no ZeroMQ failure since the connector started", observed=_shown(failures))
    assert not failures
    _ensure_it_could_be_written(host)


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
    _ensure_it_could_be_written(host)


def _ensure_it_could_be_written(host: FirepowerHost) -> None:
    """Nothing, where an error would stand in the log.

    Raises:
        Unavailable: the file system of the log is full, so that its silence says nothing.
    """
    if not host.was_asked("disk"):
        return
    place = host.disk.of(host.connector_log.path)
    if place.full:
        raise Unavailable(f"{place.place} is full, so an error may be missing in {host.connector_log.path}")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _when(entry: Entry) -> str:
    return _utc(entry.time) if entry.latest is None else "(time not told)"


def _shown(entries: Sequence[Entry]) -> str:
    if not entries:
        return "none"
    last = " | ".join(f"{_when(entry)} {entry.message}" for entry in entries[-SHOWN_ENTRIES:])
    return f"{len(entries)} {'entry' if len(entries) == 1 else 'entries'}, the last: {last}"
