"""`make help` tells every target, and every fragment of the changelog has a kind that is known."""

from __future__ import annotations

import re
import subprocess
import tomllib

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
