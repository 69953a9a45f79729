"""Named objects and groups of objects, as every vendor has them: what a name in a rule stands for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from sse_compliance.errors import InputError
from sse_compliance.firewall.conditions import span
from sse_compliance.firewall.model import AllOf, AnyOf, Names, Networks, Not, Side, Term, Unknown
from sse_compliance.firewall.names import is_pattern, normal


@dataclass(frozen=True, slots=True)
class Ref:
    """A member of a group that is another object."""

    name: str


@dataclass(slots=True)
class _Entry:
    line: int
    parts: list[Term | Ref]
    excluding: tuple[str, ...] = ()


@dataclass(slots=True)
class Book:
    """The objects of one kind (addresses, services) in one file."""

    #: What an object is called in messages: *address*, *service*.
    what: str
    file: str
    _entries: dict[str, _Entry] = field(default_factory=dict)
    _known: dict[str, Term] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self._entries

    def define(self, name: str, line: int, parts: Iterable[Term | Ref] = (), *, excluding: Iterable[str] = ()) -> None:
        """Defines an object; of two definitions the last one holds."""
        self._entries[name] = _Entry(line, list(parts), tuple(excluding))
        self._known.clear()

    def add(self, name: str, part: Term | Ref) -> None:
        """Adds a member to an object that is defined."""
        self._entries[name].parts.append(part)

    def term(self, name: str) -> Term:
        """What an object stands for; an object that is not defined is an unknown.

        Raises:
            InputError: groups that hold each other.
        """
        return self._term(name, ())

    def _term(self, name: str, within: tuple[str, ...]) -> Term:
        if name in self._known:
            return self._known[name]
        if name not in self._entries:
            return Unknown(f"{self.what} {name} is not defined")
        entry = self._entries[name]
        if name in within:
            circle = " and ".join(within[within.index(name) :])
            raise InputError(f"{self.what} groups {circle} hold each other", place=f"{self.file}:{entry.line}")
        inner = (*within, name)
        term = any_of(self._term(part.name, inner) if isinstance(part, Ref) else part for part in entry.parts)
        if entry.excluding:
            term = AllOf((term, Not(any_of(self._term(other, inner) for other in entry.excluding))))
        self._known[name] = term
        return term


def any_of(terms: Iterable[Term]) -> Term:
    """One term of several; networks and names are put together."""
    ranges: list[str] = []
    patterns: list[str] = []
    others: list[Term] = []
    for term in terms:
        match term:
            case Networks(inner, Side.DESTINATION):
                ranges += inner
            case Names(inner, 0):
                patterns += inner
            case AnyOf(inner_terms):
                others += inner_terms
            case _:
                others.append(term)
    if ranges:
        others.append(Networks(tuple(dict.fromkeys(ranges))))
    if patterns:
        others.append(Names(tuple(dict.fromkeys(patterns))))
    return others[0] if len(others) == 1 else AnyOf(tuple(others))


def on_source(term: Term) -> Term:
    """A term on destinations turned into one on sources. By which name a source is called no rule set tells."""
    match term:
        case Networks():
            return replace(term, side=Side.SOURCE)
        case Names(patterns):
            return Unknown(f"the source is {' or '.join(patterns)}, by name")
        case AllOf(terms):
            return AllOf(tuple(on_source(one) for one in terms))
        case AnyOf(terms):
            return AnyOf(tuple(on_source(one) for one in terms))
        case Not(inner):
            return Not(on_source(inner))
        case _:
            return term


def network(text: str) -> Term:
    """The network, address or range that a text writes; an unknown where it is none."""
    try:
        span(text)
    except ValueError:
        return Unknown(f"{text!r} is no address or network")
    return Networks((text,))


def name(text: str, version: int = 0) -> Term:
    """The host name or pattern that a text writes; an unknown where it is none."""
    if not is_pattern(text) or version not in (0, 4, 6):
        return Unknown(f"{text!r} is no host name")
    return Names((normal(text),), 4 if version == 4 else 6 if version == 6 else 0)
