"""FortiOS configuration text (``show``, a backup): ``config`` … ``edit`` … ``set`` … ``next`` … ``end``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sse_compliance.firewall.readers.text import RuleText


@dataclass(slots=True)
class Node:
    """A table or an entry of one: settings, entries by name in their order, tables within."""

    line: int
    settings: dict[str, list[str]] = field(default_factory=dict)
    entries: dict[str, Node] = field(default_factory=dict)
    tables: dict[str, Node] = field(default_factory=dict)

    def table(self, *path: str) -> Node:
        """The table of a path such as ``firewall policy``; an empty one where there is none."""
        return self.tables.get(" ".join(path), Node(self.line))

    def all(self, key: str) -> list[str]:
        """The values of a setting."""
        return self.settings.get(key, [])

    def first(self, key: str, default: str = "") -> str:
        """The one value of a setting."""
        return next(iter(self.all(key)), default)

    def move(self, name: str, where: str, other: str) -> bool:
        """Puts an entry before or after another; tells whether both are there."""
        if where not in ("before", "after") or not {name, other} <= self.entries.keys():
            return False
        names = [one for one in self.entries if one != name]
        names.insert(names.index(other) + (where == "after"), name)
        self.entries = {one: self.entries[one] for one in names}
        return True


def parse(given: RuleText) -> Node:
    """The configuration.

    Raises:
        InputError: a line that belongs nowhere, or blocks that are not closed.
    """
    root = Node(1)
    open_nodes: list[Node] = [root]
    number = 1
    for number, line in _whole(given):
        word, *rest = given.words(number, line.strip())
        here = open_nodes[-1]
        match word, rest:
            case "config", [_, *_]:
                open_nodes.append(here.tables.setdefault(" ".join(rest), Node(number)))
            case "edit", [name]:
                open_nodes.append(here.entries.setdefault(name, Node(number)))
            case "next" | "end", []:
                if len(open_nodes) == 1:
                    raise given.error(number, f"{word} without a block that it ends")
                open_nodes.pop()
            case "set", [key, *values]:
                here.settings[key] = values
            case "append", [key, *values]:
                here.settings.setdefault(key, []).extend(values)
            case "unset" | "unselect", [key, *_]:
                here.settings.pop(key, None)
            case "move", [name, where, other] if here.move(name, where, other):
                pass
            case "delete", [name]:
                here.entries.pop(name, None)
            case _:
                raise given.error(number, f"expected config, edit, set, next or end, found {line.strip()[:60]!r}")
    if len(open_nodes) > 1:
        raise given.error(number, "the file ends within a block; is it cut short?")
    return root


def _whole(given: RuleText) -> Iterator[tuple[int, str]]:
    """The lines without comments; a text in quotes that goes on below (a key, a message) is one line."""
    begun, at = "", 0
    for number, line in given.lines():
        if not begun:
            if line.lstrip().startswith("#"):
                continue
            at = number
        begun = f"{begun}\n{line}" if begun else line
        if not _is_open(begun):
            yield at, begun
            begun = ""
    if begun:
        yield at, begun


def _is_open(text: str) -> bool:
    """Whether a double quote is not closed; a backslash takes its meaning from what follows."""
    return re.sub(r"\\.", "", text, flags=re.DOTALL).count('"') % 2 == 1


def scope(given: RuleText, root: Node) -> Node:
    """The virtual domain that the inventory names, or the whole where there are none.

    Raises:
        InputError: there are several and none is named, or it is not there.
    """
    domains = {name: node for name, node in root.table("vdom").entries.items() if node.tables}
    if not domains:
        return root
    wanted = given.place.vdom or (next(iter(domains)) if len(domains) == 1 else None)
    if wanted is None or wanted not in domains:
        said = f"there is no VDOM {wanted!r}" if wanted else "say which VDOM (vdom) in the inventory"
        raise given.error(1, f"{said}; it has {', '.join(domains)}")
    return domains[wanted]
