"""What the firewalls on a device's way make of a host, as a test asks it."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.errors import Unavailable
from sse_compliance.findings.finding import FileLine
from sse_compliance.firewall.conditions import Address
from sse_compliance.firewall.decision import Decision, Verdict, decide, decide_decryption
from sse_compliance.firewall.model import RuleSet
from sse_compliance.firewall.remedies import suggestion
from sse_compliance.judge.host import FirepowerHost


def access_of(host: FirepowerHost, endpoint: Endpoint, name: str | None = None) -> Decision:
    """Whether rule sets let a device's connections to an endpoint through.

    Args:
        host: the device.
        endpoint: the endpoint.
        name: the pattern that must be allowed, where it is not the endpoint's own name.
    """
    return decide(
        host.rule_sets,
        name or endpoint.fqdn,
        host.address,
        host.known_addresses(endpoint.fqdn),
        host.read_at("rulesets"),
    )


def decryption_of(host: FirepowerHost, endpoint: Endpoint) -> Decision | None:
    """Whether decryption rules leave an endpoint alone; None where no rule set has such rules."""
    return decide_decryption(
        host.rule_sets, endpoint.fqdn, host.address, host.known_addresses(endpoint.fqdn), host.read_at("rulesets")
    )


def known(decision: Decision) -> Decision:
    """A decision that is one.

    Raises:
        Unavailable: it can't be told.
    """
    if decision.verdict is Verdict.CANNOT_TELL:
        raise Unavailable(str(decision))
    return decision


def line_of(decision: Decision) -> FileLine | None:
    """Where the rule that decides stands: the file as a whole where its default decides, None where it is on an FMC and
    in no file."""
    if decision.rule.file.startswith("fmc:"):
        return None
    return FileLine(decision.rule.file, decision.rule.line)


def proposed(path: tuple[RuleSet, ...], source: Address | None, decision: Decision, pattern: str) -> str:
    """The rule to add, in the language of the rule set that decides."""
    return suggestion(path[decision.position], source, pattern, decision.rule.number)
