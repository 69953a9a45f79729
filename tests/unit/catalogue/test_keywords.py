"""A ``-k`` that selects nothing names what was probably meant."""

from __future__ import annotations

import pytest

from sse_compliance.catalogue.keywords import meant
from sse_compliance.catalogue.requirements import load_catalogue

IDS = [requirement.id for requirement in load_catalogue()]


@pytest.mark.parametrize(
    ("expression", "close"),
    [
        ("SSE-DSN", "SSE-DNS"),
        ("SSE-DNS-O1", "SSE-DNS-01"),
        ("sse-cgf-02", "SSE-CFG-02"),
        ("SSE-DNS-01 and ftd-nyk-01", "ftd-nyc-01"),
        ("not SSE-DNS and SEE-NET", "SSE-NET"),
    ],
)
def test_what_is_close_is_named(expression: str, close: str) -> None:
    assert (meant(expression, IDS, ["ftd-nyc-01"]) or "").endswith(f"did you mean {close}?")


@pytest.mark.parametrize("expression", ["zzz", "SSE-DNS-01 and not SSE-DNS", "(", ""])
def test_nothing_is_guessed(expression: str) -> None:
    assert meant(expression, IDS, ["ftd-nyc-01"]) is None
