"""The verb ``run``: pytest with the suite, from any directory.

``sse-compliance run --inventory ~/fleet.yaml -k SSE-DNS`` is ``pytest --inventory=… -k SSE-DNS`` with the suite's own
settings; whatever settings of pytest's the directory has, they belong to another project.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pytest

from sse_compliance.files.shipped import shipped
from sse_compliance.plugin.options import OPTIONS, run_arguments


def run(arguments: Sequence[str]) -> int:
    """Runs pytest; gives its exit status."""
    return int(pytest.main([*pytest_arguments(), *arguments]))


def pytest_arguments() -> list[str]:
    """What makes pytest run the suite. Tests that are named on the command line are run in its place."""
    return run_arguments(shipped("tests_sse"), Path.cwd())


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The plugin's own options, for completion; ``--help`` is pytest's, with all of them."""
    for option in OPTIONS:
        parser.add_argument(f"--{option.name}", **option.arguments())
