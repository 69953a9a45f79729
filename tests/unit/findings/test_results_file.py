"""compliance.json: what is written comes back, fits its public schema, and bad files are told from good ones."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sse_compliance.errors import InputError
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import dump_results, json_schema, read_results, schema_text, write_results
from tests.unit.findings.made import device, results
from tests.unit.report.samples import hostile, large_fleet, small_fleet

SCHEMA_FILE = Path(__file__).parents[3] / "docs" / "compliance.schema.json"


@pytest.mark.parametrize("results", [small_fleet(), hostile(), large_fleet(3)], ids=["small", "hostile", "large"])
def test_what_is_written_comes_back(results: Results, tmp_path: Path) -> None:
    write_results(results, tmp_path / "compliance.json")
    assert read_results(tmp_path / "compliance.json") == results


@pytest.mark.parametrize("results", [small_fleet(), hostile()], ids=["small", "hostile"])
def test_what_is_written_fits_the_public_schema(results: Results) -> None:
    jsonschema.validate(json.loads(dump_results(results)), json_schema(), cls=jsonschema.Draft202012Validator)


def test_the_public_schema_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), (
        f"{SCHEMA_FILE.name} is stale; the command that writes it is in docs/reports.md"
    )


def test_the_schema_refuses_a_key_of_no_meaning() -> None:
    data = json.loads(dump_results(small_fleet()))
    data["findings"][0]["colour"] = "red"
    with pytest.raises(jsonschema.ValidationError, match="colour"):
        jsonschema.validate(data, json_schema())


def test_the_same_results_give_the_same_bytes() -> None:
    assert dump_results(small_fleet()) == dump_results(small_fleet())


def test_each_finding_is_a_line_of_its_own() -> None:
    text = dump_results(small_fleet())
    assert sum('"requirement": "SSE-' in line for line in text.splitlines()) >= len(small_fleet().findings)
    assert text.endswith("}\n")


def test_a_lone_surrogate_does_not_lose_the_run(tmp_path: Path) -> None:
    data = json.loads(dump_results(small_fleet()))
    data["findings"][0]["observed"] = "ok"
    (tmp_path / "a.json").write_text(json.dumps(data))
    read = read_results(tmp_path / "a.json")
    object.__setattr__(read.findings[0], "observed", "\udce9")
    write_results(read, tmp_path / "b.json")
    assert read_results(tmp_path / "b.json").findings[0].observed == "?"


Change = Callable[[dict[str, Any]], None]


def _set(*path: str | int, value: object) -> Change:
    def change(data: dict[str, Any]) -> None:
        place: Any = data
        for part in path[:-1]:
            place = place[part]
        place[path[-1]] = value

    return change


def _drop(key: str) -> Change:
    def change(data: dict[str, Any]) -> None:
        del data[key]

    return change


def _twice(key: str) -> Change:
    """The first entry of a list once more, at its end."""

    def change(data: dict[str, Any]) -> None:
        data[key].append(data[key][0])

    return change


@pytest.mark.parametrize(
    "change, message",
    [
        (_set("schema", value=3), "expected the compliance.json of a run, schema 1 or 2; found schema 3"),
        (_drop("schema"), "found no key 'schema'"),
        (_drop("findings"), "findings: this key is missing"),
        (_set("findings", value=[]), "findings: expected at least one finding"),
        (_set("colour", value="red"), "colour: unknown key"),
        (_set("run", "colour", value="red"), "run.colour: unknown key"),
        (_set("summary", "colour", value="red"), "summary.colour: unknown key"),
        (_set("requirements", 0, "colour", value="red"), r"requirements\[0\].colour: unknown key"),
        (_set("devices", 1, "colour", value="red"), r"devices\[1\].colour: unknown key"),
        (_set("root_causes", 0, "colour", value="red"), r"root_causes\[0\].colour: unknown key"),
        (_set("waivers", 0, "colour", value="red"), r"waivers\[0\].colour: unknown key"),
        (_set("baseline", "colour", value="red"), "baseline.colour: unknown key"),
        (_set("run", "catalogue", "colour", value="red"), "run.catalogue.colour: unknown key"),
        (_set("findings", 7, "colour", value="red"), r"findings\[7\].colour: unknown key"),
        (_set("findings", 2, "state", value="fine"), r"findings\[2\].state: expected 'compliant'"),
        (_set("findings", 2, "device", value=5), r"findings\[2\].device: expected a text"),
        (_set("summary", "verdict", value="ok"), r"summary.verdict: expected 'passed', 'failed'"),
        (_set("summary", "states", "compliant", value="many"), "summary.states.compliant: expected a whole number"),
        (_set("devices", value={}), "devices: expected a list"),
        (
            _set("root_causes", 0, "devices", value=["nobody", "zero"]),
            r"root_causes\[0\].devices: nobody is not among the file's devices$",
        ),
        (_set("devices", 0, "state", value="error"), r"devices\[0\].state: "),
        (
            _set("summary", "states", "advisory", value=99),
            r"summary.states.advisory: the summary counts 99 of 'advisory', the file holds [0-9]+$",
        ),
        (
            _set("summary", "devices", "compliant", value=99),
            r"summary.devices.compliant: the summary counts 99 of 'compliant', the file holds [0-9]+$",
        ),
        (
            _set("summary", "devices", value={}),
            r"summary.devices.[a-z-]+: the summary counts 0 of '[a-z-]+', the file holds [1-9]",
        ),
        (_twice("devices"), r"devices\[[0-9]+\]: .* stands twice \(first in line [0-9]+\)$"),
        (_twice("findings"), r"findings\[[0-9]+\]: .* stands twice \(first in line [0-9]+\)$"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(change: Change, message: str, tmp_path: Path) -> None:
    data = json.loads(dump_results(small_fleet()))
    change(data)
    path = tmp_path / "compliance.json"
    path.write_text(json.dumps(data, indent=1))
    with pytest.raises(InputError, match=message) as raised:
        read_results(path)
    assert str(raised.value).startswith(str(path))


@pytest.mark.parametrize("key", ["devices", "findings"])
def test_what_stands_twice_is_told_with_the_line_of_the_first(key: str, tmp_path: Path) -> None:
    data = json.loads(dump_results(small_fleet()))
    _twice(key)(data)
    path = tmp_path / "compliance.json"
    path.write_text(json.dumps(data, indent=1))
    with pytest.raises(InputError) as raised:
        read_results(path)
    lines = path.read_text().splitlines()
    first = lines.index(f' "{key}": [') + 2
    assert lines[first - 1] == "  {"
    assert raised.value.what.endswith(f"stands twice (first in line {first})")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_file_cut_short_is_refused_with_its_line(share: float, tmp_path: Path) -> None:
    text = dump_results(small_fleet())
    path = tmp_path / "compliance.json"
    path.write_text(text[: int(len(text) * share)])
    with pytest.raises(InputError, match=r"compliance\.json:\d+: expected JSON.*cut short"):
        read_results(path)


@pytest.mark.parametrize(
    "content, message",
    [
        (b"", "expected JSON"),
        (b"\xff\xfe\x00", "not UTF-8"),
        (b"[]", "found no key 'schema'"),
        (b"null", "found no key 'schema'"),
        (b'{"schema": true}', "found schema True"),
        (b"[" * 200_000, "too deep"),
        (b'{"schema": 1, "run": ' + b'{"a": ' * 900 + b"1" + b"}" * 901, "recursion limit"),
        (b"<html>", "expected JSON"),
    ],
)
def test_what_is_no_results_file_is_refused(content: bytes, message: str, tmp_path: Path) -> None:
    path = tmp_path / "compliance.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=message):
        read_results(path)


def test_a_run_that_was_cut_short_before_it_found_anything_is_read(tmp_path: Path) -> None:
    cut = results([], [device()], interrupted="the workers died")
    write_results(cut, tmp_path / "compliance.json")
    assert read_results(tmp_path / "compliance.json") == cut


def test_a_missing_file_is_an_input_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_results(tmp_path / "none.json")
