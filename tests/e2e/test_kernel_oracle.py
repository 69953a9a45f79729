"""The evaluation of nftables rule sets beside the kernel; ``bench/kernel_oracle.py`` runs many more."""

from __future__ import annotations

import os

import pytest

from tests.e2e.kernel import FLOWS, compare, wired
from tests.e2e.lab import outer


def test_what_is_said_is_what_connections_show() -> None:
    if not outer.is_inside():
        pytest.skip(
            os.environ.get(outer.REFUSED, "the kernel's rules are changed in namespaces of their own: make e2e")
        )
    with wired() as wire:
        tally = compare(wire, 30, seed=20261125)
    assert tally.mismatches == []
    assert tally.connections == 30 * len(FLOWS)
    # Both happen, else nothing was compared; and little is left open.
    assert 0 < tally.let_through < tally.connections
    assert 10 * tally.cannot_tell < tally.connections
