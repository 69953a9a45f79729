"""What is installed is pinned by hash, in step with what is asked for; what is asked for is explained."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.integration.suite_run import ROOT

PAIRS = ["requirements", "requirements-cluster", "requirements-build", "requirements-dev"]
#: What the project says it runs on (pyproject.toml, docs).
PYTHONS = ("3.11", "3.12", "3.13")
ROW = re.compile(r"^\| ([A-Za-z][\w.-]*) \|(.+)\|$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Pin:
    """A pinned package, its hashes, and on whose behalf it is pinned (packages, or ``-r`` files)."""

    requirement: Requirement
    hashes: tuple[str, ...]
    via: frozenset[str]

    @property
    def name(self) -> str:
        return canonicalize_name(self.requirement.name)

    @property
    def version(self) -> str:
        (one,) = self.requirement.specifier
        assert one.operator == "=="
        return one.version

    def holds_on(self, python: str) -> bool:
        marker = self.requirement.marker
        return marker is None or marker.evaluate(
            {"python_version": python, "python_full_version": f"{python}.1", "sys_platform": "linux"}
        )


def asked_for(name: str) -> Iterator[Requirement]:
    for line in (ROOT / f"{name}.txt").read_text("utf-8").splitlines():
        if said := line.split("#", 1)[0].strip():
            if said.startswith("-r "):
                yield from asked_for(said.removeprefix("-r ").removesuffix(".txt"))
            else:
                yield Requirement(said)


def pinned(name: str) -> list[Pin]:
    pins, text = [], (ROOT / f"{name}.lock").read_text("utf-8")
    for entry in re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]:
        head, *_ = entry.split("\\\n", 1)
        via = re.findall(r"^    #(?: via|  ) +(\S.*)$", entry, re.MULTILINE)
        hashes = tuple(re.findall(r"--hash=(\S+)", entry))
        pins.append(Pin(Requirement(head.strip()), hashes, frozenset(via)))
    return pins


@pytest.mark.parametrize("name", PAIRS)
def test_what_is_asked_for_is_pinned_on_every_python(name: str) -> None:
    pins = pinned(name)
    asked = list(asked_for(name))
    assert asked
    for requirement in asked:
        for python in PYTHONS:
            found = [pin for pin in pins if pin.name == canonicalize_name(requirement.name) and pin.holds_on(python)]
            assert [requirement.specifier.contains(pin.version, prereleases=True) for pin in found] == [True], (
                f"{requirement} on Python {python}: run `make lock`"
            )


@pytest.mark.parametrize("name", PAIRS)
def test_nothing_is_pinned_that_nothing_asks_for(name: str) -> None:
    """Each pin is there on behalf of another, or of a line that asks for it."""
    pins = pinned(name)
    names, asked = {pin.name for pin in pins}, {canonicalize_name(one.name) for one in asked_for(name)}
    for pin in pins:
        others = {said for said in pin.via if not said.startswith("-")}
        assert others <= names, pin.requirement
        assert (pin.name in asked) == any(said.startswith("-r ") for said in pin.via), pin.requirement
        assert pin.via, pin.requirement


@pytest.mark.parametrize("name", PAIRS)
def test_each_pin_has_hashes_and_no_file_tells_where_it_was_made(name: str) -> None:
    pins = pinned(name)
    text = (ROOT / f"{name}.lock").read_text("utf-8")
    assert text.count("==") >= len(pins) > 0
    assert [pin.requirement for pin in pins if not pin.hashes] == []
    assert {said for pin in pins for said in pin.hashes if not re.fullmatch(r"sha256:[0-9a-f]{64}", said)} == set()
    assert re.findall(r"//|file:|--(?!hash=)\w[\w-]+", text) == []


def test_developing_uses_the_releases_that_users_get() -> None:
    mine = {(pin.name, pin.version) for name in PAIRS[:3] for pin in pinned(name)}
    assert mine <= {(pin.name, pin.version) for pin in pinned("requirements-dev")}


def test_make_installs_nothing_without_its_hash() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    lines = [line for line in makefile.splitlines() if "$(INSTALL)" in line or "pip install" in line]
    assert len(lines) == 4
    assert all("--require-hashes" in line or "--no-deps --editable ." in line for line in lines[1:])
    assert "--no-build-isolation" in lines[0]


def test_each_package_that_is_asked_for_is_explained() -> None:
    rows = dict(ROW.findall((ROOT / "docs" / "dependencies.md").read_text("utf-8")))
    rows.pop("package")
    asked = {requirement.name for requirement in asked_for("requirements-dev")}
    assert set(rows) == asked
    assert [name for name, said in rows.items() if any(len(cell.strip()) < 3 for cell in said.split("|"))] == []
