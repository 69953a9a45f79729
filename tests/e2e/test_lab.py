"""The lab itself: devices say what the TechNotes print, and faults are real, whatever the suite makes of them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from tests.e2e.lab import names
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.faults import FAULTS
from tests.e2e.lab.shell import wait_until
from tests.e2e.lab.site import Site
from tests.e2e.lab.spec import DeviceSpec

API = "api-sse.cisco.com"
INGEST = names.CLASSIC["us"]["eventing"]
PEER = names.pointer(names.ADDRESSES[INGEST][0])


@pytest.fixture
def device(site: Site) -> Iterator[RealDevice]:
    device = site.device(DeviceSpec("ftd1"))
    device.settle()
    yield device
    site.repair(device)
    device.stop()


def shell(device: RealDevice, command: str) -> str:
    """What a command prints on the device, errors included, whatever its exit status."""
    return device.run("sh", "-c", f"{{ {command}; }} 2>&1 || true")


def test_a_healthy_device_prints_what_the_documents_print(device: RealDevice) -> None:
    lsof = shell(device, "lsof -i | grep conn")
    assert re.search(r"^connector +\d+ +www +\d+u +IPv4 +\d+ +0t0 +TCP localhost:8989 \(LISTEN\)$", lsof, re.M)
    assert re.search(rf"^connector .* TCP \S+->{PEER}:https \(ESTABLISHED\)$", lsof, re.M)
    netstat = shell(device, "netstat -anlp | grep EventHandler_SSEConnector.sock")
    assert re.search(r"^unix .* STREAM +CONNECTED .*/EventHandler +/ngfw/var/sf/run/", netstat, re.M)
    nslookup = shell(device, f"nslookup {API}")
    assert "Non-authoritative answer:" in nslookup
    assert f"{API}\tcanonical name = {API}.akadns.net." in nslookup
    curl = shell(device, f"curl -v -k https://{API}")
    assert "< HTTP/1.1 403 Forbidden" in curl
    assert "self-signed certificate in certificate chain (19), continuing anyway." in curl
    assert f"* Connection #0 to host {API} left intact" in curl
    assert "SSL certificate verify ok." in shell(
        device, f"curl -v --cacert /ngfw/etc/ssl/connectorCA.pem https://{API}"
    )
    assert re.search(r"^SSEConnector \(system\) - Running \d+$", shell(device, "pmtool status"), re.M)


def test_a_dropped_ingest_shows_as_the_documented_syn_sent(site: Site, device: RealDevice) -> None:
    FAULTS["drop-eventing"].plant(site, device)
    assert re.search(
        r'^time="\S+" level=error msg="\[ftd1\]\[events.go:90 events:connectWebSocket\] dial tcp [\d.]+:443: '
        r'getsockopt: connection timed out"$',
        device.log.read_text(),
        re.M,
    )
    wait_until(lambda: "(SYN_SENT)" in shell(device, "lsof -nP -i"), "the connector tries again")


def test_a_session_that_a_rule_cuts_still_says_established(site: Site, device: RealDevice) -> None:
    FAULTS["drop-behind-session"].plant(site, device)
    assert "curl: (28)" in shell(device, f"curl -sS --connect-timeout 2 https://{INGEST}")
    assert "(ESTABLISHED)" in shell(device, "lsof -nP -i")


def test_interception_passes_with_k_and_fails_with_the_connectors_ca(site: Site, device: RealDevice) -> None:
    site.firewall.intercept(device.address)
    insecure = shell(device, f"curl -v -k https://{API}")
    assert "403 Forbidden" in insecure
    assert "CN=Corp Proxy ICA" in insecure
    assert "curl: (60)" in shell(device, f"curl --cacert /ngfw/etc/ssl/connectorCA.pem https://{API}")


def test_devices_are_out_of_reach_of_each_others_faults(site: Site, device: RealDevice) -> None:
    with site.device(DeviceSpec("ftd2")) as other:
        site.firewall.drop_all(device.address)
        assert "Forbidden" in shell(other, f"curl -sk https://{API}")


def test_nothing_but_dns_ping_and_the_asked_for_ports_passes_the_firewall(device: RealDevice) -> None:
    assert "open" in shell(device, f"bash -c 'exec 3<>/dev/tcp/{API}/8989' && echo open")
    assert "curl: (28)" in shell(device, f"curl -sS --connect-timeout 1 http://{API}:9001")
