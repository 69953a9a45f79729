"""The pages on the three uses: their commands, word for word, with the outcome that they state."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.docs.pages import Console, missing, parts, play
from tests.docs.shell import ROOT
from tests.docs.stage import a_stage

PAGES = ("pre-change", "post-upgrade", "ci-gate", "firewall-rules")


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page(docs_lab: Lab, tmp_path: Path, page: str) -> None:
    path = ROOT / "docs" / f"{page}.md"
    assert sum(isinstance(part, Console) for part in parts(path)) > 1
    with a_stage(docs_lab, tmp_path) as stage:
        play(path, stage.directory, stage.put, lambda commands: stage.run(commands, stage.project).stdout)
        assert all(board.most_at_once <= 1 for board in stage.devices.values())


@pytest.mark.parametrize(
    ("shown", "output", "lacking"),
    [
        (("a", "b"), "a\nx\nb\n", None),
        (("b", "a"), "a\nb\n", "a"),
        (("a … c",), "a b c\n", None),
        (("a … c",), "a b c d\n", "a … c"),
        (("exit=1",), "exit=10\n", "exit=1"),
    ],
)
def test_lines_are_compared_whole_and_in_order(shown: tuple[str, ...], output: str, lacking: str | None) -> None:
    assert missing(shown, output) == lacking
