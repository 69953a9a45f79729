"""The allowlists are those of the documents, and a user's own file can't break them silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import DEFAULT_FILE, Role, load_regions
from sse_compliance.errors import InputError

#: TechNote 215547, "Verify connectivity": five hosts a region.
CLASSIC = {
    "us": {
        "api-sse.cisco.com",
        "est.sco.cisco.com",
        "mx01.sse.itd.cisco.com",
        "dex.sse.itd.cisco.com",
        "eventing-ingest.sse.itd.cisco.com",
    },
    "eu": {
        "api.eu.sse.itd.cisco.com",
        "est.sco.cisco.com",
        "mx01.eu.sse.itd.cisco.com",
        "dex.eu.sse.itd.cisco.com",
        "eventing-ingest.eu.sse.itd.cisco.com",
    },
    "apj": {
        "api.apj.sse.itd.cisco.com",
        "est.sco.cisco.com",
        "mx01.apj.sse.itd.cisco.com",
        "dex.apj.sse.itd.cisco.com",
        "eventing-ingest.apj.sse.itd.cisco.com",
    },
}


@pytest.mark.parametrize("region", CLASSIC)
def test_classic_profile_is_the_documents_list(region: str) -> None:
    endpoints = load_regions().endpoints(region, "classic")
    assert {endpoint.fqdn for endpoint in endpoints} == CLASSIC[region]
    assert {endpoint.role for endpoint in endpoints if not endpoint.documented_call} == {Role.DEX}
    (mx,) = [endpoint for endpoint in endpoints if endpoint.role is Role.MX]
    assert mx.pattern == mx.fqdn.replace("mx01", "mx*")


def test_every_profile_has_api_and_eventing_and_a_source() -> None:
    regions = load_regions()
    for region, profiles in regions.profiles.items():
        for profile in profiles:
            endpoints = regions.endpoints(region, profile)
            assert {Role.API, Role.EVENTING, Role.MX, Role.DEX} <= {endpoint.role for endpoint in endpoints}
            assert regions.api(region) in {endpoint.fqdn for endpoint in endpoints}
            assert all(endpoint.source for endpoint in endpoints)


def test_newer_regions_are_in_the_current_profile_only() -> None:
    profiles = load_regions().profiles
    assert profiles["aus"] == ("current",)
    assert profiles["in"] == ("current",)


def test_unknown_region_and_profile_are_errors() -> None:
    regions = load_regions()
    with pytest.raises(InputError, match="no region 'mars'"):
        regions.endpoints("mars", "classic")
    with pytest.raises(InputError, match="no profile 'classic'; expected one of current"):
        regions.endpoints("in", "classic")


OWN = """schema: 1
version: "1"
regions:
  lab:
    title: Laboratory
    api: api.lab.example.net
    profiles:
      classic:
        - {role: api, fqdn: api.lab.example.net, source: own}
"""


def test_a_users_own_file_adds_a_region(tmp_path: Path) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN, encoding="utf-8")
    plain, regions = load_regions(), load_regions(override=path)
    assert regions.api("lab") == "api.lab.example.net"
    assert regions.endpoints("us", "classic") == plain.endpoints("us", "classic")
    assert regions.source.sha256 != plain.source.sha256
    assert "own.yaml" in regions.source.version


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("schema: 1", "schema: 2", ":1: schema", "1"),
        ("- {role: api", "- {role: apis", ":9:", "eventing-ingest"),
        ("fqdn: api.lab", "fqdn: '$(reboot)'; x: api.lab", ":9:", "valid YAML"),
        (
            "fqdn: api.lab.example.net",
            "fqdn: api.lab.example.net;reboot",
            ":9:",
            "expected a host name in small",
        ),
        ("    api: api.lab.example.net", "    api: other.example.net", ":8:", "missing from this list"),
        (
            ", source: own}",
            ", source: own}\n        - {role: dex, fqdn: api.lab.example.net, source: own}",
            ":10:",
            "twice",
        ),
        ("        - {role: api, fqdn: api.lab.example.net, source: own}", "        []", ":8:", "at least 1"),
        ("title", "titel", ":5:", "unknown key"),
    ],
)
def test_a_mistake_in_it_is_told(tmp_path: Path, old: str, new: str, where: str, expected: str) -> None:
    path = tmp_path / "own.yaml"
    path.write_text(OWN.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_regions(override=path)
    assert f"{path}{where}" in str(error.value)
    assert expected in str(error.value)


def test_the_projects_own_file_is_where_it_is_looked_for() -> None:
    assert DEFAULT_FILE.is_file()
