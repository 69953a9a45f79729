"""The embedded lab ends, or does not begin: nothing of it is left, and what helps is told."""

from __future__ import annotations

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.integration.lab_login import ROOT, Terminal, connect

pytestmark = pytest.mark.usefixtures("lab")


def _processes_of(directory: Path) -> list[str]:
    listing = subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True).stdout
    return [line for line in listing.splitlines() if str(directory) in line]


def _gone(directory: Path) -> bool:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        if not directory.exists() and not _processes_of(directory):
            return True
        time.sleep(0.05)
    return False


@asynccontextmanager
async def _busy_session(lab: Lab) -> AsyncIterator[None]:
    """A session in which root waits for a program."""
    async with connect(lab, "ftd-us") as connection:
        process = await connection.create_process(term_type="dumb", term_size=(200, 50))
        terminal = Terminal(process)
        await terminal.become_root(lab)
        await terminal.type("echo started; sleep 1000", re.compile("\nstarted\n"))
        assert _processes_of(lab.inventory_file.parent)
        yield


def test_nothing_is_left_after_stop_even_with_a_session_open() -> None:
    async def run() -> Path:
        with Lab.start(["ftd-us"]) as lab:
            directory = lab.inventory_file.parent
            session = _busy_session(lab)
            await session.__aenter__()
        return directory

    assert _gone(asyncio.run(run()))


@contextmanager
def _command(*arguments: str) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """The verb ``lab`` in a process of its own, and its directory."""
    command = subprocess.Popen(
        [sys.executable, "-m", "sse_compliance", "lab", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert command.stdout is not None
    try:
        said = ""
        while "Ctrl-C stops the lab" not in said:
            line = command.stdout.readline()
            assert line, f"the lab ended after {said!r}"
            said += line
        found = re.search(r"pytest --inventory=(\S+)", said)
        assert found is not None
        assert "ssh -o UserKnownHostsFile=" in said
        yield command, Path(found[1]).parent
    finally:
        command.kill()
        command.wait()
        command.stdout.close()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_verb_ends_cleanly_on_a_signal(number: signal.Signals) -> None:
    with _command("--scenario", "ftd-us", "--count", "3") as (command, directory):
        assert (directory / "inventory.yaml").read_text().count("address: 127.0.0.1") == 3
        command.send_signal(number)
        assert command.wait(20) == 0
        assert _gone(directory)


def test_nothing_is_left_when_the_verb_is_killed() -> None:
    with _command("--scenario", "ftd-us") as (command, directory):
        command.kill()
        command.wait()
        assert _gone(directory)


def test_a_killed_server_takes_its_sessions_along_and_the_next_lab_removes_its_directory() -> None:
    async def run() -> Path:
        with Lab.start(["ftd-us"]) as lab:
            directory = lab.inventory_file.parent
            session = _busy_session(lab)
            await session.__aenter__()
            listing = subprocess.run(
                ["pgrep", "-n", "-P", str(os.getpid()), "-f", "sse_compliance.lab.server"], capture_output=True
            )
            (server,) = listing.stdout.split()
            os.kill(int(server), signal.SIGKILL)
        return directory

    directory = asyncio.run(run())
    deadline = time.monotonic() + 10
    while _processes_of(directory) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert _processes_of(directory) == []
    assert directory.exists()
    with Lab.start(["ftd-us"]):
        assert not directory.exists()


def test_the_verb_names_the_scenarios_that_there_are() -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "sse_compliance", "lab", "--scenario", "nonsense"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert ended.returncode == 4
    assert "the lab has no scenario 'nonsense'; it has: ftd-us, " in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_system_that_refuses_namespaces_is_told_with_what_to_do() -> None:
    # Inside a namespace that may have none of its own, as in a container with default settings.
    line = 'echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" -m sse_compliance lab --scenario ftd-us'
    command = ["unshare", "--user", "--map-root-user", "sh", "-c", line, sys.executable]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 4
    assert "this system refuses them" in ended.stderr
    assert "sysctl -w user.max_user_namespaces=15000" in ended.stderr
    assert "Traceback" not in ended.stderr
