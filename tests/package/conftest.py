"""The built wheel, installed alone into a fresh virtual environment, once for all tests that use it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.integration.suite_run import ROOT

#: Devices with a fault, without one, and one whose login fails.
SCENARIOS = ("ftd-us", "ftd-wrong-port", "fmc-clish", "ftd-not-root")


@dataclass(frozen=True, slots=True)
class Installed:
    """A user's machine: a home, a working directory with ``.venv``, and nothing of the clone."""

    home: Path
    directory: Path

    @property
    def bin(self) -> Path:
        """Where the environment's programs are."""
        return self.directory / ".venv" / "bin"

    def run(
        self, *command: str, at: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs a program of the environment; its whole output is in ``stdout``."""
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            cwd=at or self.directory,
            env={**self.environment(), **(variables or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
        )

    def environment(self) -> dict[str, str]:
        """A user's own, without anything of the developer's."""
        kept = {
            name: value for name, value in os.environ.items() if name.startswith("PIP_") or name in ("LANG", "TMPDIR")
        }
        path = f"{self.bin}:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
        return {**kept, "HOME": str(self.home), "PATH": path}


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from what a source distribution holds, so that a file that it lacks is found out."""
    directory = tmp_path_factory.mktemp("dist")
    source = tmp_path_factory.mktemp("source")
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    ).stdout.split("\0")
    for name in filter(None, names):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    built = subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(directory), str(source)],
        capture_output=True,
        text=True,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = directory.glob("*.whl")
    assert list(directory.glob("*.tar.gz"))
    return found


@pytest.fixture(scope="session")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in ``.venv`` of the working directory."""
    home = tmp_path_factory.mktemp("home")
    machine = Installed(home, home / "work")
    machine.directory.mkdir()
    made = subprocess.run(
        [sys.executable, "-m", "venv", str(machine.directory / ".venv")], capture_output=True, text=True
    )
    assert made.returncode == 0, made.stderr
    put = machine.run("python", "-m", "pip", "install", "--quiet", str(wheel))
    assert put.returncode == 0, put.stdout
    return machine


@pytest.fixture(scope="session")
def some_devices(installed: Installed) -> Iterator[Lab]:
    """A small fleet, named in ``~/fleet.yaml``."""
    with Lab.start(SCENARIOS) as lab:
        (installed.home / "fleet.yaml").write_bytes(lab.inventory_file.read_bytes())
        yield lab
