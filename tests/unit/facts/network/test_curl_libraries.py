"""What ``curl -v`` prints with TLS libraries other than today's OpenSSL: its source (lib/vtls) at the tags named."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from sse_compliance.facts.network.curl import parse
from tests.unit.facts.tables import gave

HOST = "api-sse.cisco.com"
COMMAND = f"curl -sS -v -o /dev/null --cacert /ngfw/etc/ssl/connectorCA.pem https://{HOST}"
BEGAN, ENDS = datetime(2025, 12, 3, 20, 57, 56, tzinfo=UTC), datetime(2027, 12, 3, 21, 7, tzinfo=UTC)

#: Each library's text for one certificate.
CERTIFICATES = {
    "OpenSSL, until 7.47 with tabs": f"""\
* SSL connection using TLSv1.2 / ECDHE-RSA-AES128-GCM-SHA256
* Server certificate:
* \t subject: C=US; O=Cisco Systems, Inc.; CN={HOST}
* \t start date: 2025-12-03 20:57:56 GMT
* \t expire date: 2027-12-03 21:07:00 GMT
* \t issuer: C=US; O=HydrantID; CN=HydrantID SSL ICA G2
* \t SSL certificate verify ok.
""",
    "NSS 7.29 (RHEL 7)": f"""\
*   CAfile: /ngfw/etc/ssl/connectorCA.pem
  CApath: none
* SSL connection using TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
* Server certificate:
* \tsubject: CN={HOST},O="Cisco Systems, Inc.",C=US
* \tstart date: Dec 03 20:57:56 2025 GMT
* \texpire date: Dec 03 21:07:00 2027 GMT
* \tcommon name: {HOST}
* \tissuer: CN=HydrantID SSL ICA G2,O=HydrantID,C=US
""",
    "GnuTLS 7.47 with tabs": f"""\
* found 1 certificates in /ngfw/etc/ssl/connectorCA.pem
* SSL connection using TLS1.2 / ECDHE_RSA_AES_128_GCM_SHA256
* \t server certificate verification OK
* \t server certificate status verification SKIPPED
* \t common name: {HOST} (matched)
* \t server certificate expiration date OK
* \t server certificate activation date OK
* \t subject: C=US,O=Cisco Systems\\, Inc.,CN={HOST}
* \t start date: Wed, 03 Dec 2025 20:57:56 GMT
* \t expire date: Fri, 03 Dec 2027 21:07:00 GMT
* \t issuer: C=US,O=HydrantID,CN=HydrantID SSL ICA G2
""",
    "GnuTLS 8.5": f"""\
* SSL connection using TLSv1.3 / ECDHE_RSA_AES_256_GCM_SHA384
*   server certificate verification OK
*   common name: {HOST} (matched)
*   subject: C=US,O=Cisco Systems\\, Inc.,CN={HOST}
*   start date: Wed, 03 Dec 2025 20:57:56 GMT
*   expire date: Fri, 03 Dec 2027 21:07:00 GMT
*   issuer: C=US,O=HydrantID,CN=HydrantID SSL ICA G2
""",
    "mbedTLS 7.68": f"""\
* mbedTLS: Connecting to {HOST}:443
* mbedTLS: Handshake complete, cipher is TLS-ECDHE-RSA-WITH-AES-128-GCM-SHA256
* Dumping cert info:
* cert. version     : 3
* serial number     : 0A:1B:2C
* issuer name       : C=US, O=HydrantID, CN=HydrantID SSL ICA G2
* subject name      : C=US, O=Cisco Systems, Inc., CN={HOST}
* issued  on        : 2025-12-03 20:57:56
* expires on        : 2027-12-03 21:07:00
* signed using      : RSA with SHA-256
""",
}


def call(text: str, *, status: int = 0) -> str:
    code, handshake, verify = ("403", "0.05", "0") if status == 0 else ("000", "0.000000", "1")
    return (
        f'{{"http_code":"{code}","remote_ip":"52.4.85.66","remote_port":"443","time_namelookup":"0.004",'
        f'"time_connect":"0.013","time_appconnect":"{handshake}","time_total":"0.06","ssl_verify_result":"{verify}"}}'
    )


@pytest.mark.parametrize("library", CERTIFICATES)
def test_the_certificate_is_read(library: str) -> None:
    connected = f"*   Trying 52.4.85.66...\n* Connected to {HOST} (52.4.85.66) port 443 (#0)\n"
    text = f"{connected}{CERTIFICATES[library]}> GET / HTTP/1.1\n> \n< HTTP/1.1 403 Forbidden\n< \n"
    said = parse(gave(call(text), f"{text}* Connection #0 to host {HOST} left intact\n", command=COMMAND))
    assert said.certificate is not None
    assert (said.certificate.not_before, said.certificate.not_after) == (BEGAN, ENDS)
    assert said.certificate.is_for(HOST)
    assert "HydrantID SSL ICA G2" in (said.certificate.issuer or "")
    assert said.verified


@pytest.mark.parametrize(
    ("status", "sentence", "why"),
    [
        (60, "SSL certificate problem: certificate has expired", "expired"),
        (60, "server certificate verification failed. CAfile: /c.pem CRLfile: none", "untrusted"),
        (60, "server certificate expiration date has passed.", "expired"),
        (60, "server certificate not activated yet.", "not yet valid"),
        (60, "SSL: certificate subject name (x) does not match target host name 'api-sse.cisco.com'", "mismatch"),
        (60, "Peer's Certificate issuer is not recognized.", "untrusted"),
        (60, "Peer's certificate issuer has been marked as not trusted by the user.", "untrusted"),
        (60, "Peer's Certificate has expired.", "expired"),
        (51, "Unable to communicate securely with peer: requested domain name does not match the server's certificate.",
         "mismatch"),
        (60, "Cert verify failed: BADCERT_EXPIRED", "expired"),
        (60, "Cert verify failed: BADCERT_FUTURE", "not yet valid"),
        (60, "Cert verify failed: BADCERT_CN_MISMATCH", "mismatch"),
        (60, "Cert verify failed: BADCERT_NOT_TRUSTED", "untrusted"),
        (35, "ssl_handshake returned - mbedTLS: (-0x2700) X509 - Certificate verification failed, e.g. CRL, CA or "
         "signature check failed", "untrusted"),
        (60, "CA signer not available for verification", "untrusted"),
        (35, "SSL_connect failed with error -188: ASN no signer error to confirm failure", "untrusted"),
        (60, "peer subject name mismatch", "mismatch"),
        (60, "subject alt name(s) or common name do not match \"api-sse.cisco.com\"", "mismatch"),
        (60, "schannel: SNI or certificate check failed: SEC_E_WRONG_PRINCIPAL (0x80090322)", "mismatch"),
        (60, "schannel: SEC_E_UNTRUSTED_ROOT (0x80090325) - The certificate chain was issued by an authority that is "
         "not trusted.", "untrusted"),
        (35, "schannel: next InitializeSecurityContext failed: SEC_E_CERT_EXPIRED (0x80090328)", "expired"),
    ],
)  # fmt: skip
def test_why_a_certificate_is_not_accepted(status: int, sentence: str, why: str) -> None:
    text = (
        f"*   Trying 52.4.85.66:443...\n* Connected to {HOST} (52.4.85.66) port 443 (#0)\n* {sentence}\n"
        f"* Closing connection 0\ncurl: ({status}) {sentence}\n"
    )
    said = parse(gave(call(text, status=status), text, command=COMMAND, exit_status=status))
    assert said.connected
    assert said.verified is False
    assert {"expired": said.expired, "not yet valid": said.not_yet_valid, "mismatch": said.host_mismatch} == {
        word: word == why for word in ("expired", "not yet valid", "mismatch")
    }


@pytest.mark.parametrize(
    "sentence",
    [
        "Resolving timed out after 5000 milliseconds",
        "Resolving timed out after 10001 milliseconds",
        "name lookup timed out",
        "Could not resolve host: api-sse.cisco.com",
    ],
)
def test_a_call_that_ended_while_resolving_tells_nothing_of_the_connection(sentence: str) -> None:
    status = 6 if sentence.startswith("Could") else 28
    said = parse(gave("", f"* {sentence}\ncurl: ({status}) {sentence}\n", command=COMMAND, exit_status=status))
    assert said.resolved is False
    assert said.connected is None


@pytest.mark.parametrize(
    ("trying", "connected"),
    [("", None), ("*   Trying 52.4.85.66:443...\n", False)],
    ids=["no address yet", "an address"],
)
def test_a_time_out_of_the_connection_is_one_only_where_an_address_was_tried(
    trying: str, connected: bool | None
) -> None:
    sentence = "Connection timed out after 10001 milliseconds"
    text = f"{trying}* {sentence}\ncurl: (28) {sentence}\n"
    assert parse(gave("", text, command=COMMAND, exit_status=28)).connected is connected
