"""After a lab, however it ends, the machine is as it was: no process, namespace, mount, link or file of it is left.

These tests look from outside: they start labs of their own, each in an outer namespace of its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.e2e.lab import outer

_LAB = """
import sys, time
from tests.e2e.lab.site import Site
from tests.e2e.lab.spec import DeviceSpec
with Site() as site:
    device = site.device(DeviceSpec("ftd1"))
    device.settle()
    print("up", flush=True)
    sys.stdin.readline()
    time.sleep(float(sys.argv[1]))
"""


def _state(temporary: Path) -> dict[str, set[str]]:
    """What a lab could leave behind, as this namespace sees it."""
    processes = {
        entry.name + " " + (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and int(entry.name) != os.getpid() and (entry / "cmdline").exists()
    }
    namespaces = {
        str(link.readlink())
        for kind in ("net", "mnt", "pid", "user")
        for link in Path("/proc").glob(f"[0-9]*/ns/{kind}")
        if os.access(link, os.R_OK)
    }
    return {
        "processes": {line for line in processes if "tests.e2e.lab" in line or "/opt/sf" in line or "sshd" in line},
        "namespaces": namespaces,
        "mounts": set(Path("/proc/self/mountinfo").read_text().splitlines()),
        "links": {line.split(":")[1] for line in subprocess.check_output(["ip", "-o", "link"], text=True).splitlines()},
        "routes": set(subprocess.check_output(["ip", "route"], text=True).splitlines()),
        "files": {str(path) for folder in (Path("/run"), temporary) for path in folder.glob("*")},
    }


def _start(linger: float, temporary: Path) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if name != outer.INSIDE}
    environment["TMPDIR"] = str(temporary)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.e2e.lab", "run", "--", sys.executable, "-c", _LAB, str(linger)],
        cwd=outer.REPOSITORY,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


@pytest.fixture
def _namespaces_are_allowed() -> None:
    reason = os.environ.get(outer.REFUSED) or outer.why_refused()
    if reason is not None:
        if os.environ.get(outer.REQUIRED) == "1":
            pytest.fail(reason)
        pytest.skip(reason)


@pytest.mark.usefixtures("_namespaces_are_allowed")
@pytest.mark.parametrize("end", ["itself", "SIGTERM", "SIGKILL"])
def test_nothing_is_left_after_a_lab(end: str, tmp_path: Path) -> None:
    before = _state(tmp_path)
    process = _start(0 if end == "itself" else 600, tmp_path)
    during = _state(tmp_path)
    assert during["namespaces"] - before["namespaces"], "the lab has namespaces of its own"
    assert during["links"] == before["links"], "the lab has no link outside its namespaces"
    assert during["routes"] == before["routes"], "no address of the lab is routed from outside"
    assert during["mounts"] == before["mounts"], "the lab has no mount outside its namespaces"
    assert process.stdin is not None
    if end == "itself":
        process.communicate("\n", timeout=30)
        assert process.returncode == 0
    else:
        process.send_signal(signal.Signals[end])
        process.stdin.close()
        process.wait(timeout=30)
    # The kernel takes namespaces apart in the background.
    for _ in range(100):
        now = _state(tmp_path)
        left = {what: now[what] - before[what] for what in before if now[what] - before[what]}
        if not left:
            break
        time.sleep(0.1)
    assert left == {}
