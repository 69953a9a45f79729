"""Draws the picture of docs/architecture.md from the code: ``python -m docs.architecture`` (``make docs``)."""

from __future__ import annotations

import sys
from pathlib import Path

import grimp

PAGE = Path(__file__).with_name("architecture.md")
BEGIN, END = "<!-- picture: rooms -->\n", "<!-- end of picture -->"

#: What everything may use is left out, so that the picture shows what is particular.
_EVERYWHERE = frozenset({"errors", "files"})

Arrows = dict[str, frozenset[str]]


def rooms() -> Arrows:
    """Each room of the package, and the rooms that it imports from."""
    graph = grimp.build_graph("sse_compliance", cache_dir=None)
    arrows: dict[str, set[str]] = {
        name.partition(".")[2]: set() for name in graph.find_children("sse_compliance") if "__" not in name
    }
    for importer in graph.modules:
        for imported in graph.find_modules_directly_imported_by(importer):
            one, other = (name.split(".")[1:2] for name in (importer, imported))
            if one and other and one != other and one[0] in arrows and other[0] in arrows:
                arrows[one[0]].add(other[0])
    return {name: frozenset(others) - _EVERYWHERE for name, others in arrows.items() if name not in _EVERYWHERE}


def reduced(arrows: Arrows) -> Arrows:
    """Without the arrows that a way over other rooms stands for."""

    def reach(name: str, seen: frozenset[str]) -> set[str]:
        found: set[str] = set()
        for other in arrows[name] - seen:
            found |= {other} | reach(other, seen | {other})
        return found

    return {
        name: frozenset(
            other
            for other in others
            if not any(other in reach(between, frozenset({name, between})) for between in others - {other})
        )
        for name, others in arrows.items()
    }


def picture() -> str:
    """The picture, as Mermaid that Git servers draw."""
    lines = ["```mermaid", "flowchart TD"]
    for name, others in sorted(reduced(rooms()).items()):
        lines += [f"    {name} --> {other}" for other in sorted(others)]
    return "\n".join([*lines, "```"]) + "\n"


def drawn(page: str) -> str:
    """The page with the picture in it."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    assert begin
    assert end
    return f"{before}{begin}{picture()}{end}{after}"


if __name__ == "__main__":
    PAGE.write_text(drawn(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.exit(0)
