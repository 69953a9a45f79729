"""Device output as text."""

from __future__ import annotations

import pytest

from sse_compliance.facts.text import clean, excerpt, is_address, lines, path_read
from tests.unit.facts.tables import gave


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("plain\ntext\t.", "plain\ntext\t."),
        ("a\r\nb\r\r\nc", "a\nb\nc"),
        ("a\rb", "ab"),
        ("\x07a\x00b\x08", "ab"),
        ("\x1b[31;1mred\x1b[0m", "red"),
        ("\x1b[?2004h> \x1b[12D\x1b[J", "> "),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]0;title\x1b\\text", "text"),
        ("\x1b]0;never ended\nnext line", "0;never ended\nnext line"),
        ("\x1bEx", "x"),
        ("\x1b", ""),
        ("\x1b[", "["),
        ("naïve – ☃", "naïve – ☃"),
    ],
)
def test_clean(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


def test_only_newlines_end_lines() -> None:
    assert lines("a\x0bb\x0cc\x1cd\x85e\u2028f\rg\nh") == ["abcd\x85e\u2028fg", "h"]


def test_excerpt_is_one_short_line() -> None:
    assert excerpt("a\nb") == "a b"
    assert excerpt("x" * 1_000_000) == "x" * 79 + "…"
    assert excerpt("\x1b[31m\x07") == ""


@pytest.mark.parametrize("text", ["10.0.0.1", "::1", "2620:119:35::35", "fe80::1%eth0"])
def test_addresses(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize("text", ["", "a", "10.0.0", "10.0.0.256", "10.0.0.1:53", "010.0.0.1", "1.1.1.1 "])
def test_no_addresses(text: str) -> None:
    assert not is_address(text)


@pytest.mark.parametrize(
    ("command", "path"), [("cat /etc/a", "/etc/a"), ("tail -c 5 '/var/log/x'", "/var/log/x"), ("", "")]
)
def test_path_read(command: str, path: str) -> None:
    assert path_read(gave(command=command)) == path
