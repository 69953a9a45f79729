"""An access policy of FMC as its REST API gives it, dumped into one JSON file (``docs/firewall-rules.md``)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sse_compliance.files.json_file import JsonFile, Location
from sse_compliance.firewall.model import Action, Chain, Rule, RuleSet, Stage, Unknown
from sse_compliance.firewall.objects import any_of
from sse_compliance.firewall.readers.fmc_objects import Objects, items
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "fmc"

_ACTIONS = {
    "ALLOW": Action.ALLOW,
    "TRUST": Action.ALLOW,
    "BLOCK": Action.DENY,
    "BLOCK_RESET": Action.DENY,
    "BLOCK_INTERACTIVE": Action.DENY,
    "BLOCK_RESET_INTERACTIVE": Action.DENY,
    "MONITOR": Action.CONTINUE,
}
_DEFAULTS = {
    "BLOCK": Action.DENY,
    "TRUST": Action.ALLOW,
    "PERMIT": Action.ALLOW,
    "NETWORK_DISCOVERY": Action.ALLOW,
}
_PREFILTER = {"FASTPATH": Action.ALLOW, "BLOCK": Action.DENY, "ANALYZE": Action.GOTO}
_DECRYPTION = {
    "DO_NOT_DECRYPT": Action.ALLOW,
    "DECRYPT_RESIGN": Action.DENY,
    "DECRYPT_KNOWN_KEY": Action.DENY,
    "BLOCK": Action.DENY,
    "BLOCK_RESET": Action.DENY,
    "BLOCK_WITH_RESET": Action.DENY,
    "MONITOR": Action.CONTINUE,
}

_KEYS = {
    "accesspolicy",
    "accessrules",
    "base",
    "prefilterpolicy",
    "prefilterrules",
    "decryptionpolicy",
    "decryptionpolicyrules",
    "securityintelligence",
    "objects",
    "assignments",
}
_INHERIT = "INHERIT_FROM_PARENT"
#: It has no rule but for tunnels, and goes on to the access rules.
_DEFAULT_PREFILTER = "Default Prefilter Policy"
#: Policies that inherit from each other deeper than this go in a circle.
_MAX_DEPTH = 20


class _Dump:
    """A dump, its objects, and the lines of its rules."""

    def __init__(self, given: RuleText) -> None:
        self.given = given
        file = JsonFile(Path(given.file), content=given.text.encode())
        if not isinstance(file.data, dict) or "accessrules" not in file.data:
            raise given.error(1, "expected an object with the keys accesspolicy and accessrules")
        unknown = sorted(file.data.keys() - _KEYS)
        if unknown:
            raise file.error((unknown[0],), f"unknown key; expected {', '.join(sorted(_KEYS))}")
        self.data: dict[str, Any] = file.data
        self.file = file
        firewalls = [str(target.get("id")) for target in self.targets]
        self.objects = Objects(given.file, self.data.get("objects"), firewalls)
        self._lines = file.lines(6)

    @property
    def targets(self) -> list[dict[str, Any]]:
        """The devices that have the policy."""
        return [target for one in items(self.data.get("assignments")) for target in items(one.get("targets"))]

    def line(self, location: Location) -> int:
        while location and location not in self._lines:
            location = location[:-1]
        return self._lines.get(location, 1)

    def rules(self, of: Mapping[str, Any], key: str, prefix: Location) -> Iterator[tuple[int, dict[str, Any]]]:
        """The rules of a list, each with its line."""
        held = of.get(key)
        at = (*prefix, key, *(("items",) if isinstance(held, dict) else ()))
        if not isinstance(held, (list, dict)) or (isinstance(held, dict) and "items" not in held and held):
            raise self.file.error((*prefix, key), "expected a list of rules, or FMC's answer with items")
        listed = held.get("items", []) if isinstance(held, dict) else held
        paging = held.get("paging") if isinstance(held, dict) else None
        count = paging.get("count") if isinstance(paging, dict) else None
        if isinstance(count, int) and count > len(listed):
            raise self.file.error((*prefix, key), f"{len(listed)} of {count} rules; expected every page of them")
        for index, rule in enumerate(listed):
            if not isinstance(rule, dict):
                raise self.file.error((*prefix, key), f"rule {index + 1} is no object; expected a rule of FMC's")
            yield self.line((*at, index)), rule


def read(given: RuleText) -> RuleSet:
    """The access policy, with what it inherits, its prefilter and its decryption policy.

    Raises:
        InputError: no dump, a key that is not known, no default action.
    """
    dump = _Dump(given)
    access = [_rule(dump, n, line, rule) for n, (line, rule) in enumerate(_in_order(dump, dump.data, (), 0), 1)]
    action, said = _default(dump, dump.data, (), 0)
    chains = [Chain("access", tuple(access))]
    entry: list[Rule] = []
    if dump.data.get("securityintelligence"):
        text = "Security Intelligence, which stands before the rules"
        entry.append(Rule(0, dump.line(("securityintelligence",)), text, Action.DENY, Unknown(text)))
    if "prefilterrules" in dump.data:
        entry += _prefilter(dump)
    entry += [Rule(0, line, text, Action.UNKNOWN, Unknown(text)) for line, text in _left_out(dump)]
    entry.append(Rule(0, 1, "the access policy", Action.GOTO, target="access"))
    chains.append(Chain("prefilter", tuple(entry)))
    decryption = None
    if "decryptionpolicyrules" in dump.data:
        chains.append(Chain("decryption", tuple(_decryption(dump))))
        decryption = _decryption_default(dump)
    elif "decryptionpolicy" in dump.data:
        text = "a decryption policy whose rules (decryptionpolicyrules) are not in the dump"
        line = dump.line(("decryptionpolicy",))
        chains.append(Chain("decryption", (Rule(0, line, text, Action.UNKNOWN, Unknown(text)),)))
        decryption = _decryption_default(dump)
    stages = [Stage("prefilter", action, said)]
    if not access and len(entry) == 1:
        raise given.error(1, "it holds no rule; expected the rules of an access policy")
    made = given.made(FORMAT, chains, stages, decryption=decryption, notes=dump.objects.notes)
    return replace(made, assigned=tuple(str(target.get("name")) for target in dump.targets))


def _left_out(dump: _Dump) -> Iterator[tuple[int, str]]:
    """What stands before the rules, by the dump's own words, and is not in it: where it is named."""
    held = dump.data.get("accesspolicy")
    access: Mapping[str, Any] = held if isinstance(held, dict) else {}
    setting, metadata = access.get("prefilterPolicySetting"), access.get("metadata")
    named = isinstance(setting, dict) and setting.get("name") != _DEFAULT_PREFILTER
    if "prefilterrules" not in dump.data and ("prefilterpolicy" in dump.data or named):
        at = ("prefilterpolicy",) if "prefilterpolicy" in dump.data else ("accesspolicy", "prefilterPolicySetting")
        yield dump.line(at), "a prefilter policy whose rules (prefilterrules) are not in the dump"
    if isinstance(metadata, dict) and metadata.get("inherit") is True and "base" not in dump.data:
        yield (
            dump.line(("accesspolicy", "metadata")),
            "the policy that it inherits from, base, which is not in the dump",
        )


def _in_order(dump: _Dump, policy: Mapping[str, Any], prefix: Location, depth: int) -> list[tuple[int, dict[str, Any]]]:
    """Base policy's mandatory rules, the own mandatory ones, the own default ones, the base policy's default ones."""
    if depth > _MAX_DEPTH:
        raise dump.file.error(prefix, "policies inherit from each other without end")
    own = sorted(dump.rules(policy, "accessrules", prefix), key=lambda one: _index(one[1]))
    mandatory = [one for one in own if _section(one[1]) != "default"]
    default = [one for one in own if _section(one[1]) == "default"]
    base = policy.get("base")
    if not isinstance(base, dict):
        return mandatory + default
    inherited = _in_order(dump, base, (*prefix, "base"), depth + 1)
    first = [one for one in inherited if _section(one[1]) != "default"]
    return first + mandatory + default + [one for one in inherited if _section(one[1]) == "default"]


def _section(rule: Mapping[str, Any]) -> str:
    metadata = rule.get("metadata")
    return str(metadata.get("section", "")).lower() if isinstance(metadata, dict) else ""


def _index(rule: Mapping[str, Any]) -> tuple[bool, int]:
    metadata = rule.get("metadata")
    index = metadata.get("ruleIndex") if isinstance(metadata, dict) else None
    return _section(rule) == "default", index if isinstance(index, int) else 0


def _default(dump: _Dump, policy: Mapping[str, Any], prefix: Location, depth: int) -> tuple[Action, str]:
    held = policy.get("accesspolicy")
    action = held.get("defaultAction", {}) if isinstance(held, dict) else {}
    name = str(action.get("action", "")) if isinstance(action, dict) else ""
    if name == _INHERIT and isinstance(policy.get("base"), dict) and depth <= _MAX_DEPTH:
        return _default(dump, policy["base"], (*prefix, "base"), depth + 1)
    if not name:
        raise dump.file.error((*prefix, "accesspolicy"), "its defaultAction.action is missing")
    return _DEFAULTS.get(name, Action.UNKNOWN), f"default action {name}"


def _rule(dump: _Dump, number: int, line: int, rule: dict[str, Any]) -> Rule:
    action = str(rule.get("action", ""))
    return Rule(
        number=number,
        line=line,
        text=_text(rule, action),
        action=_ACTIONS.get(action, Action.UNKNOWN),
        when=dump.objects.condition(rule),
        name=str(rule.get("name", "")),
        enabled=rule.get("enabled") is not False,
    )


def _prefilter(dump: _Dump) -> Iterator[Rule]:
    for number, (line, rule) in enumerate(dump.rules(dump.data, "prefilterrules", ()), 1):
        action = str(rule.get("action", ""))
        # A tunnel rule is about what is wrapped in another protocol.
        when = any_of(()) if rule.get("ruleType") == "TUNNEL" else dump.objects.condition(rule)
        yield Rule(
            number=number,
            line=line,
            text=f"prefilter: {_text(rule, action)}",
            action=_PREFILTER.get(action, Action.UNKNOWN),
            when=when,
            name=str(rule.get("name", "")),
            enabled=rule.get("enabled") is not False,
            target="access" if action == "ANALYZE" else "",
            inspected=action != "FASTPATH",
        )


def _decryption(dump: _Dump) -> Iterator[Rule]:
    for number, (line, rule) in enumerate(dump.rules(dump.data, "decryptionpolicyrules", ()), 1):
        action = str(rule.get("ruleAction") or rule.get("action") or "")
        yield Rule(
            number=number,
            line=line,
            text=f"decryption: {_text(rule, action)}",
            action=_DECRYPTION.get(action, Action.UNKNOWN),
            when=dump.objects.condition(rule),
            name=str(rule.get("name", "")),
            enabled=rule.get("enabled") is not False,
        )


def _decryption_default(dump: _Dump) -> Stage:
    policy = dump.data.get("decryptionpolicy")
    held = policy.get("defaultAction") if isinstance(policy, dict) else None
    name = str(held.get("policyAction") or held.get("action") or "") if isinstance(held, dict) else ""
    return Stage("decryption", _DECRYPTION.get(name, Action.UNKNOWN), f"default action {name or 'not in the dump'}")


def _text(rule: Mapping[str, Any], action: str) -> str:
    """A rule in words: its action, and the conditions that it has."""
    said = [action or "no action"]
    for key in ("sourceNetworks", "destinationNetworks", "urls", "destinationPorts", "applications"):
        held = rule.get(key)
        if isinstance(held, dict):
            parts = [str(one.get("name") or one.get("id")) for one in items(held.get("objects"))]
            parts += [str(one.get("url") or one.get("value") or one.get("port")) for one in items(held.get("literals"))]
            parts += [str(other) for other in held if other not in ("objects", "literals", "links") and held[other]]
            if parts:
                said.append(f"{key} {', '.join(parts)}")
    return "; ".join(said)
