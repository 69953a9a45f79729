"""A healthy fleet over three regions is fully compliant, and the suite leaves every device as it found it."""

from __future__ import annotations

import itertools

from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.names import REGIONS
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec, Login
from tests.e2e.lab.suite import run_suite

_KINDS = (
    {"platform": "ftd"},
    {"platform": "fmc"},
    {"platform": "ftd", "version": "6.6.1", "build": 91, "keyboard_interactive": False},
    {"platform": "fmc", "version": "6.5.0", "build": 115, "login": Login.SHELL},
    {"platform": "sfr", "version": "6.6.1", "build": 91},
)

_FILES = (
    "find / -xdev -newer /opt/sf/device.json -type f ! -path '/dev/*' ! -path '/var/log/*' ! -path '*/connector.log'"
)


def _fleet() -> list[DeviceSpec]:
    kinds = itertools.cycle(_KINDS)
    regions = itertools.cycle(REGIONS)
    return [DeviceSpec(f"fw{number:02}", region=next(regions), **next(kinds)) for number in range(1, 21)]  # type: ignore[arg-type]  # a kind's values are of several types


def _files(device: RealDevice) -> set[str]:
    return set(device.run("sh", "-c", _FILES).splitlines())


def test_twenty_healthy_devices_over_three_regions_are_fully_compliant(site: Site) -> None:
    devices = site.devices(_fleet())
    for device in devices:
        device.settle()
    before = {device.name: _files(device) for device in devices}
    run = run_suite(site.inventory(FOLDER / "fleet.yaml", devices), "--resolver=10.25.0.1", "--concurrency=8")
    for device in devices:
        assert run.roots(device.name) == set(), device.name
        unseen = {key: run.told(device.name, key) for key in run.in_state(device.name, "not assessed")}
        assert unseen == {}, device.name
        assert run.device_state(device.name) == "compliant", device.name
    assert run.exit_code == 0, run.output
    for device in devices:
        assert device.logins() == (1, 0), f"{device.name}: one login a run"
        left = _files(device) - before[device.name]
        assert {file for file in left if not file.startswith(("/run/sudo/", "/var/lib/sudo/"))} == set(), device.name
        assert "bash" not in device.run("ps", "-e", "-o", "comm="), f"{device.name}: a shell was left behind"
        device.stop()
