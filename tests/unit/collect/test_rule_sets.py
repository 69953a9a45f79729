"""Rule sets as a source: what can't be used is refused before anything is asked, and told with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sse_compliance.collect.rule_sets import PROBE, RuleSets, address_of
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.firewall.stored import load
from sse_compliance.inventory.device import Access, Device, Platform, RuleSetRef, Target
from tests.unit.firewall.made import fmc

PERMIT = "access-list A extended permit ip any any\n"
OWN = fmc({"action": "ALLOW"}, assignments={"items": [{"targets": [{"name": "ftd-1", "type": "Device"}]}]})


def target(folder: Path, *contents: str | bytes, name: str = "ftd-1", **more: Any) -> Target:
    """A device behind firewalls whose rule sets are files of these contents."""
    refs = []
    for number, content in enumerate(contents):
        path = folder / f"{number}.txt"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        refs.append(RuleSetRef(path.name, str(path), **more))
    device = Device(name, Platform.FTD, "us", address="192.0.2.7", rulesets=tuple(ref.file for ref in refs))
    return Target(device, Access("192.0.2.7"), tuple(refs))


@pytest.mark.parametrize(
    ("content", "more", "said"),
    [
        (b"hostname \xff\n", {}, r"0\.txt:1: not UTF-8 text"),
        (PERMIT.encode() + b"\n\xfe", {}, r"0\.txt:3: not UTF-8 text"),
        ("hostname edge\n", {}, r"0\.txt:1: the format can't be told from the file; expected one of neutral, "),
        (PERMIT, {"format": "checkpoint"}, r"0\.txt:1: there is no format 'checkpoint'"),
        (PERMIT, {"acl": "B"}, "no access list 'B'"),
        ("", {"format": "asa"}, r"0\.txt"),
        ("schema: 1\ndefault: deny\nrules: []\n", {}, r"0\.txt"),
        ('{"accessrules": [}', {"format": "fmc"}, r"0\.txt:1"),
        (OWN, {}, r"0\.txt: this policy is assigned to ftd-1 itself.* on_device: true"),
    ],
)  # fmt: skip
def test_what_can_not_be_used_is_refused_with_its_place(
    tmp_path: Path, content: str | bytes, more: dict[str, Any], said: str
) -> None:
    with pytest.raises(InputError, match=said):
        RuleSets([target(tmp_path, content, **more)])


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    one = target(tmp_path, PERMIT)
    (tmp_path / "0.txt").unlink()
    with pytest.raises(InputError, match=r"0\.txt"):
        RuleSets([one])


def test_the_second_firewall_on_the_way_is_read_as_well(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"1\.txt:1: the format can't be told"):
        RuleSets([target(tmp_path, PERMIT, "nonsense\n")])


def test_a_policy_of_its_own_counts_where_the_inventory_says_so(tmp_path: Path) -> None:
    said = RuleSets([target(tmp_path, OWN, on_device=True)]).ask({"ftd-1": [PROBE]})["ftd-1"][PROBE]
    assert isinstance(said, ProbeResult)
    other = target(tmp_path, OWN, name="ftd-2")
    assert isinstance(RuleSets([other]).ask({"ftd-2": [PROBE]})["ftd-2"][PROBE], ProbeResult)


def test_what_is_kept_is_whole_and_a_byte_order_mark_no_rule(tmp_path: Path) -> None:
    said = RuleSets([target(tmp_path, b"\xef\xbb\xbf" + PERMIT.encode(), PERMIT)]).ask({"ftd-1": [PROBE]})
    answer = said["ftd-1"][PROBE]
    assert isinstance(answer, ProbeResult)
    assert answer.command == "rules 0.txt 1.txt"
    assert [sum(1 for _ in one.rules()) for one in load(answer.stdout)] == [1, 1]


def test_a_device_without_rule_sets_is_told(tmp_path: Path) -> None:
    said = RuleSets([target(tmp_path)]).ask({"ftd-1": [PROBE]})["ftd-1"][PROBE]
    assert isinstance(said, NotObtained)
    assert "names no firewall rule set" in said.unavailable


def test_a_name_is_no_address() -> None:
    assert address_of("ftd.example.com") is None
    assert str(address_of("2001:db8::1")) == "2001:db8::1"
