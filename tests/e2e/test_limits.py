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


def forgotten_idle_session(site: Site, device: RealDevice) -> None:
    """A firewall forgot the one long session, and nobody has sent on it since.

    Physics: both ends hold a session established until a packet goes unanswered, and there was none.
    """
    site.firewall.stall(device.address, device.be_idle())


BLIND_SPOTS = {"forgotten-idle-session": forgotten_idle_session}


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
