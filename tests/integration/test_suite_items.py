"""Items that are held by what is their own can't be told from those that pytest makes, by anybody who looks at them."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.integration.suite_run import ROOT, SuiteRun, run_suite

PLUGIN = ("-p", "tests.integration.item_book")

#: What a test of the suite may do that pytest's hooks around an item have a part in.
OWN_TESTS = """\
import warnings
from sse_compliance.judge.mark import requirement

@requirement("SSE-CFG-02")
def test_of_words(host):
    assert {"port": "8989", "fqdn": host.device.name} == {"port": "8990", "fqdn": "other"}

@requirement("SSE-CFG-03")
def test_that_warns(host):
    warnings.warn("beware", UserWarning)
    host.note(expected="quiet", observed="a warning")
"""


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evidence")
    for name in ("ftd-us", "ftd-wrong-port", "fmc-shell", "sfr"):
        (folder / f"{name}.json").write_bytes((ROOT / "fixtures" / "evidence" / f"{name}.json").read_bytes())
    return folder


def book_of(folder: Path, evidence: Path, **environment: str) -> Any:
    book = folder / "book"
    run_suite(folder, f"--evidence={evidence}", *PLUGIN, environment={"ITEM_BOOK": str(book), **environment})
    return json.loads(book.read_text("utf-8"))


def test_every_attribute_is_that_of_pytests_own(evidence: Path, tmp_path: Path) -> None:
    ours, theirs = book_of(tmp_path / "a", evidence), book_of(tmp_path / "b", evidence, ITEM_BOOK_FULL="1")
    assert (theirs["light"], len(ours["items"])) == (0, len(theirs["items"]))
    assert ours["light"] > len(ours["items"]) // 2
    for own, whole in zip(ours["items"], theirs["items"], strict=True):
        assert own == whole


def own_run(folder: Path, evidence: Path, *options: str, full: bool) -> SuiteRun:
    folder.mkdir()
    (folder / "test_own.py").write_text(OWN_TESTS, encoding="utf-8")
    (folder / "conftest.py").write_text((ROOT / "conftest.py").read_text("utf-8"), encoding="utf-8")
    where = (f"--rootdir={folder}", f"--confcutdir={folder}", str(folder / "test_own.py"))
    environment = {"ITEM_BOOK": str(folder / "book"), **({"ITEM_BOOK_FULL": "1"} if full else {})}
    return run_suite(folder / "reports", *where, f"--evidence={evidence}", *options, *PLUGIN, environment=environment)


@pytest.mark.parametrize(
    "options", [(), ("-W", "error"), ("-vv",), ("--assert=plain",), ("--durations=0",)], ids=" ".join
)
def test_what_the_hooks_around_an_item_do_is_done(evidence: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    """Warnings, and what pytest says of an assertion."""
    ours, theirs = (own_run(tmp_path / str(full), evidence, *options, full=full) for full in (False, True))
    assert ours.results.findings == theirs.results.findings
    assert ours.output.count("beware") == theirs.output.count("beware")
    assert "beware" in ours.output + str(ours.results.findings)
    assert (ours.status, len(ours.results.findings)) == (theirs.status, 8)


def test_somebody_around_an_item_sees_each(evidence: Path, tmp_path: Path) -> None:
    environment = {"ITEM_BOOK": str(tmp_path / "book"), "ITEM_BOOK_AROUND": "1"}
    run = run_suite(tmp_path / "reports", f"--evidence={evidence}", *PLUGIN, environment=environment)
    seen = Counter((tmp_path / "book").read_text("utf-8").splitlines())
    assert set(seen.values()) == {1}
    assert len(seen) == len(run.results.findings) > 200
