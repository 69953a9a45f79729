"""A PAN-OS configuration, from ``set`` commands or XML, as far as rules and their objects go."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree  # nosec B405 # builds the tree; a parser that refuses a document type reads
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from sse_compliance.firewall.readers.text import RuleText

#: Where rules stand, in the order in which they are tried.
RULEBASES = ("pre-rulebase", "rulebase", "post-rulebase")
#: What objects are kept in.
OBJECTS = ("address", "address-group", "service", "service-group")
_CATEGORY = "custom-url-category"


@dataclass(slots=True)
class Entry:
    """A named entry: a rule or an object, with the values of each of its keys."""

    line: int
    values: dict[str, list[str]] = field(default_factory=dict)
    #: Whether it is of all virtual systems or device groups.
    is_shared: bool = False

    def all(self, key: str) -> list[str]:
        """The values of a key."""
        return self.values.get(key, [])

    def first(self, key: str) -> str:
        """The one value of a key; empty where there is none."""
        return next(iter(self.all(key)), "")


@dataclass(slots=True)
class Config:
    """Objects by kind and name; rules by rulebase, kind (``security``, ``decryption``) and whether shared, in order."""

    objects: dict[str, dict[str, Entry]] = field(default_factory=lambda: {kind: {} for kind in (*OBJECTS, _CATEGORY)})
    rules: dict[tuple[str, str, bool], dict[str, Entry]] = field(default_factory=dict)
    #: The virtual systems and device groups that have rules.
    scopes: set[str] = field(default_factory=set)

    def concerns(self, scope: str, place: list[str], wanted: str | None) -> bool:
        """Whether what stands in a virtual system or device group counts; those that have rules are noted."""
        if scope and any(word in RULEBASES for word in place):
            self.scopes.add(scope)
        return scope in ("", "shared") or wanted in (None, scope)

    def in_order(self, kind: str) -> Iterator[tuple[str, Entry]]:
        """The rules of a kind as they are tried: shared pre-rules come first, shared post-rules last."""
        for rulebase in RULEBASES:
            for is_shared in (False, True) if rulebase == "post-rulebase" else (True, False):
                yield from self.rules.get((rulebase, kind, is_shared), {}).items()

    def entry(self, place: list[str], line: int, *, is_shared: bool) -> tuple[Entry, list[str]] | None:
        """The entry that a path of words is about, and the words behind its name; None for anything else."""
        for at, word in enumerate(place):
            if word in RULEBASES and place[at + 2 : at + 3] == ["rules"] and len(place) > at + 3:
                kind = place[at + 1]
                held = self.rules.setdefault((word, kind, is_shared), {})
                return held.setdefault(place[at + 3], Entry(line)), place[at + 4 :]
            if word in self.objects and len(place) > at + 1 and _is_root(place[:at]):
                return self._object(word, place[at + 1], Entry(line, is_shared=is_shared)), place[at + 2 :]
        return None

    def _object(self, kind: str, name: str, new: Entry) -> Entry:
        """An object; one of the virtual system's own hides the shared one of its name."""
        known = self.objects[kind].get(name)
        if known is not None and known.is_shared == new.is_shared:
            return known
        if known is None or known.is_shared:
            self.objects[kind][name] = new
        return new


def _is_root(before: list[str]) -> bool:
    """Whether objects may stand there: at the top, shared, in a virtual system or a device group."""
    return not set(before) & {"network", "deviceconfig", "rules", "mgt-config"}


def from_set(given: RuleText) -> Config:
    """The configuration that ``set`` commands make.

    Raises:
        InputError: a line that is no command, quotes that are not closed, a command that takes something away.
    """
    config = Config()
    for number, line in given.lines():
        if line.lstrip().startswith(("#", "!")):
            continue
        words = _without_brackets(given.words(number, line))
        if words[0] in ("delete", "move", "rename", "edit"):
            raise given.error(number, f"{words[0]}: expected the configuration as it will be, not the change")
        if words[0] != "set":
            raise given.error(number, f"expected a set command, found {words[0]!r}")
        place = [word for word in words[1:] if word]
        scope = _scope(place)
        if not config.concerns(scope, place, given.place.vdom):
            continue
        found = config.entry(place, number, is_shared=scope == "shared")
        if found is None:
            continue
        entry, rest = found
        _put(entry, rest)
    return config


def _without_brackets(words: list[str]) -> list[str]:
    """``[ a b ]`` as the words within."""
    return [word.removeprefix("[").removesuffix("]") for word in words]


def _scope(place: list[str]) -> str:
    for key in ("vsys", "device-group"):
        if key in place[:4]:
            return "".join(place[place.index(key) + 1 : place.index(key) + 2])
    return "shared" if place[:1] == ["shared"] else ""


#: Keys whose value stands one level deeper: ``protocol tcp port 443``, ``static [ a b ]``.
_DEEPER = {"protocol", "dynamic", "profile-setting", "option", "target", "type", "qos"}


#: Keys with one value: of two commands the later holds.
_SINGLE = {"action", "disabled", "negate-source", "negate-destination", "rule-type", "schedule", "fqdn", "ip-netmask"}


def _put(entry: Entry, words: list[str]) -> None:
    if not words:
        return
    key, *values = words
    if key == "protocol" and values:
        protocol, *more = values
        if not entry.all("protocol"):
            entry.values["protocol"] = [protocol]
        if len(more) > 1 and more[0] in ("port", "source-port"):
            entry.values.setdefault(more[0], []).extend(more[1:])
        elif more:
            entry.values.setdefault("protocol-more", []).extend(more)
    elif key in ("tag", "description"):
        return
    elif key in _SINGLE:
        entry.values[key] = values
    else:
        entry.values.setdefault(key, []).extend(values)


def from_xml(given: RuleText) -> Config:
    """The configuration of an XML export.

    Raises:
        InputError: it is no XML, or holds a document type, which no export does.
    """
    config = Config()
    root, lines = _parse(given)
    for place, element in _walk(root, []):
        scope = _scope_of(place)
        if not config.concerns(scope, place, given.place.vdom):
            continue
        found = config.entry(place, lines.get(element, 1), is_shared=scope == "shared")
        if found is None or found[1]:
            continue
        for child in element:
            members = [(m.text or "").strip() for m in child.findall("member")]
            if child.tag == "protocol":
                for protocol in child:
                    ports = [w for p in protocol if p.text for w in [p.tag, p.text.strip()]]
                    _put(found[0], ["protocol", protocol.tag, *ports[:2]])
                    if len(ports) > 2:
                        _put(found[0], ["protocol", protocol.tag, *ports[2:4]])
            elif members or child.findall("*") == []:
                _put(found[0], [child.tag, *(members or [(child.text or "").strip()])])
            else:
                _put(found[0], [child.tag, *(inner.tag for inner in child)])
    return config


def _scope_of(place: list[str]) -> str:
    return next(
        (place[at + 1] for at, word in enumerate(place[:-1]) if word in ("vsys", "device-group")),
        "shared" if "shared" in place[:2] else "",
    )


def _parse(given: RuleText) -> tuple[ElementTree.Element, dict[ElementTree.Element, int]]:
    """The document, and the line of each element; what a document type could do is refused."""
    builder = ElementTree.TreeBuilder()
    lines: dict[ElementTree.Element, int] = {}
    parser = expat.ParserCreate()

    def start(tag: str, attributes: dict[str, str]) -> None:
        lines[builder.start(tag, attributes)] = parser.CurrentLineNumber

    def refuse(*_: Any) -> None:
        raise given.error(parser.CurrentLineNumber, "a document type (DOCTYPE), which no export of PAN-OS holds")

    parser.StartElementHandler = start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(given.text, True)
        return builder.close(), lines
    except expat.ExpatError as error:
        raise given.error(error.lineno, f"not valid XML: {error}") from None


def _walk(element: ElementTree.Element, before: list[str]) -> Iterator[tuple[list[str], ElementTree.Element]]:
    """Every element with the words that lead to it; an entry is called by its name."""
    waiting = [(before, element)]
    while waiting:
        place, one = waiting.pop()
        yield place, one
        for child in reversed(one):
            name = child.get("name")
            waiting.append(([*place, name if child.tag == "entry" and name else child.tag], child))
