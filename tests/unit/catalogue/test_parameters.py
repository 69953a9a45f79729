"""Expected values as data: their kinds, a site's own file, and every mistake in it told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.catalogue.requirements import Catalogue, load_catalogue
from sse_compliance.errors import InputError

CATALOGUE = load_catalogue()
HEAD = "schema: 1\nparameters:\n"


def overridden(tmp_path: Path, text: str) -> Catalogue:
    file = tmp_path / "site.yaml"
    file.write_text(HEAD + text, encoding="utf-8")
    return load_catalogue(overrides=file)


def test_values_by_kind() -> None:
    values = Parameters("SSE-X", {"port": 8989, "least": "6.4.0", "window": "90 min", "path": "/a"})
    assert values.number("port") == 8989
    assert values.version("least") == (6, 4, 0)
    assert values.time("window") == timedelta(minutes=90)
    assert values.text("path") == "/a"
    for ask, name in ((values.number, "least"), (values.time, "port"), (values.version, "path"), (values.text, "prot")):
        with pytest.raises(LookupError):
            ask(name)


def test_the_texts_and_probes_hold_the_values() -> None:
    assert CATALOGUE["SSE-CFG-02"].title == "connector_port is 8989"
    assert "tcp:{api}:8989" in CATALOGUE["SSE-NET-05"].probes
    assert "`connector_port=8989`" in CATALOGUE["SSE-CFG-02"].info().remediation
    assert not any("{" in requirement.title + requirement.statement for requirement in CATALOGUE)


def test_a_sites_own_values(tmp_path: Path) -> None:
    own = overridden(tmp_path, "  SSE-CFG-02: {port: 8990}\n  SSE-CFG-04: {path: '/{odd}'}\n")
    assert own["SSE-CFG-02"].expected.number("port") == 8990
    assert own["SSE-CFG-02"].statement == "connector_port in connector.properties is 8990."
    assert "https://api/{odd}" in own["SSE-CFG-04"].remedy("d", None, None, "api")
    (told,) = own["SSE-CFG-02"].info().parameters
    assert (told.name, told.value, told.default) == ("port", "8990", "8989")
    assert own["SSE-SOK-02"].info().parameters[0].default is None
    assert own.source.sha256 != CATALOGUE.source.sha256, "such runs are not merged with others"
    assert own.source.version == f"{CATALOGUE.source.version} with site.yaml"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("  SSE-CFG-20: {port: 1}", r"site.yaml:3: parameters.SSE-CFG-20: there is no requirement SSE-CFG-20; did you"),
        ("  SSE-CFG-02:\n    prot: 1", r"site.yaml:4: .*has no parameter 'prot'; it has port; did you mean port\?"),
        ("  SSE-DNS-01: {port: 1}", "SSE-DNS-01 has no parameters"),
        ("  SSE-CFG-02: {port: '8990'}", "site.yaml:3: .*expected a whole number, found '8990'"),
        ("  SSE-CFG-02: {port: true}", r"site.yaml:3: parameters.SSE-CFG-02.port: expected a number, .* found True"),
        ("  SSE-PLT-01: {minimum: 7.2}", "a version in quotes; found 7.2"),
        ("  SSE-PLT-01: {minimum: newest}", r'expected a version in quotes, for example "6.4.0", found .newest'),
        ("  SSE-PLT-02: {tolerance: 300}", "expected a time, for example 300 s"),
        ("  SSE-PLT-02: {}", "site.yaml:3: "),
        ("  SSE-CFG-02: {port: 1, port: 2}", "key 'port' stands twice"),
    ],
)
def test_mistakes_are_told(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        overridden(tmp_path, text)
