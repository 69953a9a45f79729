"""The table of scenarios holds together: known names, known requirements, complete disks."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from pydantic import TypeAdapter

from sse_compliance.catalogue.regions import Regions, Role
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import InputError
from sse_compliance.inventory.file_form import NAME_PATTERN
from sse_compliance.lab.image import device_files
from sse_compliance.lab.lab import Lab
from sse_compliance.lab.scenario import Scenario, planted
from sse_compliance.lab.scenarios import SCENARIOS, scenarios
from sse_compliance.lab.server import Plan
from sse_compliance.lab.trust import LabTrust

TRUST = LabTrust.new()
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_scenario_makes_a_complete_device(scenario: Scenario, regions: Regions) -> None:
    files = device_files(scenario, regions, TRUST, NOW)
    assert re.fullmatch(NAME_PATTERN, scenario.name)
    for endpoint in regions.endpoints(scenario.region, scenario.profile):
        assert files[f"lab/curl/direct/{endpoint.fqdn}/cacert/verbose"]
    assert not [path for path, text in files.items() if re.search(r"\$\w", text)]


@pytest.mark.parametrize("scenario", SCENARIOS.values(), ids=lambda scenario: scenario.name)
def test_planted_requirements_are_the_catalogues(scenario: Scenario, regions: Regions) -> None:
    known = set(load_catalogue().requirements)
    expected = planted(scenario, regions)
    assert set(expected.roots) <= known
    assert all(len(expected.roots[name]) >= len(roles) for name, roles in scenario.planted.items())
    assert all(bool(expected.roots[name]) == bool(roles) for name, roles in scenario.planted.items())
    assert not (expected.roots and expected.not_assessed)


def test_planted_keys_are_those_of_findings(regions: Regions) -> None:
    scenario = replace(SCENARIOS["ftd-us"], planted={"SSE-CFG-02": (), "SSE-NET-01": (Role.DEX,)})
    assert planted(scenario, regions).keys == {"SSE-CFG-02", "SSE-NET-01[dex.sse.itd.cisco.com]"}


def test_an_unknown_scenario_is_an_error_that_names_the_known_ones() -> None:
    with pytest.raises(InputError, match=r"no scenario 'ftd-su'; it has: ftd-us, ftd-eu, .*; did you mean ftd-us\?"):
        scenarios(["ftd-us", "ftd-su"])


def test_a_plan_survives_the_way_to_the_server() -> None:
    plan = Plan(dict(SCENARIOS))
    adapter = TypeAdapter(Plan)
    assert adapter.validate_json(adapter.dump_json(plan)) == plan


def test_old_and_new_tools_are_mixed() -> None:
    software = {scenario.software.curl for scenario in SCENARIOS.values()}
    assert software == {"7.44.0", "7.66.0", "7.88.1", "8.16.0"}
    assert {scenario.bash for scenario in SCENARIOS.values()} == {True, False}


@pytest.mark.parametrize("count", [0, -1])
def test_a_lab_without_devices_is_an_error(count: int) -> None:
    with pytest.raises(InputError, match="at least one device"), Lab.start(["ftd-us"], count=count):
        pass


def test_every_region_and_profile_has_a_healthy_device(regions: Regions) -> None:
    healthy = {(s.region, s.profile) for s in SCENARIOS.values() if not s.planted and s.not_assessed is None}
    assert healthy >= {(region, profile) for region, profiles in regions.profiles.items() for profile in profiles}
