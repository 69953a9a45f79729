"""What a trusted resolver said of a name: ``NOERROR`` or ``NXDOMAIN``, then the addresses, one a line."""

from __future__ import annotations

from sse_compliance.evidence.answer import ProbeResult


def trusted_status(result: ProbeResult) -> str:
    """The status that a trusted resolver answered with."""
    return result.stdout.partition("\n")[0]


def trusted_addresses(result: ProbeResult) -> tuple[str, ...]:
    """The addresses that a trusted resolver answered with."""
    return tuple(result.stdout.splitlines()[1:])
