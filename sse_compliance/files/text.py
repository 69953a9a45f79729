"""Foreign text made fit to show: what a device or a file says is hostile until it is escaped.

Escaping for HTML, Markdown, XML and CSV is each writer's own; this is what they have in common.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable

#: Characters that a terminal obeys or that reorder and hide text on a screen. Tab and line feed are kept.
_UNSEEN = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_UNSEEN_IN_JSON = re.compile(f"{_UNSEEN.pattern[:-1]}\\U000e0000-\\U000e007f]")

#: What a CI system takes for a command, and a ``grep`` for the verdict, each with what no text with it is without.
_COMMANDS = (
    ("::", re.compile(r"^[ \t]*::", re.MULTILINE)),
    ("##", re.compile(r"##(?=\w*\[)")),
    ("sse-verdict", re.compile(r"SSE-(?=VERDICT)", re.IGNORECASE)),
)


def visible(text: str) -> str:
    r"""Text with control and formatting characters spelled out: ESC becomes ``\x1b``. CR LF counts as a line end."""
    return _UNSEEN.sub(_spelled, text.replace("\r\n", "\n"))


def for_log(text: str) -> str:
    r"""Foreign text fit for a terminal and a CI system's log: :func:`visible`, and a command in it for GitHub
    (``::error::`` at a line's start, ``##[error]``), Azure (``##vso[…]``) or TeamCity, and this program's own verdict
    line, are broken by a backslash."""
    return _without_commands(visible(text), lambda found: f"{found[0][:-1]}\\{found[0][-1]}")


def for_json(text: str) -> str:
    r"""JSON of ``json.dumps`` with JSON escapes (``\u001b``) for all that :func:`for_log` spells out, and for
    invisible tag characters: it reads back the same, and does nothing where it is shown."""
    # What JSON itself does not escape of the unseen is DEL, and beyond ASCII.
    if not text.isascii() or "\x7f" in text:
        text = _UNSEEN_IN_JSON.sub(lambda found: json.dumps(found[0])[1:-1], text)
    return _without_commands(text, lambda found: f"{found[0][:-1]}\\u{ord(found[0][-1]):04x}")


def _without_commands(text: str, broken: Callable[[re.Match[str]], str]) -> str:
    lower = text.lower()
    for sign, pattern in _COMMANDS:
        if sign in lower:
            text = pattern.sub(broken, text)
    return text


def _spelled(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def spell_out_what_is_lacking() -> None:
    """A terminal that lacks a character shows it spelled out from now on; without this, printing it is an error."""
    for stream in (sys.stdout, sys.stderr):
        getattr(stream, "reconfigure", dict)(errors="backslashreplace")


def capped(text: str, limit: int) -> str:
    """The first ``limit`` characters of a text, and how many were left out."""
    return text if len(text) <= limit else f"{text[:limit]} … ({len(text) - limit:,} more characters)"


def one_line(text: str, limit: int = 300) -> str:
    """Text on one line: for a terminal line, a table cell, a heading."""
    return visible(" ".join(capped(text, limit).split()))


def split_code(text: str) -> list[tuple[bool, str]]:
    """The catalogue's prose in parts: whether a part is code (it stood between backticks), and its text."""
    parts = text.split("`")
    return [(place % 2 == 1 and place < len(parts) - 1, part) for place, part in enumerate(parts) if part]


def plural(count: int, singular: str, many: str | None = None) -> str:
    """``1 device``, ``1,000 devices``."""
    return f"{count:,} {singular if count == 1 else many or singular + 's'}"
