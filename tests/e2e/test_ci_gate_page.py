"""docs/ci-gate.md on the real lab: its commands, word for word, around a firewall rule that is really changed."""

from __future__ import annotations

from tests.docs.pages import play
from tests.docs.shell import PASSWORD_VARIABLE, ROOT, copy_project, run_commands
from tests.e2e.lab import names
from tests.e2e.lab.site import FOLDER, PASSWORD, Site
from tests.e2e.lab.spec import DeviceSpec

SPECS = (DeviceSpec("ftd-nyc-01"), DeviceSpec("ftd-nyc-02"), DeviceSpec("fmc-nyc-01", platform="fmc"))


def test_the_pages_commands_around_a_real_rule_change(site: Site) -> None:
    folder = FOLDER / "ci-gate"
    copy_project(folder)
    devices = {device.name: device for device in site.devices(SPECS)}
    for device in devices.values():
        device.settle()
    site.inventory(folder / "fleet.yaml", devices.values(), dict.fromkeys(devices, PASSWORD_VARIABLE))

    def put(name: str, state: str) -> None:
        address = devices[name].address
        if state == "ftd-blocked-ingest":
            site.firewall.drop(address, names.CLASSIC["us"]["eventing"])
        else:
            assert state == "ftd-us"
            site.firewall.repair(address)

    def run(commands: str) -> str:
        return run_commands(commands, folder, PASSWORD).stdout

    play(ROOT / "docs" / "ci-gate.md", folder, put, run)
    for device in devices.values():
        device.stop()
