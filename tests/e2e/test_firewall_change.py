"""The story that the suite is for: a rule change drops one host, the run shows it, the repair turns it green again."""

from __future__ import annotations

from tests.e2e.lab import names
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import run_suite


def test_green_then_red_after_a_rule_change_then_green_after_the_repair(site: Site) -> None:
    devices = site.devices([DeviceSpec("hq-ftd", region="eu"), DeviceSpec("branch-ftd", region="eu")])
    for device in devices:
        device.settle()
    hq, branch = devices
    inventory = site.inventory(FOLDER / "change.yaml", devices)
    host = names.CLASSIC["eu"]["mx"]

    before = run_suite(inventory)
    assert before.exit_code == 0, before.output

    site.firewall.drop(branch.address, host)
    during = run_suite(inventory)
    assert during.exit_code == 1
    assert during.roots(branch.name) == {f"SSE-NET-01[{host}]"}
    assert during.roots(hq.name) == set()
    assert "does not accept TCP 443" in during.told(branch.name, f"SSE-NET-01[{host}]")
    assert host in during.output
    assert branch.name in during.output
    (cause,) = during.results["root_causes"]
    assert cause["target"] == host
    assert list(cause["devices"]) == [branch.name]
    assert "mx*.eu.sse.itd.cisco.com" in cause["remediation"]

    site.firewall.repair(branch.address)
    after = run_suite(inventory)
    assert after.exit_code == 0, after.output
    for device in devices:
        assert after.device_state(device.name) == "compliant"
        device.stop()
