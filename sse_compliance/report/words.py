"""The words and symbols that all reports share, and the one-line messages."""

from __future__ import annotations

import shlex
from dataclasses import dataclass

from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import one_line, plural
from sse_compliance.findings.finding import Change, Finding, State
from sse_compliance.findings.numbers import numbers
from sse_compliance.findings.results import DeviceResult, Results, RootCause, Run, Verdict
from sse_compliance.findings.summary import new_damage


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state is shown: a name for style sheets, and a symbol; its word is the state's own."""

    name: str
    symbol: str


#: Worst first: the order in which reports list states.
STATES = {
    State.NON_COMPLIANT: StateWords("bad", "✕"),
    State.NOT_ASSESSED: StateWords("open", "?"),
    State.WAIVED: StateWords("waived", "≈"),
    State.ADVISORY: StateWords("advice", "!"),
    State.COMPLIANT: StateWords("good", "✓"),
    State.NOT_APPLICABLE: StateWords("none", "–"),
}


#: The options that name devices.
_PLACES = ("--inventory", "--hosts")
#: Devices that are named in a command to judge them again.
MOST_AGAIN = 12

VERDICTS = {
    Verdict.PASSED: STATES[State.COMPLIANT],
    Verdict.FAILED: STATES[State.NON_COMPLIANT],
    Verdict.NOT_ASSESSED: STATES[State.NOT_ASSESSED],
    Verdict.INCOMPLETE: STATES[State.NOT_ASSESSED],
}


def message(finding: Finding) -> str:
    """``SSE-CFG-02 ftd-nyc-01: connector_port is 8990, must be 8989 (cat /ngfw/etc/sf/connector.properties)``; the
    reason where there is no judgement."""
    read = next((f" ({_short(exhibit.command)})" for exhibit in finding.evidence if exhibit.command), "")
    return f"{one_line(finding.key)} {one_line(finding.device)}: {problem(finding)}{read}"


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


def scope(results: Results) -> str:
    """``1 of 3 devices of the inventory, 50 requirements``: what the run was over, and with that what it left out."""
    told = numbers(results)
    if told.selected < told.inventory:
        devices = f"{told.selected:,} of {told.inventory:,} devices of the inventory"
    else:
        devices = "the one device given" if told.selected == 1 else f"all {told.selected:,} devices"
    return f"{devices}, {plural(len(results.requirements), 'requirement')}"


def counted(results: Results) -> str:
    """``80 devices selected, 67 assessed: 33 non-compliant, 34 compliant. 13 not assessed. 31 causes.``"""
    told = numbers(results)
    of = f" of {told.inventory:,}" if told.selected < told.inventory else ""
    known = (
        (told.non_compliant, State.NON_COMPLIANT),
        (told.waived, State.WAIVED),
        (told.compliant, State.COMPLIANT),
        (told.not_applicable, State.NOT_APPLICABLE),
    )
    states = ", ".join(f"{count:,} {state.value}" for count, state in known if count) or "none"
    unknown = f" {told.not_assessed:,} not assessed." if told.not_assessed else ""
    selected = f"{told.selected:,}{of} {'device' if told.selected == 1 and not of else 'devices'} selected"
    return f"{selected}, {told.assessed:,} assessed: {states}.{unknown} {plural(told.causes, 'cause')}."


def named(run: Run) -> str:
    """The title of the run and its change, as far as the user gave them: ``Before the upgrade · CHG0012345``."""
    return one_line(" · ".join(part for part in (run.title, run.change) if part))


def judge_again(run: Run, cause: RootCause) -> str:
    """The command that judges the devices of a cause again, where the run tells which places it asked; else empty."""
    if len(cause.devices) > MOST_AGAIN:
        return ""
    try:
        given = shlex.split(run.selection)
    except ValueError:
        return ""
    pairs = zip(given, [*given[1:], ""], strict=True)
    places = [one if "=" in one else f"{one}={then}" for one, then in pairs if one.startswith(_PLACES)]
    words = ["sse-compliance", "run", *places, f"--devices={','.join(cause.devices)}", "-k", cause.requirement]
    return one_line(shlex.join(words), 2_000) if places else ""


def problem(finding: Finding) -> str:
    """What is wrong, in a sentence; what was observed and expected where the results hold none."""
    return one_line(finding.problem) if finding.problem else said(finding)


def device_line(device: DeviceResult) -> str:
    """Platform, model, version, region and profile of a device, as far as they are known."""
    parts = (device.platform.upper(), device.model, device.version, device.region, device.profile)
    return one_line(" · ".join(part for part in parts if part))
