"""``compliance.prom``: figures for node_exporter's textfile collector, to draw trends and raise alerts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime

from sse_compliance.catalogue.levels import Severity
from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import State
from sse_compliance.findings.numbers import numbers
from sse_compliance.findings.results import DeviceResult, Results, Run, Verdict
from sse_compliance.report.grouping import failing_causes

#: Labels and value of one sample.
_Sample = tuple[Mapping[str, str], float]
#: Name, help and samples of a metric.
_Metric = tuple[str, str, Iterable[_Sample]]


def render_prometheus(results: Results) -> str:
    """The figures of a run in Prometheus' text format. Every state has a sample, so that a missing one means no run."""
    families = (*_whole(results), *_parts(results), *_when(results.run))
    return "".join(_family(f"sse_compliance_{name}", text, samples) for name, text, samples in families)


def _whole(results: Results) -> Iterator[_Metric]:
    """What the run came to."""
    summary, told = results.summary, numbers(results)
    yield (
        "verdict",
        "1 for the verdict of the last run, 0 for the others.",
        [({"verdict": verdict.value}, float(verdict is summary.verdict)) for verdict in Verdict],
    )
    yield "exit_code", "Exit code of the last run.", [({}, summary.exit_code)]
    yield "inventory_devices", "Devices of the inventory.", [({}, told.inventory)]
    yield "selected_devices", "Devices that the last run was over.", [({}, told.selected)]
    yield (
        "devices",
        "Devices by state.",
        [({"state": state.value}, summary.devices.get(state.value, 0)) for state in State],
    )
    yield (
        "findings",
        "Findings by state.",
        [({"state": state.value}, summary.states.get(state.value, 0)) for state in State],
    )
    yield (
        "non_compliant_findings",
        "Non-compliant findings by severity.",
        [({"severity": severity.value}, summary.severities.get(severity.value, 0)) for severity in Severity],
    )
    yield "root_causes", "Root causes that fail the gate.", [({}, len(failing_causes(results)))]
    if results.baseline is not None:
        yield (
            "changed_findings",
            "Findings by what became of them since the baseline.",
            [({"change": str(change)}, count) for change, count in results.baseline.changes.items()],
        )


def _parts(results: Results) -> Iterator[_Metric]:
    """Each device, each requirement, each waiver."""
    yield (
        "device_compliant",
        "1 where the device is compliant, 0 where it is not or could not be assessed.",
        [(_device(device), float(device.state is State.COMPLIANT)) for device in results.devices],
    )
    yield (
        "device_assessed",
        "0 where the device could not be assessed.",
        [(_device(device), float(device.state is not State.NOT_ASSESSED)) for device in results.devices],
    )
    states = Counter((finding.requirement, finding.standing) for finding in results.findings)
    yield (
        "requirement_findings",
        "Findings of each requirement by state.",
        [
            ({"requirement": info.id, "area": info.area, "state": state.value}, states[info.id, state])
            for info in results.requirements
            for state in State
        ],
    )
    broken: dict[str, set[str]] = {info.id: set() for info in results.requirements}
    for cause in failing_causes(results):
        broken[cause.requirement].update(cause.devices)
    yield (
        "requirement_root_devices",
        "Devices on which a requirement is what to fix: unmet, and not because of another one.",
        [({"requirement": name}, len(devices)) for name, devices in broken.items()],
    )
    ends: dict[tuple[str, str], float] = {}
    for waiver in results.waivers:
        for moment in _moment(waiver.expires):
            key = waiver.requirement, waiver.scope
            ends[key] = min(moment, ends.get(key, moment))
    if ends:
        yield (
            "waiver_expires_timestamp_seconds",
            "When a waiver ends.",
            [({"requirement": name, "scope": scope}, moment) for (name, scope), moment in ends.items()],
        )


def _when(run: Run) -> Iterator[_Metric]:
    """When the run was, and by what it judged."""
    began, ended = _moment(run.started_at), _moment(run.finished_at)
    yield "run_finished_timestamp_seconds", "When the last run finished.", [({}, moment) for moment in ended]
    if began and ended:
        yield "run_duration_seconds", "How long the last run took.", [({}, ended[0] - began[0])]
    yield (
        "run_info",
        "1; its labels tell by what the last run judged.",
        [
            (
                {
                    "version": run.version,
                    "catalogue": run.catalogue.version,
                    "allowlist": run.allowlist.version,
                    "gate": run.gate.value,
                    "mode": run.mode,
                },
                1,
            )
        ],
    )


def _device(device: DeviceResult) -> dict[str, str]:
    return {"device": device.name, "platform": device.platform, "region": device.region}


def _moment(text: str) -> list[float]:
    """Seconds since the epoch; none where the text is no time stamp."""
    try:
        return [datetime.fromisoformat(text).timestamp()]
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
