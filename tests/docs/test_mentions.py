"""Every command that a page names exists, with its options: also those in a sentence, that no test runs."""

from __future__ import annotations

import io
import re
import subprocess
import sys
from contextlib import redirect_stdout
from functools import cache

import pytest

from sse_compliance.cli import VERBS, main
from tests.docs.shell import ROOT

PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("docs/ci/*")} - {ROOT / "CHANGELOG.md"})

#: A command: in backquotes, after a prompt or a key of YAML, or a line of its own.
_COMMAND = re.compile(
    r"(?:`|^ *(?:[-$#] )?(?:\w+: )?)(?:[\w./]*/)?((?:sse-compliance|pytest|make) [^`#|\n]+)", re.MULTILINE
)
_OPTION = re.compile(r"(?<=\s)--[a-z][a-z-]+")


def commands() -> list[tuple[str, str]]:
    """The pages, by name, and the commands that they hold."""
    return [(page.name, match[1].strip()) for page in PAGES for match in _COMMAND.finditer(page.read_text("utf-8"))]


@cache
def options_of_pytest() -> frozenset[str]:
    told = subprocess.run([sys.executable, "-m", "pytest", "--help"], cwd=ROOT, capture_output=True, text=True).stdout
    return frozenset(re.findall(r"--[a-z][a-z-]+", told))


@cache
def options_of(verb: str) -> frozenset[str]:
    if VERBS[verb].hands_on:
        return options_of_pytest()
    told = io.StringIO()
    with redirect_stdout(told), pytest.raises(SystemExit):
        main([verb, "--help"])
    return frozenset(re.findall(r"--[a-z][a-z-]+", told.getvalue()))


@cache
def targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z0-9]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def wrong_in(command: str) -> str | None:
    """What a command names that is not there; None where all is."""
    program, *words = command.split()
    if program == "make":
        return next((word for word in words[:1] if word not in targets()), None)
    if program == "pytest":
        known = options_of_pytest()
    elif words[0] in VERBS:
        known = options_of(words[0])
    else:
        return None if words[0] == "--version" else words[0]
    return next((option for option in _OPTION.findall(command) if option not in known), None)


def test_what_a_page_names_is_there() -> None:
    found = commands()
    assert len(found) > 60
    assert {page for page, _ in found} > {"README.md", "options.md", "reports.md", "inventory.md", "gitlab-ci.yml"}
    assert [(page, command, wrong) for page, command in found if (wrong := wrong_in(command))] == []


@pytest.mark.parametrize(
    ("command", "wrong"),
    [
        ("make tests", "tests"),
        ("pytest --inventori=F", "--inventori"),
        ("sse-compliance judge F", "judge"),
        ("sse-compliance diff A B --inventory=F", "--inventory"),
        ("sse-compliance run --inventory=F -k x --maxfail=1", None),
    ],
)
def test_what_is_not_there_is_noticed(command: str, wrong: str | None) -> None:
    assert wrong_in(command) == wrong
