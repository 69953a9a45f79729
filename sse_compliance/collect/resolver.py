"""The trusted resolver that the device's DNS answers are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import dns.exception
import dns.resolver

from sse_compliance.collect.source import AnswersByDevice
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.files.clock import stamp

#: How long the resolver may take, in seconds.
RESOLVER_SECONDS = 4

#: ``--resolver system``: the resolver that the runner's own system uses.
SYSTEM = "system"


def make_resolver(server: str) -> dns.resolver.Resolver:
    """A resolver that asks one server, or the system's (``system``).

    Raises:
        InputError: the server is no address, or the system has no resolver.
    """
    try:
        resolver = dns.resolver.Resolver(configure=server == SYSTEM)
        if server != SYSTEM:
            resolver.nameservers = [server]
    except (dns.exception.DNSException, ValueError, OSError) as error:
        raise InputError(f"expected an IP address or 'system': {error}", place=f"--resolver {server}") from None
    resolver.lifetime = RESOLVER_SECONDS
    return resolver


@dataclass(frozen=True, slots=True)
class TrustedResolver:
    """Source of the probes ``resolver:NAME``: what a trusted resolver says of names. A silent one is no finding."""

    resolver: dns.resolver.Resolver

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset({"resolver"})

    def ask(self, plan: Mapping[str, Sequence[str]]) -> AnswersByDevice:
        """Asks once for each name, however many devices need it."""
        names = sorted({probe for probes in plan.values() for probe in probes})
        said = {probe: _ask(self.resolver, probe.partition(":")[2]) for probe in names}
        return {device: {probe: said[probe] for probe in probes} for device, probes in plan.items()}


def _ask(resolver: dns.resolver.Resolver, name: str) -> ProbeResult | NotObtained:
    command = f"dig @{resolver.nameservers[0]} {name} A" if resolver.nameservers else f"dig {name} A"
    try:
        answer = resolver.resolve(name, "A", search=False)
        lines = ["NOERROR", *sorted(record.address for record in answer)]
    except dns.resolver.NXDOMAIN:
        lines = ["NXDOMAIN"]
    except dns.resolver.NoAnswer:
        lines = ["NOERROR"]
    except dns.exception.DNSException as error:
        return NotObtained(f"the trusted resolver did not answer for {name}: {error}")
    return ProbeResult(command, 0, "\n".join(lines) + "\n", read_at=stamp("milliseconds"))
