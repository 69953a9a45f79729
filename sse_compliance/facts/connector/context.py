r"""The connector's context, from its local API: ``curl http://localhost:8989/v1/contexts/default``.

::

    {"clientInfo": {"name": "FTD-NLN-1", "version": "7.4.2.1", …},
     "settings": {"exchange": {"registration": {"refreshInterval": 180}, "fqdn": "api-sse.cisco.com"}, …},
     "status": {"client": [{"type": "Events", "status": "Failed", "description": "Events service module failed, …"}],
                "exchange": [{"type": "registration", "status": "Enrolled"}]},
     "statistics": {"client": [{"type": "Events", "statistics": {"ZmqStat": {"LastCloudConnectSuccess": "…", …}}}]}}

The form is that of an FTD 7.4.2.1 in Cisco's own description of the FMC's API (1.17.0). FMC may have joined three
answers, so the parts are read as well: ``…/default/status`` and ``…/default/statistics`` hold what stands under those
keys, with or without the key. In the same connector of other products ``status`` is a word; that is read too. What is
not found is None, and the raw text is kept for people to read. With ``-w '\n%{http_code}\n'`` the last line is the HTTP
status.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector.events import Stream, streams_of
from sse_compliance.facts.network.curl_exits import sentence
from sse_compliance.facts.text import clean, ensure_ran, excerpt

EVENTS = "Events"
_REGISTRATION = "registration"
#: The word for a device that the cloud knows.
_ENROLLED = "enrolled"
_RELEASE = re.compile(
    r"[vV]?([0-9]{1,4}(?:\.[0-9]{1,4}){1,5})(?:-([0-9]{1,9})| ?\([Bb]uild ([0-9]{1,9})\))?",
)
_WRITES_STATUS = "%{http_code}"
_STATUS_LINE = re.compile(r"(.*)\n([0-9]{3})\n?", re.DOTALL)
#: What Go's server says to a call that is not made as it wants it: nothing about the connector.
_OTHER_CALL = re.compile(r"Client sent an HTTP request to an HTTPS server|unauthori[sz]ed|forbidden", re.IGNORECASE)
_NOT_ALLOWED = (400, 401, 403)


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the connector, or of the cloud, as the connector sees it."""

    #: ``Events``, ``registration``, ``wsproxy`` …
    name: str
    #: ``Success``, ``Failed``, ``Init``, ``Stopped``, ``Enrolled``.
    status: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class ConnectorContext:
    """What the connector says of itself."""

    #: The host that it registers with.
    exchange_fqdn: str | None = None
    #: What the answer calls a status and is none of a service, outer ones first, for example ``Enrolled``.
    statuses: tuple[str, ...] = ()
    services: tuple[Service, ...] = ()
    #: The ways that events take to the cloud; None where the answer does not tell.
    streams: tuple[Stream, ...] | None = None
    #: The device's software version and name, as the cloud knows them.
    version: str | None = None
    device_name: str | None = None
    #: Why there is no context: refused, timed out, or an answer that is not JSON. None where there is one.
    error: str | None = None
    #: The answer as it came.
    raw: str = ""

    @property
    def registrations(self) -> tuple[str, ...]:
        """What it says of its registration."""
        told = (service.status for service in self.services if service.name.lower() == _REGISTRATION)
        return tuple(dict.fromkeys((*told, *self.statuses)))

    @property
    def strange_registrations(self) -> tuple[str, ...]:
        """Those other than *Enrolled*. What they mean is in no document."""
        return tuple(status for status in self.registrations if status.strip().lower() != _ENROLLED)

    @property
    def events(self) -> tuple[Service, ...]:
        """The service that takes events from EventHandler and sends them."""
        return tuple(service for service in self.services if service.name.lower() == EVENTS.lower())

    @property
    def release(self) -> tuple[tuple[int, ...], int | None]:
        """The version as numbers, and the build (``7.4.2-172``, ``7.4.2 (build 172)``) where it is told.

        Raises:
            Unavailable: there is no version, or it is of another form.
        """
        found = _RELEASE.fullmatch((self.version or "").strip())
        if found is None:
            raise Unavailable(f"the version in the connector's context is not understood: {self.version!r}")
        build = found.group(2) or found.group(3)
        return tuple(int(part) for part in found.group(1).split(".")), int(build) if build else None


def parse(result: ProbeResult) -> ConnectorContext:
    """The context or a part of it, or the error that stands in its place.

    Raises:
        Unavailable: there is no curl, or the answer is empty, cut or broken, or the API wants to be asked otherwise.
    """
    ensure_ran(result, "curl")
    if result.exit_status != 0:
        return ConnectorContext(error=sentence(result.exit_status), raw=result.stdout)
    body, http_status = _answer(result)
    if not body or result.truncated:
        raise Unavailable(f"the answer of the connector's API is {'cut' if body else 'empty'}")
    if http_status in _NOT_ALLOWED or (not body.startswith(("{", "[")) and _OTHER_CALL.search(body)):
        raise Unavailable(f"the connector's API does not take the call: {_shown(body, http_status)}")
    if not body.startswith(("{", "[")):
        if clean(body) != body or not body.replace("\n", " ").isprintable():
            raise Unavailable("the answer of the connector's API is not text")
        return ConnectorContext(error=f"the answer is not JSON: {_shown(body, http_status)}", raw=result.stdout)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise Unavailable(f"the answer of the connector's API is broken JSON: {excerpt(body)}") from None
    if http_status is not None and not 200 <= http_status < 300:
        return ConnectorContext(error=f"the answer is {_shown(body, http_status)}", raw=result.stdout)
    if isinstance(answer, dict) and answer.get("error"):
        return ConnectorContext(error=f"the answer is an error: {excerpt(body, 200)}", raw=result.stdout)
    return _context(list(_objects(answer)), result.stdout)


def _answer(result: ProbeResult) -> tuple[str, int | None]:
    """The answer's body, and its HTTP status where curl was to print it."""
    split = _STATUS_LINE.fullmatch(result.stdout) if _WRITES_STATUS in result.command else None
    if split is None:
        return result.stdout.strip(), None
    return split.group(1).strip(), int(split.group(2))


def _shown(body: str, http_status: int | None) -> str:
    return excerpt(body) if http_status is None else f"HTTP status {http_status}: {excerpt(body)}"


def _context(objects: list[Mapping[str, object]], raw: str) -> ConnectorContext:
    services = [service for o in objects if (service := _service(o)) is not None]
    known = [o for o in objects if "status" in o and _service(o) is None]
    return ConnectorContext(
        exchange_fqdn=_text(objects, "exchange", "fqdn"),
        statuses=tuple(dict.fromkeys(status for o in known if (status := _status(o["status"])) is not None)),
        services=tuple(dict.fromkeys(services)),
        streams=streams_of(objects),
        version=_text(objects, "clientInfo", "version"),
        device_name=_text(objects, "clientInfo", "name"),
        raw=raw,
    )


def _objects(answer: object) -> Iterator[Mapping[str, object]]:
    """All objects of the answer, outer ones first."""
    waiting = deque([answer])
    while waiting:
        value = waiting.popleft()
        if isinstance(value, dict):
            yield value
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)


def _service(value: Mapping[str, object]) -> Service | None:
    name, status, description = value.get("type"), value.get("status"), value.get("description")
    if not isinstance(name, str) or not isinstance(status, str):
        return None
    return Service(name, status, description if isinstance(description, str) else "")


def _status(value: object) -> str | None:
    """A status in words; None where it is the object that lists services."""
    if isinstance(value, dict) and any(isinstance(value.get(key), list | dict) for key in ("client", "exchange")):
        return None
    if isinstance(value, dict | list):
        return "(no text)"
    return value if isinstance(value, str) else json.dumps(value)


def _text(objects: list[Mapping[str, object]], key: str, field: str) -> str | None:
    """The text of a field of the object that a key holds.

    Raises:
        Unavailable: it is there more than once, with different texts.
    """
    inner = (o[key] for o in objects if isinstance(o.get(key), dict))
    texts = {value[field] for value in inner if isinstance(value, dict) and isinstance(value.get(field), str)}
    if len(texts) > 1:
        raise Unavailable(f"the answer of the connector's API names several values of {key}.{field}")
    return texts.pop() if texts else None
