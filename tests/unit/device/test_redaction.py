"""What may be a secret goes; what a parser reads stays."""

from __future__ import annotations

import time

import pytest

from sse_compliance.device.redaction import redacted
from sse_compliance.evidence import NotObtained, ProbeResult

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIs3cret\n-----END RSA PRIVATE KEY-----\n"


def after(name: str, text: str) -> str:
    result = redacted(name, ProbeResult("cat", 0, text))
    assert isinstance(result, ProbeResult)
    return result.stdout


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("context", '{"settings": {"client": {"administration": {"auth": "s3cret", "uri": "x"}}}}'),
        ("context", '{"accessToken":"a\\"s3cret"}'),
        ("proxy-conf", "iprep_proxy {\nPROXY_HOST 10.10.10.1;\nPROXY_PASSWORD s3cret;\n}\n"),
        ("connector-properties", "connector_port=8989\r\nproxy.password=s3cret\r\n"),
        ("connector-properties", "proxy=http://user:s3cret@proxy:8080\n"),
        ("show-network", "Password                  : s3cret\n"),
        ("connector-ca", f"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n{KEY}"),
        ("connector-log", "-----BEGIN PRIVATE KEY-----\ns3cret"),
    ],
)
def test_secrets_go(name: str, text: str) -> None:
    shown = after(name, text)
    assert "s3cret" not in shown
    assert "********" in shown


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("proxy-conf", "iprep_proxy {\nPROXY_HOST 10.10.10.1;\nPROXY_PORT 80;\n}"),
        ("connector-properties", "registration_interval=180\nconnector_port=8989\nconnector_fqdn=api-sse.cisco.com\n"),
        ("connector-properties", "region_discovery_endpoint=https://api-sse.cisco.com/providers/sse/api/v1/regions\n"),
        ("show-network", "State                     : Disabled\nAuthentication            : Disabled\n"),
        ("context", '{"exchange": {"fqdn": "api-sse.cisco.com"}, "version": "7.4.2", "author": 3}'),
        ("connector-log", 'level=error msg="token refresh failed: password: 401"'),
        ("connector-ca", "-----BEGIN CERTIFICATE-----\nMIIx\n-----END CERTIFICATE-----\n"),
        ("curl:h", "< Proxy-Authenticate: NTLM\n"),
    ],
)
def test_the_rest_stays(name: str, text: str) -> None:
    assert after(name, text) == text


def test_a_certificate_beside_a_key_stays() -> None:
    certificate = "-----BEGIN CERTIFICATE-----\nMIIx\n-----END CERTIFICATE-----\n"
    assert after("connector-ca", KEY + certificate).endswith(certificate)


def test_what_was_not_had_passes() -> None:
    assert redacted("context", NotObtained("why")) == NotObtained("why")


def test_long_hostile_text_takes_no_time() -> None:
    began = time.process_time()
    for text in ('"' * 200_000, '"token":"' * 30_000, "password" * 30_000, "://" * 100_000, "a" * 300_000 + " :"):
        after("context", text)
    assert time.process_time() - began < 5
