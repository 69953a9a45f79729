"""``compliance.prom``: figures for node_exporter's textfile collector, to draw trends and raise alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import DeviceResult, Results, Verdict
from sse_compliance.report.grouping import failing_causes

#: Labels and value of one sample.
_Sample = tuple[Mapping[str, str], float]


def render_prometheus(results: Results) -> str:
    """The figures of a run in Prometheus' text format. Every state has a sample, so that a missing one means no run."""
    summary = results.summary
    families: list[tuple[str, str, Iterable[_Sample]]] = [
        (
            "verdict",
            "1 for the verdict of the last run, 0 for the others.",
            [({"verdict": verdict.value}, float(verdict is summary.verdict)) for verdict in Verdict],
        ),
        ("exit_code", "Exit code of the last run.", [({}, summary.exit_code)]),
        (
            "devices",
            "Devices by state.",
            [({"state": state.value}, summary.devices.get(state.value, 0)) for state in State],
        ),
        (
            "findings",
            "Findings by state.",
            [({"state": state.value}, summary.states.get(state.value, 0)) for state in State],
        ),
        (
            "non_compliant_findings",
            "Non-compliant findings by severity.",
            [({"severity": severity.value}, summary.severities.get(severity.value, 0)) for severity in Severity],
        ),
        ("root_causes", "Root causes that fail the gate.", [({}, len(failing_causes(results)))]),
        (
            "device_compliant",
            "1 where the device is compliant, 0 where it is not or could not be assessed.",
            [(_device(device), float(device.state is State.COMPLIANT)) for device in results.devices],
        ),
        (
            "device_assessed",
            "0 where the device could not be assessed.",
            [(_device(device), float(device.state is not State.NOT_ASSESSED)) for device in results.devices],
        ),
        ("run_finished_timestamp_seconds", "When the last run finished.", _finished(results.run.finished_at)),
    ]
    return "".join(_family(f"sse_compliance_{name}", text, samples) for name, text, samples in families)


def _device(device: DeviceResult) -> dict[str, str]:
    return {"device": device.name, "platform": device.platform, "region": device.region}


def _finished(text: str) -> list[_Sample]:
    try:
        return [({}, datetime.fromisoformat(text).timestamp())]
    except ValueError:
        return []


def _family(name: str, text: str, samples: Iterable[_Sample]) -> str:
    lines = [f"# HELP {name} {text}", f"# TYPE {name} gauge"]
    lines += [f"{name}{_labels(labels)} {value:.17g}" for labels, value in samples]
    return "\n".join(lines) + "\n"


def _labels(labels: Mapping[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return one_line(value).replace("\\", "\\\\").replace('"', '\\"')
