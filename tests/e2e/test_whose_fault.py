"""Who answers in a host's place, which DNS server is silent, which address is shut: planted on real tools, found with
the right root and no other."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.e2e.lab import names, pki
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.site import FOLDER, PROXY_LOGIN, PROXY_PASSWORD, Site
from tests.e2e.lab.spec import DeviceSpec
from tests.e2e.lab.suite import Run, run_suite

US = names.CLASSIC["us"]
HOSTS = names.allowlist("us")
_PROXY = f"http://{names.PROXY}:{names.PROXY_LOGIN_PORT}"


def on(requirement: str, *hosts: str) -> set[str]:
    return {f"{requirement}[{host}]" for host in hosts}


def first_dns_silent(site: Site, device: RealDevice) -> None:
    site.firewall.drop(device.address, names.DNS_STOPPED)
    device.set_resolver(names.DNS_STOPPED, names.DNS_SERVER)


def first_dns_gone(_: Site, device: RealDevice) -> None:
    device.set_resolver(names.DNS_STOPPED, names.DNS_SERVER)


def first_dns_refusing(_: Site, device: RealDevice) -> None:
    device.set_resolver(names.DNS_REFUSING, names.DNS_SERVER)


def block_page(role: str) -> Callable[[Site, RealDevice], None]:
    """A firewall answers for one host, with a certificate of its own CA."""

    def plant(site: Site, device: RealDevice) -> None:
        site.firewall.intercept(device.address, US[role])

    return plant


def old_connector_ca(_: Site, device: RealDevice) -> None:
    """The file holds another CA than the cloud's, which is a public one."""
    old = pki.make_authority("QuoVadis Limited", "QuoVadis Root CA 2")
    device.path("/etc/ssl/connectorCA.pem").write_text(old.bundle)


def corporate_ca_appended(site: Site, device: RealDevice) -> None:
    file = device.path("/etc/ssl/connectorCA.pem")
    file.write_text(file.read_text() + site.company.bundle)
    site.firewall.intercept(device.address)


def one_of_two_addresses(site: Site, device: RealDevice) -> None:
    site.firewall.drop(device.address, names.ADDRESSES[US["api"]][1])


def only_proxy(site: Site, device: RealDevice) -> None:
    site.firewall.drop_all(device.address)


@dataclass(frozen=True, slots=True)
class Planted:
    """A fault, and what must come of it."""

    plant: Callable[[Site, RealDevice], None]
    roots: set[str]
    state: str = "compliant"
    #: Words that the root findings must hold.
    says: tuple[str, ...] = ()
    spec: Mapping[str, Any] = field(default_factory=dict)


_LOGIN = {"proxy": _PROXY, "proxy_login": PROXY_LOGIN}

PLANTED = {
    "first-dns-silent": Planted(first_dns_silent, {"SSE-DNS-05"}, says=(names.DNS_STOPPED,)),
    "first-dns-gone": Planted(first_dns_gone, {"SSE-DNS-05"}, says=(names.DNS_STOPPED,)),
    "first-dns-refusing": Planted(first_dns_refusing, {"SSE-DNS-05"}, says=(names.DNS_REFUSING, "REFUSED")),
    "block-page-documented": Planted(
        block_page("est"), on("SSE-TLS-02", US["est"]), "non-compliant", ("Corp Proxy ICA", "somebody in between")
    ),
    "block-page-undocumented": Planted(
        block_page("dex"), on("SSE-TLS-02", US["dex"]), "non-compliant", ("Corp Proxy ICA", "somebody in between")
    ),
    "old-connector-ca": Planted(
        old_connector_ca, on("SSE-TLS-02", *HOSTS), "non-compliant", ("connectorCA.pem is outdated",)
    ),
    "corporate-ca-appended": Planted(corporate_ca_appended, on("SSE-TLS-04", *HOSTS), says=("Corp Proxy ICA",)),
    "one-of-two-addresses": Planted(
        one_of_two_addresses, on("SSE-NET-08", US["api"]), says=(names.ADDRESSES[US["api"]][1],)
    ),
    "proxy-password-unknown": Planted(only_proxy, set(), "not assessed", spec=_LOGIN),
    "proxy-password-told": Planted(only_proxy, set(), "compliant", spec={**_LOGIN, "proxy_told": True}),
}


@pytest.fixture(scope="module")
def run(site: Site) -> Iterator[Run]:
    def make(name: str) -> RealDevice:
        device = site.device(DeviceSpec(name, **PLANTED[name].spec))
        device.settle()
        PLANTED[name].plant(site, device)
        return device

    with ThreadPoolExecutor(4) as pool:
        devices = list(pool.map(make, PLANTED))
    inventory = site.inventory(FOLDER / "whose-fault.yaml", devices)
    yield run_suite(inventory, secrets={"SSE_PROXY_PASSWORD": PROXY_PASSWORD}, public_roots=site.public_roots)
    for device in devices:
        site.repair(device)
        device.stop()


@pytest.mark.parametrize("fault", PLANTED)
def test_the_right_root_and_no_other(run: Run, fault: str) -> None:
    planted = PLANTED[fault]
    told = [run.told(fault, key) for key in sorted(run.roots(fault))]
    assert run.roots(fault) == planted.roots, (told, run.not_assessed(fault))
    assert run.device_state(fault) == planted.state, (told, run.not_assessed(fault))
    for key in planted.roots:
        for words in planted.says:
            assert words in run.told(fault, key)


def test_a_proxy_that_asks_for_a_password_fails_no_device(run: Run) -> None:
    told = run.told("proxy-password-unknown", "SSE-PRX-01")
    assert "407" in told
    assert run.findings("proxy-password-unknown")["SSE-SOK-03"]["state"] == "compliant"


def test_the_proxys_password_is_nowhere(run: Run) -> None:
    told = run.output + "".join(file.read_text(errors="replace") for file in run.reports.rglob("*.*"))
    assert PROXY_PASSWORD not in told
    assert b64encode(PROXY_LOGIN.encode()).decode() not in told
