"""Results of schema 1, as version 0.1 wrote them: there a waiver took the place of the state that was judged."""

from __future__ import annotations

from typing import Any

SCHEMA = 1

#: What stands at a waived finding whose waiver the file does not tell.
_UNTOLD = "the results do not tell the waiver's text"


def upgraded(data: dict[str, Any]) -> dict[str, Any]:
    """The same results in the schema of today.

    What is not as schema 1 has it stays as it is, for the check of the whole to tell.
    """
    devices, findings = data.get("devices"), data.get("findings")
    if isinstance(devices, list):
        data = _without_runner({**data, "devices": [_device(e) if isinstance(e, dict) else e for e in devices]})
    if isinstance(findings, list):
        findings = [_finding(entry) if isinstance(entry, dict) else entry for entry in findings]
        data = {**data, "findings": findings}
    return {**data, "schema": 2}


def _without_runner(data: dict[str, Any]) -> dict[str, Any]:
    """The runner stood among the devices, and was counted as one."""
    runners = [entry for entry in data["devices"] if isinstance(entry, dict) and entry.get("platform") == "runner"]
    if not runners:
        return data
    others = [{"name": e.get("name"), "kind": "runner", "state": e.get("state")} for e in runners]
    summary, states = data.get("summary"), [entry.get("state") for entry in runners]
    if isinstance(summary, dict) and isinstance(counts := summary.get("devices"), dict):
        left = {s: n - states.count(s) if isinstance(n, int) else n for s, n in counts.items()}
        data = {**data, "summary": {**summary, "devices": {s: n for s, n in left.items() if n != 0}}}
    return {**data, "devices": [e for e in data["devices"] if e not in runners], "others": others}


def _device(entry: dict[str, Any]) -> dict[str, Any]:
    """A device's error began with its name and address, which now stand beside it only."""
    error, name, address = entry.get("error"), entry.get("name"), entry.get("address")
    before = f"{name} ({address}"
    if not isinstance(error, str) or not error.startswith(before):
        return entry
    return {**entry, "error": error[len(before) :].partition("): ")[2] or error}


def _finding(entry: dict[str, Any]) -> dict[str, Any]:
    """A waived finding has a reason where it was one that could not be assessed."""
    if entry.get("state") != "waived":
        return entry
    judged = "non-compliant" if entry.get("reason") is None else "not assessed"
    return {**entry, "state": judged, "waiver": entry.get("waiver") or _UNTOLD}
