"""A device that FMC leaves out of sending events to the cloud."""

from __future__ import annotations

from sse_compliance.catalogue.probes import CLOUD_EVENTS
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.facts.fmc import cloud_events
from sse_compliance.judge.mark import not_applicable

REASON = "FMC leaves this device out of sending events to the cloud (devicesExcludedFromSendingEvents)"


def refuse_excluded(evidence: Evidence) -> None:
    """Ends a test of what the cloud needs where FMC says that the device is left out.

    Raises:
        NotApplicable: it is. Where FMC was not asked or is not understood, the device is judged.
    """
    said = evidence.probes.get(CLOUD_EVENTS)
    if not isinstance(said, ProbeResult):
        return
    try:
        excluded = cloud_events.parse(said).excluded
    except Unavailable:
        return
    if excluded:
        not_applicable(REASON)
