"""An item that is run in one step is told as one that took pytest's full way, under every option of pytest's."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.integration.suite_run import ROOT, SuiteRun, run_suite

DEVICES = ("ftd-us", "ftd-wrong-port", "ftd-dns-silent", "ftd-cloud-off", "ftd-expert-refused", "sfr")


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Devices that show every state."""
    folder = tmp_path_factory.mktemp("evidence")
    for name in DEVICES:
        shutil.copy2(ROOT / "fixtures" / "evidence" / f"{name}.json", folder)
    return folder


VERBOSE = ("-rA", "--tb=short", "-v")

BothWays = Callable[..., tuple[SuiteRun, SuiteRun]]


@pytest.fixture(scope="module")
def both_ways(evidence: Path, tmp_path_factory: pytest.TempPathFactory) -> BothWays:
    """The same run twice: in one step, and with somebody looking on; once for each choice of options."""

    @cache
    def run(*options: str) -> tuple[SuiteRun, SuiteRun]:
        folder = tmp_path_factory.mktemp("both")
        one = run_suite(folder / "one", f"--evidence={evidence}", *options)
        watched = (f"--evidence={evidence}", "-p", "tests.integration.onlooker", *options)
        full = run_suite(folder / "full", *watched, environment={"ONLOOKER_FILE": str(folder / "seen")})
        assert " call\n" in (folder / "seen").read_text("utf-8"), "the second run did not take pytest's way"
        return one, full

    return run


def counts(run: SuiteRun) -> str:
    """pytest's last line, without the time."""
    (line,) = re.findall(r"^=*\s*((?:[0-9]+ \w+(?:, )?)+) in [0-9.]+s.*$", run.output, re.MULTILINE)
    assert isinstance(line, str)
    return line


def junit(run: SuiteRun) -> list[tuple[object, ...]]:
    """What JUnit says of each test; of a skipped one without the line of code that skipped it."""
    (suite,) = ET.parse(run.reports / "junit.xml").getroot()
    assert int(suite.get("tests", "0")) == len(suite)
    return sorted((case.get("classname"), case.get("name"), _told(case), _properties(case)) for case in suite)


def _told(case: ET.Element) -> list[tuple[str, str | None, str]]:
    found = [child for child in case if child.tag != "properties"]
    return [(child.tag, child.get("message"), "" if child.tag == "skipped" else child.text or "") for child in found]


def _properties(case: ET.Element) -> list[tuple[str | None, str | None]]:
    return [(entry.get("name"), entry.get("value")) for entry in case.iter("property")]


@pytest.mark.parametrize(
    "options",
    [
        (),
        ("-k", "SSE-DNS"),
        ("-m", "requirement", "-k", "not SSE-NET"),
        ("-x",),
        ("--maxfail=3",),
        VERBOSE,
        ("--durations=3", "-vv"),
        ("-o", "junit_family=legacy"),
    ],
    ids=" ".join,
)
def test_told_alike(both_ways: BothWays, options: tuple[str, ...]) -> None:
    one, full = both_ways(*options)
    assert one.status == full.status
    assert counts(one) == counts(full)
    assert one.results.findings == full.results.findings
    assert one.results.summary == full.results.summary
    assert junit(one) == junit(full)


def test_verbose_lines_are_alike(both_ways: BothWays) -> None:
    one, full = both_ways(*VERBOSE)
    lines = [sorted(re.findall(r"^tests_sse/\S+ [A-Z]+", run.output, re.MULTILINE)) for run in (one, full)]
    assert len(lines[0]) > 100
    assert lines[0] == lines[1]


def test_tests_html_lists_the_same_rows(both_ways: BothWays) -> None:
    one, full = both_ways()
    rows = [
        sorted(re.findall(r"test_[a-z_0-9]+\[[a-z0-9.-]+\]", (run.reports / "tests.html").read_text("utf-8")))
        for run in (one, full)
    ]
    assert len(rows[0]) > 100
    assert rows[0] == rows[1]


ONLOOKER = ("-p", "tests.integration.onlooker")


@pytest.mark.parametrize("option", ["--lf", "--ff", "--nf", "--sw"])
def test_what_pytest_remembers_is_alike(option: str, evidence: Path, tmp_path: Path) -> None:
    """The second and the third run after one that failed, with pytest's memory; each way by itself."""
    told = []
    for way in ((), ONLOOKER):
        memory = tmp_path / f"memory-{len(way)}"
        base = (f"--evidence={evidence}", "-p", "cacheprovider", "-p", "stepwise", "-o", f"cache_dir={memory}", *way)
        environment = {"ONLOOKER_FILE": str(tmp_path / "seen")}
        runs = [
            run_suite(memory / str(turn), *base, *more, environment=environment)
            for turn, more in enumerate(((), (option,), (option,)))
        ]
        assert not way or " call\n" in (tmp_path / "seen").read_text("utf-8")
        told.append([(run.status, counts(run), [finding.key for finding in run.results.findings]) for run in runs])
    assert told[0] == told[1]
    first, second, _ = told[0]
    assert (first == second) is (option in ("--ff", "--nf"))


def test_somebody_who_counts_reports_counts_the_same(evidence: Path, tmp_path: Path) -> None:
    books = []
    for way in ((), ONLOOKER):
        book = tmp_path / f"book-{len(way)}"
        environment = {"REPORT_BOOK": str(book), "ONLOOKER_FILE": str(tmp_path / "seen")}
        options = (f"--evidence={evidence}", "-p", "tests.integration.report_book", *way)
        run = run_suite(tmp_path / "reports", *options, environment=environment)
        books.append(sorted(book.read_text("utf-8").splitlines()))
        assert len(books[-1]) == len(run.results.findings) > 100
    assert books[0] == books[1]
    assert {line.split(" ")[1] for line in books[0]} == {"passed", "failed", "error", "skipped"}


@pytest.mark.parametrize("options", [("--setup-show",), ("-n", "2"), ("-n", "2", "--dist", "loadfile")], ids=" ".join)
def test_who_watches_finds_what_one_step_finds(
    both_ways: BothWays, evidence: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    one, _ = both_ways()
    watched = run_suite(tmp_path / "reports", f"--evidence={evidence}", *options)
    assert (watched.status, counts(watched)) == (one.status, counts(one))
    assert sorted(watched.results.findings, key=str) == sorted(one.results.findings, key=str)
    if options == ("--setup-show",):
        shown = re.findall(r"test_\S+ \(fixtures used: .*host", watched.output)
        judged = [finding for finding in one.results.findings if finding.state != "not applicable"]
        assert len(shown) >= len(judged) > 100


def test_the_debugger_opens_where_a_finding_fails(evidence: Path, tmp_path: Path) -> None:
    """With --pdb the first failing item is one that pytest runs, and the person is at its line."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "SSE_"))}
    commands = "p host.device.name\nq\n"
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", f"--evidence={evidence}", "--pdb", "--devices=ftd-wrong-port",
         "-k", "SSE-CFG-02", f"--reports={tmp_path}"],
        cwd=ROOT, input=commands, capture_output=True, text=True, timeout=120, env=own,
    )  # fmt: skip
    assert "entering PDB" in ended.stdout, ended.stdout
    assert re.search(r"\(Pdb\) '[a-z-]+'\n", ended.stdout)
    assert ended.returncode == 2


def test_a_mark_or_a_fixture_of_the_users_takes_pytests_way(evidence: Path, tmp_path: Path) -> None:
    own = tmp_path / "test_own.py"
    own.write_text(
        "import pytest\n"
        "from sse_compliance.judge.mark import requirement\n"
        "ORDER = []\n"
        "@pytest.fixture(autouse=True)\n"
        "def around():\n    ORDER.append('set up')\n    yield\n    ORDER.append('torn down')\n"
        "@requirement('SSE-CFG-02')\n"
        "def test_port(host):\n    assert ORDER[-1] == 'set up'\n    host.note(expected='a', observed='b')\n"
        "@pytest.mark.skip(reason='not today')\n"
        "@requirement('SSE-CFG-05')\n"
        "def test_interval(host):\n    raise AssertionError('never called')\n"
        "def test_last():\n    assert ORDER.count('torn down') == ORDER.count('set up') - 1 > 0\n",
        encoding="utf-8",
    )
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text("utf-8"), encoding="utf-8")
    options = (f"--rootdir={tmp_path}", f"--confcutdir={tmp_path}", f"--evidence={evidence}", "--devices=ftd-us")
    run = run_suite(tmp_path / "reports", own, *options)
    states = {finding.requirement: finding.state for finding in run.results.findings}
    assert states == {"SSE-CFG-02": "compliant", "SSE-CFG-05": "not assessed"}, run.output
    assert "1 failed" not in run.output
