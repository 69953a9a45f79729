"""Each device is in one shard, of its own site."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.cluster.sites import by_site, divide, workers_of
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Access, Device, Platform, Target

SITES = st.one_of(st.none(), st.sampled_from(["fra", "nyc"]))
FLEETS = st.dictionaries(st.from_regex(r"ftd-[0-9]{1,4}", fullmatch=True), SITES, max_size=40)


def target(name: str, site: str | None, *tags: str) -> Target:
    device = Device(name, Platform.FTD, "us", tags=tags)
    return Target(device, Access("192.0.2.1", site=site))


@given(FLEETS, st.integers(1, 50))
def test_each_device_is_in_one_part_of_its_site(fleet: dict[str, str | None], shards: int) -> None:
    sites = by_site(target(name, site) for name, site in fleet.items())
    parts = [part for site, devices in sites.items() for part in divide(site, devices, shards)]
    assert Counter(device.name for part in parts for device in part.devices) == Counter(fleet.keys())
    assert all(fleet[device.name] == part.site for part in parts for device in part.devices)
    assert all(part.devices for part in parts)
    assert len({part.name for part in parts}) == len(parts)


def test_a_device_that_can_not_be_chosen_alone_is_told() -> None:
    with pytest.raises(InputError, match="'dc' is a device and a tag"):
        by_site([target("dc", "fra"), target("ftd-1", "nyc", "dc")])


def test_a_site_has_the_workers_whose_resources_name_it() -> None:
    told = {"a": {"resources": {"fra": 1}}, "b": {"resources": {"nyc": 1.0}}, "c": {}, "d": {"resources": {"fra": 0}}}
    assert workers_of("fra", told) == ["a"]
    assert workers_of("syd", told) == []
    assert workers_of(None, told) == ["a", "b", "c", "d"]
