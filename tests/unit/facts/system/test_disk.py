"""``df -P``."""

from __future__ import annotations

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.system.disk import Disk, FileSystem, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

HEAD = "Filesystem     1024-blocks    Used Available Capacity Mounted on\n"
ROOT = "rootfs             3919776  322480   3597296       9% /\n"
ROOMY = "/dev/sda7          3868108  613584   3254524      16% /ngfw\n"
FULL = "/dev/sda7          3868108 3868108         0     100% /ngfw\n"
OVERFULL = FULL.replace("        0 ", "    -8192 ")

CASES: list[Case[Disk]] = [
    Case("room", gave(HEAD + ROOT + ROOMY), Disk((FileSystem("/", 3597296, 9), FileSystem("/ngfw", 3254524, 16)))),
    Case("full", gave(HEAD + ROOT + FULL), Disk((FileSystem("/", 3597296, 9), FileSystem("/ngfw", 0, 100)))),
    Case("what root may still write", gave(HEAD + OVERFULL), Disk((FileSystem("/ngfw", -8192, 100),))),
    Case(
        "some can't be asked",
        gave(HEAD + ROOT, "df: /mnt: Permission denied\n", exit_status=1),
        Disk((FileSystem("/", 3597296, 9),)),
    ),
    Case(
        "some have no size",
        gave(HEAD + "none 0 0 0 - /dev/cgroups\nnone - - - - /proc\n" + ROOT),
        Disk((FileSystem("/", 3597296, 9),)),
    ),
    Case("size unknown, and not none", gave(HEAD + ROOT + ROOMY.replace("3254524", "-")), NoFact("not understood")),
    Case("empty", gave(""), NoFact("printed nothing")),
    Case("no header", gave(ROOT), NoFact("not understood")),
    Case("header only", gave(HEAD), NoFact("not understood")),
    Case("cut", gave(HEAD + ROOT, truncated=True), NoFact("cut")),
    Case("time limit: a file server that is gone", gave(HEAD, exit_status=124), NoFact("time limit")),
    Case("binary", gave(BINARY), NoFact("not understood")),
    *missing_tool_cases("df"),
]


@each(CASES)
def test_disk(case: Case[Disk]) -> None:
    check(parse, case)


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/ngfw/var/log/connector/connector.log", "/ngfw"),
        ("/ngfw", "/ngfw"),
        ("/ngfwx/var", "/"),
        ("/var/log", "/"),
    ],
)
def test_where_a_file_is(path: str, place: str) -> None:
    assert parse(gave(HEAD + ROOT + FULL)).of(path).place == place


def test_the_file_system_on_top_counts() -> None:
    assert parse(gave(HEAD + ROOMY + FULL)).of("/ngfw/var").full
    assert not parse(gave(HEAD + FULL + ROOMY)).of("/ngfw/var").full


def test_a_path_on_no_file_system_that_is_listed() -> None:
    with pytest.raises(Unavailable, match="holds /var"):
        parse(gave(HEAD + FULL)).of("/var")


@pytest.mark.parametrize(
    ("available", "full"),
    [("0", True), ("12", True), ("-31892", True), ("255", True), ("256", False), ("700000", False)],
)
def test_the_last_blocks_are_of_no_use(available: str, full: bool) -> None:
    assert parse(gave(HEAD + FULL.replace("        0 ", f" {available} "))).of("/ngfw").full is full


@pytest.mark.parametrize(("path", "below"), [("/var/log/connector", ""), ("/ngfw/var/log/connector", "/ngfw")])
def test_a_full_volume_that_var_leads_to(path: str, below: str) -> None:
    volume = FULL.replace("/ngfw", f"{below}/Volume")
    assert parse(gave(HEAD + ROOT + ROOMY + volume)).of(path).full
    assert (
        not parse(gave(HEAD + ROOT + ROOMY + volume.replace("        0     100%", "   90000      16%"))).of(path).full
    )
