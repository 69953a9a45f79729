"""A device as testinfra sees it: every command goes through the one session, or is read from evidence.

testinfra is used through this module only. Its own SSH backends check no host key or put passwords on command lines.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import testinfra.backend
from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.files.text import one_line
from sse_compliance.findings.finding import FileLine
from sse_compliance.inventory.device import Device
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.judgement import Judged, Judgement

Fact = TypeVar("Fact")


class FirepowerBackend(BaseBackend):  # type: ignore[misc]  # testinfra has no types
    """testinfra's way to run a command, over the evidence and the session of one device."""

    NAME = "firepower"

    def __init__(self, hostname: str, *args: Any, probe: Callable[[str], ProbeResult] | None = None, **kwargs: Any):
        super().__init__(hostname, *args, **kwargs)
        # testinfra would run Python on the device to find this out.
        self._encoding = "utf-8"
        self._probe = probe

    def run(self, command: str, *args: str, **kwargs: Any) -> CommandResult:  # noqa: ARG002  testinfra's signature
        """Runs a reading command in the device's one session, or takes its answer from the evidence.

        Raises:
            Unavailable: a replay holds no answer to it, or the session is gone.
        """
        command = self.get_command(command, *args)
        if self._probe is None:
            raise Unavailable(f"{self.hostname} was not collected, so {command!r} can't be run")
        result = self._probe(command)
        return self.result(result.exit_status, command.encode(), result.stdout, result.stderr)


testinfra.backend.BACKENDS[FirepowerBackend.NAME] = f"{__name__}.{FirepowerBackend.__name__}"


class TestinfraHost(Host, Judged):  # type: ignore[misc]  # testinfra has no types
    """What a host of one test has beside its facts: what the test noted and read, and all of testinfra's own."""

    #: pytest takes no class of this name for tests.
    __test__ = False

    def __init__(self, facts: DeviceFacts) -> None:
        self._facts = facts
        self.judgement = Judgement()
        super().__init__(FirepowerBackend(facts.device.name, probe=self._command))

    def explained_by(self, requirement: str) -> None:
        """Says that an advisory requirement, unmet, explains what is about to be found; else it can't be its cause."""
        self.judgement.because = requirement

    @property
    def evidence(self) -> Evidence:
        """What the device said, the commands that tests ran by themselves included."""
        return self._facts.evidence

    @property
    def api_host(self) -> str:
        """The API host of the device's region."""
        return self._facts.api_host

    @property
    def device(self) -> Device:
        """What the inventory says of the device."""
        return self._facts.device

    def note(self, *, expected: str, observed: str, rule: FileLine | None = None) -> None:
        """What a test is about to compare, in words for the report, and the firewall rule that it is about where it is
        about one; the assertion that follows decides."""
        self.judgement.note(expected=expected, observed=observed, rule=rule)

    # -- testinfra's own reading, where a command failed

    def run_expect(self, expected: list[int], command: str, *args: str, **kwargs: Any) -> CommandResult:
        """Runs a command whose exit status must be one of those expected.

        Raises:
            Unavailable: it is another: a tool that the device does not have is no finding about the device.
        """
        result = self.run(command, *args, **kwargs)
        if result.rc not in expected:
            said = one_line(result.stderr or result.stdout)
            raise Unavailable(f"`{one_line(self.backend.quote(command, *args))}` ended with status {result.rc}: {said}")
        return result

    def check_output(self, command: str, *args: str, **kwargs: Any) -> str:
        """The output of a command that must succeed; see :meth:`run_expect`."""
        return str(self.run_expect([0], command, *args, **kwargs).stdout.rstrip("\r\n"))

    # -- how it is read

    def _fact(self, probe: str, parse: Callable[[ProbeResult], Fact]) -> Fact:
        """A probe's fact; that this test read it is recorded."""
        self.judgement.probes[probe] = None
        return self._facts.fact(probe, parse)

    def _command(self, command: str) -> ProbeResult:
        """A command that this test runs by itself; that is recorded as well."""
        self.judgement.probes[self._facts.probe_of(command)] = None
        return self._facts.run(command)
