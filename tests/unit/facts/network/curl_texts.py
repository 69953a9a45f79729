"""Recordings and transcripts of ``curl -v``, and the facts that they tell."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.curl import Curl
from sse_compliance.facts.network.curl_verbose import Certificate
from tests.unit.facts.samples import recording, transcript

HOST = "api-sse.cisco.com"
WITH_CA = f"curl -sS -v -o /dev/null --cacert /ngfw/etc/ssl/connectorCA.pem https://{HOST}"
INSECURE = f"curl -sS -v -o /dev/null -k https://{HOST}"
THROUGH_PROXY = (
    f"curl -sS -v -o /dev/null -x http://proxy.example.com:3128 --cacert /etc/ssl/connectorCA.pem https://{HOST}"
)

TECHNOTE_403 = transcript("curl_744_success_403")
TECHNOTE_NO_DNS = transcript("curl_744_dns_failure")
TECHNOTE_CERTIFICATE = Certificate(
    "C=US; ST=California; L=San Jose; O=Cisco Systems, Inc.; CN=api-sse.cisco.com",
    "C=US; O=HydrantID (Avalanche Cloud Corporation); CN=HydrantID SSL ICA G2",
    datetime(2019, 12, 3, 20, 57, 56, tzinfo=UTC),
    datetime(2021, 12, 3, 21, 7, tzinfo=UTC),
)
TECHNOTE_FACT = Curl(
    exit_status=0,
    resolved=True,
    connected=True,
    http_status=403,
    left_intact=HOST,
    peer="10.6.187.110",
    certificate=TECHNOTE_CERTIFICATE,
    verify_error="self signed certificate in certificate chain",
)

VERIFIED = recording("curl_788_verified_403")
LAB_CERTIFICATE = Certificate(
    "C=US; O=Cisco Systems, Inc.; CN=localhost",
    "C=US; O=HydrantID Lab; CN=HydrantID Lab Root",
    datetime(2026, 11, 21, 23, 1, 51, tzinfo=UTC),
    datetime(2029, 1, 29, 23, 1, 51, tzinfo=UTC),
)
VERIFIED_FACT = Curl(
    exit_status=0,
    resolved=True,
    connected=True,
    http_status=403,
    left_intact="localhost",
    peer="127.0.0.1",
    certificate=LAB_CERTIFICATE,
    verified=True,
)
LOOPBACK = "127.0.0.1"

OLD_INTACT = "* Connection #0 to host localhost left intact"


def numbers(**changed: str) -> str:
    """What ``-w`` prints for a call in which nothing happened, but for what is given."""
    nothing = {
        "http_code": "000",
        "remote_ip": "",
        "remote_port": "0",
        "time_namelookup": "0.000000",
        "time_connect": "0.000000",
        "time_appconnect": "0.000000",
        "time_total": "0.1",
        "ssl_verify_result": "0",
    }
    return json.dumps(nothing | changed)


def changed(result: ProbeResult, *pairs: tuple[str, str], stdout: str | None = None) -> ProbeResult:
    """A recording with some of its ``-v`` text, or all of its numbers, replaced."""
    text = result.stderr
    for old, new in pairs:
        assert old in text, old
        text = text.replace(old, new)
    return replace(result, stderr=text, stdout=result.stdout if stdout is None else stdout)
