"""``license/smartlicenses`` (FMC 7.2 and later): how FMC is licensed.

``regStatus`` is REGISTERED, UNREGISTERED, RESERVATION_IN_PROGRESS or EVALUATION; ``metadata.authStatus`` AUTHORIZED,
AUTHORIZED_RESERVED (an air-gapped FMC), OUT_OF_COMPLIANCE, AUTHORIZATION_EXPIRED, NOT_AUTHORIZED or EVALUATION
(Cisco's OpenAPI of the cloud-delivered FMC).
"""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.fmc.items import one, part, text

_REGISTRATIONS = frozenset({"REGISTERED", "UNREGISTERED", "RESERVATION_IN_PROGRESS", "EVALUATION"})
_AUTHORISATIONS = frozenset(
    {
        "AUTHORIZED",
        "AUTHORIZED_RESERVED",
        "OUT_OF_COMPLIANCE",
        "AUTHORIZATION_EXPIRED",
        "NOT_AUTHORIZED",
        "EVALUATION",
    }
)


@dataclass(frozen=True, slots=True)
class SmartLicence:
    """How an FMC is licensed; values in capitals."""

    registration: str
    #: Empty where the FMC does not tell.
    authorisation: str

    @property
    def registered(self) -> bool:
        return self.registration == "REGISTERED"

    @property
    def reserved(self) -> bool:
        """Whether the licence is reserved, which is for an FMC without a way to Cisco."""
        return self.registration.startswith("RESERVATION") or self.authorisation.endswith("_RESERVED")

    @property
    def shown(self) -> str:
        """For reports."""
        return f"{self.registration}, {self.authorisation}" if self.authorisation else self.registration


def parse(result: ProbeResult) -> SmartLicence:
    """The licence.

    Raises:
        Unavailable: there is none, or a value that no document names.
    """
    item = one(result, "smart licences")
    registration = text(item, "regStatus").strip().upper()
    authorisation = text(part(item, "metadata"), "authStatus").strip().upper()
    if registration not in _REGISTRATIONS:
        raise Unavailable(f"the FMC gives a regStatus that no document names: {registration[:80]!r}")
    if authorisation and authorisation not in _AUTHORISATIONS:
        raise Unavailable(f"the FMC gives an authStatus that no document names: {authorisation[:80]!r}")
    return SmartLicence(registration, authorisation)
