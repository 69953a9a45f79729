"""``--devices`` chooses by name, glob and tag, and never chooses nothing silently."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.inventory.select import select_devices

FLEET = [
    Device("ftd-eu-1", Platform.FTD, "eu", tags=("dc",)),
    Device("ftd-eu-2", Platform.FTD, "eu"),
    Device("fmc-us", Platform.FMC, "us", tags=("dc", "core")),
]


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("ftd-eu-2", ["ftd-eu-2"]),
        ("ftd-*", ["ftd-eu-1", "ftd-eu-2"]),
        ("dc", ["ftd-eu-1", "fmc-us"]),
        ("core, ftd-eu-1", ["ftd-eu-1", "fmc-us"]),
        ("*", ["ftd-eu-1", "ftd-eu-2", "fmc-us"]),
    ],
)
def test_names_globs_and_tags(expression: str, names: list[str]) -> None:
    assert [device.name for device in select_devices(FLEET, expression)] == names


@pytest.mark.parametrize("expression", ["", "ftd-eu-1,", "nobody", "ftd-eu-1,nobody", "FTD-*"])
def test_a_part_that_matches_nothing_is_an_error(expression: str) -> None:
    with pytest.raises(InputError, match="--devices"):
        select_devices(FLEET, expression)


def test_a_file_has_one_of_them_in_each_line(tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_text("# the first wave\nfmc-us\n\n  ftd-eu-2   # by the core\n", encoding="utf-8")
    assert [device.name for device in select_devices(FLEET, f"@{names}")] == ["ftd-eu-2", "fmc-us"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"# none\n", "it names no device"), (b"fmc-us\nftd-eu-9\n", r":2: 'ftd-eu-9' is no device"), (b"\xff", "UTF-8")],
)
def test_a_mistake_in_the_file_is_told_with_its_line(content: bytes, said: str, tmp_path: Path) -> None:
    names = tmp_path / "names.txt"
    names.write_bytes(content)
    with pytest.raises(InputError, match=said):
        select_devices(FLEET, f"@{names}")
    with pytest.raises(InputError, match="can't be read"):
        select_devices(FLEET, f"@{tmp_path / 'nowhere'}")
