"""The suite as a typical testinfra user writes it: one test per command, testinfra's own transports."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

COMMANDS: list[str] = json.loads(Path(os.environ["BENCH_WORK"]).read_text("utf-8"))["commands"]


@pytest.mark.parametrize("command", COMMANDS, ids=[str(number) for number in range(len(COMMANDS))])
def test_command(host: Any, command: str) -> None:
    assert host.run(command).rc is not None
