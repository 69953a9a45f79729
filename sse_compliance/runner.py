"""What the runner itself asks: a trusted resolver about names, and the operator's portals."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

import dns.exception
import dns.resolver
import requests

from sse_compliance.errors import InputError
from sse_compliance.evidence import NotObtained, ProbeResult
from sse_compliance.judgement import Judgement

#: The name under which findings of the runner's own appear beside the devices.
RUNNER = "runner"

#: How long a resolver or a portal may take, in seconds.
RESOLVER_SECONDS = 4
PORTAL_SECONDS = 10

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
        raise InputError(f"--resolver {server}: expected an IP address or 'system': {error}") from None
    resolver.lifetime = RESOLVER_SECONDS
    return resolver


def ask_resolver(resolver: dns.resolver.Resolver, names: Iterable[str]) -> dict[str, ProbeResult | NotObtained]:
    """What a trusted resolver says of names, as probes ``resolver:NAME``; a silent resolver is no finding."""
    return {f"resolver:{name}": _ask(resolver, name) for name in names}


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
    return ProbeResult(command, 0, "\n".join(lines) + "\n", read_at=datetime.now(UTC).isoformat())


def trusted_status(result: ProbeResult) -> str:
    """The status that a trusted resolver answered with."""
    return result.stdout.partition("\n")[0]


@dataclass(frozen=True, slots=True)
class PortalAnswer:
    """What a portal said; any HTTP status is an answer."""

    http_status: int | None
    text: str


class PortalClient:
    """Asks the operator's portals from the runner; what their tests note is kept as for a device."""

    def __init__(self) -> None:
        self.judgement = Judgement()

    def note(self, *, expected: str, observed: str) -> None:
        """What a test is about to compare, in words."""
        self.judgement.note(expected=expected, observed=observed)

    def ask(self, portal: str) -> PortalAnswer:
        """One GET request; redirects are answers too."""
        try:
            with requests.get(
                f"https://{portal}/", timeout=PORTAL_SECONDS, allow_redirects=False, stream=True
            ) as response:
                return PortalAnswer(response.status_code, f"HTTP status {response.status_code}")
        except requests.RequestException as error:
            return PortalAnswer(None, f"{portal} does not answer: {type(error).__name__}")
