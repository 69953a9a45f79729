"""Every documented fault, planted in a real device, found by the suite with the right root and no other.

One device per fault, and one run of the suite over all of them: they are independent of each other, and most of a run
is waiting for time-outs.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.e2e.lab import names
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.faults import FAULTS, Fault, nothing
from tests.e2e.lab.site import FOLDER, PASSWORD, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import Run, run_suite

NO_PASSWORD = "not-the-password-of-any-device"

HOSTS = names.allowlist("us")
US = names.CLASSIC["us"]


def on_all_hosts(requirement: str) -> set[str]:
    return {f"{requirement}[{host}]" for host in HOSTS}


def on(requirement: str, role: str) -> set[str]:
    return {f"{requirement}[{US[role]}]"}


#: Fault -> the root findings that it must give, and no others.
ROOTS = {
    "drop-api": on("SSE-NET-01", "api"),
    "drop-est": on("SSE-NET-01", "est"),
    "drop-mx": on("SSE-NET-01", "mx"),
    "drop-dex": on("SSE-NET-01", "dex"),
    "drop-eventing": on("SSE-NET-01", "eventing"),
    "drop-behind-session": on("SSE-NET-01", "eventing"),
    "reset": on("SSE-NET-01", "eventing"),
    "unreachable": on("SSE-NET-01", "eventing"),
    "drop-all": on_all_hosts("SSE-NET-01"),
    "black-hole": on_all_hosts("SSE-NET-02"),
    "interception": on_all_hosts("SSE-TLS-02"),
    "expired-mx": on("SSE-TLS-03", "mx"),
    "expired-eventing": on("SSE-TLS-03", "eventing"),
    "misnamed": on("SSE-TLS-03", "mx"),
    "dns-none": {"SSE-DNS-01"},
    "dns-stopped": on_all_hosts("SSE-DNS-02"),
    "dns-silent": on_all_hosts("SSE-DNS-02"),
    "dns-nxdomain": on_all_hosts("SSE-DNS-02"),
    "dns-refused": on_all_hosts("SSE-DNS-02"),
    "dns-servfail": on_all_hosts("SSE-DNS-02"),
    "dns-dropped": on_all_hosts("SSE-DNS-02"),
    "dns-one-name": on("SSE-DNS-02", "dex"),
    # The name has an address, a private one, where nothing answers.
    "dns-sinkhole": on("SSE-DNS-04", "dex") | on("SSE-NET-01", "dex"),
    "proxy-needed": on_all_hosts("SSE-NET-01"),
    "proxy-dead": {"SSE-PRX-01"},
    "connector-disabled": {"SSE-PRC-01"},
    "connector-frozen": {"SSE-PRC-01"},
    "event-handler-frozen": {"SSE-PRC-02"},
    "session-stalled": {"SSE-SOK-03"},
    "event-handler-down": {"SSE-PRC-02"},
    "event-handler-down-no-socket": {"SSE-PRC-02"},
    "socket-missing": {"SSE-SOK-01"},
    "socket-closed": {"SSE-SOK-01"},
    "wrong-port": {"SSE-CFG-02"},
    "wrong-fqdn": {"SSE-CFG-03"},
    "wrong-region": {"SSE-CFG-03"},
    "no-properties": {"SSE-CFG-01"},
    "no-ca": {"SSE-TLS-01"},
    "expired-ca": {"SSE-TLS-01"},
    "old-software": {"SSE-PLT-01"},
    # The connector is held while it starts.
    "log-not-back-yet": {"SSE-PRC-01"},
}

#: What is only advised against, and keeps the log from telling.
DISK_FULL = "disk-full"

#: What hampers, but breaks no requirement: everything is still assessed, and compliant.
HARMLESS = ("proxy-works", "log-healed", "slow-link", "one-session", "cloud-off")

#: What keeps the suite out: nothing may come out compliant that was not read, and nothing non-compliant.
BLINDING = ("hung-sshd", "session-taken", "sudo-refused", "expert-refused", "menu-login")

#: A login that goes to the Linux shell: all is seen but what the CLI alone shows.
BESIDE_CLISH = "shell-login"

#: Devices that are lost in ways which are no state of the device's own.
WRONG_PASSWORD, CUT = "wrong-password", "link-cut"

#: Devices collected at once: the lab's devices share this machine's cores, as real ones don't.
AT_ONCE = 12


def _plant(site: Site, fault: Fault) -> RealDevice:
    device = site.device(DeviceSpec(fault.name, **fault.spec))
    if device.spec.cloud:
        device.settle()
    fault.plant(site, device)
    return device


def _cut_while_dex_is_called(_: Site, device: RealDevice) -> None:
    device.cut_link_in_a_call(names.ADDRESSES[US["dex"]])


@pytest.fixture(scope="module")
def devices(site: Site) -> Iterator[dict[str, RealDevice]]:
    """A device per fault, and the two that are lost."""
    lost = [Fault(WRONG_PASSWORD, nothing), Fault(CUT, _cut_while_dex_is_called)]
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda fault: _plant(site, fault), [*lost, *FAULTS.values()]))
    yield {device.name: device for device in made}
    for device in made:
        site.repair(device)
        device.stop()


@pytest.fixture(scope="module")
def run(site: Site, devices: dict[str, RealDevice]) -> Run:
    """One run of the suite over them all."""
    inventory = site.inventory(FOLDER / "faults.yaml", devices.values(), {WRONG_PASSWORD: "SSE_PASSWORD_WRONG"})
    secrets = {"SSE_PASSWORD_WRONG": NO_PASSWORD}
    return run_suite(inventory, f"--concurrency={AT_ONCE}", secrets=secrets)


def test_every_fault_is_in_exactly_one_table() -> None:
    assert sorted([*ROOTS, *HARMLESS, *BLINDING, BESIDE_CLISH, DISK_FULL]) == sorted(FAULTS)


@pytest.mark.parametrize("fault", ROOTS)
def test_fault_is_the_root_and_nothing_else_is(run: Run, fault: str) -> None:
    assert run.roots(fault) == ROOTS[fault], [f"{key}: {run.told(fault, key)}" for key in sorted(run.roots(fault))]
    advisory = all(run.findings(fault)[key]["state"] == "advisory" for key in ROOTS[fault])
    assert not advisory
    assert run.device_state(fault) == "non-compliant"


@pytest.mark.parametrize("fault", HARMLESS)
def test_what_breaks_no_requirement_is_compliant(run: Run, fault: str) -> None:
    assert run.roots(fault) == set(), [f"{key}: {run.told(fault, key)}" for key in sorted(run.roots(fault))]
    assert run.in_state(fault, "not assessed") == set()
    assert run.device_state(fault) == "compliant"


def test_on_a_full_disk_a_silent_log_proves_nothing(run: Run) -> None:
    assert run.roots(DISK_FULL) == {"SSE-PLT-03"}
    assert run.findings(DISK_FULL)["SSE-PLT-03"]["state"] == "advisory"
    assert run.in_state(DISK_FULL, "not assessed") == {"SSE-LOG-01", "SSE-LOG-02", "SSE-LOG-03"}
    assert run.device_state(DISK_FULL) == "not assessed"


def test_a_refused_login_is_never_tried_again(run: Run, devices: dict[str, RealDevice]) -> None:
    assert run.device_state(WRONG_PASSWORD) == "not assessed"
    assert run.roots(WRONG_PASSWORD) == set()
    assert run.in_state(WRONG_PASSWORD, "compliant") == set()
    assert devices[WRONG_PASSWORD].logins() == (0, 1)
    told = run.output + "".join(file.read_text(errors="replace") for file in run.reports.rglob("*.*"))
    assert NO_PASSWORD not in told
    assert PASSWORD not in told


def test_a_device_that_is_lost_half_way_is_not_assessed(run: Run, devices: dict[str, RealDevice]) -> None:
    assert devices[CUT].logins() == (1, 0)
    assert devices[CUT].link_was_cut(), "in the middle of a call to dex"
    assert run.roots(CUT) == set(), [f"{key}: {run.told(CUT, key)}" for key in sorted(run.roots(CUT))]
    assert run.device_state(CUT) == "not assessed"
    # What had arrived before the cut is judged; the call that was waiting for its answer can't be.
    assert on("SSE-NET-01", "dex") <= run.in_state(CUT, "not assessed")


def test_every_device_was_logged_in_to_once_at_most(run: Run, devices: dict[str, RealDevice]) -> None:
    logins = {name: device.logins()[0] for name, device in devices.items()}
    assert {name: count for name, count in logins.items() if count > 1} == {}


@pytest.mark.parametrize("fault", BLINDING)
def test_what_can_not_be_seen_is_not_assessed(run: Run, fault: str) -> None:
    assert run.roots(fault) == set()
    assert run.device_state(fault) == "not assessed"
    unseen = run.in_state(fault, "not assessed")
    assert {"SSE-SOK-01", "SSE-SOK-03", "SSE-CFG-03", *on_all_hosts("SSE-NET-01")} <= unseen
    assert all(run.findings(fault)[key]["reason"] for key in unseen)


def test_an_ftd_whose_login_gives_no_clish_is_assessed_but_for_what_clish_shows(run: Run) -> None:
    assert run.roots(BESIDE_CLISH) == set()
    assert run.device_state(BESIDE_CLISH) == "not assessed"
    assert {"SSE-PLT-01", "SSE-DNS-01"} <= run.in_state(BESIDE_CLISH, "not assessed")
    assert on_all_hosts("SSE-NET-01") <= run.in_state(BESIDE_CLISH, "compliant")


def test_a_run_with_faults_fails_the_gate(run: Run) -> None:
    assert run.exit_code == 1


def test_the_suite_says_established_but_not_compliant_when_a_rule_cuts_a_session_that_is_up(run: Run) -> None:
    """The documents' own check (lsof) is fooled; a fresh connection is not."""
    found = run.findings("drop-behind-session")
    assert found["SSE-SOK-03"]["state"] == "compliant"
    assert found[f"SSE-NET-01[{US['eventing']}]"]["state"] == "non-compliant"
