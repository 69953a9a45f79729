"""`make help` tells all, fragments of the changelog have known kinds, a mistake's place is no part of its words."""

from __future__ import annotations

import ast
import re
import subprocess
import tomllib
from collections.abc import Iterator

import pytest

from tests.integration.suite_run import ROOT


def test_make_help_tells_every_target() -> None:
    (targets,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    told = subprocess.run(["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True).stdout
    assert sorted(line.split()[0] for line in told.splitlines()) == sorted(targets.split())


def test_changelog_fragments_have_a_kind_that_is_known() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["towncrier"]
    kinds = {kind["directory"] for kind in settings["type"]}
    fragments = [file.name for file in (ROOT / settings["directory"]).glob("*.md")]
    assert [name for name in fragments if name.split(".")[1] not in kinds] == []


#: A path, a line or an option before a colon: the place of a mistake.
_PLACE = re.compile(r"(--[\w-]+|[A-Z]+ |\w* ?file |)((=|:| |@| @)?<[^>]*>)*( \(<[^>]*>\))?: ")


def words_of(node: ast.expr) -> str:
    """A text as it is written, with <> in place of what is put in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(
            str(part.value) if isinstance(part, ast.Constant) else f"<{ast.unparse(part)}>" for part in node.values
        )
    return str(node.value) if isinstance(node, ast.Constant) else ""


def place_in_words(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id == "InputError"
            and node.args
        ):
            words = words_of(node.args[0])
            if _PLACE.match(words):
                yield words


def test_a_mistakes_place_is_a_field_of_its_own() -> None:
    files = sorted((ROOT / "sse_compliance").rglob("*.py"))
    assert [(file.name, words) for file in files for words in place_in_words(file.read_text("utf-8"))] == []


@pytest.mark.parametrize(
    "words",
    [
        'f"{path}: x"',
        'f"{path}:{line}: x"',
        'f"--hosts={url}: x"',
        '"--wait: x"',
        'f"--audit {path}: x"',
        'f"key file {f}: x"',
    ],
)
def test_a_place_within_the_words_is_noticed(words: str) -> None:
    assert list(place_in_words(f"raise InputError({words})"))
    assert not list(place_in_words(f"raise InputError('x', place={words})"))
