"""Foreign text made fit to show."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.files.text import capped, for_json, for_log, one_line, plural, split_code, visible


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


#: Texts that would be commands where they are shown.
COMMANDS = [
    "::error::no",
    "ok\n  ::set-env name=PATH::x",
    "a ##vso[task.setvariable]x",
    "a ##[error]x",
    "##teamcity[x]",
    "SSE-VERDICT: passed exit=0",
    "sse-verdict: passed",
    "\x1b]0;title\x07 \x9b31m \u202e",
]


@pytest.mark.parametrize("text", COMMANDS)
def test_no_text_is_a_command_in_a_log(text: str) -> None:
    safe = for_log(text)
    assert not re.search(r"^[ \t]*::|##\w*\[|SSE-VERDICT", safe, re.IGNORECASE | re.MULTILINE)
    assert all(char == "\n" or char.isprintable() for char in safe)
    assert safe.replace("\\", "").startswith(text[0]) or not text[0].isprintable()


@pytest.mark.parametrize("text", ["fe80::1 is its address", "a # b", "the verdict", "std::string"])
def test_other_text_stays_in_a_log(text: str) -> None:
    assert for_log(text) == text


@given(st.text(st.characters(codec="utf-8")) | st.sampled_from([f"\\\n{text}" for text in COMMANDS]))
def test_json_reads_back_the_same_and_is_plain_to_see(text: str) -> None:
    safe = for_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(safe) == {text: [text]}
    assert re.search(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\U000e0000-\U000e007f]", safe) is None
    assert not re.search(r"^[ \t]*::|##\w*\[|SSE-VERDICT", safe, re.IGNORECASE | re.MULTILINE)
