"""Whether a rule set lets one connection through: first match, three-valued.

A rule whose condition can't be told forks the walk: what it would do is remembered, and the walk goes on. Where all
ends agree the unknown did not matter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sse_compliance.errors import InputError
from sse_compliance.firewall.conditions import Flow, How, Packet, Truth, holds
from sse_compliance.firewall.model import Action, Rule, RuleSet, Stage

#: Chains within chains deeper than this are a circle.
_MAX_DEPTH = 64


@dataclass(frozen=True, slots=True)
class End:
    """One way for the walk to end: a rule, or the default where ``rule`` is None."""

    action: Action
    rule: Rule | None
    how: How = How.ANY


@dataclass(frozen=True, slots=True)
class Passage:
    """All ways that a connection may take through one stage."""

    stage: Stage
    ends: tuple[End, ...]
    #: The rules that may or may not hold.
    unsure: tuple[Rule, ...]

    @property
    def truth(self) -> Truth:
        """Whether it is let through."""
        actions = {end.action for end in self.ends}
        if actions == {Action.ALLOW}:
            return Truth.YES
        return Truth.NO if actions == {Action.DENY} else Truth.MAYBE

    @property
    def end(self) -> End:
        """The end that is sure where the others agree with it."""
        return self.ends[-1]

    @property
    def how(self) -> How:
        """The least lasting of the ways in which it is let through."""
        return min((end.how for end in self.ends if end.action is Action.ALLOW), default=How.ANY)


def passages(rule_set: RuleSet, stage: Stage, flow: Flow) -> list[Passage]:
    """The way through one stage of each packet that it holds against its rules."""
    packets = tuple(Packet) if stage.stateless else (Packet.FIRST,)
    return [passage(rule_set, stage, replace(flow, packet=packet)) for packet in packets]


def passage(rule_set: RuleSet, stage: Stage, flow: Flow) -> Passage:
    """The way of a connection through one stage.

    Raises:
        InputError: chains that go in a circle, or a chain that is not there.
    """
    walk = _Walk(rule_set.file, {chain.name: chain.rules for chain in rule_set.chains}, flow)
    ends = walk.through(stage.chain)
    for end in ends:
        if end.action is Action.RETURN:
            walk.note_end(End(stage.default, None))
        else:
            walk.note_end(end)
    return Passage(stage, tuple(walk.ends), tuple(walk.unsure.values()))


@dataclass(slots=True)
class _Walk:
    file: str
    chains: Mapping[str, tuple[Rule, ...]]
    flow: Flow
    unsure: dict[int, Rule] = field(default_factory=dict)
    ends: list[End] = field(default_factory=list)
    known: dict[str, tuple[End, ...]] = field(default_factory=dict)
    depth: int = 0

    def note_end(self, end: End) -> None:
        """Keeps an end; of the default once."""
        if end.action is Action.UNKNOWN:
            self.ends += [End(Action.ALLOW, end.rule, end.how), End(Action.DENY, end.rule, end.how)]
        else:
            self.ends.append(end)

    def through(self, chain: str) -> tuple[End, ...]:
        """The ends of a chain; *return* stands for leaving it undecided."""
        if chain in self.known:
            return self.known[chain]
        if chain not in self.chains:
            raise InputError(f"there is no chain {chain!r} for a rule to go to", place=self.file)
        self.depth += 1
        if self.depth > _MAX_DEPTH:
            raise InputError(f"the chain {chain!r} leads to itself", place=self.file)
        ends: list[End] = []
        for rule in self.chains[chain]:
            if self._decided_by(rule, ends):
                break
        else:
            ends.append(End(Action.RETURN, None))
        self.depth -= 1
        self.known[chain] = tuple(ends)
        return self.known[chain]

    def _decided_by(self, rule: Rule, ends: list[End]) -> bool:
        """Adds the ends that a rule gives; tells whether nothing goes on behind it."""
        if not rule.enabled or rule.action is Action.CONTINUE:
            return False
        # Of a pattern's names the one that fares worst counts: a rule for some of them allows not all, but denies some.
        answer = holds(rule.when, self.flow, Truth.NO if rule.action is Action.ALLOW else Truth.YES)
        if answer.truth is Truth.NO:
            return False
        if answer.truth is Truth.MAYBE or rule.action is Action.UNKNOWN:
            self.unsure[id(rule)] = rule
        goes_on = answer.truth is Truth.MAYBE
        if rule.action in (Action.JUMP, Action.GOTO):
            inner = self.through(rule.target)
            for end in inner:
                if end.action is not Action.RETURN:
                    ends.append(End(end.action, end.rule, min(end.how, answer.how)))
                elif rule.action is Action.JUMP:
                    goes_on = True
                else:
                    ends.append(End(Action.RETURN, None))
        else:
            ends.append(End(rule.action, None if rule.action is Action.RETURN else rule, answer.how))
        return not goes_on
