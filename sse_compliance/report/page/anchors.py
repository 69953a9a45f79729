"""The fragments of the page that links lead to, and the links that lead out of it."""

from __future__ import annotations

from urllib.parse import quote

from sse_compliance.findings.results import DeviceResult, RootCause


def anchor(device: str) -> str:
    """The fragment of a device's section."""
    return f"device-{quote(device, safe='')}"


def evidence_link(device: DeviceResult) -> str | None:
    """A link to the device's evidence file, relative to the page; None where there is none or it is absolute."""
    name = device.evidence_file
    if not name or name.startswith("/") or "\\" in name:
        return None
    return f"./{quote(name)}"


def cause_anchor(cause: RootCause) -> str:
    """The fragment of a cause."""
    return "cause-" + quote(":".join((cause.requirement, cause.state, *cause.targets, *cause.devices[:1])), safe="")
