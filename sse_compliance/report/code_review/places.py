"""Where a finding is shown in a change: on a line of a file that the change may touch."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from hashlib import sha256

from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import FileLine, Finding
from sse_compliance.findings.results import DeviceResult, Results
from sse_compliance.report.grouping import is_open, roots
from sse_compliance.report.words import said

#: Where there is no file that tells: the readers refuse what has no place at all.
NOWHERE = FileLine("compliance.json", 1)


class Places:
    """The files and lines of a run's findings, as paths from where the run was started."""

    def __init__(self, results: Results) -> None:
        self._devices: Mapping[str, DeviceResult] = {device.name: device for device in results.devices}
        listed = (device.listed_at for device in results.devices)
        #: The inventory's first device, for what is about the run as a whole.
        self.run = _normal(next((place for place in listed if place is not None), NOWHERE))

    def of(self, finding: Finding) -> FileLine:
        """The rule that a finding is about, else the device's place in the inventory, else the results' own file."""
        device = self._devices.get(finding.device)
        listed = device.listed_at if device else None
        if finding.rule is not None:
            beside = posixpath.dirname(listed.file) if listed else ""
            return _normal(FileLine(posixpath.join(beside, finding.rule.file), finding.rule.line))
        return _normal(listed or NOWHERE)


def _normal(place: FileLine) -> FileLine:
    return FileLine(posixpath.normpath(place.file), place.line)


def shown_findings(results: Results) -> list[Finding]:
    """All that is open, roots before what follows from them, the worst first: readers show the first thousands only."""
    found: dict[str, list[Finding]] = {}
    for finding in filter(is_open, results.findings):
        found.setdefault(finding.device, []).append(finding)
    first = [finding for own in found.values() for finding in roots(own)]
    shown = {(finding.device, finding.key) for finding in first}
    rest = [one for own in found.values() for one in own if (one.device, one.key) not in shown]
    return sorted(first, key=lambda one: one.severity.rank) + rest


def text_of(finding: Finding) -> str:
    """``ftd-nyc-01: non-compliant: connector_port is 8990, expected 8989``, and what it follows from."""
    cause = f" (follows from {finding.cause})" if finding.cause else ""
    waiver = f" Waiver: {one_line(finding.waiver)}" if finding.waiver else ""
    return f"{one_line(finding.device)}: {finding.standing}: {said(finding)}{cause}{waiver}"


def fingerprint(*parts: str) -> str:
    """The same for the same finding in every run, whatever was observed and on whatever line it stands."""
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()
