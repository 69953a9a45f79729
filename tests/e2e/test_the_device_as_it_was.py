"""A run leaves a device as it found it, its files and its processes; also where it is killed with the cable pulled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.shell import wait_until
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import run_suite, start_suite

#: What the device itself writes, of logins and of what its connector does.
OWN_RECORDS = {
    "/var/log/sshd.log",
    "/var/log/wtmp",
    "/var/log/lastlog",
    "/ngfw/var/log/connector/connector.log",
    "/run/sudo",
    "/run/sudo/ts",
    "/run/sudo/ts/admin",
    "/var/lib/sudo",
    "/var/lib/sudo/lectured",
    "/var/lib/sudo/lectured/admin",
}
#: Ours has gone this long after the runner was killed.
SECONDS = 90


def files(device: RealDevice) -> dict[str, str]:
    """Every file and folder of the device, with its kind, mode, owner, size and time of change."""
    elsewhere = " ".join(f"-path {path} -prune -o" for path in ("/proc", "/dev", "/usr"))
    told = f"find / -xdev {elsewhere} -printf '%p\\t%y %m %U:%G %s %C@\\n'"
    return dict(line.split("\t") for line in device.run("sh", "-c", told).splitlines())


def processes(device: RealDevice) -> set[str]:
    """What runs on the device, by number and whole command line (a pipe has 80 columns); not what looks."""
    lines = (line.strip() for line in device.run("ps", "-eww", "-o", "pid=,args=").splitlines())
    return {line for line in lines if not line.endswith("ps -eww -o pid=,args=")}


def same(device: RealDevice, before: set[str]) -> Callable[[], bool]:
    return lambda: processes(device) == before


@pytest.fixture
def device(site: Site) -> Iterator[RealDevice]:
    device = site.device(DeviceSpec("asitwas"))
    device.settle()
    yield device
    device.stop()


def test_a_run_leaves_files_and_processes_as_they_were(site: Site, device: RealDevice) -> None:
    files_before, before = files(device), processes(device)
    run = run_suite(site.inventory(FOLDER / "asitwas.yaml", [device]))
    assert run.exit_code == 0, run.output
    wait_until(same(device, before), "the processes are those of before the run", seconds=10)
    now = files(device)
    changed = {path for path in {*files_before, *now} if files_before.get(path) != now.get(path)}
    assert changed <= OWN_RECORDS
    assert {"/var/log/sshd.log", "/run/sudo/ts/admin"} <= changed, "the login and sudo were seen"


@pytest.mark.parametrize("moment", ["IFS= read -r n", "nslookup"], ids=["as the agent starts", "in the script"])
def test_a_runner_that_is_killed_with_the_link_cut_leaves_nothing(site: Site, device: RealDevice, moment: str) -> None:
    before = processes(device)
    process, _ = start_suite(site.inventory(FOLDER / "asitwas.yaml", [device]))
    wait_until(lambda: any(moment in line for line in processes(device)), f"{moment!r} is run", pause=0.005)
    device.cut_link()
    process.kill()
    process.wait()
    killed = time.monotonic()
    assert processes(device) != before, "the agent was there"
    wait_until(same(device, before), "nothing of the run is left", seconds=SECONDS, pause=1)
    assert time.monotonic() - killed < SECONDS
