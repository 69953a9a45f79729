"""Running the suite as a user would: ``pytest --inventory FILE`` in the runner; what it found, read from its files."""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import certifi

from tests.e2e.lab.outer import REPOSITORY
from tests.e2e.lab.site import FOLDER, PASSWORD

_UNMET = ("non-compliant", "advisory")
_numbers = itertools.count(1)
# The reports of a run lie in memory, not in the repository: the suite sees them under its own reports/.
_BIND = 'mount --bind "$1" "$2" && mount --bind "$3" "$4" && shift 4 && exec "$@"'


@dataclass(frozen=True)
class Run:
    """A run that has ended."""

    exit_code: int
    output: str
    reports: Path

    @cached_property
    def results(self) -> dict[str, Any]:
        """``compliance.json``."""
        file = self.reports / "compliance.json"
        assert file.exists(), f"the run left no compliance.json:\n{self.output}"
        loaded: dict[str, Any] = json.loads(file.read_text())
        return loaded

    def findings(self, device: str) -> dict[str, dict[str, Any]]:
        """A device's findings by key: requirement, or requirement[target]."""
        return {_key(finding): finding for finding in self.results["findings"] if finding["device"] == device}

    def roots(self, device: str, *states: str) -> set[str]:
        """The keys of a device's root findings (of all unmet states, where none is named)."""
        return {
            key
            for key, finding in self.findings(device).items()
            if finding["state"] in (states or _UNMET) and finding.get("cause") is None
        }

    def in_state(self, device: str, state: str) -> set[str]:
        """The keys of a device's findings in a state."""
        return {key for key, finding in self.findings(device).items() if finding["state"] == state}

    def not_assessed(self, device: str) -> dict[str, str]:
        """What was not assessed on a device, and why."""
        return {
            key: str(finding.get("reason"))
            for key, finding in self.findings(device).items()
            if finding["state"] == "not assessed"
        }

    def device_state(self, device: str) -> str:
        """How a device came out as a whole."""
        return str(next(entry["state"] for entry in self.results["devices"] if entry["name"] == device))

    def told(self, device: str, key: str) -> str:
        """What a person is told about a finding: expected, observed, reason."""
        finding = self.findings(device)[key]
        return " | ".join(str(finding[word]) for word in ("expected", "observed", "reason") if finding.get(word))


def _key(finding: dict[str, Any]) -> str:
    target = finding.get("target")
    return str(finding["requirement"]) + (f"[{target}]" if target else "")


def start_suite(
    inventory: Path, *options: str, secrets: dict[str, str] | None = None, public_roots: str = ""
) -> tuple[subprocess.Popen[str], Path]:
    """Start a run of the suite in the runner.

    Args:
        inventory: the inventory file.
        options: further options of pytest's.
        secrets: further environment variables that hold passwords.
        public_roots: certificates that this runner's list of public roots holds besides.

    Returns:
        The process, and the folder of its reports.
    """
    reports = FOLDER / f"reports.{next(_numbers)}"
    home = FOLDER / "home"
    for folder in (reports, home):
        folder.mkdir(exist_ok=True)
    roots = FOLDER / f"{reports.name}.pem"
    roots.write_text(Path(certifi.where()).read_text() + public_roots)
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "SSE_PASSWORD": PASSWORD,
        "PYTHONDONTWRITEBYTECODE": "1",
        **(secrets or {}),
    }
    pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", f"--inventory={inventory}", *options]
    binds = [str(path) for path in (reports, REPOSITORY / "reports", roots, certifi.where())]
    process = subprocess.Popen(
        ["unshare", "--mount", "sh", "-c", _BIND, "sh", *binds, *pytest],
        cwd=REPOSITORY,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return process, reports


def run_suite(
    inventory: Path,
    *options: str,
    secrets: dict[str, str] | None = None,
    public_roots: str = "",
    seconds: float = 240,
) -> Run:
    """Run the suite to its end; arguments as for :func:`start_suite`."""
    process, reports = start_suite(inventory, *options, secrets=secrets, public_roots=public_roots)
    return finish(process, reports, seconds)


def finish(process: subprocess.Popen[str], reports: Path, seconds: float = 240) -> Run:
    """Wait for a run that was started."""
    try:
        output, _ = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        raise AssertionError(f"the suite did not end in {seconds:g} s:\n{output}") from None
    return Run(process.returncode, output, reports)
