"""What a site wants masked besides passwords, tokens and keys: ``--redact FILE``, a regular expression in each line.

A device's output is hostile, and Python's ``re`` backtracks: a pattern that could take long over some text is refused
when it is read. What is accepted takes no more than :data:`MOST_STEPS` steps a character, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

from sse_compliance.errors import InputError
from sse_compliance.files.reading import read_bounded
from sse_compliance.inventory.masking import MASK

#: A larger file, more or longer patterns are none that somebody has written.
_MOST_BYTES, _MOST_PATTERNS, _MOST_CHARACTERS = 1 << 16, 100, 500
#: How many steps a pattern may take for each character of a text, at worst.
MOST_STEPS = 512


@dataclass(frozen=True, slots=True)
class OwnPatterns:
    """A site's patterns; none masks nothing."""

    patterns: tuple[re.Pattern[str], ...] = ()

    def mask(self, text: str) -> str:
        """A text with what the patterns find masked: what their first group holds, all of it where there is none."""
        for pattern in self.patterns:
            text = pattern.sub(_masked, text)
        return text


def _masked(found: re.Match[str]) -> str:
    if not found.re.groups or found[1] is None:
        return MASK
    start, end = found.start(1) - found.start(), found.end(1) - found.start()
    return f"{found[0][:start]}{MASK}{found[0][end:]}"


def load_own_patterns(path: Path) -> OwnPatterns:
    """The patterns of a file: one a line; empty lines, and those that begin with ``#``, are passed over.

    Raises:
        InputError: the file can't be read or holds none, or a line is no pattern that can be used; names file and line.
    """
    try:
        lines = read_bounded(path, _MOST_BYTES).decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise InputError("not UTF-8 text", place=path) from None
    numbered = [(number, line) for number, line in enumerate(lines, 1) if line.strip() and not line.startswith("#")]
    if not numbered:
        raise InputError("it holds no pattern; expected a regular expression in each line", place=path)
    if len(numbered) > _MOST_PATTERNS:
        raise InputError(f"{len(numbered)} patterns, expected at most {_MOST_PATTERNS}", place=path)
    return OwnPatterns(tuple(_pattern(line, f"{path}:{number}") for number, line in numbered))


def _pattern(text: str, place: str) -> re.Pattern[str]:
    try:
        if len(text) > _MOST_CHARACTERS:
            raise _RefusedError(f"longer than {_MOST_CHARACTERS} characters")
        pattern, parsed = re.compile(text), _PARSER.parse(text)
        if not parsed.getwidth()[0]:
            raise _RefusedError("it may match the empty text")
        steps = _steps(parsed, ends=True)
        if steps > MOST_STEPS:
            raise _RefusedError(f"its repeats may take {steps:,} steps a character, {MOST_STEPS} at most: give less")
    except (re.error, RecursionError, OverflowError, _RefusedError) as error:
        raise InputError(f"no pattern that can be used: {error}", place=place) from None
    return pattern


class _RefusedError(Exception):
    """Why a pattern is not used."""


#: What ``re`` itself reads patterns with: there is no public way to what a pattern is made of.
_PARSER: Any = import_module("re._parser")
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT")


def _steps(items: Iterable[tuple[Any, Any]], *, ends: bool) -> int:
    """The most steps that trying a sequence at one place takes. Where it ``ends`` the pattern, its last repeat never
    goes back: it takes what it can, and all that it took is behind it then."""
    parts = list(items)
    each = (_steps_of(str(op), value, last=ends and part == len(parts) - 1) for part, (op, value) in enumerate(parts))
    return reduce(lambda one, other: one * other, each, 1)


def _steps_of(op: str, value: Any, *, last: bool) -> int:
    if op in _REPEATS:
        return _steps_of_repeat(*value, last=last)
    if op in ("GROUPREF", "GROUPREF_EXISTS"):
        raise _RefusedError("a reference to a group takes too long over some text")
    if op == "BRANCH":
        return sum(_steps(branch, ends=last) for branch in value[1])
    if op == "SUBPATTERN":
        return _steps(value[3], ends=last)
    if op == "ATOMIC_GROUP":
        return _steps(value, ends=last)
    if op in ("ASSERT", "ASSERT_NOT"):
        return _steps(value[1], ends=False)
    return 1


def _steps_of_repeat(least: int, most: int, repeated: Any, *, last: bool) -> int:
    low, high = repeated.getwidth()
    if most == 1:
        return 2 * _steps(repeated, ends=last)
    if low != high or _steps(repeated, ends=False) > 1:
        raise _RefusedError("a repeat, or a choice, within a repeat takes too long over some text")
    if last:
        return int(least) * int(low) + 1
    if most == _PARSER.MAXREPEAT:
        raise _RefusedError("`*` and `+` need a bound unless they end the pattern: for example {1,64} in place of +")
    return int(most) * int(high) + 1
