"""The processes of a run with ``--jobs``: begun together, and none outlives the one that began them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import sse_compliance
from sse_compliance.errors import InputError
from sse_compliance.files.text import for_log
from sse_compliance.findings.results import Results
from sse_compliance.findings.results_file import read_results
from sse_compliance.inventory.device import RUNNER, Device
from sse_compliance.plugin.ending.results import RESULTS_FILE

#: How long processes may take to end and to write what they have, once they are told to, in seconds.
PATIENCE = 30.0
#: How often it is looked at how far they are, in seconds.
_LOOK = 0.5
#: How much is shown of what a process said that could not do its work, in characters.
_SHOWN = 2_000

#: The file of what a process says, in its folder.
OUTPUT = "output.txt"


@dataclass(frozen=True, slots=True)
class Job:
    """A process over a part of a run's devices."""

    #: What it is called where it is told of.
    name: str
    devices: tuple[Device, ...]
    #: Where its reports go, its evidence below.
    folder: Path
    arguments: tuple[str, ...]

    @property
    def output(self) -> Path:
        """What it says."""
        return self.folder / OUTPUT

    def results(self) -> Results | None:
        """What it found; None where it wrote nothing.

        Raises:
            InputError: what it wrote is not whole, or is of devices that it was not to judge.
        """
        file = self.folder / RESULTS_FILE
        if not file.is_file():
            return None
        found = read_results(file)
        judged = {device.name for device in found.devices} | {finding.device for finding in found.findings}
        if strange := judged - {device.name for device in self.devices} - {RUNNER}:
            raise InputError(f"{self.name} tells of devices that it was not to judge: {', '.join(sorted(strange)[:5])}")
        return found

    def last_words(self) -> str:
        """The end of what it said."""
        with suppress(OSError):
            return for_log(self.output.read_text("utf-8", "replace").strip()[-_SHOWN:])
        return ""


def run_jobs(
    jobs: Sequence[Job], directory: Path, ended: Callable[[int, int], None], meanwhile: Callable[[], None]
) -> tuple[list[int], bool]:
    """Runs all of them at the same time.

    Args:
        jobs: what to run.
        directory: the working directory.
        ended: told that a job (its place) ended, and its exit status.
        meanwhile: called again and again until all have.

    Returns:
        The exit status of each, a negative one for a signal; and whether they were interrupted.
    """
    started: list[subprocess.Popen[bytes]] = []
    interrupted = False
    try:
        try:
            for job in jobs:
                started.append(start(job, directory))
            _await(started, ended, meanwhile)
        except KeyboardInterrupt:
            interrupted = True
            _tell_all(started)
            for process in started:
                process.wait(PATIENCE)
    except (KeyboardInterrupt, subprocess.TimeoutExpired):
        interrupted = True
    finally:
        for process in started:
            process.kill()
        statuses = [process.wait() for process in started]
    return statuses, interrupted


def _await(
    started: Sequence[subprocess.Popen[bytes]], ended: Callable[[int, int], None], meanwhile: Callable[[], None]
) -> None:
    running = dict(enumerate(started))
    while running:
        for place, process in list(running.items()):
            with suppress(subprocess.TimeoutExpired):
                ended(place, process.wait(_LOOK / len(running)))
                del running[place]
        meanwhile()


def start(job: Job, directory: Path) -> subprocess.Popen[bytes]:
    """Begins a process, which ends when the thread does that begins it.

    Args:
        job: what it does.
        directory: the working directory.
    """
    own = str(Path(sse_compliance.__file__).parents[1])
    path = os.pathsep.join(part for part in (own, os.environ.get("PYTHONPATH")) if part)
    command = [sys.executable, "-m", "sse_compliance.plugin.jobs.job", str(os.getpid()), *job.arguments]
    with job.output.open("wb") as output:
        # In a group of its own: Ctrl-C reaches this process, which tells the others.
        return subprocess.Popen(  # nosec B603  no shell
            command,
            cwd=directory,
            env={**os.environ, "PYTHONPATH": path},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            process_group=0,
        )


def _tell_all(started: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in started:
        process.send_signal(signal.SIGTERM)
