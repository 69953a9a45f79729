"""The facts of one device, shared by all tests that judge it: each probe is parsed once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TypeVar

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.facts.system import show_version
from sse_compliance.inventory.device import Device

Fact = TypeVar("Fact")

#: Runs a command on the device in its session: what a live run has and a replay has not.
LiveRun = Callable[[str], ProbeResult]

#: The name under which the evidence keeps a command that a test ran by itself.
COMMAND_PROBE = "command:"


class DeviceFacts:
    """What one device's evidence tells.

    Args:
        evidence: of the device.
        api_host: the API host of the device's region.
        live: runs further commands in the device's session; None where there is none.
    """

    def __init__(self, evidence: Evidence, api_host: str, live: LiveRun | None = None) -> None:
        self.api_host = api_host
        self._collected = evidence
        self._live = live
        self._facts: dict[str, object] = {}
        self._other_platform = _other_platform(evidence)
        self._planned = {r.command: name for name, r in evidence.probes.items() if isinstance(r, ProbeResult)}
        #: Commands that tests ran by themselves; they belong to the evidence as well.
        self.commands: dict[str, ProbeResult | NotObtained] = {}

    @property
    def device(self) -> Device:
        """What the inventory says of the device."""
        return self._collected.device

    @property
    def evidence(self) -> Evidence:
        """What was collected, and the commands that tests ran by themselves."""
        if not self.commands:
            return self._collected
        return replace(self._collected, probes={**self._collected.probes, **self.commands})

    def fact(self, probe: str, parse: Callable[[ProbeResult], Fact]) -> Fact:
        """What a probe's answer tells, parsed once.

        Raises:
            Unavailable: it can't be told, or the device is not of the platform that the inventory names.
        """
        if self._other_platform is not None:
            raise Unavailable(self._other_platform)
        if probe not in self._facts:
            try:
                self._facts[probe] = parse(self._collected.probe(probe))
            except Unavailable as reason:
                self._facts[probe] = reason
        fact = self._facts[probe]
        if isinstance(fact, Unavailable):
            raise Unavailable(fact.reason)
        return fact  # type: ignore[return-value]  # one probe has one parser

    def read_at(self, probe: str) -> datetime:
        """The runner's clock when a probe's answer arrived.

        Raises:
            Unavailable: the evidence does not tell it.
        """
        stamp = self._collected.probe(probe).read_at or self._collected.collected_at
        try:
            return datetime.fromisoformat(stamp).astimezone(UTC)
        except ValueError:
            raise Unavailable(f"the evidence does not tell when {probe} was read") from None

    def probe_of(self, command: str) -> str:
        """The name of the probe that holds a command's answer: the planned one that ran it, else one of its own."""
        return self._planned.get(command, COMMAND_PROBE + command)

    def run(self, command: str) -> ProbeResult:
        """The answer to a command that a test runs by itself.

        It is from the evidence, else live in the same session; then it belongs to the evidence from now on.

        Raises:
            Unavailable: a replay holds no answer to it, or the session is gone.
        """
        probe = self.probe_of(command)
        if probe not in self._collected.probes and probe not in self.commands and self._live is not None:
            try:
                self.commands[probe] = self._live(command)
            except Unavailable as reason:
                # Nothing is asked twice: a replay says the same.
                self.commands[probe] = NotObtained(reason.reason)
        if probe in self.commands:
            return self.evidence.probe(probe)
        if probe in self._collected.probes or self._collected.error is not None:
            return self._collected.probe(probe)
        raise Unavailable(f"{command!r} was not recorded, and a replay asks no device")


def _other_platform(evidence: Evidence) -> str | None:
    """Why nothing can be judged: the device is not what the inventory calls it, so it was asked the wrong questions."""
    for probe, parse in (("show-version", show_version.parse), ("sf-version", show_version.parse_sf_version)):
        try:
            shown = parse(evidence.probe(probe))
        except Unavailable:
            continue
        if shown.product is not None and shown.product != evidence.device.platform:
            said = f"the inventory says {evidence.device.platform}, the device says {shown.product} ({shown.model})"
            return f"{said}: correct `platform` in the inventory"
    return None
