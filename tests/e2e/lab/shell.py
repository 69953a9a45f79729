"""Running programs in the lab's namespaces."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path


class LabError(Exception):
    """The lab itself failed: not a finding, not the suite's fault."""


def run(*command: str, text_in: str | None = None) -> str:
    """Run a program; its standard output.

    Raises:
        LabError: it failed; the text holds the command and what it said.
    """
    done = subprocess.run(command, input=text_in, capture_output=True, text=True)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip()
        raise LabError(
            f"{' '.join(command)} ended with {done.returncode}: {said}" + (f"\n{text_in}" if text_in else "")
        )
    return done.stdout


def in_network(pid: int, *command: str, text_in: str | None = None) -> str:
    """Run a program of the runner's in the network namespace of a process."""
    return run("nsenter", "-t", str(pid), "-n", *command, text_in=text_in)


def ip_batch(pid: int | None, lines: Sequence[str]) -> None:
    """Run ``ip`` commands in the network namespace of a process (None: the runner's)."""
    text = "\n".join(lines) + "\n"
    if pid is None:
        run("ip", "-batch", "-", text_in=text)
    else:
        in_network(pid, "ip", "-batch", "-", text_in=text)


def wait_until(condition: Callable[[], bool], what: str, seconds: float = 60.0, pause: float = 0.05) -> None:
    """Wait until a condition holds.

    Raises:
        LabError: it does not hold in time.
    """
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise LabError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(pause)


def only_child(pid: int) -> int:
    """The one child of an ``unshare --fork``: the first process of the namespaces that it made."""
    children: list[int] = []

    def has_child() -> bool:
        children[:] = [int(word) for word in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
        return bool(children)

    wait_until(has_child, f"process {pid} starts its child", pause=0.005)
    return children[0]
