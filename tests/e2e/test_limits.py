"""What the suite can't see (docs/limits.md), proven: devices that are broken, and that it calls compliant.

A test that fails here is good news: the suite sees more than the page says. Mend the page then.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import Run, run_suite


def stalled_session(site: Site, device: RealDevice) -> None:
    """A firewall forgot the one long session (and drops it in silence); new ones pass."""
    site.firewall.stall(device.address, device.session_port())


def frozen_event_handler(_: Site, device: RealDevice) -> None:
    """EventHandler hangs; the kernel keeps its socket CONNECTED and pmtool its Running."""
    device.freeze("EventHandler")


def log_that_can_not_grow(_: Site, device: RealDevice) -> None:
    """The disk is full, so the errors of a connector that lost its cloud are not in its log."""
    device.fill_disk()


BLIND_SPOTS = {
    "stalled-session": stalled_session,
    "frozen-event-handler": frozen_event_handler,
    "log-that-can-not-grow": log_that_can_not_grow,
}


@pytest.fixture(scope="module")
def run(site: Site) -> Iterator[Run]:
    devices = site.devices([DeviceSpec(name) for name in BLIND_SPOTS])
    for device in devices:
        device.settle()
        BLIND_SPOTS[device.name](site, device)
    yield run_suite(site.inventory(FOLDER / "limits.yaml", devices))
    for device in devices:
        site.repair(device)
        device.stop()


@pytest.mark.parametrize("blind_spot", BLIND_SPOTS)
def test_blind_spot_is_still_one(run: Run, blind_spot: str) -> None:
    assert run.device_state(blind_spot) == "compliant"
