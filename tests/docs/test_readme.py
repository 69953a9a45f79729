"""The README's commands on one's own fleet, word for word, on a fleet that is well."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from sse_compliance.lab.lab import Lab
from tests.docs.shell import ROOT
from tests.docs.stage import a_stage

#: What can't be run here, and why.
NOT_RUN = {
    "--hosts=firepower://admin@192.0.2.10": "nobody has this address",
    "sse-compliance lab": "goes on until Ctrl-C; tests/package runs it",
}

#: The project need not be installed beside the tests.
VERBS = 'sse-compliance() { python -m sse_compliance "$@"; }\n'


def commands() -> list[str]:
    """Those of *Your own fleet*, without the comments behind them."""
    text = (ROOT / "README.md").read_text("utf-8").partition("## Your own fleet")[2]
    lines = [line for block in re.findall(r"```sh\n(.*?)```", text, re.DOTALL) for line in block.splitlines()]
    found = [shlex.join(shlex.split(line, comments=True)) for line in lines]
    return [line for line in found if line.startswith(("pytest ", "sse-compliance "))]


def test_every_command_ends_well(docs_lab: Lab, tmp_path: Path) -> None:
    every = commands()
    left_out = [line for line in every if any(one in line for one in NOT_RUN)]
    assert len(left_out) == len(NOT_RUN)
    assert len(every) > len(left_out) + 6
    with a_stage(docs_lab, tmp_path, inventory="my-fleet.yaml") as stage:
        for line in every:
            if line not in left_out:
                ended = stage.run(VERBS + line, stage.project)
                assert ended.returncode == 0, f"$ {line}\n{ended.stdout}"
