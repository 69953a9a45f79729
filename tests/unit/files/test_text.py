"""Foreign text made fit to show."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.files.text import capped, one_line, plural, split_code, visible


@pytest.mark.parametrize(
    "text, shown",
    [
        ("plain\n\ttext", "plain\n\ttext"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("bell\x07 nul\x00", "bell\\x07 nul\\x00"),
        ("one\r\ntwo\rthree", "one\ntwo\\x0dthree"),
        ("\u202egnp.exe", "\\u202egnp.exe"),
        ("\x9b31m", "\\x9b31m"),
        ("zero\u200bwidth", "zero\\u200bwidth"),
        ("línea – 日本", "línea – 日本"),
    ],
)
def test_control_characters_are_spelled_out(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text())
def test_one_line_is_one_line_without_control_characters(text: str) -> None:
    shown = one_line(text)
    assert len(shown.splitlines()) <= 1
    assert "\x1b" not in shown


def test_what_is_cut_is_counted() -> None:
    assert capped("abcdef", 6) == "abcdef"
    assert capped("abcdefgh", 6) == "abcdef … (2 more characters)"


@pytest.mark.parametrize(
    "text, parts",
    [
        ("run `a b` now", [(False, "run "), (True, "a b"), (False, " now")]),
        ("`a`", [(True, "a")]),
        ("an odd ` backtick", [(False, "an odd "), (False, " backtick")]),
        ("", []),
    ],
)
def test_prose_is_split_at_backticks(text: str, parts: list[tuple[bool, str]]) -> None:
    assert split_code(text) == parts


def test_plural() -> None:
    assert [plural(1, "device"), plural(2000, "device"), plural(0, "entry", "entries")] == [
        "1 device",
        "2,000 devices",
        "0 entries",
    ]
