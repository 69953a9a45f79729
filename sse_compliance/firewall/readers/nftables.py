"""``nft -j list ruleset``: every base chain of the forward (or another) hook must let a connection through.

Source: libnftables-json(5), nft(8). An *accept* ends its own base chain only; a *drop* ends all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sse_compliance.files.json_file import JsonFile
from sse_compliance.firewall.model import (
    Action,
    AllOf,
    Chain,
    Networks,
    Not,
    Rule,
    RuleSet,
    Stage,
    Term,
    Unknown,
)
from sse_compliance.firewall.objects import any_of
from sse_compliance.firewall.readers.nft_match import (
    NamedSets,
    is_neutral,
    key_is,
    match_term,
    plain,
    with_protocol,
    words,
)
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "nftables"

#: The hooks that a connection through the firewall passes, in their order; ``acl`` in the inventory may name another.
THROUGH = ("ingress", "prerouting", "forward", "postrouting")
#: Families of tables that see packets of IP.
_FAMILIES = {"inet": None, "ip": "0.0.0.0/0", "ip6": "::/0"}

_VERDICTS = {
    "accept": Action.ALLOW,
    "drop": Action.DENY,
    "reject": Action.DENY,
    "jump": Action.JUMP,
    "goto": Action.GOTO,
    "return": Action.RETURN,
    "continue": Action.CONTINUE,
}


#: Statements that let a packet through the chain, with another address on it.
_REWRITES = {"snat": Action.ALLOW, "masquerade": Action.ALLOW, "dnat": Action.UNKNOWN, "redirect": Action.UNKNOWN}

_TableKey = tuple[str, str]


def read(given: RuleText) -> RuleSet:
    """The rules on the way through the firewall, or of the hook that ``acl`` names (``output``, ``input``).

    Raises:
        InputError: no JSON of nft's, or no base chain of such a hook.
    """
    file = JsonFile(Path(given.file), content=given.text.encode())
    items = file.data.get("nftables") if isinstance(file.data, dict) else None
    if not isinstance(items, list):
        raise given.error(1, "expected the output of `nft -j list ruleset`, an object with the key nftables")
    lines = file.lines(2)
    sets: dict[_TableKey, NamedSets] = defaultdict(NamedSets)
    rules: dict[str, list[Rule]] = {}
    bases: list[dict[str, Any]] = []
    numbers: dict[str, int] = defaultdict(int)
    for index, item in enumerate(items):
        line = lines.get(("nftables", index), 1)
        kind, said = next(iter(item.items())) if isinstance(item, dict) and len(item) == 1 else ("", None)
        if not isinstance(said, dict):
            raise given.error(line, "expected an object with one key such as table, chain, set or rule")
        table = (str(said.get("family")), str(said.get("table")))
        if kind in ("set", "map"):
            _read_set(sets[table], said)
        elif kind == "chain":
            rules.setdefault(_chain(said, said.get("name")), [])
            bases += [said] if "hook" in said else []
        elif kind == "rule":
            chain = _chain(said, said.get("chain"))
            numbers[chain] += 1
            rules.setdefault(chain, []).extend(_rules(said, sets[table], numbers[chain], line))
    hooks = (given.place.acl,) if given.place.acl else THROUGH
    stages = [_stage(base) for base in _ordered(bases, hooks)]
    if not stages:
        raise given.error(1, f"it has no base chain of the hook {' or '.join(hooks)}")
    chains = [Chain(name, tuple(held)) for name, held in rules.items()]
    guards = [_guard(base) for base in _ordered(bases, hooks) if _FAMILIES[base["family"]]]
    return given.made(FORMAT, [*chains, *guards], stages)


def _chain(said: dict[str, Any], name: object) -> str:
    return f"{said.get('family')} {said.get('table')} {name}"


def _ordered(bases: list[dict[str, Any]], hooks: tuple[str, ...]) -> list[dict[str, Any]]:
    """The base chains of some hooks, as a packet meets them."""
    met = [base for base in bases if base["hook"] in hooks and base.get("family") in _FAMILIES]
    return sorted(met, key=lambda base: (hooks.index(base["hook"]), base.get("prio", 0)))


def _stage(base: dict[str, Any]) -> Stage:
    chain, policy = _chain(base, base["name"]), str(base.get("policy", "accept"))
    entry = chain if _FAMILIES[base["family"]] is None else f"{chain} {_GUARD}"
    default = _VERDICTS.get(policy, Action.UNKNOWN)
    return Stage(entry, default, f"policy {policy} of chain {base['name']}", stateless=True)


#: In the name of a chain of ours that leaves alone what a table of one family does not see.
_GUARD = "(one family)"


def _guard(base: dict[str, Any]) -> Chain:
    chain, family = _chain(base, base["name"]), Networks((_FAMILIES[base["family"]] or "",))
    others = Rule(0, 1, "another family", Action.ALLOW, Not(family))
    return Chain(f"{chain} {_GUARD}", (others, Rule(0, 1, "this family", Action.GOTO, target=chain)))


def _read_set(sets: NamedSets, said: dict[str, Any]) -> None:
    name, held = str(said.get("name")), said.get("elem", [])
    sets.elements[name] = [plain(value) for value in held] if "map" not in said else held
    if any("expires" in words(value) for value in held):
        sets.expiring.add(name)


def _rules(said: dict[str, Any], sets: NamedSets, number: int, line: int) -> Iterator[Rule]:
    """A rule of nft's as rules of the model: one for each verdict that it holds."""
    expressions = said.get("expr", [])
    text = " ".join(_said(expression) for expression in expressions)
    expiring = sorted(name for name in sets.expiring if f"@{name}" in words(expressions))
    note = f"an element of the set {expiring[0]} expires" if expiring else ""
    conditions: list[Term] = []
    decided = False

    def rule(action: Action, target: str = "", *more: Term) -> Rule:
        when = AllOf((*conditions, *more))
        return Rule(number, line, text, action, when, str(said.get("comment", "")), target=target, note=note)

    for expression in expressions:
        kind, value = next(iter(expression.items()))
        if kind == "match":
            conditions.append(match_term(value, sets))
        elif kind in _VERDICTS or kind in _REWRITES:
            decided = True
            conditions += _looked_up(value, sets)
            yield rule(*_verdict(said, expression))
        elif kind == "vmap":
            decided = True
            for term, verdict in _verdict_map(value, sets):
                yield rule(*_verdict(said, verdict), term)
        elif not is_neutral(expression):
            conditions.append(Unknown(words(expression)))
    if not decided:
        yield rule(Action.CONTINUE)


def _verdict(said: dict[str, Any], expression: Any) -> tuple[Action, str]:
    if not isinstance(expression, dict) or len(expression) != 1:
        return Action.UNKNOWN, ""
    (kind, value), *_ = expression.items()
    action = _VERDICTS.get(kind, _REWRITES.get(kind, Action.UNKNOWN))
    if action in (Action.JUMP, Action.GOTO):
        return action, _chain(said, value.get("target") if isinstance(value, dict) else None)
    return action, ""


def _looked_up(value: Any, sets: NamedSets) -> list[Term]:
    """What a map asks that an address is rewritten by: where it has no entry, the rule does not hold."""
    address = value.get("addr") if isinstance(value, dict) else None
    given = address.get("map") if isinstance(address, dict) else None
    if not isinstance(given, dict):
        return []
    return [any_of(term for term, _ in _verdict_map(given, sets))]


def _verdict_map(value: Any, sets: NamedSets) -> list[tuple[Term, Any]]:
    """What each entry of a verdict map asks, and the verdict."""
    data = value.get("data") if isinstance(value, dict) else None
    if isinstance(data, str) and data.startswith("@"):
        pairs = sets.elements.get(data[1:])
    else:
        pairs = data.get("set") if isinstance(data, dict) else None
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        return [(Unknown(words(value)), None)]
    found = []
    for key, verdict in pairs:
        term = key_is(value["key"], key, sets)
        found.append((Unknown(words(key)) if term is None else with_protocol(value["key"], term), verdict))
    return found


def _said(expression: Any) -> str:
    """An expression as a person reads it; what has no short form stays JSON."""
    kind, value = next(iter(expression.items()))
    if kind == "match":
        operator = "" if value.get("op") in ("==", "in") else f"{value.get('op')} "
        return f"{_side(value.get('left'))} {operator}{_side(value.get('right'))}"
    if kind in ("jump", "goto") and isinstance(value, dict):
        return f"{kind} {value.get('target')}"
    return kind if kind in _VERDICTS or is_neutral(expression) else words(expression)


def _side(value: Any) -> str:
    match value:
        case {"payload": {"protocol": protocol, "field": field}}:
            return f"{protocol} {field}"
        case {"meta": {"key": key}}:
            return f"{key}"
        case {"ct": {"key": key}}:
            return f"ct {key}"
        case {"prefix": {"addr": address, "len": length}}:
            return f"{address}/{length}"
        case {"range": [first, last]}:
            return f"{first}-{last}"
        case {"set": list() as inner}:
            return "{ " + ", ".join(_side(plain(one)) for one in inner) + " }"
        case {"concat": list() as inner}:
            return " . ".join(_side(one) for one in inner)
        case list():
            return ",".join(_side(one) for one in value)
        case str() | int():
            return f"{value}"
    return words(value)
