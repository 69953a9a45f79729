"""``connector.properties``."""

from __future__ import annotations

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector.properties import ConnectorProperties, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave

PATH = "/ngfw/etc/sf/connector.properties"
THREE = transcript("connector_properties_3keys")
FOUR = transcript("connector_properties_4keys")
VALUES_3 = {"registration_interval": "180", "connector_port": "8989", "connector_fqdn": "api-sse.cisco.com"}
DISCOVERY = "https://api-sse.cisco.com/providers/sse/api/v1/regions"
VALUES_4 = VALUES_3 | {"region_discovery_endpoint": DISCOVERY}


def file(text: str, *, truncated: bool = False) -> ProbeResult:
    return gave(text, command=f"cat {PATH}", truncated=truncated)


def no_file(why: str) -> ProbeResult:
    return gave("", f"cat: {PATH}: {why}\n", exit_status=1, command=f"cat {PATH}")


CASES: list[Case[ConnectorProperties]] = [
    Case("3 keys, TechNote 215547", file(THREE), ConnectorProperties(PATH, None, VALUES_3)),
    Case("4 keys, TechNote 217616", file(FOUR), ConnectorProperties(PATH, None, VALUES_4)),
    Case("CR/LF", file(THREE.replace("\n", "\r\n")), ConnectorProperties(PATH, None, VALUES_3)),
    Case("no last newline", file(THREE.rstrip("\n")), ConnectorProperties(PATH, None, VALUES_3)),
    Case("comments and blank lines", file(f"# x=1\n\n! y=2\n  \n{THREE}"), ConnectorProperties(PATH, None, VALUES_3)),
    Case(
        "blanks are kept in the value",
        file(THREE.replace("\n", " \n").replace("connector_port=", " connector_port = ")),
        ConnectorProperties(
            PATH,
            None,
            {"registration_interval": "180 ", "connector_port": " 8989 ", "connector_fqdn": "api-sse.cisco.com "},
        ),
    ),
    Case(
        "unknown keys",
        file(f"{THREE}proxy_host=a=b\nconnector\\_fqdn=x\n"),
        ConnectorProperties(
            PATH,
            None,
            VALUES_3 | {"proxy_host": "a=b", "connector\\_fqdn": "x"},
            unknown=("proxy_host", "connector\\_fqdn"),
        ),
    ),
    Case(
        "duplicate key: the first is kept, and named",
        file(f"{THREE}connector_port=8990\nconnector_port=8991\n"),
        ConnectorProperties(PATH, None, VALUES_3, duplicates=("connector_port",)),
    ),
    Case(
        "lines that are no pairs",
        file(f"{THREE}hello\n=5\n"),
        ConnectorProperties(PATH, None, VALUES_3, malformed=("hello", "=5")),
    ),
    Case("empty file", file(""), ConnectorProperties(PATH, None, {})),
    Case(
        "no such file", no_file("No such file or directory"), ConnectorProperties(PATH, "No such file or directory", {})
    ),
    Case("not readable", no_file("Permission denied"), ConnectorProperties(PATH, "Permission denied", {})),
    Case("a directory", no_file("Is a directory"), ConnectorProperties(PATH, "Is a directory", {})),
    Case("disk trouble", no_file("Input/output error"), NoFact("Input/output error")),
    Case("failed without a word", gave("", exit_status=1), NoFact("no message")),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    Case("cut", file(THREE, truncated=True), NoFact("not read to its end")),
]


@each(CASES)
def test_connector_properties(case: Case[ConnectorProperties]) -> None:
    check(parse, case)


def test_values() -> None:
    fact = parse(file(FOUR))
    assert fact.connector_port == 8989
    assert fact.registration_interval == 180
    assert fact.connector_fqdn == "api-sse.cisco.com"
    assert fact.region_discovery_endpoint == DISCOVERY
    assert fact.problems == ()


def test_three_keys_are_well_formed_and_name_no_endpoint() -> None:
    fact = parse(file(THREE))
    assert fact.problems == ()
    assert fact.region_discovery_endpoint is None


def test_integers_are_read_past_blanks_and_the_fqdn_is_as_written() -> None:
    fact = parse(file(THREE.replace("\n", "  \r\n")))
    assert fact.connector_port == 8989
    assert fact.registration_interval == 180
    assert fact.connector_fqdn == "api-sse.cisco.com  "


@pytest.mark.parametrize(
    "value",
    [
        "",
        "8989.0",
        "08989",
        "+8989",
        "-1",
        "0x231d",
        "8989 8990",
        "٨٩٨٩",
        "89\x0089",
        "8989\x0b",
        "8" * 5000,
        "\u00a08989",
    ],
)
def test_what_is_no_integer(value: str) -> None:
    fact = parse(file(THREE.replace("8989", value)))
    assert fact.problems
    assert "connector_port is" in fact.problems[0]
    assert fact.connector_port != 8989
    assert isinstance(fact.connector_port, str)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "connector_port is absent"),
        (THREE.replace("connector_fqdn", "fqdn"), "connector_fqdn is absent"),
        (f"{THREE}connector_port=8989\n", "connector_port occurs more than once"),
        (f"{THREE}hello\n", "'hello' is not key=value"),
        (THREE.replace("180", "often"), "registration_interval is 'often', not an integer"),
        (BINARY, "connector_port is absent"),
    ],
)
def test_problems(text: str, problem: str) -> None:
    assert problem in parse(file(text)).problems


def test_a_missing_file_is_a_problem_and_has_no_values() -> None:
    fact = parse(no_file("No such file or directory"))
    assert fact.problems == ("No such file or directory",)
    for name in ("connector_port", "registration_interval", "connector_fqdn", "region_discovery_endpoint"):
        with pytest.raises(Unavailable, match="No such file"):
            getattr(fact, name)


@pytest.mark.parametrize("name", ["connector_port", "connector_fqdn", "region_discovery_endpoint"])
def test_a_repeated_key_has_no_value(name: str) -> None:
    fact = parse(file(f"{FOUR}{name}=8989\n"))
    with pytest.raises(Unavailable, match="more than once"):
        getattr(fact, name)
