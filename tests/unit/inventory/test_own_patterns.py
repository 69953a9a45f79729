"""A site's own patterns: what they mask, and which are refused because some text would hold them up."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.inventory.own_patterns import load_own_patterns


def masked(directory: Path, patterns: str, text: str) -> str:
    (directory / "redact.txt").write_text(patterns)
    return load_own_patterns(directory / "redact.txt").mask(text)


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"EMP\d{6}", "by EMP004711, EMP1", "by ********, EMP1"),
        (r"tenant=(\S+)", "tenant=acme-7 ok", "tenant=******** ok"),
        (r"(?i)site (?:key|id): (\w+)", "Site ID: x9\nSITE KEY: y\n", "Site ID: ********\nSITE KEY: ********\n"),
        (r"[\w.+-]{1,64}@[\w.-]+", "mail a.b@corp.example now", "mail ******** now"),
        (r"a(b)?c", "ac abc", "******** a********c"),
        (r"(?<=pin )\d{4}", "pin 1234", "pin ********"),
        ("# no pattern\n\nx1\nx2", "x1 x2", "******** ********"),
        (r"[^#]{1,300}+#", "ab#c", "********c"),
    ],
)
def test_what_is_masked(tmp_path: Path, pattern: str, text: str, expected: str) -> None:
    assert masked(tmp_path, pattern, text) == expected
    assert masked(tmp_path, pattern, expected) == expected


@pytest.mark.parametrize(
    ("pattern", "told"),
    [
        ("(", "missing ), unterminated subpattern"),
        ("x*", "it may match the empty text"),
        ("a|", "it may match the empty text"),
        (r"(a+)+b", "within a repeat"),
        (r"(?:a|ab){2,9}c", "within a repeat"),
        (r"(?:a?){30}a{30}", "within a repeat"),
        (r"(?:x(?:y|z+)){2}w", "within a repeat"),
        (r"a+b", "need a bound"),
        (r"(a+)b", "need a bound"),
        (r"(?:a+|c)b", "need a bound"),
        (r"\S+$", "need a bound"),
        (r"\S++@", "need a bound"),
        (r"a(?=.*b)", "need a bound"),
        (r"(?>a+)b", "need a bound"),
        (r"(?:.{1,9}){1,9}?x", "within a repeat"),
        (r"\w{1,64}\w{1,64}x", "4,225 steps a character"),
        (r"(\w)\1", "a reference to a group"),
        (r"(a)?(?(1)b|c)", "a reference to a group"),
        ("x" * 501, "longer than 500 characters"),
    ],
)
def test_what_is_refused(tmp_path: Path, pattern: str, told: str) -> None:
    with pytest.raises(InputError) as refused:
        masked(tmp_path, f"# ours\nEMP[0-9]\n{pattern}\n", "")
    assert str(refused.value).startswith(f"{tmp_path}/redact.txt:3: no pattern that can be used: ")
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"# nothing\n\n", "no pattern"),
        (b"\xff\xfe", "not UTF-8"),
        (b"x\n" * 101, "101 patterns, expected at most"),
    ],
)
def test_files_that_are_none(tmp_path: Path, content: bytes, told: str) -> None:
    (tmp_path / "redact.txt").write_bytes(content)
    with pytest.raises(InputError, match=told):
        load_own_patterns(tmp_path / "redact.txt")
