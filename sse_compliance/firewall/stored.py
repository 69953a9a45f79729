"""Rule sets as evidence keeps them: a replay judges the rules as they were, without the files.

One JSON object a line: of each rule set on the path first what it is, then a line a rule. Rules that can't concern the
device, whatever host it calls, are counted and left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from ipaddress import ip_address

from pydantic import TypeAdapter, ValidationError

from sse_compliance.errors import Unavailable
from sse_compliance.files.text import for_json
from sse_compliance.firewall.conditions import Address, Flow, Packet, Truth, holds
from sse_compliance.firewall.model import Action, Chain, Rule, RuleSet


@cache
def _rule_set() -> TypeAdapter[RuleSet]:
    return TypeAdapter(RuleSet)


@cache
def _rule() -> TypeAdapter[Rule]:
    return TypeAdapter(Rule)


def concerning(rule_set: RuleSet, source: Address | None) -> RuleSet:
    """A rule set without the rules that match no HTTPS connection of the device's, to any host."""
    place = rule_set.place
    seen = source if place.source is None else ip_address(place.source)
    flows = [Flow(None, seen, None, place.from_zone, place.to_zone, packet=packet) for packet in Packet]

    def concerns(rule: Rule) -> bool:
        if not rule.enabled or rule.action is Action.CONTINUE:
            return False
        return any(holds(rule.when, flow, Truth.MAYBE).truth is not Truth.NO for flow in flows)

    used = _reached(rule_set)
    chains = tuple(
        replace(chain, rules=tuple(rule for rule in chain.rules if concerns(rule)))
        for chain in rule_set.chains
        if chain.name in used
    )
    return replace(rule_set, chains=chains)


def _reached(rule_set: RuleSet) -> set[str]:
    rules = {chain.name: chain.rules for chain in rule_set.chains}
    stages = (*rule_set.stages, *([rule_set.decryption] if rule_set.decryption else ()))
    reached, waiting = set(), [stage.chain for stage in stages]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached.add(name)
            waiting += [rule.target for rule in rules.get(name, ()) if rule.target]
    return reached


def dump(path: Iterable[RuleSet]) -> str:
    """Rule sets as text."""
    lines = []
    for rule_set in path:
        bare = replace(rule_set, chains=tuple(replace(chain, rules=()) for chain in rule_set.chains))
        count = sum(1 for _ in rule_set.rules())
        lines.append(_line({"rule_set": _rule_set().dump_python(bare, mode="json"), "rules": count}))
        for chain in rule_set.chains:
            for rule in chain.rules:
                lines.append(_line({"chain": chain.name, "rule": _rule().dump_python(rule, mode="json")}))
    return "".join(lines)


def _line(value: object) -> str:
    return for_json(json.dumps(value, ensure_ascii=False)) + "\n"


def load(text: str) -> tuple[RuleSet, ...]:
    """The rule sets of a text that :func:`dump` made.

    Raises:
        Unavailable: it is none, or it is cut short.
    """
    path: list[RuleSet] = []
    counts: list[int] = []
    rules: list[dict[str, list[Rule]]] = []
    try:
        for line in text.splitlines():
            value = json.loads(line)
            if "rule_set" in value:
                path.append(_rule_set().validate_json(json.dumps(value["rule_set"])))
                counts.append(value["rules"])
                rules.append({chain.name: [] for chain in path[-1].chains})
            else:
                rules[-1][value["chain"]].append(_rule().validate_json(json.dumps(value["rule"])))
    except (ValueError, KeyError, IndexError, TypeError, RecursionError, ValidationError) as error:
        raise Unavailable(f"the rule sets in the evidence can't be read: {type(error).__name__}") from None
    if not path or counts != [sum(map(len, held.values())) for held in rules]:
        raise Unavailable("the evidence holds no rule set, or not all of its rules")
    return tuple(_filled(one, held) for one, held in zip(path, rules, strict=True))


def _filled(rule_set: RuleSet, rules: dict[str, list[Rule]]) -> RuleSet:
    return replace(rule_set, chains=tuple(Chain(name, tuple(held)) for name, held in rules.items()))
