"""``curl -v`` of 7.44 to 8.19: recordings, and the notes' transcripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.curl import Curl, parse
from sse_compliance.facts.network.curl_verbose import Certificate
from tests.unit.facts.network.curl_texts import (
    LAB_CERTIFICATE,
    LOOPBACK,
    OLD_INTACT,
    VERIFIED,
    VERIFIED_FACT,
    WITH_CA,
    changed,
)
from tests.unit.facts.samples import recording
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

RECORDED: list[Case[Curl]] = [
    Case("verified, 403", VERIFIED, VERIFIED_FACT),
    Case(
        "certificate of another name",
        recording("curl_788_other_name"),
        Curl(
            exit_status=60,
            resolved=True,
            connected=True,
            peer=LOOPBACK,
            certificate=replace(
                LAB_CERTIFICATE, subject="C=US; O=Cisco Systems, Inc.; CN=other.example.com", issuer=None
            ),
            verified=False,
            verify_error="SSL: no alternative certificate subject name matches target host name 'localhost'",
            host_mismatch=True,
            error="SSL: no alternative certificate subject name matches target host name 'localhost'",
        ),
    ),
    Case(
        "expired",
        recording("curl_788_expired"),
        Curl(
            exit_status=60,
            resolved=True,
            connected=True,
            peer=LOOPBACK,
            verified=False,
            verify_error="certificate has expired",
            expired=True,
            error="SSL certificate problem: certificate has expired",
        ),
    ),
    Case(
        "not yet valid",
        recording("curl_788_not_yet_valid"),
        Curl(
            exit_status=60,
            resolved=True,
            connected=True,
            peer=LOOPBACK,
            verified=False,
            verify_error="certificate is not yet valid",
            not_yet_valid=True,
            error="SSL certificate problem: certificate is not yet valid",
        ),
    ),
    Case(
        "intercepted",
        recording("curl_788_intercepted"),
        Curl(
            exit_status=60,
            resolved=True,
            connected=True,
            peer=LOOPBACK,
            verified=False,
            verify_error="self-signed certificate",
            error="SSL certificate problem: self-signed certificate",
        ),
    ),
    Case(
        "intercepted, -k names the issuer and proves nothing",
        recording("curl_788_insecure_intercepted"),
        replace(
            VERIFIED_FACT,
            verified=None,
            verify_error="self-signed certificate",
            certificate=Certificate(
                "O=Corp; CN=localhost",
                "O=Corp; CN=localhost",
                datetime(2026, 11, 21, 23, 1, 52, tzinfo=UTC),
                datetime(2029, 1, 29, 23, 1, 52, tzinfo=UTC),
            ),
        ),
    ),
    Case(
        "expired, -k shows the dates only",
        recording("curl_788_insecure_expired"),
        replace(
            VERIFIED_FACT,
            verified=None,
            verify_error="unable to get local issuer certificate",
            certificate=Certificate(
                "CN=localhost",
                "C=US; O=HydrantID Lab; CN=HydrantID Lab Root",
                datetime(2024, 6, 4, 23, 2, 23, tzinfo=UTC),
                datetime(2026, 11, 11, 23, 2, 23, tzinfo=UTC),
            ),
        ),
    ),
    Case(
        "line breaks in the certificate's names",
        recording("curl_788_insecure_hostile_names"),
        replace(
            VERIFIED_FACT,
            verified=None,
            verify_error="self-signed certificate",
            certificate=Certificate(
                "O=x",
                None,
                datetime(2026, 11, 19, 23, 2, 51, tzinfo=UTC),
                datetime(2027, 3, 1, 23, 2, 51, tzinfo=UTC),
            ),
        ),
    ),
    Case(
        "TCP is up, TLS is silent: connected, though time_connect is 0",
        recording("curl_788_tls_timeout"),
        Curl(exit_status=28, resolved=True, connected=True, peer=LOOPBACK, error="SSL connection timeout"),
    ),
    Case(
        "empty reply: verified, no status",
        recording("curl_788_empty_reply"),
        replace(VERIFIED_FACT, exit_status=52, http_status=None, left_intact=None, error="Empty reply from server"),
    ),
    Case(
        "refused",
        recording("curl_788_refused"),
        Curl(
            exit_status=7,
            resolved=True,
            connected=False,
            error="Failed to connect to localhost port 8450 after 0 ms: Couldn't connect to server",
        ),
    ),
    Case(
        "name not resolved",
        recording("curl_788_dns_failure"),
        Curl(exit_status=6, resolved=False, error="Could not resolve host: no-such-host.invalid"),
    ),
    Case(
        "CA file missing",
        recording("curl_788_ca_file_missing"),
        Curl(
            exit_status=77,
            resolved=True,
            connected=True,
            peer=LOOPBACK,
            ca_missing=True,
            error="error setting certificate file: none.pem",
        ),
    ),
    Case(
        "through a proxy",
        recording("curl_788_proxy_403"),
        replace(VERIFIED_FACT, resolved=None, left_intact="127.0.0.1", proxy="http://127.0.0.1:3128", proxy_status=200),
    ),
    Case(
        "proxy wants NTLM",
        recording("curl_788_proxy_407_ntlm"),
        Curl(
            exit_status=56,
            connected=False,
            proxy="http://127.0.0.1:3128",
            proxy_status=407,
            proxy_methods=("ntlm", "basic"),
            peer=LOOPBACK,
            error="CONNECT tunnel failed, response 407",
        ),
    ),
    Case(
        "proxy refused",
        recording("curl_788_proxy_refused"),
        Curl(
            exit_status=7,
            connected=False,
            proxy="http://127.0.0.1:3129",
            error="Failed to connect to 127.0.0.1 port 3129 after 0 ms: Couldn't connect to server",
        ),
    ),
    Case(
        "proxy's name not resolved",
        recording("curl_788_proxy_dns_failure"),
        Curl(
            exit_status=5,
            connected=False,
            proxy="http://no-such-proxy.invalid:3129",
            error="Could not resolve proxy: no-such-proxy.invalid",
        ),
    ),
]

NOTHING: list[Case[Curl]] = [
    Case("empty", gave("", "", command=WITH_CA), NoFact("not understood")),
    Case("empty, failed", gave("", "", command=WITH_CA, exit_status=6), NoFact("not understood")),
    Case("option not known", gave("", "curl: option --cacert: is unknown\n", exit_status=2), NoFact("not understood")),
    Case("time limit", replace(VERIFIED, exit_status=124), NoFact("time limit")),
    Case(
        "cut before the last line",
        replace(changed(VERIFIED, (OLD_INTACT + "\n", "")), truncated=True),
        NoFact("cut before its end"),
    ),
    Case("binary", gave(BINARY, BINARY, command=WITH_CA), NoFact("not understood")),
    *missing_tool_cases("curl"),
]


@each(RECORDED + NOTHING)
def test_curl(case: Case[Curl]) -> None:
    check(parse, case)


@pytest.mark.parametrize(
    "case", [case for case in RECORDED if isinstance(case.expected, Curl)], ids=lambda case: case.id
)
def test_without_the_numbers_nothing_gets_better(case: Case[Curl]) -> None:
    """The ``-v`` text by itself gives the same fact, or knows less."""
    whole, text_only = parse(case.result), parse(replace(case.result, stdout=""))
    assert text_only.http_status in (whole.http_status, None)
    assert text_only.verified in (whole.verified, None)
    assert text_only.connected in (whole.connected, None)
    assert text_only.left_intact == whole.left_intact


@pytest.mark.parametrize(
    ("subject", "named"),
    [
        ("C=US; O=Cisco Systems, Inc.; CN=api.eu.example.com", True),
        ("CN=API.eu.Example.com", True),
        ("C=US; CN=*.eu.example.com; OU=x", True),
        ("CN=*.example.com", False),
        ("CN=*.api.eu.example.com", False),
        ("CN=a*.eu.example.com", False),
        ("CN=*", False),
        ("CN=eu.example.com", False),
        ("CN=api.eu.example.com.evil.example", False),
        ("CN=xapi.eu.example.com", False),
        ("O=x; CN=api.eu.example.com; CN=other.example", False),
        ("O=CN=api.eu.example.com", False),
        ("OU=api.eu.example.com", False),
        ("", False),
        (None, False),
    ],
)
def test_whom_a_certificates_subject_names(subject: str | None, named: bool) -> None:
    assert replace(LAB_CERTIFICATE, subject=subject).is_for("api.eu.example.com") is named


def test_a_wildcard_for_a_whole_top_level_domain_names_nobody() -> None:
    assert not replace(LAB_CERTIFICATE, subject="CN=*.com").is_for("example.com")


@pytest.mark.parametrize("status", [35, 51, 60, 77, 83, 90, 91])
def test_a_session_that_was_refused_gives_no_answer_of_the_host(status: int) -> None:
    """Whatever the numbers say: a status that somebody in between gave is none of the host's."""
    numbers = '{"http_code": "403", "time_connect": "0", "time_appconnect": "0.2", "ssl_verify_result": "0"}'
    found = parse(ProbeResult("curl https://api-sse.cisco.com/", status, numbers))
    assert (found.exit_status, found.http_status) == (status, None)
    assert found.verified is not True
    # 77 is the connector's own CA file, looked at before any connection.
    assert found.connected is (None if status == 77 else True)
