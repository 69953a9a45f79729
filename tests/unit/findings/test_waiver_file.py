"""Waiver files, right and wrong: every mistake is told with file, line and what was expected."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.findings.finding import State
from sse_compliance.findings.waiver_file import load_waivers
from sse_compliance.findings.waivers import Waiver
from tests.unit.findings.made import CATALOGUE, NOW

GOOD = """\
schema: 1
waivers:
  - requirement: SSE-CFG-02
    device: ftd-lab-01
    justification: moved port
    approver: J. Doe
    expires: 2027-01-31T18:00:00+01:00
"""


def load(directory: Path, text: str | bytes) -> tuple[Waiver, ...]:
    path = directory / "w.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_waivers(path, CATALOGUE, NOW)


def test_a_waiver(tmp_path: Path) -> None:
    (made,) = load(tmp_path, GOOD)
    expires = datetime(2027, 1, 31, 18, tzinfo=timezone(timedelta(hours=1)))
    assert made == Waiver("SSE-CFG-02", "moved port", "J. Doe", expires, device="ftd-lab-01")
    assert made.expires.isoformat() == "2027-01-31T18:00:00+01:00"


def test_the_example_of_the_docs(tmp_path: Path) -> None:
    page = (Path(__file__).resolve().parents[3] / "docs" / "verdict.md").read_text(encoding="utf-8")
    waivers = load(tmp_path, page.partition("```yaml\n")[2].partition("```")[0])
    assert [(w.requirement, w.scope) for w in waivers] == [
        ("SSE-CFG-02", "device ftd-lab-01"),
        ("SSE-SOK-02", "device ftd-lab-01"),
        ("SSE-NET-01", "tag dmz, host mx01.sse.itd.cisco.com"),
    ]
    assert waivers[2].states == {State.NON_COMPLIANT, State.NOT_ASSESSED}


@pytest.mark.parametrize(
    "expires",
    ["2027-01-31T18:00:00Z", "'2027-01-31T18:00:00Z'", "2027-01-31 18:00:00+00:00", "2027-01-31T18:00:00.5-05:30"],
)
def test_forms_of_a_moment(tmp_path: Path, expires: str) -> None:
    (made,) = load(tmp_path, GOOD.replace("2027-01-31T18:00:00+01:00", expires))
    assert made.expires.utcoffset() is not None


def test_no_waiver_at_all_is_no_mistake(tmp_path: Path) -> None:
    assert load(tmp_path, "schema: 1\nwaivers: []\n") == ()


def swap(old: str, new: str) -> str:
    assert old in GOOD
    return GOOD.replace(old, new)


EXPIRES = "2027-01-31T18:00:00+01:00"
MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", ":1: the file is empty"),
    "a comment only": ("# nothing\n", ":1: the file is empty"),
    "no YAML": ("schema: 1\nwaivers: [\n", ":3: not valid YAML"),
    "not UTF-8": (GOOD.encode() + b"# \xff\n", ":8: not UTF-8 text"),
    "a list at the top": ("- requirement: SSE-CFG-02\n", ":1: "),
    "no schema": (swap("schema: 1\n", ""), "schema: this key is missing"),
    "other schema": (swap("schema: 1", "schema: 2"), ":1: schema: expected 1"),
    "schema as text": (swap("schema: 1", "schema: '1'"), ":1: schema: expected 1"),
    "no waivers": ("schema: 1\n", "waivers: this key is missing"),
    "waivers are a mapping": ("schema: 1\nwaivers: {a: 1}\n", ":2: waivers: expected a list"),
    "duplicate key": (
        swap("    approver:", "    device: ftd-lab-02\n    approver:"),
        ":6: key 'device' stands twice (first in line 4)",
    ),
    "duplicate waivers": (
        GOOD + GOOD.partition("waivers:\n")[2],
        ":8: waivers[1].requirement: SSE-CFG-02 for device ftd-lab-01 is waived twice (first in line 3)",
    ),
    "the same ID twice": (
        swap(" SSE-CFG-02", " [SSE-CFG-02, SSE-CFG-02]"),
        ":3: waivers[0].requirement: SSE-CFG-02 for device ftd-lab-01 is waived twice",
    ),
    "unknown key": (swap("approver", "approved_by"), ":6: waivers[0].approved_by: unknown key"),
    "unknown id": (
        swap("SSE-CFG-02", "SSE-CFG-99"),
        ":3: waivers[0].requirement: the catalogue has no requirement SSE-CFG-99",
    ),
    "an id that is none": (
        swap("SSE-CFG-02", "CFG-02"),
        ":3: waivers[0].requirement[0]: expected an ID such as SSE-DNS-01",
    ),
    "every requirement": (
        swap("SSE-CFG-02", "SSE-*"),
        ":3: waivers[0].requirement[0]: expected an ID such as SSE-DNS-01",
    ),
    "no requirement": (swap("SSE-CFG-02", "[]"), ":3: waivers[0].requirement: expected at least 1, found 0"),
    "requirement is a number": (swap("SSE-CFG-02", "2"), ":3: waivers[0].requirement: expected a list"),
    "no scope": (
        swap("    device: ftd-lab-01\n", ""),
        ":3: waivers[0]: expected a device, a tag or a host; no waiver is for everything",
    ),
    "scope is null": (swap("ftd-lab-01", "null"), ":3: waivers[0]: expected a device, a tag or a host"),
    "every device": (swap("ftd-lab-01", "'*'"), ":4: waivers[0].device: expected a name of letters"),
    "a glob": (swap("ftd-lab-01", "ftd-*"), ":4: waivers[0].device: expected a name of letters"),
    "every host": (
        swap("device: ftd-lab-01", "host: '*.cisco.com'"),
        ":4: waivers[0].host: expected a host name or an IP address",
    ),
    "device and tag": (
        swap("    justification", "    tag: lab\n    justification"),
        ":3: waivers[0]: expected a device or a tag, not both",
    ),
    "host of what has none": (
        swap("device: ftd-lab-01", "host: api-sse.cisco.com"),
        ":4: waivers[0].host: SSE-CFG-02 is judged on the device as a whole",
    ),
    "no justification": (
        swap("    justification: moved port\n", ""),
        ":3: waivers[0].justification: this key is missing",
    ),
    "blank justification": (
        swap("moved port", "' '"),
        ":5: waivers[0].justification: expected a text that is not empty",
    ),
    "justification is a number": (
        swap("moved port", "4711"),
        ":5: waivers[0].justification: expected a text",
    ),
    "no approver": (swap("    approver: J. Doe\n", ""), ":3: waivers[0].approver: this key is missing"),
    "approver is a list": (swap("J. Doe", "[J, Doe]"), ":6: waivers[0].approver: expected a text"),
    "never expires": (swap(f"    expires: {EXPIRES}\n", ""), ":3: waivers[0].expires: this key is missing"),
    "a date alone": (swap(EXPIRES, "2027-01-31"), ":7: waivers[0].expires: expected a date with time and zone"),
    "no zone": (swap("+01:00", ""), ":7: waivers[0].expires: the zone is missing"),
    "a zone's name": (swap("+01:00", " CET"), ":7: waivers[0].expires: expected a date with time and zone"),
    "no such day": (
        swap("2027-01-31", "2027-02-31"),
        ":7: waivers[0].expires: day is out of range for month; expected for example",
    ),
    "a word": (swap(EXPIRES, "never"), ":7: waivers[0].expires: expected a date with time and zone"),
    "a number": (swap(EXPIRES, "20270131"), ":7: waivers[0].expires: expected a date with time and zone"),
    "past date": (
        swap("2027-01-31T18:00:00+01:00", "2026-11-21T13:00:00+01:00"),
        ":7: waivers[0].expires: this waiver of SSE-CFG-02 for device ftd-lab-01 has expired, it is now "
        "2026-11-21T12:00:00+00:00: moved port (approved by J. Doe, until 2026-11-21T13:00:00+01:00)",
    ),
    "a state that can't be waived": (
        GOOD + "    states: [compliant]\n",
        ":8: waivers[0].states[0]: expected 'non-compliant' or 'not assessed'",
    ),
    "no state": (GOOD + "    states: []\n", ":8: waivers[0].states: expected at least 1"),
    "one state as a word": (GOOD + "    states: not assessed\n", ":8: waivers[0].states: expected a list"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(tmp_path: Path, name: str) -> None:
    text, told = MISTAKES[name]
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    assert told in str(caught.value)
    assert str(caught.value).startswith(str(tmp_path / "w.yaml:"))
    assert caught.value.exit_code == 4


@pytest.mark.parametrize("cut", range(0, len(GOOD) - 1, 7))
def test_a_truncated_file(tmp_path: Path, cut: int) -> None:
    with pytest.raises(InputError, match=r"w\.yaml:\d+"):
        load(tmp_path, GOOD[:cut])


def test_all_mistakes_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = swap("SSE-CFG-02", "SSE-CFG-99").replace("2027-01", "2026-01")
    with pytest.raises(InputError) as caught:
        load(tmp_path, text)
    assert len(str(caught.value).splitlines()) == 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        load_waivers(tmp_path / "none.yaml", CATALOGUE, NOW)
