# ruff: noqa: E501  a table of what devices said
"""What a catalogue entry says of an unmet requirement: sentences for what devices said, and commands to copy."""

from __future__ import annotations

import re

import pytest

from sse_compliance.catalogue.info import Command
from sse_compliance.catalogue.link import STATIONS, Lane, station_of
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.catalogue.sentences import Commands

CATALOGUE = load_catalogue()

#: Requirement, what its test noted of a device of the lab, and the sentence.
SAID = [
    ("SSE-CFG-01", "/ngfw/etc/sf/connector.properties: No such file or directory", "connector.properties is missing"),
    ("SSE-CFG-02", "connector_port is 8990", "connector_port is 8990, must be 8989"),
    (
        "SSE-CFG-03",
        "connector_fqdn is 'api-sse.cisco.com'",
        "connector_fqdn is api-sse.cisco.com, must be api.example.net",
    ),
    (
        "SSE-CFG-04",
        "region_discovery_endpoint is 'http://api-sse.cisco.com/regions'",
        "region_discovery_endpoint is http://api-sse.cisco.com/regions, must be EXPECTED",
    ),
    ("SSE-CFG-05", "registration_interval is 60", "registration_interval is 60, should be 180"),
    (
        "SSE-CLD-02",
        "FMC has chosen eu-region (api.eu.sse.itd.cisco.com), the region eu",
        "FMC has chosen the region eu, not the inventory's",
    ),
    (
        "SSE-CLD-04",
        "SSEConnector - User Disabled; FMC has changes for it that are not deployed",
        "SSEConnector is disabled: FMC's changes are not deployed",
    ),
    (
        "SSE-CTX-02",
        'Events Failed: Events service module failed, err: zmq4: could not dial to "ipc:///ngfw/var/sf/run/EventHandler_SSEConnector.sock" (retry=250ms): dial unix /ngfw/var/sf/run/EventHandler_SSEConnector.so',
        "the connector's Events service failed: it can't reach EventHandler (ZeroMQ)",
    ),
    (
        "SSE-DNS-02",
        "api-sse.cisco.com does not resolve: no servers could be reached",
        "api-sse.cisco.com does not resolve: no DNS server answers",
    ),
    (
        "SSE-DNS-02",
        "mx01.sse.itd.cisco.com does not resolve: NXDOMAIN",
        "mx01.sse.itd.cisco.com does not resolve: the DNS server knows no such name",
    ),
    (
        "SSE-DNS-05",
        "208.67.222.222 does not answer: no servers could be reached",
        "DNS server 208.67.222.222 does not answer",
    ),
    (
        "SSE-FWR-01",
        "eventing-ingest.sse.itd.cisco.com is blocked: rule 1 'quarantine' (data-centre.yaml:5: action: deny, destination: eventing-ingest.sse.itd.cisco.com)",
        "eventing-ingest.sse.itd.cisco.com is blocked by rule 1 'quarantine' (data-centre.yaml:5)",
    ),
    (
        "SSE-FWR-02",
        "api-sse.cisco.com is allowed by address: rule 3 'cloud by address' (data-centre.yaml:13: action: allow, destination: 52.4.85.66, 52.4.85.67, service: tcp/443)",
        "api-sse.cisco.com is allowed by address only, by rule 3 'cloud by address' (data-centre.yaml:13)",
    ),
    (
        "SSE-FWR-02",
        "mx*.sse.itd.cisco.com is blocked: rule 3 (edge-asa.cfg:22: access-list MGMT_IN extended deny ip any any log)",
        "mx01.sse.itd.cisco.com is not allowed by name: rule 3 blocks it (edge-asa.cfg:22)",
    ),
    (
        "SSE-FWR-03",
        "est.sco.cisco.com is decrypted or blocked by rule 3 'everything else' (data-centre.yaml:30: action: decrypt, destination: est.sco.cisco.com)",
        "rule 3 'everything else' decrypts or may block the connection to est.sco.cisco.com (data-centre.yaml:30)",
    ),
    ("SSE-LIC-01", "the licence is EVALUATION, EVALUATION", "FMC runs in evaluation mode"),
    (
        "SSE-LIC-02",
        "the licence is REGISTERED, AUTHORIZED_RESERVED",
        "FMC's licence is reserved, so it does not register with Cisco directly",
    ),
    (
        "SSE-LOG-03",
        "3 × authentication: 3 entries, the last: 2026-11-25 15:47:13 UTC Unauthorized: token rejected (401) | 2026-11-25 16:02:13 UTC Unauthorized: token rejected (401) | 2026-11-25 16:17:13 UTC Unauthorized: token rejected (401)",
        "connector.log has errors of authentication in the last 1 h",
    ),
    ("SSE-MGR-01", "192.168.1.10: pending", "the registration with the manager 192.168.1.10 is pending"),
    ("SSE-PLT-01", "software is 6.4.0.9", "software 6.4.0.9 is older than its region supports"),
    ("SSE-PLT-02", "clock is 7198 s ahead", "the clock is 7198 s ahead"),
    ("SSE-PLT-03", "/ngfw is full (100%)", "the disk is full: /ngfw"),
    (
        "SSE-PRC-01",
        "SSEConnector - Running; connector (process 13277) is stopped (state T)",
        "SSEConnector is stopped by a signal",
    ),
    (
        "SSE-PRC-01",
        "SSEConnector - Running; connector (process 7741) is hung in the kernel (state D, twice)",
        "SSEConnector hangs in the kernel",
    ),
    ("SSE-PRC-01", "SSEConnector - User Disabled", "SSEConnector is disabled"),
    (
        "SSE-PRC-02",
        "EventHandler - Running; EventHandler (process 13277) is stopped (state T)",
        "EventHandler is stopped by a signal",
    ),
    (
        "SSE-PRC-02",
        "EventHandler - Running; EventHandler (process 7741) is hung in the kernel (state D, twice)",
        "EventHandler hangs in the kernel",
    ),
    ("SSE-PRC-02", "EventHandler - User Disabled", "EventHandler is disabled"),
    (
        "SSE-PRX-01",
        "api-sse.cisco.com: Failed to connect to proxy.example.com port 8080 after 1 ms: Couldn't connect to server; est.sco.cisco.com: Failed to connect to proxy.example.com port 8080 after 1 ms: Couldn't con",
        "the management proxy proxy.example.com:8080 can't be reached",
    ),
    ("SSE-PRX-01", "the proxy asks for NTLM", "the management proxy wants NTLM"),
    (
        "SSE-SOK-01",
        "EventHandler_SSEConnector.sock: LISTENING",
        "the connector is not attached to EventHandler: the socket only listens",
    ),
    (
        "SSE-SOK-03",
        "the session has stalled to 18.205.49.246:443: 3215 bytes wait, 5 time-outs in a row without an answer",
        "the session to the cloud has stalled",
    ),
    ("SSE-SOK-03", "to 18.205.49.246:443 SYN_SENT", "the session to the cloud does not come up: it stays in SYN_SENT"),
    ("SSE-SOK-04", "the peer is 198.51.100.99", "the session goes to 198.51.100.99, none of the region's addresses"),
    ("SSE-TLS-01", "/ngfw/etc/ssl/connectorCA.pem: No such file or directory", "the connector's CA file is missing"),
    ("SSE-TLS-01", "the file holds no certificate", "the connector's CA file holds no certificate"),
    (
        "SSE-TLS-02",
        "self signed certificate in certificate chain; the certificate's issuer is C=US; O=Example Corp; CN=Corp Proxy ICA: if that is a public CA, connectorCA.pem is outdated, else somebody in between decrypts",
        "the connector can't trust api-sse.cisco.com: certificates come from Corp Proxy ICA",
    ),
    (
        "SSE-TLS-02",
        "self-signed certificate in certificate chain; the certificate's issuer is CN=Corp Proxy ICA,O=Example Corp,C=US, which is neither the connector's CA nor a public one: somebody in between answers in the host's place",
        "TLS is intercepted: certificates come from Corp Proxy ICA",
    ),
    (
        "SSE-TLS-03",
        "C=US; O=Cisco Systems, Inc.; CN=eventing-ingest.sse.itd.cisco.com, valid 2026-05-09 16:18 UTC to 2026-11-16 16:18 UTC",
        "the certificate of eventing-ingest.sse.itd.cisco.com, valid 2026-05-09 to 2026-11-16, is out of date or not its own",
    ),
    (
        "SSE-TLS-04",
        "CN=Corp Proxy ICA,O=Example Corp,C=US vouches for it, which somebody added to connectorCA.pem",
        "somebody added the CA Corp Proxy ICA to connectorCA.pem",
    ),
]


def host_of(said: str) -> str | None:
    found = re.search(r"[a-z0-9.-]+\.cisco\.com", said)
    return found[0] if found else None


@pytest.mark.parametrize(("requirement", "observed", "said"), SAID)
def test_what_was_observed_becomes_a_sentence(requirement: str, observed: str, said: str) -> None:
    assert CATALOGUE[requirement].cause_of(observed, "EXPECTED", host_of(said), "api.example.net") == said


def test_every_sentence_of_the_catalogue_is_for_something_that_was_observed() -> None:
    used = {
        (id_, next(form.when for form in CATALOGUE[id_].cause if form.when and re.search(form.when, observed)))
        for id_, observed, _ in SAID
    }
    known = {(entry.id, form.when) for entry in CATALOGUE for form in entry.cause if form.when}
    assert used == known


def test_every_requirement_has_a_sentence_for_whatever_was_observed() -> None:
    for requirement in CATALOGUE:
        for said in (
            requirement.cause_of("\x00 {host} {0} \\1", "", "h.example.net", "api.example.net"),
            requirement.info().cause,
        ):
            assert said
            assert "{" not in said
            assert said != requirement.title, "the title is what must be, not what is wrong"


def test_a_command_stands_once_for_each_host_that_it_names() -> None:
    commands = Commands(cli=("show dns",), root=("nslookup {host}", "curl {api}"))
    assert commands.filled(("a.example.net", "b.example.net"), "api.example.net") == (
        Command("cli", "show dns"),
        Command("root", "nslookup a.example.net"),
        Command("root", "nslookup b.example.net"),
        Command("root", "curl api.example.net"),
    )
    assert commands.filled((), "x")[1].text == "nslookup <host>"


def test_every_requirement_has_its_station() -> None:
    named = {station.name for station in STATIONS}
    assert len(named) == len(STATIONS)
    for info in (requirement.info() for requirement in CATALOGUE):
        assert station_of(info.area, info.station) in STATIONS, info.id
    assert station_of("SOK", "Session").lane is Lane.DEVICE
    assert station_of("NEW").name == "NEW"
