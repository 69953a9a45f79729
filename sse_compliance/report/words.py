"""The words and symbols that all reports share, and the one-line messages."""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import Change, Finding, State
from sse_compliance.findings.results import DeviceResult, Results, Run, Verdict
from sse_compliance.findings.summary import new_damage


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state is shown: a name for style sheets, a short word for table cells, a symbol."""

    name: str
    short: str
    symbol: str


#: Worst first: the order in which reports list states.
STATES = {
    State.NON_COMPLIANT: StateWords("bad", "fail", "✕"),
    State.NOT_ASSESSED: StateWords("open", "unknown", "?"),
    State.WAIVED: StateWords("waived", "waived", "≈"),
    State.ADVISORY: StateWords("advice", "advisory", "!"),
    State.COMPLIANT: StateWords("good", "ok", "✓"),
    State.NOT_APPLICABLE: StateWords("none", "n/a", "–"),
}


VERDICTS = {
    Verdict.PASSED: STATES[State.COMPLIANT],
    Verdict.FAILED: STATES[State.NON_COMPLIANT],
    Verdict.NOT_ASSESSED: STATES[State.NOT_ASSESSED],
    Verdict.INCOMPLETE: STATES[State.NOT_ASSESSED],
}


def message(finding: Finding) -> str:
    """``SSE-CFG-02 ftd-nyc-01: connector_port is 8990, expected 8989 (cat /ngfw/etc/sf/connector.properties)``; the
    reason where there is no judgement."""
    read = next((f" ({_short(exhibit.command)})" for exhibit in finding.evidence if exhibit.command), "")
    return f"{finding.key} {one_line(finding.device)}: {said(finding)}{read}"


def _short(command: str) -> str:
    """A command whole where it is short, else its first and last word: ``curl … https://api-sse.cisco.com``."""
    words = one_line(command, 4_000).split()
    line = " ".join(words)
    return line if len(line) <= 60 else one_line(f"{words[0]} … {words[-1]}", 100)


def said(finding: Finding) -> str:
    """What was observed and expected, or why nothing was judged, on one line."""
    if finding.reason is not None:
        return one_line(finding.reason)
    expected = f", expected {one_line(finding.expected)}" if finding.expected else ""
    return (one_line(finding.observed) or finding.standing.value) + expected


def gate_words(run: Run) -> str:
    """``strict``, ``strict from high on``: the gate that the verdict was reached by."""
    return run.gate.value if run.fail_on is Severity.LOW else f"{run.gate.value} from {run.fail_on.value} on"


def beside_new(results: Results, change: str) -> str:
    """`` (1 required)`` beside the count of all that is new, where it is more than the ``new`` of the verdict line."""
    if change != Change.NEW or results.baseline is None:
        return ""
    required = new_damage(results.findings)
    return f" ({required:,} required)" if required != results.baseline.changes.get(change) else ""


def device_line(device: DeviceResult) -> str:
    """Platform, model, version, region and profile of a device, as far as they are known."""
    parts = (device.platform.upper(), device.model, device.version, device.region, device.profile)
    return one_line(" · ".join(part for part in parts if part))
