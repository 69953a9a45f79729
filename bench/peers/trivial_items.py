"""As many trivial pytest items as a run of the suite has: what pytest costs by itself."""

from __future__ import annotations

import os

import pytest


@pytest.mark.parametrize("number", range(int(os.environ["BENCH_ITEMS"])))
def test_trivial(number: int) -> None:
    assert number >= 0
