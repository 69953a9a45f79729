"""What a device that can't be entered, or is lost half-way, comes out as: not assessed, after one attempt."""

from __future__ import annotations

import os
import pty
import subprocess
import time

from tests.e2e.lab import names
from tests.e2e.lab.shell import wait_until
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import finish, run_suite, start_suite

DROPPED = names.CLASSIC["us"]["dex"]


def test_wrong_password_is_tried_once(site: Site) -> None:
    good, bad = site.devices([DeviceSpec("good"), DeviceSpec("bad")])
    good.settle()
    inventory = site.inventory(FOLDER / "password.yaml", [good, bad], {"bad": "SSE_PASSWORD_BAD"})
    run = run_suite(inventory, secrets={"SSE_PASSWORD_BAD": "not-the-password"})
    assert run.exit_code == 10, run.output
    assert run.device_state("good") == "compliant"
    assert run.device_state("bad") == "not assessed"
    assert run.roots("bad") == set()
    assert run.in_state("bad", "compliant") == set()
    assert bad.logins() == (0, 1), "a refused login is never tried again"
    everything = run.output + "".join(file.read_text(errors="replace") for file in run.reports.rglob("*.*"))
    assert "not-the-password" not in everything
    good.stop()
    bad.stop()


def test_link_cut_in_the_middle_of_collecting(site: Site) -> None:
    device = site.device(DeviceSpec("cut"))
    device.settle()
    # One host is dropped, so that collecting takes the five seconds of a connect time-out, and is cut within them.
    site.firewall.drop(device.address, DROPPED)
    process, reports = start_suite(site.inventory(FOLDER / "cut.yaml", [device]))
    wait_until(lambda: "curl" in device.run("ps", "-e", "-o", "comm="), "the suite is collecting", seconds=60)
    time.sleep(1)
    device.cut_link()
    run = finish(process, reports)
    assert run.exit_code == 10, run.output
    assert run.device_state("cut") == "not assessed"
    assert run.roots("cut") == set()
    # What had arrived before the cut is judged; the call that was waiting for its answer can't be.
    assert f"SSE-NET-01[{DROPPED}]" in run.in_state("cut", "not assessed")
    site.repair(device)
    device.stop()


def test_a_device_whose_only_session_is_taken(site: Site) -> None:
    device = site.device(DeviceSpec("busy"))
    device.settle()
    device.limit_sessions(1)
    inventory = site.inventory(FOLDER / "busy.yaml", [device])
    master, slave = pty.openpty()
    other = subprocess.Popen(
        ["ssh", "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null", f"admin@{device.address}"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    wait_until(lambda: "ESTABLISHED" in device.run("netstat", "-tn"), "somebody else has the session")
    taken = run_suite(inventory)
    other.kill()
    other.wait()
    os.close(master)
    assert taken.exit_code == 10, taken.output
    assert taken.device_state("busy") == "not assessed"
    assert taken.roots("busy") == set()
    wait_until(lambda: "0.0.0.0:22" not in device.run("sh", "-c", "ss -Htn state established sport = 22"), "it is free")
    free = run_suite(inventory)
    assert free.exit_code == 0, free.output
    device.stop()
