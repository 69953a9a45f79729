"""What a command costs: wall clock, processor time of all its processes, and its largest process's memory."""

from __future__ import annotations

import ctypes
import os
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from signal import SIGKILL

_PR_SET_CHILD_SUBREAPER = 36


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run cost. Times in seconds, memory in megabytes."""

    wall: float
    cpu: float
    memory: float
    status: int
    said: str = ""


def run(command: Sequence[str], env: Mapping[str, str] | None = None, cwd: Path | None = None) -> Cost:
    """Runs a command to its end; processes that it left behind (an SSH master, for example) are ended and counted."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    before, began = _children(), time.monotonic()
    process = subprocess.Popen(
        command, env={**os.environ, **(env or {})}, cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    said, _ = process.communicate()
    wall = time.monotonic() - began
    watcher.join()
    _end_orphans()
    return Cost(wall, _children() - before, peak[0] / 1024, process.returncode, said)


def verdict(cost: Cost) -> str:
    """What a run of the suite came to, in its own words.

    Raises:
        SystemExit: it came to no verdict; what it cost tells nothing.
    """
    if "SSE-VERDICT: " not in cost.said or cost.status not in (0, 1, 10):
        raise SystemExit(f"the run ended with {cost.status}:\n{cost.said[-2000:]}")
    return cost.said.rpartition("SSE-VERDICT: ")[2].partition("\n")[0]


def interleaved(runs: int, variants: Mapping[str, Callable[[], Cost]]) -> dict[str, list[Cost]]:
    """Each variant so many times, in turn, so that a machine that slows down slows all of them."""
    costs: dict[str, list[Cost]] = {name: [] for name in variants}
    for _ in range(runs):
        for name, variant in variants.items():
            costs[name].append(variant())
    return costs


def median(costs: Sequence[Cost]) -> Cost:
    """The median of each figure."""
    middle = {name: statistics.median(getattr(cost, name) for cost in costs) for name in ("wall", "cpu", "memory")}
    return Cost(**middle, status=max(cost.status for cost in costs))


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _watch(process: subprocess.Popen[str], peak: list[int]) -> None:
    """The most that the command's own process held, in kilobytes, looked at every 50 ms."""
    while process.poll() is None:
        with suppress(OSError, ValueError, IndexError):
            status = Path(f"/proc/{process.pid}/status").read_text()
            peak[0] = max(peak[0], int(status.partition("VmHWM:")[2].split()[0]))
        time.sleep(0.05)


def _end_orphans() -> None:
    """Processes whose parent is this one now, though it did not start them as the fleet's."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError):
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
            name = (folder / "comm").read_text().strip()
            if int(fields[1]) == os.getpid() and name == "ssh":
                os.kill(int(folder.name), SIGKILL)
                os.waitpid(int(folder.name), 0)
