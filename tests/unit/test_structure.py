"""The house keeps its form: small modules, classes, functions and folders; docs/architecture.md is true."""

from __future__ import annotations

import ast
import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "sse_compliance"
FILES = sorted([*PACKAGE.rglob("*.py"), *(ROOT / "tests_sse").rglob("*.py")])
PAGE = ROOT / "docs" / "architecture.md"

MODULE_LINES, CLASS_LINES, FUNCTION_LINES, FOLDER_MODULES = 300, 200, 60, 16
#: Of tests: a table of cases is read line by line.
TEST_LINES = 400

#: What is larger on purpose, and why.
EXCEPTIONS: dict[str, str] = {
    "sse_compliance/lab/scenarios.py": "a table: what is planted on each emulated device",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_of(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def too_large(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8")
    if (lines := text.count("\n")) > MODULE_LINES:
        yield f"{name_of(path)}: {lines} lines"
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ClassDef) and lines_of(node) > CLASS_LINES:
            yield f"{name_of(path)}: class {node.name}: {lines_of(node)} lines"
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > FUNCTION_LINES:
            yield f"{name_of(path)}: {node.name}: {lines_of(node)} lines"


def test_modules_classes_and_functions_are_small() -> None:
    found = [told for path in FILES if name_of(path) not in EXCEPTIONS for told in too_large(path)]
    assert found == []


def test_modules_of_tests_are_read_in_one_go() -> None:
    counts = {name_of(path): path.read_text("utf-8").count("\n") for path in (ROOT / "tests").rglob("*.py")}
    assert {name: count for name, count in counts.items() if count > TEST_LINES} == {}


@pytest.mark.parametrize("name", EXCEPTIONS)
def test_an_exception_is_still_needed(name: str) -> None:
    assert list(too_large(ROOT / name))


def test_folders_hold_no_more_than_a_reader_takes_in() -> None:
    folders = {path.parent for path in FILES}
    counts = {name_of(folder): len([*folder.glob("*.py")]) - 1 for folder in folders}
    assert {name: count for name, count in counts.items() if count > FOLDER_MODULES} == {}


def test_the_top_level_holds_what_belongs_there() -> None:
    assert {path.name for path in PACKAGE.glob("*.py")} == {"__init__.py", "__main__.py", "cli.py", "errors.py"}


def test_the_picture_is_what_the_code_says() -> None:
    specification = importlib.util.spec_from_file_location("architecture", ROOT / "docs" / "architecture.py")
    assert specification is not None
    assert specification.loader is not None
    architecture = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(architecture)
    page = PAGE.read_text(encoding="utf-8")
    assert page == architecture.drawn(page), "run `make docs`"


def test_every_file_that_the_page_names_is_there_and_every_room_is_named() -> None:
    page = PAGE.read_text(encoding="utf-8")
    named = re.findall(r"`((?:sse_compliance|tests_sse|fixtures)/[^`]*)`", page)
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).exists()] == []
    assert sum(line.startswith("| ") and "?" in line for line in page.splitlines()) >= 20
    rooms = {path.name for path in PACKAGE.iterdir() if (path / "__init__.py").exists()}
    assert {room for room in rooms if f"    {room} --> " not in page and f" --> {room}\n" not in page} <= {"files"}
