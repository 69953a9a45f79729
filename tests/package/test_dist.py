"""``make dist`` of one commit, in two clones that differ in all else: the same wheel, and what it needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.integration.suite_run import ROOT
from tests.unit.test_dependencies import pinned

IDENTITY = {f"GIT_{who}_{what}": "x@example.com" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
WHEN = {f"GIT_{who}_DATE": "2026-02-03T04:05:06+0000" for who in ("AUTHOR", "COMMITTER")}


def clone(directory: Path, umask: str) -> Path:
    """The project as it is now, as a commit of its own."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout
    names = "".join(f"{name}\0" for name in listed.split("\0") if (ROOT / name).is_file() and name)
    directory.mkdir(parents=True)
    commands = f"""umask {umask}
        tar --create --directory={ROOT} --null --files-from=- | tar --extract --no-same-permissions --touch
        git init --quiet && git -c core.filemode=false add --all && git commit --quiet --message=all"""
    done = subprocess.run(
        ["bash", "-ec", commands], cwd=directory, input=names, text=True, capture_output=True,
        env={**os.environ, **IDENTITY, **WHEN},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return directory


def made(directory: Path, umask: str) -> Path:
    """``make dist`` with this Python's tools in place of an environment of its own."""
    tools = directory / ".venv"
    tools.mkdir()
    for stamp in ("run.stamp", "dev.stamp"):
        (tools / stamp).touch()
    done = subprocess.run(
        ["bash", "-c", f"umask {umask}; make dist BIN={Path(sys.executable).parent}"],
        cwd=directory, text=True, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return directory / "dist"


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    home = tmp_path_factory.mktemp("builds")
    return [made(clone(home / name, umask), umask) for name, umask in (("one", "022"), ("elsewhere/two", "077"))]


def test_the_wheel_is_the_same_bit_by_bit(builds: list[Path]) -> None:
    first, second = ([*build.glob("*.whl")] for build in builds)
    assert len(first) == len(second) == 1
    assert first[0].name == second[0].name
    assert first[0].read_bytes() == second[0].read_bytes()


def test_the_bill_of_materials_names_what_is_pinned(builds: list[Path]) -> None:
    bills = [(build / "sse-compliance.cdx.json").read_bytes() for build in builds]
    assert bills[0] == bills[1]
    told = json.loads(bills[0])
    assert told["bomFormat"] == "CycloneDX"
    assert told["metadata"]["component"]["name"] == "sse-compliance"
    parts = {(part["name"], part["version"]): part for part in told["components"]}
    pins = pinned("requirements")
    assert set(parts) == {(pin.requirement.name, pin.version) for pin in pins}
    for pin in pins:
        references = parts[pin.requirement.name, pin.version]["externalReferences"]
        hashes = {f"sha256:{hash_['content']}" for one in references for hash_ in one.get("hashes", [])}
        assert hashes == set(pin.hashes)
