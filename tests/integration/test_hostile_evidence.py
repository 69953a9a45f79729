"""Broken devices whose output looks healthy at first sight: recorded evidence of a good one, with one output exchanged.

Each was once reported as compliant, or could have been. The suite's own test function must raise.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import NotApplicable
from tests.integration.hostile_evidence import (
    API,
    CONTEXT,
    REGIONS,
    SOCKET,
    Change,
    endpoint,
    expected,
    host,
    host_of,
    instead,
    observed,
    swapped,
    with_result,
)

# The modules, not the functions: pytest would collect those here too.
from tests_sse import (
    test_configuration,
    test_context_and_log,
    test_name_resolution,
    test_proxy,
    test_sockets,
    test_trust,
)

# -- SSE-CTX-01


def judge_context(answer: object, device: str = "ftd-us", **changes: Change) -> None:
    judged = host(device, **{"context": instead(json.dumps(answer)), **changes})
    test_context_and_log.test_local_api_answers_with_the_devices_context(judged)


def context(**changes: Any) -> dict[str, Any]:
    return {**CONTEXT, **changes}


@pytest.mark.parametrize(
    "answer",
    [
        context(extra=1),
        context(status="enrolled"),
        {"settings": {"exchange": {"fqdn": "API-SSE.cisco.com"}}},
        context(clientInfo={"version": "7.4.2-172", "name": "FIREPOWER.corp.example"}),
        context(clientInfo={"version": "7.4.2 (build 172)", "name": "firepower."}),
    ],
)
def test_contexts_of_this_device(answer: object) -> None:
    judge_context(answer)


@pytest.mark.parametrize(
    "answer",
    [
        {"status": "error", "message": "context not found"},
        {"status": "Enrolled"},
        {"clientInfo": CONTEXT["clientInfo"], "status": "Enrolled"},
        {},
        [],
        context(settings={"exchange": {"fqdn": ""}}),
        context(status="Unenrolled"),
        context(status="error"),
        context(status=""),
        context(status=None),
        context(status=False),
        context(status={"code": 404}),
        context(clientInfo={"version": "seven"}),
    ],
)
def test_a_context_that_does_not_say_that_all_is_well_is_not_assessed(answer: object) -> None:
    with pytest.raises(Unavailable):
        judge_context(answer)


def test_a_status_that_is_not_known_is_shown_with_the_answer() -> None:
    with pytest.raises(Unavailable, match=r"'Unenrolled'.*api-sse\.cisco\.com"):
        judge_context(context(status="Unenrolled"))


@pytest.mark.parametrize(
    "answer",
    [
        context(settings={"exchange": {"fqdn": "api.eu.sse.itd.cisco.com"}}),
        context(clientInfo={"version": "7.4.20"}),
        context(registration={"status": "failed"}),
        context(clientInfo={"version": "7.3"}),
        context(clientInfo={"version": "7.4.2-171"}),
        context(clientInfo={"name": "another"}),
        context(clientInfo={"name": "firepower2"}),
        context(status="Unenrolled", clientInfo={"name": "another"}),
    ],
)
def test_a_context_of_something_else_is_non_compliant(answer: object) -> None:
    with pytest.raises(AssertionError):
        judge_context(answer)


def test_two_full_names_must_agree_in_the_domain() -> None:
    shown = swapped(": firepower\n", ": firepower.corp.example\n")
    judge_context(context(clientInfo={"name": "firepower.corp.example"}), show_network=shown)
    judge_context(context(), show_network=shown)
    with pytest.raises(AssertionError):
        judge_context(context(clientInfo={"name": "firepower.other.example"}), show_network=shown)


def test_no_name_to_compare_with() -> None:
    judge_context(context(clientInfo={"name": "another", "version": "7.4.2"}), "fmc-clish")
    judge_context(context(clientInfo={"name": "another"}), show_network=swapped("Hostname", "Host"))


# -- SSE-DNS


@pytest.mark.parametrize("name", [f"{API}.corp.example", "x.example"])
def test_an_answer_for_another_name_resolves_nothing(name: str) -> None:
    answer = f"Server:\t\t10.25.0.1\nAddress:\t10.25.0.1#53\n\nName:\t{name}\nAddress: 198.51.100.10\n"
    judged = host_of("ftd-us", {f"nslookup:{API}": instead(answer)})
    with pytest.raises(AssertionError):
        test_name_resolution.test_allowlisted_host_resolves(judged, endpoint(judged))
    assert name in observed(judged)


@pytest.mark.parametrize("address", ["224.0.0.1", "239.255.0.1", "127.0.0.1", "0.0.0.0", "10.1.1.1", "::ffff:10.1.1.1"])
def test_an_answer_that_is_no_public_address(address: str) -> None:
    judged = host_of("ftd-us", {f"nslookup:{API}": swapped("52.4.85.66", address)})
    with pytest.raises(AssertionError):
        test_name_resolution.test_dns_answer_is_plausible(judged, endpoint(judged))


# -- SSE-TLS


INSECURE = f"curl-insecure:{API}"


def intercepted(subject: str | None) -> FirepowerHost:
    """A device whose chain is not trusted, with another subject in the certificate that ``-k`` shows, and no list of
    the certificates that were presented."""
    judged, was = with_result(host("ftd-tls-interception"), f"chain:{API}", stdout=""), f"CN={API}"
    shown = judged.evidence.probe(INSECURE).stderr
    if subject is None:
        return with_result(judged, INSECURE, stderr=re.sub(r"\*  subject:.*\n", "", shown))
    return judged if subject == was else with_result(judged, INSECURE, stderr=shown.replace(was, subject))


@pytest.mark.parametrize("subject", [f"CN={API}", "CN=*.cisco.com"])
def test_a_subject_that_names_the_host_behind_an_untrusted_chain(subject: str) -> None:
    judged = intercepted(subject)
    test_trust.test_certificate_is_in_date_and_names_the_host(judged, endpoint(judged))


@pytest.mark.parametrize("subject", ["CN=firewall.corp.example", f"CN={API}.corp.example", "CN=*.com", "OU=x", None])
def test_names_that_nobody_checked_are_not_assessed(subject: str | None) -> None:
    judged = intercepted(subject)
    with pytest.raises(Unavailable, match="names of the certificate were not checked"):
        test_trust.test_certificate_is_in_date_and_names_the_host(judged, endpoint(judged))


def test_an_expired_certificate_comes_before_its_names() -> None:
    judged = intercepted("CN=firewall.corp.example")
    shown = judged.evidence.probe(INSECURE).stderr
    expired = re.sub(r"(?<=start date: ).*", "Jan  1 00:00:00 2025 GMT", shown)
    expired = re.sub(r"(?<=expire date: ).*", "Jan  1 00:00:00 2026 GMT", expired)
    judged = with_result(judged, INSECURE, stderr=expired)
    with pytest.raises(AssertionError):
        test_trust.test_certificate_is_in_date_and_names_the_host(judged, endpoint(judged))


def test_a_ca_file_that_was_cut_is_not_assessed() -> None:
    with pytest.raises(Unavailable, match="not read to its end"):
        test_trust.test_connector_ca_file_is_good(with_result(host(), "connector-ca", truncated=True))


# -- SSE-PRX-01


def judge_proxy(judged: FirepowerHost) -> None:
    test_proxy.test_cloud_is_reachable_through_the_proxy(judged, REGIONS)


@pytest.mark.parametrize(
    "section",
    [
        "State                     : Enabled (HTTP)\nHTTP Proxy : proxy.example.com\nPort : 3128",
        "State                     : Enabled",
        "Mode                      : Manual",
    ],
)
@pytest.mark.parametrize("device", ["ftd-us", "ftd-proxy"])
def test_a_proxy_section_that_is_not_understood_is_not_assessed(device: str, section: str) -> None:
    def change(text: str) -> str:
        return text.split("State                     :")[0] + section + "\n"

    with pytest.raises(Unavailable, match="proxy section"):
        judge_proxy(host(device, show_network=change))


def test_a_proxy_that_the_inventory_does_not_name_is_not_assessed() -> None:
    on = "State                     : Enabled\nHTTP Proxy : proxy.example.com\nPort : 3128"
    with pytest.raises(Unavailable, match=r"proxy\.example\.com:3128"):
        judge_proxy(host(show_network=swapped("State                     : Disabled", on)))


def test_without_a_proxy_section_the_inventory_decides() -> None:
    def change(text: str) -> str:
        return text.split("===============[ Proxy")[0]

    judge_proxy(host("ftd-proxy", show_network=change))
    with pytest.raises(NotApplicable, match="no management proxy"):
        judge_proxy(host(show_network=change))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("State                     : Enabled", "State                     : Disabled", "no proxy"),
        ("proxy.example.com", "other.example.com", "other.example.com:8080"),
        ("8080", "3128", "proxy.example.com:3128"),
    ],
)
def test_another_proxy_than_the_inventorys_is_non_compliant(old: str, new: str, shown: str) -> None:
    judged = host("ftd-proxy", show_network=swapped(old, new))
    with pytest.raises(AssertionError):
        judge_proxy(judged)
    assert shown in observed(judged)
    assert "http://proxy.example.com:8080" in observed(judged)


@pytest.mark.parametrize(
    ("text", "raised"),
    [
        ("iprep_proxy {\nPROXY_HOST proxy.example.com;\nPROXY_PORT 3128;\n}\n", AssertionError),
        ("iprep_proxy {\n}\n", AssertionError),
        ("iprep_proxy {\nPROXY_HOST proxy.example.com;\n}\n", Unavailable),
    ],
)
def test_another_proxy_on_an_fmc(text: str, raised: type[Exception]) -> None:
    with pytest.raises(raised):
        judge_proxy(host("fmc-proxy", proxy_conf=instead(text)))


# -- SSE-CFG-04


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("=https://api", "= https://api"),
        ("=https://api", "=https://\tapi"),
        ("=https://api", "=https://x@api"),
        ("=https://api", "=http://api"),
        ("v1/regions", "v1/regions?x=1"),
        ("v1/regions", "v1/regions "),
        ("sse.cisco.com/", "sse.cisco.com:8443/"),
        ("sse.cisco.com/", "sse.cisco.com.corp.example/"),
    ],
)
def test_a_discovery_endpoint_that_only_looks_right(old: str, new: str) -> None:
    def change(text: str) -> str:
        return "\n".join(line.replace(old, new) if "region_disc" in line else line for line in text.split("\n"))

    with pytest.raises(AssertionError):
        test_configuration.test_region_discovery_endpoint_is_right(
            host(connector_properties=change), REGIONS, expected("SSE-CFG-04")
        )


# -- SSE-SOK


@pytest.mark.parametrize("path", ["@/tmp/evil/EventHandler_SSEConnector.sock", f"/tmp{SOCKET}", f"@{SOCKET}"])
def test_a_socket_of_that_name_elsewhere(path: str) -> None:
    with pytest.raises(AssertionError):
        test_sockets.test_event_handler_socket_is_connected(host(netstat=swapped(SOCKET, path)))


@pytest.mark.parametrize("peer", ["127.0.0.2", "[::ffff:127.0.0.1]", "0.0.0.0", "[::]", "localhost", "192.168.1.200"])
def test_a_session_with_itself_is_no_session_with_the_cloud(peer: str) -> None:
    def change(text: str) -> str:
        lines = text.split("\n")
        return "\n".join(
            f"{line.partition('->')[0]}->{peer}:443 (ESTABLISHED)"
            if line.startswith("connector") and "->" in line
            else line
            for line in lines
        )

    with pytest.raises(AssertionError):
        test_sockets.test_connector_has_a_session_to_the_cloud(host(lsof=change), expected("SSE-SOK-03"))
    with pytest.raises(Unavailable, match="no session"):
        test_sockets.test_sessions_peer_belongs_to_the_region(host(lsof=change), (API,), expected("SSE-SOK-04"))


def test_listening_on_another_loopback_address() -> None:
    with pytest.raises(AssertionError):
        test_sockets.test_connector_listens_on_8989(
            host(lsof=swapped("127.0.0.1:8989", "127.0.0.2:8989")), expected("SSE-SOK-02")
        )


def test_the_recorded_device_itself_is_compliant() -> None:
    judged = host()
    test_context_and_log.test_local_api_answers_with_the_devices_context(judged)
    test_context_and_log.test_no_dial_failure_in_the_last_hour(judged, expected("SSE-LOG-01"))
    test_context_and_log.test_no_zeromq_failure(judged)
    test_name_resolution.test_allowlisted_host_resolves(judged, endpoint(judged))
    test_name_resolution.test_dns_answer_is_plausible(judged, endpoint(judged))
    test_trust.test_connector_ca_file_is_good(judged)
    test_trust.test_certificate_is_in_date_and_names_the_host(judged, endpoint(judged))
    test_configuration.test_region_discovery_endpoint_is_right(judged, REGIONS, expected("SSE-CFG-04"))
    test_sockets.test_event_handler_socket_is_connected(judged)
    test_sockets.test_connector_listens_on_8989(judged, expected("SSE-SOK-02"))
    test_sockets.test_connector_has_a_session_to_the_cloud(judged, expected("SSE-SOK-03"))
    test_sockets.test_sessions_peer_belongs_to_the_region(
        judged, ("eventing-ingest.sse.itd.cisco.com",), expected("SSE-SOK-04")
    )
    judge_proxy(host("ftd-proxy"))
    judge_proxy(host("fmc-proxy"))
