"""The worked examples of docs/adding.md, written into a copy of the project: what the page shows comes of them."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import missing
from tests.docs.shell import ROOT, copy_project, run_commands

PAGE = ROOT / "docs" / "adding.md"

_PART = re.compile(
    r"<!-- (?P<how>new|end of|after|instead|run): (?P<what>.*?) -->\n```\w+\n(?P<text>.*?)```", re.DOTALL
)


def parts(*kinds: str) -> Iterator[tuple[str, str, str]]:
    for match in _PART.finditer(PAGE.read_text(encoding="utf-8")):
        if (match["how"] == "run") == (kinds == ("run",)):
            yield match["how"], match["what"], match["text"]


def write(project: Path, how: str, what: str, text: str) -> None:
    name, _, anchor = what.partition(": ")
    file = project / name
    if how == "new":
        assert not file.exists(), f"{name} exists by now: the example needs another name"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
        return
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    if how == "end of":
        file.write_text("".join(lines) + text, encoding="utf-8")
        return
    (place,) = [number for number, line in enumerate(lines) if line.strip() == anchor.strip()]
    lines[place : place + 1] = [text] if how == "instead" else [lines[place], text]
    file.write_text("".join(lines), encoding="utf-8")


@pytest.fixture(scope="module")
def extended(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with all that the page adds, and evidence of a device that was started a minute ago."""
    project = tmp_path_factory.mktemp("adding") / "project"
    copy_project(project)
    shutil.copytree(ROOT / "tests" / "unit" / "facts", project / "tests" / "unit" / "facts")
    for package in ("tests", "tests/unit"):
        (project / package / "__init__.py").touch()
    for how, what, text in parts():
        write(project, how, what, text)
    device = json.loads((ROOT / "fixtures" / "evidence" / "ftd-us.json").read_text("utf-8"))
    read_at = device["probes"]["date"]["read_at"]
    device["probes"]["uptime"] = {
        "command": "cat /proc/uptime", "exit_status": 0, "stdout": "61.02 50.00\n", "read_at": read_at,
    }  # fmt: skip
    (project.parent / "evidence").mkdir()
    (project.parent / "evidence" / "ftd-us.json").write_text(json.dumps(device), encoding="utf-8")
    return project


@pytest.mark.parametrize(("name", "text"), [(what, text) for _, what, text in parts("run")])
def test_what_the_page_shows_comes_of_it(extended: Path, name: str, text: str) -> None:
    commands = [line.removeprefix("$ ") for line in text.splitlines() if line.startswith("$ ")]
    shown = tuple(line for line in text.splitlines() if not line.startswith("$ "))
    # The copy's own package, whatever else is installed.
    script = 'sse-compliance() { python -m sse_compliance "$@"; }\n' + "\n".join(commands)
    ended = run_commands(script, extended, "", PYTHONPATH=str(extended), PYTEST_ADDOPTS="-p no:cacheprovider")
    assert shown, name
    line = missing(tuple(f"…{one}…" for one in shown), ended.stdout)
    assert line is None, f"{ended.stdout}\n*** not in it, or not here: {line}"


def test_the_example_is_caught_by_its_own_test_where_it_guesses(extended: Path) -> None:
    fact = extended / "sse_compliance" / "facts" / "system" / "uptime.py"
    whole = fact.read_text("utf-8")
    fact.write_text(whole.replace("_LINE.fullmatch", "_LINE.search"), encoding="utf-8")
    (command,) = [text.splitlines()[0].removeprefix("$ ") for _, what, text in parts("run") if what == "fact"]
    ended = run_commands(command, extended, "", PYTHONPATH=str(extended), PYTEST_ADDOPTS="")
    fact.write_text(whole, encoding="utf-8")
    assert "1 failed" in ended.stdout or ended.returncode == 1, ended.stdout
