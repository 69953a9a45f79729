"""Every file of the user's, damaged in every place: told in plain words, with no library's words and no pattern."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from sse_compliance.catalogue.parameters import site_values
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import read
from sse_compliance.findings.results_file import read_results
from sse_compliance.findings.waiver_file import load_waivers
from sse_compliance.inventory.load import load_inventory
from tests.integration.suite_run import ROOT

DAMAGES: tuple[object, ...] = (None, -1, 2.5, True, "?!", "", [], {}, [[]], {"nobody": 1})

#: How pydantic and Python call a mistake, and what patterns are made of.
FOREIGN = re.compile(
    r"should|[Ii]nput |argument|[Ff]ield|valid (string|int|bool|dict)|pydantic|Value error|\[[Aa]-|\{0,|\^"
)

ENDPOINT = {"fqdn": "api.lab.example", "role": "api", "source": "ours"}
OVERRIDE = {"schema": 1, "regions": {"lab": {"title": "Lab", "profiles": {"classic": [ENDPOINT]}}}}
PARAMETERS = {"schema": 1, "parameters": {"SSE-CFG-02": {"port": 8990}, "SSE-LOG-01": {"window": "30 min"}}}


catalogue, profiles = load_catalogue(), load_regions().profiles


def of_yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / "fixtures" / name).read_text("utf-8"))


def a_little(evidence: Any) -> Any:
    """A device's evidence with few probes, so that the test has few places to damage."""
    return {**evidence, "probes": dict(list(evidence["probes"].items())[:2])}


def results() -> Any:
    data = json.loads((ROOT / "tests" / "data" / "results" / "schema-1.json").read_text("utf-8"))
    return {**data, **{key: data[key][:2] for key in ("findings", "devices", "requirements", "waivers")}}


FILES: dict[str, tuple[Callable[[], Any], Callable[[Path], object]]] = {
    "inventory": (
        lambda: of_yaml("inventory.example.yaml"),
        lambda path: load_inventory(path, profiles),
    ),
    "waivers": (
        lambda: of_yaml("waivers.example.yaml"),
        lambda path: load_waivers(path, catalogue, datetime(2026, 1, 1, tzinfo=UTC)),
    ),
    "regions": (lambda: OVERRIDE, lambda path: load_regions(override=path)),
    "parameters": (lambda: PARAMETERS, lambda path: site_values(path, {one.id: one.parameters for one in catalogue})),
    "evidence": (
        lambda: a_little(json.loads((ROOT / "fixtures" / "evidence" / "ftd-us.json").read_text("utf-8"))),
        read,
    ),
    "results": (results, read_results),
}


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*at, key)
        yield from places(child, (*at, key))


def damaged(data: Any, place: tuple[Any, ...], damage: object) -> Any:
    data = copy.deepcopy(data)
    inner = data
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = damage
    return data


@pytest.mark.parametrize("kind", FILES)
def test_plain_words_whatever_is_wrong(tmp_path: Path, kind: str) -> None:
    made, load = FILES[kind]
    data, path = made(), tmp_path / "file"
    told = []
    for place in places(data):
        for damage in DAMAGES:
            path.write_text(
                json.dumps(damaged(data, place, damage), default=str), encoding="utf-8"
            )  # JSON is YAML as well
            try:
                load(path)
            except InputError as error:
                told.append((place, damage, str(error).replace(str(path), "FILE")))
                for one in error.each:
                    assert re.match(rf"{re.escape(str(path))}(:\d+)?(: |$)", one.place), one
                    assert str(path) not in one.what
    assert len(told) > 50
    assert [one for one in told if FOREIGN.search(re.sub("'[^']*'", "", one[2]))][:5] == []
