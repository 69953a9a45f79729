"""The catalogue is sound, and mistakes in it are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.catalogue.concerns import Targets
from sse_compliance.catalogue.levels import Level, Severity
from sse_compliance.catalogue.probes import FROM_ELSEWHERE, IMPLIED, probe_specs
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import DEFAULT_FILE, load_catalogue
from sse_compliance.collect.plan import planned_probes
from sse_compliance.collect.source import kind_of
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.verbs.requirements import implemented_ids, markdown

CATALOGUE = load_catalogue()
REGIONS = load_regions()
DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_every_requirement_has_exactly_one_test_and_every_test_its_requirement() -> None:
    implemented = implemented_ids()
    assert set(implemented) == {requirement.id for requirement in CATALOGUE}
    assert set(implemented.values()) == {1}


def test_a_requirement_without_a_test_is_seen(tmp_path: Path) -> None:
    (tmp_path / "test_x.py").write_text('@requirement("SSE-CFG-02")\ndef test_x(host): ...\n', encoding="utf-8")
    assert implemented_ids(tmp_path) == {"SSE-CFG-02": 1}
    with pytest.raises(InputError, match="no tests are here"):
        implemented_ids(tmp_path / "empty")


def test_the_reference_page_is_fresh() -> None:
    page = (DOCS / "requirements.md").read_text(encoding="utf-8")
    assert page == markdown(CATALOGUE), "run: make docs"


@pytest.mark.parametrize("platform", Platform)
def test_every_planned_probe_can_be_made(platform: Platform) -> None:
    device = Device("d", platform, "us", amp=True, rulesets=("edge.cfg",))
    judged = [(r, host) for r in CATALOGUE for host in r.hosts(device, REGIONS) or (None,)]
    names = planned_probes(judged, device, REGIONS)
    assert len(set(names)) == len(names)
    asked = [name for name in names if kind_of(name) not in FROM_ELSEWHERE]
    assert [spec.name for spec in probe_specs(device, asked)] == asked
    assert not any(name.partition(":")[0] in IMPLIED for name in names)


def test_a_probe_that_no_selected_requirement_reads_is_not_planned() -> None:
    device = Device("d", Platform.FTD, "us")
    assert planned_probes([(CATALOGUE["SSE-CFG-02"], None)], device, REGIONS) == ("connector-properties",)
    host = "mx01.sse.itd.cisco.com"
    assert planned_probes([(CATALOGUE["SSE-DNS-02"], host)], device, REGIONS) == (
        f"nslookup:{host}",
        f"curl:{host}",
        "dns-servers:api-sse.cisco.com",
        "show-network",
    )


def test_nothing_is_planned_for_what_does_not_concern_a_device() -> None:
    off = Device("d", Platform.FTD, "us", cloud=False)
    assert planned_probes([(CATALOGUE["SSE-CFG-02"], None)], off, REGIONS) == ()


def test_trust_is_advice_where_no_document_names_a_call() -> None:
    device = Device("d", Platform.FTD, "us")
    requirement = CATALOGUE["SSE-TLS-02"]
    levels = {host: requirement.level_for(device, host, REGIONS) for host in requirement.hosts(device, REGIONS)}
    assert levels.pop("dex.sse.itd.cisco.com") is Level.ADVISORY
    assert set(levels.values()) == {Level.REQUIRED}


def test_documented_calls_are_the_four_of_the_technote() -> None:
    device = Device("d", Platform.FTD, "us")
    assert set(CATALOGUE["SSE-NET-03"].hosts(device, REGIONS)) == {
        "api-sse.cisco.com",
        "est.sco.cisco.com",
        "eventing-ingest.sse.itd.cisco.com",
        "mx01.sse.itd.cisco.com",
    }


def test_what_to_do_holds_no_unfilled_name() -> None:
    for requirement in CATALOGUE:
        text = requirement.remedy("ftd-1", "h.example.net", "*.example.net", "api.example.net")
        assert "{" not in text
        assert (requirement.targets is Targets.DEVICE) == (not requirement.per_host)


ENTRY = """schema: 1
version: "1"
requirements:
  - id: SSE-AAA-01
    title: t
    statement: s
    level: required
    severity: low
    targets: device
    applies_to: {platforms: [ftd]}
    source: S0
    rationale: r
    remediation: do it on {device}
    depends_on: []
    probes: [lsof]
    cause: it is not so
"""


@pytest.mark.parametrize(
    ("old", "new", "where", "expected"),
    [
        ("title: t", "titel: t", ":5: requirements[0].titel", "unknown key"),
        ("SSE-AAA-01", "SSE-1", ":4: requirements[0].id", "expected an ID such as"),
        ("[lsof]", "[lsofs]", ":15: requirements[0].probes[0]", "no probe 'lsofs'"),
        ("[lsof]", '["nslookup:{hots}"]', ":15: requirements[0].probes[0]", "unknown ['hots']"),
        ("[lsof]", '["nslookup:{host}"]', ":15: requirements[0].probes[0]", "judged per host"),
        (
            "depends_on: []",
            "depends_on: [SSE-AAA-02]",
            ":14: requirements[0].depends_on[0]",
            "no requirement SSE-AAA-02",
        ),
        ("depends_on: []", "depends_on: [SSE-AAA-01]", ":3: requirements", "goes in a circle"),
        ("depends_on: []", "depends_on: [SSE-AAA-01@api]", ":14:", "no role of a host"),
        ("{device}", "{hostname}", ":13: requirements[0].remediation", "unknown ['hostname']"),
        ("it is not so", '""', ":16: requirements[0].cause[0].say", "not empty"),
        ("it is not so", '"{observed} is wrong"', ":16: requirements[0].cause", "unknown ['observed']; expected api"),
        ("it is not so", '"{host} is wrong"', ":16: requirements[0].cause", "unknown ['host']"),
        ("it is not so", "[{when: a, say: b}]", ":16: requirements[0].cause", "`when` in each sentence but the last"),
        ("it is not so", "[{say: a}, {say: b}]", ":16: requirements[0].cause", "`when` in each sentence but the last"),
        ("it is not so", '[{when: "(", say: a}, {say: b}]', ":16: requirements[0].cause", "no regular expression"),
        (
            "it is not so",
            '[{when: "(?P<api>x)", say: a}, {say: b}]',
            ":16: requirements[0].cause",
            "['api'] means something else",
        ),
        ("it is not so", "a\n    commands: {root: ['x {what}']}", ":16: requirements[0].cause", "in a command"),
        ("it is not so", "a\n    commands: {shell: [x]}", ":17: requirements[0].commands.shell", "unknown key"),
        ("it is not so", "a\n    station: Moon", ":17: requirements[0].station", "no station 'Moon'; expected one of"),
        ("level: required", "level: must", ":7: requirements[0].level", "'required' or 'advisory'"),
        ("[ftd]", "[]", ":10: requirements[0].applies_to.platforms", "at least 1"),
        ("schema: 1", "schema: 9", ":1: schema", "1"),
    ],
)
def test_a_mistake_is_told_with_file_line_and_key(
    tmp_path: Path, old: str, new: str, where: str, expected: str
) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(ENTRY.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_catalogue(path)
    assert f"{path}{where}" in str(error.value)
    assert expected in str(error.value)


def test_an_id_that_stands_twice(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.yaml"
    path.write_text(ENTRY + ENTRY.split("requirements:\n")[1], encoding="utf-8")
    with pytest.raises(InputError, match=r":17: .*SSE-AAA-01 stands twice"):
        load_catalogue(path)


def test_an_unknown_id_is_an_error() -> None:
    with pytest.raises(InputError, match="no requirement 'SSE-XXX-99'"):
        CATALOGUE["SSE-XXX-99"]
    assert DEFAULT_FILE.is_file()


def test_a_host_of_customer_success_weighs_less() -> None:
    device = Device("d", Platform.FTD, "us")
    requirement = CATALOGUE["SSE-NET-01"]
    weighs = {host: requirement.severity_for(device, host, REGIONS) for host in requirement.hosts(device, REGIONS)}
    assert weighs.pop("dex.sse.itd.cisco.com") is Severity.MEDIUM
    assert set(weighs.values()) == {Severity.CRITICAL}
    assert requirement.severity_for(device, None, REGIONS) is Severity.CRITICAL
