"""A cell is closed: nothing of the host but its text tools, no network, no process left."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from sse_compliance.lab import cell
from sse_compliance.lab.cell import TOOLS, Cell, NoCellError, Toolbox, make_disk
from sse_compliance.lab.console import Console
from tests.unit.lab.conftest import Ran

RunInCell = Callable[[Path, str], Ran]


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    make_disk(tmp_path, ())
    return tmp_path


def test_whoever_runs_the_lab_is_root_in_it(run_in_cell: RunInCell, disk: Path) -> None:
    assert run_in_cell(disk, "id -u") == (0, "0\n")


def test_every_tool_of_the_batch_script_works(run_in_cell: RunInCell, disk: Path) -> None:
    line = "for tool in " + " ".join(TOOLS) + "; do command -v $tool >/dev/null || echo $tool; done; echo x | base64"
    assert run_in_cell(disk, line) == (0, "eAo=\n")


@pytest.mark.parametrize("program", ["python3", "perl", "ssh", "mount", "chroot", "ip", "find", "cp", "rm"])
def test_no_other_program_is_there(run_in_cell: RunInCell, disk: Path, program: str) -> None:
    paths = [program, *(f"{directory}/{program}" for directory in ("/bin", "/usr/bin", "/sbin", "/usr/sbin"))]
    status, _ = run_in_cell(disk, " || ".join(f"command -v {path}" for path in paths))
    assert status != 0


def test_the_hosts_programs_cannot_be_reached_by_any_path(run_in_cell: RunInCell, disk: Path) -> None:
    python = shutil.which("python3")
    assert python is not None
    status, said = run_in_cell(disk, f"{python} -c 'print(1)'; cd /; ls ..; ls ../../..")
    assert "1\n" not in said.splitlines(keepends=True)
    assert set(said.split()) >= {"bin", "dev", "etc", "usr"}
    assert "proc" not in said.split()
    assert "work" not in said.split()
    assert status == 0


def test_the_hosts_files_cannot_be_read(run_in_cell: RunInCell, disk: Path) -> None:
    secret = disk.parent / "outside.txt"
    secret.write_text("outside")
    status, said = run_in_cell(disk, f"cat /etc/passwd {secret} ../../../../{secret}")
    assert status != 0
    assert "outside\n" not in said
    assert "root:" not in said


def test_loopback_of_the_host_cannot_be_reached(run_in_cell: RunInCell, disk: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        # bash itself, not the stand-in that goes by its name.
        status, said = run_in_cell(disk, f"exec 2>&1; /usr/bin/bash -c 'exec 3<>/dev/tcp/127.0.0.1/{port}'")
    assert status != 0
    assert "Network is unreachable" in said or "Connection refused" in said or "not found" in said


def test_tools_are_read_only_and_null_is_a_device(run_in_cell: RunInCell, disk: Path) -> None:
    status, said = run_in_cell(disk, "echo x 2>&1 >/usr/bin/cat; echo lost >/dev/null; cat /dev/null; ls -l /dev/null")
    assert status == 0
    assert "Read-only file system" in said
    assert "\nc" in said
    assert "lost" not in said


def test_what_is_written_stays_on_the_devices_disk(run_in_cell: RunInCell, disk: Path) -> None:
    run_in_cell(disk, "echo hello >/tmp/file")
    assert (disk / "tmp/file").read_text() == "hello\n"


def _start(toolbox: Toolbox, disk: Path, line: str) -> tuple[Cell, int]:
    reading, writing = os.pipe()
    null = os.open(os.devnull, os.O_RDONLY)
    started = Cell(toolbox, disk, ("/bin/sh", "-c", line), Console(null, writing, writing), home="/", term="dumb")
    os.close(writing)
    os.close(null)
    return started, reading


def test_killing_it_ends_everything_in_it(toolbox: Toolbox, disk: Path) -> None:
    seconds = 86_400 + os.getpid()
    started, reading = _start(toolbox, disk, f"sleep {seconds} & sleep {seconds} & echo ready; wait")
    try:
        assert os.read(reading, 100) == b"ready\n"
        assert _running(f"sleep {seconds}") == 2
        started.kill()
        started.wait()
        # All ends of the pipe are closed once every process is gone.
        assert os.read(reading, 100) == b""
    finally:
        os.close(reading)
    deadline = time.monotonic() + 5
    while _running(f"sleep {seconds}") and time.monotonic() < deadline:
        time.sleep(0.02)
    assert _running(f"sleep {seconds}") == 0


def test_what_was_started_in_the_background_ends_with_the_shell(toolbox: Toolbox, disk: Path) -> None:
    started, reading = _start(toolbox, disk, "sleep 86400 & exit 7")
    try:
        assert started.wait() == 7
        assert os.read(reading, 100) == b""
    finally:
        os.close(reading)


def _running(command: str) -> int:
    listing = subprocess.run(["ps", "-wweo", "args"], capture_output=True, text=True).stdout
    return sum(line.strip() == command for line in listing.splitlines())


def test_a_missing_tool_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cell, "TOOLS", ("sh", "no-such-tool"))
    with pytest.raises(NoCellError, match="no-such-tool"):
        Toolbox(tmp_path / "usr").fill()
