"""The lab prints what real devices printed: its texts against the samples, line by line."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import Regions
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.scenarios import SCENARIOS
from sse_compliance.lab.texts import cli, services, sockets
from sse_compliance.lab.texts.curl import curl_files
from sse_compliance.lab.texts.log import connector_log
from sse_compliance.lab.texts.resolver import nslookup_files

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
API = "api-sse.cisco.com"

#: What differs from run to run or from device to device.
_VARYING = (
    (r"\d+\.\d+\.\d+\.\d+", "ADDRESS"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d GMT", "DATE"),
    (r"\w{3}, \d+ \w{3} \d{4} [\d:]+ GMT", "DATE"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+[-+]\d\d:\d\d", "DATE"),
    (r"\[firepower(\.cisco\.com)?\]", "[NAME]"),
)


def _lines(text: str) -> list[str]:
    for pattern, word in _VARYING:
        text = re.sub(pattern, word, text)
    return [line.rstrip() for line in text.splitlines()]


def _sample(name: str) -> list[str]:
    """A sample's lines, without its source and the command."""
    return _lines((SAMPLES / name).read_text(encoding="utf-8"))[2:]


def _curl(scenario: Scenario, regions: Regions, trust: str) -> list[str]:
    files = curl_files(scenario, regions.endpoints(scenario.region, scenario.profile), NOW)
    below = f"curl/direct/{API}/{trust}"
    text = files[f"{below}/verbose"] + files[f"{below}/error"] + files[f"{below}/body"]
    return _lines(text.replace("@PATH@", "/").replace("@CAFILE@", "none"))


def test_curl_744_that_was_answered(regions: Regions) -> None:
    sample = [line for line in _sample("curl_744_success_403.txt") if line]
    printed = _curl(SCENARIOS["ftd-64"], regions, "insecure")
    # The other note's server asked for a client certificate as well.
    extra = ["* TLSv1.2 (IN), TLS handshake, Request CERT (13):", "* TLSv1.2 (OUT), TLS handshake, Certificate (11):"]
    assert [line for line in printed if line not in extra] == [line for line in sample if line not in extra]


def test_curl_744_that_did_not_resolve(regions: Regions) -> None:
    assert _curl(SCENARIOS["ftd-no-dns"], regions, "insecure") == _sample("curl_744_dns_failure.txt")


@pytest.mark.parametrize(
    "scenario, sample", [("ftd-socket-listening-only", "listening_only_fault"), ("ftd-64", "connected_ok")]
)
def test_netstat_of_the_notes(scenario: str, sample: str) -> None:
    printed = _lines(sockets.netstat_files(SCENARIOS[scenario])["netstat/root"])
    relevant = [line for line in printed if "EventHandler" in line]
    expected = _sample(f"ftd_netstat_{sample}.txt")
    numbers = re.compile(r"\b\d{4,}(?=/| )")
    assert [numbers.sub("N", line) for line in relevant] == [numbers.sub("N", line) for line in expected]


@pytest.mark.parametrize(
    "scenario, sample", [("ftd-us", "ftd_lsof_established.txt"), ("ftd-syn-sent", "ftd_lsof_syn_sent.txt")]
)
def test_lsof_of_the_notes(scenario: str, sample: str) -> None:
    def shape(lines: list[str]) -> list[list[str]]:
        connector = [line.split() for line in lines if line.startswith("connector ")]
        words = [[*line[2:3], *line[4:5], *line[6:]] for line in connector]
        return [[re.sub(r"^\S+:\d+->\S+:https$", "OWN->PEER:https", word) for word in line] for line in words]

    printed = sockets.lsof_files(SCENARIOS[scenario], "eventing-ingest.sse.itd.cisco.com")["lsof/names"]
    assert shape(_lines(printed)) == shape(_sample(sample))


def test_nslookup_of_the_notes(regions: Regions) -> None:
    scenario = SCENARIOS["ftd-64"]
    printed = nslookup_files(scenario, regions.endpoints("us", "classic"))[f"nslookup/{API}/text"]
    assert _lines(printed) == [*_sample("nslookup_api_sse.txt"), ""]


def test_log_of_the_notes() -> None:
    printed = connector_log(SCENARIOS["ftd-blocked-ingest"], "eventing-ingest.sse.itd.cisco.com", NOW)
    failures = [line for line in _lines(printed) if "level=error" in line]
    assert failures == _lines((SAMPLES / "connector_log_websocket_timeout.txt").read_text(encoding="utf-8"))[1:]


def test_show_network_of_742() -> None:
    def keys(text: str) -> list[str]:
        return [line.partition(":")[0] for line in text.splitlines()]

    sample = (SAMPLES / "ftd_742_fpr1010_show_network_dns_and_proxy_disabled.txt").read_text(encoding="utf-8")
    expected = [key for key in keys(sample)[2:-1] if not key.startswith(" " * 20)]
    printed = [key for key in keys(cli.show_network(SCENARIOS["ftd-us"])) if not key.startswith(" " * 20)]
    assert printed == expected


def test_show_network_without_dns_has_no_such_line() -> None:
    assert "DNS Servers" not in cli.show_network(SCENARIOS["ftd-no-dns"])


def test_pmtool_lists_the_connector_in_others_lines_too() -> None:
    lines = services.pmtool_status(SCENARIOS["ftd-connector-disabled"]).splitlines()
    assert "SSEConnector (system) - User Disabled" in lines
    assert any(line.startswith("Required by: ") and "SSEConnector" in line for line in lines)
