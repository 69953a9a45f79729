"""What the rule sets on a device's path make of one host: the five verdicts, and the rule that gives each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address

from sse_compliance.files.text import one_line
from sse_compliance.firewall.conditions import Address, Flow, How, Truth
from sse_compliance.firewall.evaluation import Passage, passages
from sse_compliance.firewall.model import Place, Rule, RuleSet, Stage


class Verdict(StrEnum):
    """What becomes of a device's connections to a host."""

    BY_NAME = "allowed by name"
    BY_ANY = "allowed by any"
    BY_ADDRESS = "allowed by address"
    BLOCKED = "blocked"
    CANNOT_TELL = "cannot tell"


ALLOWED = frozenset({Verdict.BY_NAME, Verdict.BY_ANY, Verdict.BY_ADDRESS})

_BY = {How.NAME: Verdict.BY_NAME, How.ANY: Verdict.BY_ANY, How.ADDRESS: Verdict.BY_ADDRESS}
#: Of several firewalls that let a connection through, the one that depends on most is told.
_FRAGILE_FIRST = (Verdict.BY_ADDRESS, Verdict.BY_NAME, Verdict.BY_ANY)


@dataclass(frozen=True, slots=True)
class Cited:
    """A rule, or the default of a rule set, as findings cite it."""

    file: str
    text: str
    number: int | None = None
    line: int | None = None
    name: str = ""
    note: str = ""

    def __str__(self) -> str:
        if self.number is None:
            return f"{self.text} of {self.file}"
        called = f" {self.name!r}" if self.name else ""
        note = f"; {self.note}" if self.note else ""
        return f"rule {self.number}{called} ({self.file}:{self.line}: {one_line(self.text, 160)}{note})"


@dataclass(frozen=True, slots=True)
class Decision:
    """The verdict on a host, and what it rests on."""

    verdict: Verdict
    #: The rule that decides; the first that is in doubt where nothing can be told.
    rule: Cited
    #: The rules that are in doubt.
    unsure: tuple[Cited, ...] = ()
    #: Why it can't be told, where not because of single rules.
    why: str = ""
    #: The rule set that decides, as a place in the path.
    position: int = 0
    #: Whether what is let through is still looked into.
    inspected: bool = True

    def __str__(self) -> str:
        if self.verdict is Verdict.CANNOT_TELL:
            return f"cannot tell: {self.why or 'depends on ' + ' and '.join(map(str, self.unsure))}"
        return f"{self.verdict}: {self.rule}"


def decide(
    path: Sequence[RuleSet], host: str, source: Address | None, addresses: Iterable[Address], at: datetime | None
) -> Decision:
    """The verdict on a host.

    Args:
        path: the rule sets on the way, none but the last of which sees what an earlier one blocks.
        host: its name, or the pattern that must be allowed.
        source: the device's address; a rule set's own view of it goes before.
        addresses: the host's addresses as far as they are known.
        at: the moment that is judged.
    """
    stages = [(place, rule_set, stage) for place, rule_set in enumerate(path) for stage in rule_set.stages]
    return _decide(stages, host, source, addresses, at)


def decide_decryption(
    path: Sequence[RuleSet], host: str, source: Address | None, addresses: Iterable[Address], at: datetime | None
) -> Decision | None:
    """Whether the decryption rules leave a host alone (*allowed*); None where no rule set has such rules."""
    stages = [(place, one, one.decryption) for place, one in enumerate(path) if one.decryption is not None]
    return _decide(stages, host, source, addresses, at) if stages else None


def _decide(
    stages: Sequence[tuple[int, RuleSet, Stage]],
    host: str,
    source: Address | None,
    addresses: Iterable[Address],
    at: datetime | None,
) -> Decision:
    decisions = []
    for address in _of_one_version(addresses, source):
        row = [
            _of_passage(place, rule_set, way)
            for place, rule_set, stage in stages
            for way in passages(rule_set, stage, _flow(rule_set.place, host, source, address, at))
        ]
        decisions.append((address, _over_path(row)))
    return _over_addresses(decisions)


def _of_one_version(addresses: Iterable[Address], source: Address | None) -> list[Address | None]:
    """The addresses that the source can reach; one that is not known where there is none."""
    reached = [address for address in addresses if source is None or address.version == source.version]
    return list(reached) or [None]


def _flow(place: Place, host: str, source: Address | None, address: Address | None, at: datetime | None) -> Flow:
    seen = source if place.source is None else ip_address(place.source)
    return Flow(host, seen, address, place.from_zone, place.to_zone, at)


def _of_passage(position: int, rule_set: RuleSet, way: Passage) -> Decision:
    def cited(rule: Rule | None) -> Cited:
        if rule is None:
            return Cited(rule_set.file, way.stage.default_text)
        return Cited(rule_set.file, rule.text, rule.number, rule.line, rule.name, rule.note)

    unsure = tuple(cited(rule) for rule in way.unsure)
    if way.truth is Truth.MAYBE:
        return Decision(Verdict.CANNOT_TELL, (unsure or (cited(None),))[0], unsure, position=position)
    verdict = _BY[way.how] if way.truth is Truth.YES else Verdict.BLOCKED
    inspected = way.end.rule is None or way.end.rule.inspected
    return Decision(verdict, cited(way.end.rule), unsure, position=position, inspected=inspected)


def _over_path(decisions: Sequence[Decision]) -> Decision:
    """Of firewalls in a row: the first that blocks; else what can't be told; else what depends on most.

    Raises:
        ValueError: there is none, so nothing is let through and nothing blocked.
    """
    for wanted in (Verdict.BLOCKED, Verdict.CANNOT_TELL, *_FRAGILE_FIRST):
        for decision in decisions:
            if decision.verdict is wanted:
                return decision
    raise ValueError("a path without a rule set")


def _over_addresses(decisions: Sequence[tuple[Address | None, Decision]]) -> Decision:
    """Of the addresses of one host: the verdict that all have, or that the answer differs from address to address."""
    verdicts = {decision.verdict for _, decision in decisions}
    if len(verdicts) == 1:
        return decisions[0][1]
    if verdicts <= ALLOWED:
        return next(d for wanted in _FRAGILE_FIRST for _, d in decisions if d.verdict is wanted)
    differing = "; ".join(f"{address} is {decision}" for address, decision in decisions)
    worst = next(d for w in (Verdict.BLOCKED, Verdict.CANNOT_TELL) for _, d in decisions if d.verdict is w)
    return Decision(
        Verdict.CANNOT_TELL,
        worst.rule,
        tuple({str(d.rule): d.rule for _, d in decisions}.values()),
        f"the answer differs from one connection to the next: {differing}",
        worst.position,
    )
