"""A Cisco ASA's running configuration: access lists, the interfaces they are bound to, objects and groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from sse_compliance.firewall.model import (
    ALWAYS,
    Action,
    AllOf,
    Chain,
    Networks,
    Rule,
    RuleSet,
    Service,
    Stage,
    Term,
    Unknown,
)
from sse_compliance.firewall.objects import name, network, on_source
from sse_compliance.firewall.readers.asa_line import Ace, NotAnAceError, Spec, parse_ace
from sse_compliance.firewall.readers.asa_objects import Objects, ports, protocol
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "asa"

IMPLICIT = "implicit deny"

#: What an FTD's own list holds, which is not its policy.
_FTD = "an FTD's own compiled list; URL and application conditions are not in it, so give FMC's access policy instead"


@dataclass(frozen=True, slots=True)
class Binding:
    """``access-group ACL in interface mgmt``; of a global one the interface is empty."""

    acl: str
    direction: str
    interface: str


def read(given: RuleText) -> RuleSet:
    """The access list on the way of a device's connections.

    Raises:
        InputError: no access list, one that is not there or not bound, an FTD's list, groups that hold each other.
    """
    refuse_ftd(given)
    objects = Objects(given)
    lists: dict[str, list[Rule | None]] = {}
    bindings: dict[tuple[str, str], Binding] = {}
    for number, line in given.lines():
        words = line.split()
        if words[0] == "access-list":
            if len(words) > 2 and not words[1].endswith(";"):
                _insert(lists.setdefault(words[1], []), words, _rule(given, objects, number, line))
        elif words[0] == "access-group" and len(words) >= 3 and words[-1] != "control-plane":
            # Of two lists for one way the later takes the place of the earlier.
            binding = Binding(words[1], words[2], "".join(words[4:5]))
            bindings[binding.direction, binding.interface] = binding
        elif words[:3] == ["clear", "configure", "access-list"] and len(words) > 3:
            lists.pop(words[3], None)
        elif words[:2] in (["no", "access-list"], ["no", "access-group"]):
            raise given.error(number, "it takes a line away; expected the configuration as it will be, not the change")
    held = {acl: [rule for rule in rules if rule is not None] for acl, rules in lists.items()}
    chains = [Chain(acl, tuple(numbered(rules))) for acl, rules in held.items() if rules]
    if not chains:
        raise given.error(1, "it holds no access-list")
    stages, more, notes = _stages(given, {chain.name: chain.rules for chain in chains}, list(bindings.values()))
    return given.made(FORMAT, [*chains, *more], stages, notes=notes)


def refuse_ftd(given: RuleText) -> None:
    """An FTD's compiled list must not be judged as an ASA's.

    Raises:
        InputError: it is one.
    """
    for number, line in given.lines():
        words = line.split()
        if words[0] == "access-list" and ("advanced" in words[2:5] or words[1].startswith("CSM_FW_ACL_")):
            raise given.error(number, _FTD)


def numbered(rules: Iterable[Rule]) -> Iterable[Rule]:
    """The rules with their places as numbers."""
    return (replace(rule, number=number) for number, rule in enumerate(rules, 1))


def _insert(rules: list[Rule | None], words: list[str], rule: Rule | None) -> None:
    """``line 5`` puts an entry in fifth place, remarks (None) counted; without it an entry goes to the end."""
    if words[2] == "line" and "".join(words[3:4]).isdecimal():
        rules.insert(max(int(words[3]) - 1, 0), rule)
    else:
        rules.append(rule)


def _rule(given: RuleText, objects: Objects, number: int, line: str) -> Rule | None:
    words = line.split()
    kind = words[4] if words[2:3] == ["line"] and len(words) > 4 else "".join(words[2:3])
    if kind == "remark":
        return None
    if kind not in ("extended", "permit", "deny"):
        return Rule(0, number, line.strip(), Action.UNKNOWN, Unknown(line.strip()))
    try:
        ace = parse_ace(line, objects.is_service_group)
    except NotAnAceError as error:
        raise given.error(number, f"{error}; expected access-list NAME extended permit|deny …") from None
    return as_rule(ace, objects, number, line)


def as_rule(ace: Ace, objects: Objects, number: int, line: str) -> Rule:
    """An entry as a rule of the model."""
    return Rule(
        number=0,
        line=number,
        text=line.strip(),
        action=Action.ALLOW if ace.action == "permit" else Action.DENY,
        when=condition(ace, objects),
        enabled=not ace.inactive,
    )


def condition(ace: Ace, objects: Objects) -> Term:
    """What an entry asks of a connection."""
    terms = [
        _protocol(ace.protocol, objects),
        on_source(_address(ace.source, objects)),
        _address(ace.destination, objects),
        *(Unknown(str(spec)) for spec in ace.who),
    ]
    for spec, is_source in ((ace.source_port, True), (ace.port, False)):
        if spec is not None:
            terms.append(_ports(spec, objects, is_source=is_source))
    if ace.time_range is not None:
        terms.append(objects.time_ranges.get(ace.time_range, Unknown(f"time-range {ace.time_range}")))
    if ace.rest:
        terms.append(Unknown(" ".join(ace.rest)))
    return AllOf(tuple(term for term in terms if term != ALWAYS))


def _protocol(spec: Spec, objects: Objects) -> Term:
    if spec.kind in ("object", "object-group"):
        return objects.services.term(spec.values[0])
    return protocol(spec.kind)


def _ports(spec: Spec, objects: Objects, *, is_source: bool) -> Term:
    if spec.kind == "object-group":
        term = objects.services.term(spec.values[0])
        return Unknown(f"source port {spec}") if is_source else term
    read = ports(spec.kind, spec.values)
    if read is None:
        return Unknown(f"port {spec}")
    return Service(None, None, read) if is_source else Service(None, read)


def _address(spec: Spec, objects: Objects) -> Term:
    match spec.kind:
        case "any":
            return ALWAYS
        case "any4":
            return Networks(("0.0.0.0/0",))
        case "any6":
            return Networks(("::/0",))
        case "host" if spec.remark and spec.remark != "unresolved":
            return name(spec.remark)
        case "host":
            return objects.address(spec.values[0])
        case "subnet" if len(spec.values) == 2:
            return objects.address(*spec.values)
        case "subnet":
            return network(spec.values[0])
        case "range":
            return network("-".join(spec.values))
        case "object" | "object-group":
            return objects.addresses.term(spec.values[0])
        case "fqdn":
            return name(spec.values[0])
    return Unknown(str(spec))


def _stages(
    given: RuleText, lists: dict[str, tuple[Rule, ...]], bindings: list[Binding]
) -> tuple[list[Stage], list[Chain], list[str]]:
    """The lists that a connection meets: that of the interface it comes in by, the global one, that of the way out."""
    place = given.place
    acl = place.acl or next(
        (b.acl for b in bindings if b.direction == "in" and b.interface == place.from_zone and place.from_zone), None
    )
    if acl is None and place.from_zone is None and not bindings and len(lists) == 1:
        (acl,) = lists
    shared = next((b.acl for b in bindings if b.direction == "global"), None)
    if acl is None and place.from_zone is None and (len(lists) > 1 or shared not in lists):
        raise given.error(1, f"say which: acl ({', '.join(lists)}) or from_zone (the interface) in the inventory")
    for wanted in (acl, shared):
        if wanted is not None and wanted not in lists:
            raise given.error(1, f"there is no access list {wanted!r}; it has {', '.join(lists)}")
    notes = []
    if place.acl is not None and not bindings:
        notes.append(f"no access-group binds {place.acl} in this file")
    elif place.acl is not None and not any(binding.acl == place.acl for binding in bindings):
        bound = ", ".join(f"{b.acl} ({b.interface or 'global'})" for b in bindings)
        raise given.error(1, f"access list {place.acl} is bound to no interface; bound are {bound}")
    rules = [*lists.get(acl or "", ()), *(lists.get(shared or "", ()) if shared != acl else ())]
    if not rules:
        said = f"no access-group on interface {place.from_zone}: security levels decide"
        rules = [Rule(1, 1, said, Action.UNKNOWN, Unknown(said))]
    entry = f"{acl or ''}>{shared or ''}"
    stages, chains = [Stage(entry, Action.DENY, IMPLICIT)], [Chain(entry, tuple(rules))]
    outward = [binding for binding in bindings if binding.direction == "out" and binding.acl != acl]
    if outward and place.to_zone is None:
        which = ", ".join(f"{binding.acl} on {binding.interface}" for binding in outward)
        raise given.error(1, f"lists are bound outward ({which}); say to_zone (the interface) in the inventory")
    for binding in outward:
        if binding.interface == place.to_zone:
            if binding.acl not in lists:
                raise given.error(1, f"there is no access list {binding.acl!r}, which goes out of {place.to_zone}")
            stages.append(Stage(binding.acl, Action.DENY, IMPLICIT))
    return stages, chains, notes
