"""The connector's context, from its local API: ``curl http://localhost:8989/v1/contexts/default``.

::

    {"clientInfo": {"name": "ftd-nyc-01", "version": "7.4.2", "type": "…"},
     "settings": {"exchange": {"fqdn": "api-sse.cisco.com"}}, "status": "Enrolled"}

No answer of a Firepower is public. The keys are those of the same connector in other Cisco products, looked for
wherever they are; what is not found is None, and the raw text is kept for people to read.
"""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.curl_exits import sentence
from sse_compliance.facts.text import clean, ensure_ran, excerpt

#: The one word that is known for a device that the cloud knows.
_ENROLLED = "enrolled"
_RELEASE = re.compile(
    r"[vV]?([0-9]{1,4}(?:\.[0-9]{1,4}){1,5})(?:-([0-9]{1,9})| ?\([Bb]uild ([0-9]{1,9})\))?",
)


@dataclass(frozen=True, slots=True)
class ConnectorContext:
    """What the connector says of itself."""

    #: The host that it registers with.
    exchange_fqdn: str | None = None
    #: All that the answer calls a status, outer ones first, for example ``Enrolled``.
    statuses: tuple[str, ...] = ()
    #: The device's software version and name, as the cloud knows them.
    version: str | None = None
    device_name: str | None = None
    #: Why there is no context: refused, timed out, or an answer that is not JSON. None where there is one.
    error: str | None = None
    #: The answer as it came.
    raw: str = ""

    @property
    def strange_statuses(self) -> tuple[str, ...]:
        """Statuses other than *enrolled*. What they mean is in no document."""
        return tuple(status for status in self.statuses if status.strip().lower() != _ENROLLED)

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
    """The context, or the error that stands in its place.

    Raises:
        Unavailable: there is no curl, or the answer is empty, cut or broken.
    """
    ensure_ran(result, "curl")
    if result.exit_status != 0:
        return ConnectorContext(error=sentence(result.exit_status), raw=result.stdout)
    body = result.stdout.strip()
    if not body or result.truncated:
        raise Unavailable(f"the answer of the connector's API is {'cut' if body else 'empty'}")
    if not body.startswith(("{", "[")):
        if clean(body) != body or not body.isprintable():
            raise Unavailable("the answer of the connector's API is not text")
        return ConnectorContext(error=f"the answer is not JSON: {excerpt(body)}", raw=result.stdout)
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise Unavailable(f"the answer of the connector's API is broken JSON: {excerpt(body)}") from None
    objects = list(_objects(answer))
    return ConnectorContext(
        exchange_fqdn=_text(objects, "exchange", "fqdn"),
        statuses=tuple(dict.fromkeys(_status(o["status"]) for o in objects if "status" in o)),
        version=_text(objects, "clientInfo", "version"),
        device_name=_text(objects, "clientInfo", "name"),
        raw=result.stdout,
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


def _status(value: object) -> str:
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
