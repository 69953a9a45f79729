"""What the suite can't see (docs/limits.md), proven: devices that are broken, and that it calls compliant.

A test that fails here is good news: the suite sees more than the page says. Mend the page then.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.shell import wait_until
from tests.e2e.lab.site import FOLDER, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import Run, run_suite


def forgotten_idle_session(site: Site, device: RealDevice) -> None:
    """A firewall forgot the one long session, and nobody has sent on it since.

    Physics: both ends hold a session established until a packet goes unanswered, and there was none.
    """
    port = device.session_port()
    wait_until(lambda: is_idle(device, port), f"{device.name}'s session has nothing on its way")
    site.firewall.stall(device.address, port)


def is_idle(device: RealDevice, port: int) -> bool:
    """Whether all that the session sent has been acknowledged: its send queue is empty and no timer is on."""
    session = device.run("ss", "-tnoH", "state", "established", "sport", "=", f":{port}")
    return session.split()[1] == "0" and "timer:(on" not in session


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
