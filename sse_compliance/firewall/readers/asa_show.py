"""``show access-list`` of an ASA, which has expanded groups itself and tells which names it has resolved.

Where an entry has lines of its own below it, these count and not the names in it: what they say is what the firewall
does.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sse_compliance.firewall.model import NEVER, Action, Chain, Rule, RuleSet, Stage, Term, Unknown
from sse_compliance.firewall.objects import any_of
from sse_compliance.firewall.readers.asa import IMPLICIT, as_rule, condition, numbered, refuse_ftd
from sse_compliance.firewall.readers.asa_line import NotAnAceError, parse_ace
from sse_compliance.firewall.readers.asa_objects import Objects
from sse_compliance.firewall.readers.text import RuleText

FORMAT = "asa-show"

_NOTE = "a name in it is not resolved on the firewall, so it matches nothing now"


@dataclass(slots=True)
class _Entry:
    """An entry, and the conditions of the lines below it."""

    own: Rule
    below: list[Term] = field(default_factory=list)
    unresolved: bool = False

    def rule(self) -> Rule:
        """The entry with the conditions of its lines in place of its own."""
        note = _NOTE if self.unresolved else ""
        return replace(self.own, when=any_of(self.below), note=note) if self.below else self.own


def _no(_: str) -> bool:
    return False


def _yes(_: str) -> bool:
    return True


def read(given: RuleText) -> RuleSet:
    """The access list that the inventory names, as the firewall has compiled it.

    Raises:
        InputError: it is not there, none is named among several, or a line can't be understood.
    """
    refuse_ftd(given)
    objects = Objects(replace(given, text=""))
    lists: dict[str, list[_Entry]] = {}
    for number, line in given.lines():
        words = line.split()
        if words[0] != "access-list" or len(words) < 3 or words[1].endswith(";") or words[1] == "cached":
            continue
        if words[2:3] == ["line"] and words[4:5] == ["remark"]:
            lists.setdefault(words[1], [])
            continue
        own = lists.setdefault(words[1], [])
        is_child = line.startswith(" ")
        try:
            ace = parse_ace(line, _no) if "extended" in words[2:5] else None
        except NotAnAceError:
            try:
                ace = parse_ace(line, _yes)
            except NotAnAceError as error:
                raise given.error(number, f"{error}; expected a line of show access-list") from None
        if ace is None:
            own.append(_Entry(Rule(0, number, line.strip(), Action.UNKNOWN, Unknown(line.strip()))))
        elif not is_child:
            own.append(_Entry(as_rule(ace, objects, number, line)))
        elif own:
            unresolved = "(unresolved)" in words
            own[-1].below.append(NEVER if ace.inactive or unresolved else condition(ace, objects))
            own[-1].unresolved |= unresolved
    chains = [Chain(acl, tuple(numbered(entry.rule() for entry in entries))) for acl, entries in lists.items()]
    acl = given.place.acl or (chains[0].name if len(chains) == 1 else None)
    if acl is None or acl not in lists:
        known = ", ".join(lists) or "none"
        wanted = f"there is no access list {acl!r}" if acl else "say which access list (acl) in the inventory"
        raise given.error(1, f"{wanted}; it has {known}")
    return given.made(FORMAT, chains, [Stage(acl, Action.DENY, IMPLICIT)])
