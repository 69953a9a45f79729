"""What a report says was selected is what the user gave."""

from __future__ import annotations

from pathlib import Path

from sse_compliance.plugin.options import given, run_arguments


def test_what_makes_pytest_run_the_suite_is_no_selection() -> None:
    own = run_arguments(Path("/srv/a suite/tests_sse"), Path("/home/j doe"))
    assert given([*own, "--inventory=my fleet.yaml", "-k", "NET"]) == ["--inventory=my fleet.yaml", "-k", "NET"]
    assert given(own) == []


def test_plain_pytest_is_told_whole() -> None:
    arguments = ["-p", "no:cacheprovider", "-c", "own.ini", "--evidence=reports/evidence", "-x"]
    assert given(arguments) == arguments
    assert given([]) == []
