"""Reading a page of the docs as a script: what is run, what the page says comes of it, what changes in between.

=================================  ==========================================================================
in the page                        meaning
=================================  ==========================================================================
a block ``console``                lines after ``$`` are commands; the others are lines of output, in their order;
                                   ``…`` stands for anything, alone on a line for any lines
``<!-- lab: NAME=STATE … -->``     from here on these devices are in these states
``<!-- file: NAME -->``            the next block is the text of this file
=================================  ==========================================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

_PART = re.compile(
    r"<!-- lab: (?P<lab>[^>]*?) -->"
    r"|<!-- file: (?P<file>\S+) -->\s*```\w*\n(?P<text>.*?)```"
    r"|```console\n(?P<console>.*?)```",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Change:
    """Devices that are in another state from here on."""

    states: dict[str, str]


@dataclass(frozen=True, slots=True)
class File:
    """A file that the reader has by now."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Console:
    """Commands, and the lines of output that the page shows."""

    commands: str
    shown: tuple[str, ...]


def parts(page: Path) -> Iterator[Change | File | Console]:
    """What a page does, in its order."""
    for match in _PART.finditer(page.read_text(encoding="utf-8")):
        if match["lab"] is not None:
            yield Change(dict(pair.split("=", 1) for pair in match["lab"].split()))
        elif match["file"] is not None:
            yield File(match["file"], match["text"])
        else:
            lines = match["console"].splitlines()
            commands = "\n".join(line.removeprefix("$ ") for line in lines if line.startswith("$ "))
            shown = tuple(line for line in lines if not line.startswith("$ ") and line.strip() not in ("", "…"))
            yield Console(commands, shown)


def play(page: Path, directory: Path, put: Callable[[str, str], None], run: Callable[[str], str]) -> None:
    """Does what a page does, and asserts that what it shows comes of it.

    Args:
        page: of the docs.
        directory: where its files go.
        put: puts a device in a state.
        run: runs commands, gives their output.
    """
    for part in parts(page):
        match part:
            case Change(states):
                for device, state in states.items():
                    put(device, state)
            case File(name, text):
                (directory / name).parent.mkdir(parents=True, exist_ok=True)
                (directory / name).write_text(text, encoding="utf-8")
            case Console(commands, shown):
                output = run(commands)
                assert shown, f"the page does not say what comes of: {commands}"
                line = missing(shown, output)
                assert line is None, f"$ {commands}\n{output}\n*** not in it, or not here: {line}"


def missing(shown: tuple[str, ...], output: str) -> str | None:
    """The first line of those shown that the output does not have, or not in this order; None where it has all."""
    lines = iter(output.splitlines())
    for line in shown:
        pattern = re.compile(".*".join(re.escape(piece) for piece in line.split("…")))
        if not any(pattern.fullmatch(candidate.rstrip()) for candidate in lines):
            return line
    return None
