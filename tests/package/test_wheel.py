"""The wheel alone, from another directory: every verb works, and the findings are the clone's."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest

from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.findings.finding import Finding
from sse_compliance.findings.results_file import read_results
from sse_compliance.lab.lab import Lab
from tests.integration.suite_run import ROOT, run_suite
from tests.package.conftest import Installed


def findings(reports: Path) -> set[tuple[str, str, str | None, str]]:
    """What a run found, without the times that differ from run to run."""
    return {_told(finding) for finding in read_results(reports / "compliance.json").findings}


def _told(finding: Finding) -> tuple[str, str, str | None, str]:
    return finding.device, finding.requirement, finding.target, finding.state


@pytest.fixture(scope="module")
def live(installed: Installed, some_devices: Lab) -> Path:
    """Reports of ``sse-compliance run``."""
    ended = installed.run("sse-compliance", "run", "--inventory", "~/fleet.yaml", variables=some_devices.environment)
    assert "SSE-VERDICT: failed exit=1 devices=4 " in ended.stdout, ended.stdout
    assert ended.returncode == 1
    return installed.directory / "reports"


@pytest.fixture(scope="module")
def clone(some_devices: Lab, tmp_path_factory: pytest.TempPathFactory) -> set[tuple[str, str, str | None, str]]:
    """What the clone's run finds on the same devices."""
    reports = tmp_path_factory.mktemp("clone")
    assert (
        run_suite(reports, f"--inventory={some_devices.inventory_file}", environment=some_devices.environment).status
        == 1
    )
    return findings(reports)


def test_run_finds_what_the_clone_finds(live: Path, clone: set[tuple[str, str, str | None, str]]) -> None:
    assert len(clone) > 100
    assert findings(live) == clone


@pytest.mark.parametrize(
    ("directory", "inventory"),
    [
        ("elsewhere", ("--inventory", "{home}/fleet.yaml")),
        ("elsewhere", ("--inventory=~/fleet.yaml",)),
        (".", ("--inventory", "fleet.yaml")),
    ],
    ids=["blank", "home", "beside"],
)
def test_plain_pytest_finds_what_the_clone_finds(
    installed: Installed,
    some_devices: Lab,
    clone: set[tuple[str, str, str | None, str]],
    directory: str,
    inventory: tuple[str, ...],
) -> None:
    at = installed.home / directory
    at.mkdir(exist_ok=True)
    options = [option.format(home=installed.home) for option in inventory]
    ended = installed.run(
        "pytest",
        "--pyargs",
        "sse_compliance.tests_sse",
        *options,
        "--reports=plain",
        at=at,
        variables=some_devices.environment,
    )
    assert ended.returncode == 1, ended.stdout
    assert findings(at / "plain") == clone


def test_all_recorded_devices_are_judged_alike(installed: Installed, tmp_path: Path) -> None:
    ended = installed.run(
        "sse-compliance",
        "run",
        "--evidence",
        str(ROOT / "fixtures" / "evidence"),
        "--reports",
        str(tmp_path / "a"),
        "-q",
    )
    assert ended.returncode == 1, ended.stdout
    run_suite(tmp_path / "b", f"--evidence={ROOT / 'fixtures' / 'evidence'}")
    assert findings(tmp_path / "a") == findings(tmp_path / "b")


def test_workers_find_it_too(installed: Installed, live: Path, tmp_path: Path) -> None:
    pip = installed.run("python", "-m", "pip", "show", "pytest-xdist")
    assert pip.returncode == 0
    ended = installed.run(
        "sse-compliance", "run", "--evidence", str(live / "evidence"), "--reports", str(tmp_path), "-n", "2"
    )
    assert ended.returncode == 1, ended.stdout
    assert findings(tmp_path) == findings(live)


#: ``demo`` over a few devices of each kind: tests/integration has all of them, and the files are held to the clone's.
DEMO = """
import sys
from sse_compliance.cli import main
from sse_compliance.lab.scenarios import SCENARIOS
kept = sys.argv[1].split(",")
for name in [*SCENARIOS]:
    if name not in kept:
        del SCENARIOS[name]
sys.exit(main(["demo", "--reports", "demo"]))
"""
KINDS = (
    "ftd-us",
    "ftd-wrong-port",
    "ftd-no-dns",
    "ftd-blocked-ingest",
    "ftd-not-root",
    "fmc-clish",
    "fmc-shell",
    "sfr",
)


def test_demo(installed: Installed) -> None:
    ended = installed.run("python", "-c", DEMO, ",".join(KINDS))
    assert ended.returncode == 0, ended.stdout
    assert f"The lab has {len(KINDS)} devices, 4 of them broken on purpose" in ended.stdout
    assert "Exactly the planted faults were found." in ended.stdout


def test_every_file_of_the_project_is_in_it(installed: Installed) -> None:
    code = "import sse_compliance, pathlib; print(pathlib.Path(sse_compliance.__file__).parent)"
    where = Path(installed.run("python", "-c", code).stdout.strip())
    listed = subprocess.run(
        ["git", "ls-files", "sse_compliance", "tests_sse", "fixtures"], cwd=ROOT, capture_output=True
    )
    names = [Path(name) for name in listed.stdout.decode().splitlines() if (ROOT / name).is_file()]
    assert len(names) > 300
    for name in names:
        # The build puts the suite and what it reads into the package.
        inside = where / (name.relative_to("sse_compliance") if name.parts[0] == "sse_compliance" else name)
        assert inside.is_file(), name
        assert inside.read_bytes() == (ROOT / name).read_bytes(), name


def test_collect_then_judge(
    installed: Installed, some_devices: Lab, tmp_path: Path, clone: set[tuple[str, str, str | None, str]]
) -> None:
    ended = installed.run(
        "sse-compliance",
        "collect",
        "--inventory",
        "~/fleet.yaml",
        "--save-evidence",
        str(tmp_path / "evidence"),
        variables=some_devices.environment,
    )
    assert ended.returncode == 10, ended.stdout
    assert "3 devices collected" in ended.stdout
    judged = installed.run(
        "sse-compliance", "run", "--evidence", str(tmp_path / "evidence"), "--reports", str(tmp_path / "reports")
    )
    assert judged.returncode == 1, judged.stdout
    assert findings(tmp_path / "reports") == clone


def test_requirements(installed: Installed) -> None:
    one = installed.run("sse-compliance", "requirements", "SSE-DNS-01")
    assert one.returncode == 0
    assert one.stdout.startswith("### SSE-DNS-01: ")
    every = installed.run("sse-compliance", "requirements")
    assert every.returncode == 0, every.stdout
    assert "MISSING" not in every.stdout
    assert all(requirement.id in every.stdout for requirement in load_catalogue())


def test_render_merge_diff_inventory(installed: Installed, live: Path, tmp_path: Path) -> None:
    results = str(live / "compliance.json")
    rendered = installed.run("sse-compliance", "render", results, "--format", "md", "--output", "-")
    assert rendered.stdout.startswith("## ✕ Failed")
    page = installed.run("sse-compliance", "render", results, "--output", str(tmp_path))
    assert page.returncode == 0
    assert (tmp_path / "compliance.html").stat().st_size > 50_000
    merged = installed.run("sse-compliance", "merge", results, "--output", str(tmp_path / "all" / "compliance.json"))
    assert merged.returncode == 1, merged.stdout
    assert findings(tmp_path / "all") == findings(live)
    same = installed.run("sse-compliance", "diff", results, results)
    assert "new: 0" in same.stdout
    listed = installed.run("sse-compliance", "inventory", str(installed.home / "fleet.yaml"))
    assert listed.stdout.rstrip().endswith("4 devices; the inventory is right.")


@pytest.mark.usefixtures("some_devices")
def test_lab(installed: Installed) -> None:
    with subprocess.Popen(
        [installed.bin / "sse-compliance", "lab", "--scenario", "ftd-us"],
        cwd=installed.directory, env=installed.environment(), stdout=subprocess.PIPE, text=True, process_group=0,
    ) as lab:  # fmt: skip
        assert lab.stdout is not None
        told = ""
        while "Ctrl-C stops" not in told:
            line = lab.stdout.readline()
            assert line, told
            told += line
        os.kill(lab.pid, signal.SIGINT)
        assert lab.wait(30) == 0


def test_version_and_completion(installed: Installed) -> None:
    assert installed.run("sse-compliance", "--version").stdout.startswith("sse-compliance ")
    script = installed.run("sse-compliance", "completion", "bash").stdout
    checked = subprocess.run(["bash", "-n"], input=script, text=True, capture_output=True)
    assert checked.returncode == 0, checked.stderr
    assert "--save-baseline" in script


def test_the_wheel_is_typed(installed: Installed) -> None:
    where = installed.run(
        "python", "-c", "import sse_compliance, pathlib; print(pathlib.Path(sse_compliance.__file__).parent)"
    ).stdout.strip()
    assert Path(where, "py.typed").is_file()
    assert Path(where).is_relative_to(installed.venv)
