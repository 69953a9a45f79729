"""What one run costs a device: ``python -m tests.e2e.lab run -- python -m bench.on_device [--runs 9]``.

On a device of the real lab root runs, in turn, the script of a run's probes, and one plain script with the same
commands side by side and nothing around them: no time limit, no bound, no frames. The figures are the processor time of
everything that was started, how many processes were made, and the most that there were at once.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from secrets import token_hex
from shlex import quote

from sse_compliance.catalogue.probes import ProbeSpec, Where, probe_specs
from sse_compliance.collect.ssh.script.build import PATH, build
from sse_compliance.collect.ssh.script.frames import FrameReader
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.evidence_files import read
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.site import Site
from tests.e2e.lab.spec import DeviceSpec

#: Whose recorded evidence names the probes of a run.
_LIKE = Path(__file__).resolve().parents[1] / "fixtures" / "evidence" / "ftd-us.json"


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one script. Processor time and wall clock in milliseconds."""

    cpu: float
    wall: float
    processes: int
    peak: int
    said: bytes


def specs() -> Sequence[ProbeSpec]:
    """The probes of the shell that a run makes on a healthy FTD."""
    evidence = read(_LIKE)
    names = [name for name, answer in evidence.probes.items() if isinstance(answer, ProbeResult)]
    of_device = [name for name in names if not name.startswith(("fmc:", "resolver:", "rulesets:"))]
    return [spec for spec in probe_specs(evidence.device, of_device) if spec.where is Where.SHELL]


def plain(chosen: Sequence[ProbeSpec]) -> str:
    """The same commands and nothing else."""
    lines = [f"export LC_ALL=C PATH={PATH}"]
    for spec in chosen:
        file = next((one for one in spec.files if one.startswith("/ngfw")), "")
        lines.append(f"{{ {spec.command.replace('{file}', quote(file))}; }} >/dev/null 2>&1 &")
    return "\n".join((*lines, "wait", ""))


def measured(device: RealDevice, script: str) -> Cost:
    """Runs a script on the device, as root, to its end."""
    enter = ["nsenter", "-t", str(device.pid), "-m", "-u", "-i", "-n", "-p", "/usr/bin/env", "-i", "sh", "-c"]
    peak, done = [0], threading.Event()
    watcher = threading.Thread(target=_watch, args=(device, peak, done))
    before, first, began = _children(), _next_pid(device), time.monotonic()
    watcher.start()
    process = subprocess.run([*enter, '(eval "$1") </dev/null', "sh", script], capture_output=True, check=False)
    wall, cpu = time.monotonic() - began, _children() - before
    done.set()
    watcher.join()
    return Cost(cpu * 1e3, wall * 1e3, _next_pid(device) - first, peak[0], process.stdout)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _next_pid(device: RealDevice) -> int:
    """How many processes the device has ever had: its numbers are given in turn. Asking costs the same each time."""
    return int(device.run("sh", "-c", "echo $$"))


def _watch(device: RealDevice, peak: list[int], done: threading.Event) -> None:
    """The most processes at once beyond those that were there."""
    namespace = f"/proc/{device.pid}/ns/pid"
    own = Path(namespace).stat().st_ino
    at_first = _count(own)
    while not done.wait(0.002):
        peak[0] = max(peak[0], _count(own) - at_first)


def _count(namespace: int) -> int:
    count = 0
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError):
                count += Path(entry.path, "ns/pid").stat().st_ino == namespace
    return count


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    options = parser.parse_args()
    chosen = specs()
    marker = token_hex(8)
    variants: dict[str, Callable[[], str]] = {"plain": lambda: plain(chosen), "script": lambda: build(chosen, marker)}
    costs: dict[str, list[Cost]] = {name: [] for name in variants}
    with Site() as site:
        device = site.device(DeviceSpec("ftd1"))
        device.settle()
        for _ in range(options.runs):
            for name, make in variants.items():
                costs[name].append(measured(device, make()))
        reader = FrameReader(chosen, marker)
        reader.feed(costs["script"][-1].said)
        answers = reader.finish()
    answered = sum(isinstance(answer, ProbeResult) for answer in answers.values())
    print(f"{len(chosen)} commands ({answered} answered), medians of {options.runs} runs in turn")
    print(f"{'':8} {'CPU ms':>7} {'wall ms':>8} {'processes':>10} {'at once':>8}")
    for name, own in costs.items():
        middle = [statistics.median(getattr(one, what) for one in own) for what in ("cpu", "wall", "processes", "peak")]
        print(f"{name:8} {middle[0]:7.0f} {middle[1]:8.0f} {middle[2]:10.0f} {middle[3]:8.0f}")
    ratio = [script.cpu / bare.cpu for script, bare in zip(costs["script"], costs["plain"], strict=True)]
    print(f"script over plain, CPU: {statistics.median(ratio):.2f} ({min(ratio):.2f} to {max(ratio):.2f})")


if __name__ == "__main__":
    main()
