"""The stand-ins answer as the tools do: by their arguments, into the right stream, with the right exit status."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from sse_compliance.catalogue.probes import probe_specs
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.scenarios import SCENARIOS
from tests.unit.lab.conftest import Ran

OnDevice = Callable[[Scenario, str], Ran]
API = "api-sse.cisco.com"
CA = "/ngfw/etc/ssl/connectorCA.pem"


@pytest.mark.parametrize("name", ["ftd-64", "ftd-eu", "ftd-us", "ftd-apj"])
def test_curl_probe_of_the_suite(device: OnDevice, name: str) -> None:
    scenario = SCENARIOS[name]
    host = "est.sco.cisco.com"
    (spec,) = probe_specs(Device(name, Platform.FTD, scenario.region), [f"curl:{host}"])
    status, said = device(scenario, spec.command.replace("{file}", CA) + " 2>/dev/null")
    assert status == 0
    assert json.loads(said)["http_code"] == "403"


@pytest.mark.parametrize(
    "name, arguments, status, ending",
    [
        ("ftd-us", f"-v -k https://{API}", 0, f"* Connection #0 to host {API} left intact\nForbidden"),
        ("ftd-apj", "-v -k https://est.sco.cisco.com", 0, "to host est.sco.cisco.com:443 left intact\nForbidden"),
        ("ftd-us", f"-s https://{API}", 60, ""),
        ("ftd-us", f"-sS --cacert /etc/hostname https://{API}", 60, "mentioned above.\n"),
        ("ftd-us", f"-sS --cacert /nowhere https://{API}", 77, "curl: (77) error setting certificate file: /nowhere\n"),
        ("ftd-us", "-sS https://www.example.com", 6, "curl: (6) Could not resolve host: www.example.com\n"),
        ("ftd-us", "-sS -x http://proxy.example.com:80 https://x.y", 5, "resolve proxy: proxy.example.com\n"),
        ("ftd-us", "-sS --parallel https://x.y", 2, "for more information\n"),
        ("ftd-us", "-sS http://localhost:8990/", 7, "port 8990: Connection refused\n"),
        ("ftd-wrong-port", "-sS http://localhost:8989/v1/contexts/default", 7, "Couldn't connect to server\n"),
        ("ftd-proxy", f"-sS -k https://{API}", 6, f"curl: (6) Could not resolve host: {API}\n"),
        ("ftd-proxy", f"-v -k -x http://proxy.example.com:8080 https://{API}", 0, "example.com left intact\nForbidden"),
        ("ftd-proxy-dead", f"-sS -k -x http://proxy.example.com:8080 https://{API}", 7, "Couldn't connect to server\n"),
        ("ftd-tls-interception", f"-sS -o /dev/null --cacert {CA} https://{API}", 60, "mentioned above.\n"),
    ],
)  # fmt: skip
def test_curl(device: OnDevice, name: str, arguments: str, status: int, ending: str) -> None:
    ended, said = device(SCENARIOS[name], f"curl {arguments} 2>&1")
    assert (ended, said[len(said) - len(ending) :]) == (status, ending)


def test_curl_names_the_interceptor_where_it_does_not_judge(device: OnDevice) -> None:
    _, said = device(SCENARIOS["ftd-tls-interception"], f"curl -v -k https://{API} 2>&1")
    assert "*  issuer: C=US; O=Example Corp; CN=Corp Proxy ICA\n" in said


def test_curl_waits_for_a_dropped_host_and_names_the_callers_limit(device: OnDevice) -> None:
    scenario = replace(SCENARIOS["ftd-blocked-ingest"], time_out=0.6)
    before = time.monotonic()
    status, said = device(scenario, "curl -sS --connect-timeout 5 -k https://eventing-ingest.sse.itd.cisco.com 2>&1")
    assert time.monotonic() - before >= 0.6
    assert status == 28
    assert "after 5001 ms" in said


def test_curl_calls_a_path(device: OnDevice) -> None:
    _, said = device(SCENARIOS["ftd-us"], f"curl -v -k https://{API}/providers/sse/x 2>&1")
    assert "> GET /providers/sse/x HTTP/1.1\n" in said


def test_context_is_json(device: OnDevice) -> None:
    status, said = device(SCENARIOS["ftd-us"], "curl -sS -m 5 http://localhost:8989/v1/contexts/default")
    assert status == 0
    assert json.loads(said)["settings"]["exchange"]["fqdn"] == API


@pytest.mark.parametrize(
    "name, line, status, words",
    [
        ("ftd-us", f"nslookup {API}", 0, "52.4.85.66"),
        ("ftd-us", "nslookup www.example.com", 1, "** server can't find www.example.com: NXDOMAIN"),
        ("ftd-dns-one-host", "nslookup mx01.sse.itd.cisco.com", 1, "NXDOMAIN"),
        ("ftd-no-dns", f"nslookup {API}", 1, "no servers could be reached"),
        ("ftd-us", f"ping -c 1 -W 2 {API}", 0, "1 received, 0% packet loss"),
        ("ftd-no-dns", f"ping -c 1 -W 2 {API}", 2, "Temporary failure in name resolution"),
        ("ftd-us", f"bash -c 'exec 3<>/dev/tcp/{API}/8989'", 0, ""),
        ("ftd-no-dns", f"bash -c 'exec 3<>/dev/tcp/{API}/8989'", 1, f"/dev/tcp/{API}/8989: Invalid argument"),
        ("ftd-blocked-dex", "bash -c 'exec 3<>/dev/tcp/dex.eu.sse.itd.cisco.com/443'", 1, "Connection timed out"),
        ("ftd-us", "lsof -nP -i", 0, "TCP 127.0.0.1:8989 (LISTEN)"),
        ("ftd-us", "lsof -i", 0, "TCP localhost:8989 (LISTEN)"),
        ("ftd-us", "lsof -z", 1, "illegal option"),
        ("ftd-us", "pmtool disablebyid SSEConnector", 1, "not in the lab"),
        ("ftd-us", "su - -c 'pwd'", 0, "/root"),
    ],
)
def test_other_tools(device: OnDevice, name: str, line: str, status: int, words: str) -> None:
    ended, said = device(SCENARIOS[name], f"{line} 2>&1")
    assert ended == status
    assert words in said


def test_the_clock_can_be_wrong(device: OnDevice) -> None:
    _, said = device(SCENARIOS["ftd-clock-skew"], "date -u +%s")
    assert 7100 < int(said) - time.time() < 7300
