"""Shards are disjoint, cover the fleet, and a device's shard follows from its name alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.errors import InputError
from sse_compliance.inventory.sharding import Shard, digest_of, parse_shard

NAMES = st.sets(st.text("abcdef0123456789-", min_size=1, max_size=12), max_size=40)


@given(NAMES, st.integers(1, 50))
def test_each_device_is_in_exactly_one_part(names: set[str], of: int) -> None:
    parts = [{name for name in names if Shard(part, of).holds(name)} for part in range(1, of + 1)]
    assert set().union(*parts) == names
    assert sum(map(len, parts)) == len(names)


@given(NAMES, st.integers(1, 6), st.integers(1, 6), st.data())
def test_a_shard_can_be_divided_further(names: set[str], of: int, jobs: int, data: st.DataObject) -> None:
    shard = Shard(data.draw(st.integers(1, of)), of)
    own = {name for name in names if shard.holds(name)}
    parts = [{name for name in names if shard.part_of_it(job, jobs).holds(name)} for job in range(1, jobs + 1)]
    assert set().union(*parts) == own
    assert sum(map(len, parts)) == len(own)


def test_the_part_is_the_same_on_every_machine_and_the_parts_are_alike_in_size() -> None:
    assert [Shard(part, 4).holds("ftd-nyc-01") for part in (1, 2, 3, 4)] == [False, False, False, True]
    sizes = [sum(Shard(part, 4).holds(f"ftd-{number:04}") for number in range(2_000)) for part in (1, 2, 3, 4)]
    assert sum(sizes) == 2_000
    assert min(sizes) > 430


@pytest.mark.parametrize("text", ["", "1", "0/3", "4/3", "1/0", "-1/3", "1/3/4", "a/b", "1/99999", " 1/3", "1/٣"])
def test_what_is_no_shard_is_told(text: str) -> None:
    with pytest.raises(InputError, match="expected K/N"):
        parse_shard(text)


def test_a_shard_is_written_as_it_is_read() -> None:
    assert str(parse_shard("2/4")) == "2/4"


def test_the_digest_is_of_the_names_in_any_order() -> None:
    assert digest_of(["a", "b"]) == digest_of(["b", "a"]) != digest_of(["a", "c"])
