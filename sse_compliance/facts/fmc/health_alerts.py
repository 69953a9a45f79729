"""``health/alerts`` (FMC 6.7 and later): the alerts of one device.

Two vocabularies of ``status`` exist: GREEN, YELLOW, RED, DISABLED, RECOVERED, ERROR (OpenAPI of FMC 7.0) and NORMAL,
WARNING, CRITICAL (OpenAPI of the cloud-delivered FMC). Where the row of a data type stands – name, description,
details, params – no document shows, so all of them are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc.items import Item, text
from sse_compliance.facts.fmc.items import parse as parse_items

THREAT_DATA = "THREAT_DATA_UPDATES"
SSE_CONNECTION = "CONN_STATUS_SSE"

_STANDING = frozenset({"YELLOW", "RED", "WARNING", "CRITICAL"})
_QUIET = frozenset({"GREEN", "NORMAL", "RECOVERED"})
#: The module is off, or could not look.
_UNTOLD = frozenset({"DISABLED", "ERROR"})

#: The row that TechNote 217616 shows: ``Cisco Cloud Configuration | Failure``.
_ROW = re.compile(r"Cisco\s+Cloud\s+Configuration\b[^A-Za-z0-9]{0,12}(?P<state>[A-Za-z]+)?", re.IGNORECASE)
#: Other rows of the same table.
_OTHER_ROWS = re.compile(
    r"SI URL|SI DNS|Security Intelligence|Threat Configuration|Local Malware Analysis|AMP Dynamic Analysis|Feeds",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Alert:
    """What one health module says of a device."""

    module: str
    status: str
    words: str
    #: When it was raised; None where the FMC does not tell.
    raised: datetime | None

    @property
    def standing(self) -> bool:
        """Whether it stands.

        Raises:
            Unavailable: its status tells no such thing.
        """
        if self.status in _UNTOLD:
            raise Unavailable(f"the health module {self.module} tells nothing: its status is {self.status}")
        if self.status not in _STANDING | _QUIET:
            raise Unavailable(f"the alert {self.module} has a status that no document names: {self.status[:80]!r}")
        return self.status in _STANDING

    @property
    def concerns_the_cloud(self) -> bool:
        """Whether a standing alert on threat data is about the cloud configuration.

        Raises:
            Unavailable: it does not say which data type failed.
        """
        row = _ROW.search(self.words)
        if row is None:
            if _OTHER_ROWS.search(self.words):
                return False
            raise Unavailable(f"the alert {self.module} does not say which data type failed: {self.words[:120]!r}")
        state = (row["state"] or "").lower()
        if state.startswith(("fail", "success")):
            return state.startswith("fail")
        raise Unavailable(f"the alert says of Cisco Cloud Configuration neither Success nor Failure: {row[0]!r}")

    @property
    def shown(self) -> str:
        """For reports."""
        since = f" since {self.raised:%Y-%m-%d %H:%M} UTC" if self.raised else ""
        return f"{self.module} is {self.status}{since}: {self.words}"


@dataclass(frozen=True, slots=True)
class HealthAlerts:
    """The alerts of one device."""

    alerts: tuple[Alert, ...]

    @property
    def cloud_configuration(self) -> Alert | None:
        """The standing alert "Threat Data Updates – Cisco Cloud Configuration – Failure".

        Raises:
            Unavailable: an alert of that module can't be understood.
        """
        standing = [alert for alert in self._of(THREAT_DATA) if alert.standing]
        return next((alert for alert in standing if alert.concerns_the_cloud), None)

    @property
    def threat_data_is_off(self) -> bool:
        """Whether FMC says that the module is off for the device."""
        return any(alert.status == "DISABLED" for alert in self._of(THREAT_DATA))

    @property
    def sse_connection(self) -> Alert | None:
        """The standing alert of the module that watches the connection to SSE.

        Raises:
            Unavailable: an alert of that module can't be understood.
        """
        return next((alert for alert in self._of(SSE_CONNECTION) if alert.standing), None)

    def _of(self, module: str) -> tuple[Alert, ...]:
        return tuple(alert for alert in self.alerts if alert.module == module)


def parse(result: ProbeResult) -> HealthAlerts:
    """The alerts.

    Raises:
        Unavailable: one has no module or status.
    """
    return HealthAlerts(tuple(_alert(item) for item in parse_items(result)))


def _alert(item: Item) -> Alert:
    module, status = text(item, "moduleID").strip().upper(), text(item, "status").strip().upper()
    if not module or not status:
        raise Unavailable("an alert of the FMC's has no moduleID or no status")
    words = " ".join(filter(None, (text(item, key).strip() for key in ("name", "description", "details", "params"))))
    seconds = item.get("timestamp")
    raised = None
    if isinstance(seconds, int) and not isinstance(seconds, bool) and 0 < seconds < 253_402_300_800:
        raised = datetime.fromtimestamp(seconds, UTC)
    return Alert(module, status, words, raised)
