"""Baseline files, right and wrong: every mistake is told with file, line and what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.findings.baseline_file import save_baseline
from sse_compliance.findings.finding import State
from sse_compliance.findings.results_file import dump_results, read_results
from tests.unit.findings.made import finding, results

HERE = results([finding(), finding("SSE-NET-01", State.COMPLIANT, "api-sse.cisco.com"), finding(device="ftd-2")])
GOOD = dump_results(HERE)
LINES = GOOD.splitlines()


def line_of(text: str, nth: int = 1) -> int:
    return [number for number, line in enumerate(LINES, 1) if text in line][nth - 1]


def test_what_is_saved_is_read(tmp_path: Path) -> None:
    path = tmp_path / "before.json"
    save_baseline(HERE, path)
    assert read_results(path) == HERE
    assert [entry.name for entry in path.parent.iterdir()] == ["before.json"]


def test_an_earlier_baseline_stays_where_the_new_one_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "before.json"
    save_baseline(HERE, path)

    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(InputError, match=r"before\.json: the baseline can't be written: No space left on device"):
        save_baseline(results([finding()]), path)
    assert read_results(path) == HERE
    assert [entry.name for entry in tmp_path.iterdir()] == ["before.json"]


def swap(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new, 1)


STARTED = '"started_at": "2026-11-20T12:00:00+00:00"'
FINDING = line_of('"device": "ftd-2", "state"')
WITHOUT_ONE = "\n".join([*LINES[: FINDING - 2], LINES[FINDING - 2].rstrip(","), *LINES[FINDING:]])
MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", ":1: expected JSON: Expecting value in column 1; is the file cut short?"),
    "truncated": (GOOD[: len(GOOD) // 2], "; is the file cut short?"),
    "truncated at a line's end": ("\n".join(LINES[:-3]), "; is the file cut short?"),
    "not UTF-8": (swap("selection", "\udcff").encode("utf-8", "surrogateescape"), ":2: not UTF-8 text"),
    "YAML": ("schema: 1\n", ":1: expected JSON: Expecting value in column 1"),
    "too deep": ("[" * 200_000, ":1: "),
    "a list": ("[]", ":1: schema: expected the compliance.json of a run, schema 1 or 2; found no key 'schema'"),
    "evidence": ('{"schema": 1, "probes": {}}', ":1: "),
    "no schema": (
        swap('"schema": 2', '"scheme": 1'),
        "schema: expected the compliance.json of a run, schema 1 or 2; found no key",
    ),
    "other schema": (
        swap('"schema": 2', '"schema": 3'),
        f":{line_of('schema')}: schema: expected the compliance.json of a run, schema 1 or 2; found schema 3",
    ),
    "duplicate key": (
        swap('"device": "ftd-2", "state"', '"device": "ftd-2", "device": "x", "state"'),
        f":{FINDING}: key 'device' stands twice in one object (first in line {FINDING})",
    ),
    "duplicate key at the top": (
        swap('"schema": 2', '"run": 1'),
        f":{line_of('schema')}: key 'run' stands twice in one object (first in line 2)",
    ),
    "unknown key": (
        swap('"device": "ftd-2", "state"', '"host": "x", "device": "ftd-2", "state"'),
        f":{FINDING}: findings[2].host: unknown key",
    ),
    "missing key": (
        swap('"device": "ftd-2", "state": "non-compliant", ', '"device": "ftd-2", '),
        f":{FINDING}: findings[2].state: ",
    ),
    "wrong type": (
        swap('"device": "ftd-2", "state"', '"device": 2, "state"'),
        f":{FINDING}: findings[2].device: expected a text",
    ),
    "a list for a text": (
        swap('"device": "ftd-2", "state"', '"device": ["ftd-2"], "state"'),
        f":{FINDING}: findings[2].device: expected a text",
    ),
    "a text for a number": (
        swap('"exit_code": 1', '"exit_code": "1"'),
        ":3: summary.exit_code: expected a whole number",
    ),
    "no such state": (
        swap('"state": "non-compliant"', '"state": "fine"'),
        ".state: expected 'compliant', 'non-compliant'",
    ),
    "unknown id": (
        swap('"requirement": "SSE-CFG-02", "device": "ftd-2"', '"requirement": "SSE-CFG-99", "device": "ftd-2"'),
        f":{FINDING}: findings[2].requirement: SSE-CFG-99 is not among the file's requirements",
    ),
    "unknown device": (
        swap('"device": "ftd-2", "state"', '"device": "ftd-3", "state"'),
        f":{FINDING}: findings[2].device: ftd-3 is not among the file's devices",
    ),
    "a finding twice": (
        swap('"device": "ftd-2", "state"', '"device": "ftd-1", "state"'),
        f":{FINDING}: findings[2]: ftd-1 SSE-CFG-02 stands twice (first in line {FINDING - 2})",
    ),
    "a finding left out": (WITHOUT_ONE, "ftd-2 is non-compliant, but by its findings it is not assessed"),
    "a count that is another": (
        swap('"non-compliant": 2,', '"non-compliant": 1,'),
        ":3: summary.states.non-compliant: the summary counts 1 of 'non-compliant', the file holds 2",
    ),
    "a severity that is not counted": (
        swap('"high": 2', '"high": 0'),
        ":3: summary.severities.high: the summary counts 0 of 'high', the file holds 2",
    ),
    "a verdict that is better": (
        swap('"verdict": "failed", "exit_code": 1', '"verdict": "passed", "exit_code": 0'),
        ":3: summary.verdict: passed, but the file's findings make it failed",
    ),
    "an exit code of another verdict": (
        swap('"exit_code": 1', '"exit_code": 0'),
        ":3: summary.exit_code: 0 does not fit the verdict failed",
    ),
    "a device's state that is another": (
        swap('"state": "non-compliant", "address"', '"state": "compliant", "address"'),
        ".state: ftd-1 is compliant, but by its findings it is non-compliant",
    ),
    "a device twice": (
        swap('"name": "ftd-2"', '"name": "ftd-1"')
        .replace('"device": "ftd-2"', '"device": "ftd-1"')
        .replace('"SSE-CFG-02", "device": "ftd-1"', '"SSE-NET-01", "device": "ftd-1"', 1),
        ": devices[1]: ftd-1 stands twice (first in line ",
    ),
    "no number": (swap('"seconds": 0.0', '"seconds": NaN'), ": expected a finite number, found NaN"),
    "no number that is finite": (swap('"seconds": 0.0', '"seconds": 1e999'), ": expected a finite number, found 1e999"),
    "a number of too many digits": ('{"schema": ' + "1" * 5000 + "}", ":1: expected numbers of a usual size"),
    "no finding": (dump_results(results([])), "findings: expected at least one finding"),
    "no zone": (swap(STARTED, STARTED.replace("+00:00", "")), ":2: run.started_at: expected a date with time and zone"),
    "no date": (swap(STARTED, '"started_at": "yesterday"'), ":2: run.started_at: expected a date with time and zone"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(tmp_path: Path, name: str) -> None:
    text, told = MISTAKES[name]
    path = tmp_path / "b.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InputError) as caught:
        read_results(path)
    assert told in str(caught.value)
    assert str(caught.value).startswith(f"{path}:")
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("cut", range(0, len(GOOD) - 2, 199))
def test_a_truncated_file(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "b.json"
    path.write_text(GOOD[:cut], encoding="utf-8")
    with pytest.raises(InputError, match=r"b\.json:\d+: "):
        read_results(path)


@pytest.mark.parametrize("layout", [lambda data: json.dumps(data), lambda data: json.dumps(data, indent=2)])
def test_the_layout_does_not_matter(tmp_path: Path, layout: Callable[[object], str]) -> None:
    path = tmp_path / "b.json"
    path.write_text(layout(json.loads(GOOD)), encoding="utf-8")
    assert read_results(path) == HERE


def test_lines_are_right_in_any_layout(tmp_path: Path) -> None:
    text = json.dumps(json.loads(GOOD), indent=1).replace('"device": "ftd-2"', '"device": "{[\\"ftd,:"')
    path = tmp_path / "b.json"
    path.write_text(text, encoding="utf-8")
    line = 1 + text[: text.index("{[")].count("\n")
    with pytest.raises(InputError, match=rf"b\.json:{line}: findings\[2\]\.device: "):
        read_results(path)


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        read_results(tmp_path / "none.json")
