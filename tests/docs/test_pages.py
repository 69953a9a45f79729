"""The pages on the three uses: their commands, word for word, with the outcome that they state."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.docs.pages import Change, Console, File, missing, parts
from tests.docs.stage import ROOT, a_stage

PAGES = ("pre-change", "post-upgrade", "ci-gate")


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page(docs_lab: Lab, tmp_path: Path, page: str) -> None:
    script = list(parts(ROOT / "docs" / f"{page}.md"))
    assert sum(isinstance(part, Console) for part in script) > 1
    with a_stage(docs_lab, tmp_path) as stage:
        for part in script:
            match part:
                case Change(states):
                    for device, state in states.items():
                        stage.put(device, state)
                case File(name, text):
                    (stage.directory / name).write_text(text, encoding="utf-8")
                case Console(commands, shown):
                    ended = stage.run(commands, stage.project)
                    assert shown, f"the page does not say what comes of: {commands}"
                    line = missing(shown, ended.stdout)
                    assert line is None, f"$ {commands}\n{ended.stdout}\n*** not in it, or not here: {line}"
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
