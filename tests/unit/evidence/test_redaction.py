"""What may be a secret goes; what a parser reads stays."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.evidence import redaction
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.evidence_files import read
from sse_compliance.evidence.redaction import redacted, redacted_text
from tests.integration.suite_run import ROOT

KEY = "-----BEGIN RSA PRIVATE KEY-----\nMIIs3cret\n-----END RSA PRIVATE KEY-----\n"
LOG = 'time="2026-11-21T12:00:00Z" level=info msg="[ftd][registration.go:117 registration:refresh] '

LEAKS = [
    # connector.log, also where its message holds JSON
    LOG + 'login password=s3cret ok"\n',
    LOG + 'got token=s3cret"\n',
    LOG + 'token=\\"s3cret\\" taken"\n',
    LOG + 'token=s3cret\\n"\n',
    LOG + 'password: s3cret"\n',
    LOG + 'using proxy https://u:s3cret@proxy:8080"\n',
    LOG + '{\\"token\\":\\"a\\\\\\"s3cret\\",\\"id\\":1}"\n',
    LOG + '{\\"tokens\\": [\\"s3cret\\", {\\"a\\": \\"]s3cret\\"}]}"\n',
    LOG + 'Authorization: Bearer s3cret"\n',
    LOG + 'sent bearer s3cret, got 401"\n',
    LOG + 'got eyJhbGciOiJIUzI1NiJ9.s3cret.s3cret"\n',
    # command lines
    "Command: /ngfw/usr/local/sf/bin/SSEConnector --user=a --password=s3cret --port 1\n",
    "Command: /ngfw/x --token s3cret -v\n",
    "Command: /ngfw/x -password 's3cret and more' -v\n",
    "curl -u admin:s3cret https://h/",
    "curl --proxy-user admin:s3cret https://h/",
    "curl -H 'Authorization: Basic s3cret' https://h/",
    'curl -H "Cookie: sid=s3cret; b=c" https://h/',
    "curl 'https://h/?access_token=s3cret&x=1'",
    # a device's configuration
    "snmp-server community s3cret\n",
    "snmp-server host inside 192.0.2.1 community s3cret version 2c\n",
    "snmp-server host inside 192.0.2.1 community 0 s3cret\n",
    "enable password s3cret encrypted\n",
    "username admin password s3cret pbkdf2 privilege 15\n",
    "passwd s3cret encrypted\n",
    " key s3cret\n",
    " key 7 s3cret\n",
    " ikev1 pre-shared-key s3cret\n",
    " ikev2 remote-authentication pre-shared-key s3cret\n",
    # Go's maps, signed URLs, identifiers of sessions
    LOG + 'headers map[Authorization:[Bearer s3cret] Cookie:[s3cret] Accept:[*/*]]"\n',
    LOG + 'headers map[X-Auth-Token:[s3cret]]"\n',
    "https://b.example/o?X-Amz-Credential=s3cret&X-Amz-Signature=s3cret&x=1",
    "https://b.example/o?sv=1&sig=s3cret",
    LOG + 'sessionId=s3cret"\n',
    LOG + '{\\"csrfToken\\":\\"s3cret\\"}"\n',
    '{"sharedKey": "s3cret", "regKey": "s3cret"}',
    "regKey: s3cret\n",
    "JSESSIONID=s3cret; Path=/\n",
    # the CLI and configuration files
    "Password                  : s3cret\n",
    "Proxy Password            : s3cret\r\n",
    "    Proxy Auth Token : s3cret and more\n",
    "iprep_proxy {\nPROXY_HOST 10.10.10.1;\nPROXY_PASSWORD s3cret;\n}\n",
    'iprep_proxy {\nPROXY_PASSWORD "s3cret s3cret";\n}\n',
    "connector_port=8989\r\nproxy.password=s3cret\r\n",
    "proxy_pass=s3cret, s3cret\n",
    "proxy.pwd = s3cret\n",
    'proxy.password.value="s3cret s3cret"\n',
    "api_key=s3cret\n",
    "one.otp=s3cret\n",
    "token:s3cret\n",
    "proxy=http://user:s3cret@proxy:8080\n",
    "proxy=http://user:s3@cret@proxy:8080\n",
    "proxy=http://user:s3cret/s3cret@proxy:8080\n",
    # the connector's API
    '{"settings": {"client": {"administration": {"auth": "s3cret", "uri": "x"}}}}',
    '{"accessToken":"a\\"s3cret"}',
    '{"otp": "s3cret"}',
    '{"otp": s3cret}',
    '{"deviceKey": "s3cret"}',
    '{"jwt":"s3cret"}',
    '{"tokens": ["s3cret", {"a": ["]s3cret"]}], "status": "x"}',
    '{"credentials": {"user": "s3cret"}}',
    '{"tokens": ["s3cret", "s3cr',
    '{"token": "s3cret',
    "{'password': 's3cret'}",
    # curl's own words
    "> Proxy-Authorization: Basic s3cret==\n",
    '> Authorization: Digest username="s3cret", response="s3cret"\n',
    "< Set-Cookie: sid=s3cret; Path=/\n",
    "> X-Auth-Token: s3cret\n",
    # keys
    f"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n{KEY}",
    "-----BEGIN PRIVATE KEY-----\ns3cret",
    "-----BEGIN ENCRYPTED PRIVATE KEY-----\ns3cret\n-----END ENCRYPTED PRIVATE KEY-----\n",
]

SURVIVORS = [
    "iprep_proxy {\nPROXY_HOST 10.10.10.1;\nPROXY_PORT 80;\n}",
    "registration_interval=180\nconnector_port=8989\nconnector_fqdn=api-sse.cisco.com\n",
    "region_discovery_endpoint=https://api-sse.cisco.com/providers/sse/api/v1/regions\n",
    "State                     : Disabled\nAuthentication            : Disabled\n",
    "Password:",
    "Password: \nnext line\n",
    '{"exchange": {"fqdn": "api-sse.cisco.com"}, "version": "7.4.2", "author": 3}',
    '{"tokenExpired": true, "token": null}',
    '{"name": "token", "status": "Enrolled"}',
    "-----BEGIN CERTIFICATE-----\nMIIx\neyJhbGciOiJIUzI1NiJ9eyJhbGciOiJIUzI1NiJ9\n-----END CERTIFICATE-----\n",
    "Subject Public Key Info:\n Public Key Algorithm: rsaEncryption\n RSA Public-Key: (2048 bit)\n",
    "X509v3 Key Usage: critical\nX509v3 Subject Key Identifier: AB:CD\nkeyid:AB:CD\n",
    "PublicKeyAlgorithms: ssh-ed25519\nServer public key: 04ab\nthe host key: SHA256:abc is not known\n",
    # a log is judged by these
    LOG + 'token refresh failed: password: 401"\n',
    LOG + 'Unauthorized: token rejected (401)"\n',
    LOG + 'refresh token: dial tcp 18.205.49.246:443: getsockopt: connection timed out"\n',
    LOG + 'get token: Post \\"https://api-sse.cisco.com/\\": x509: certificate signed by unknown authority"\n',
    LOG + 'token: 10.1.1.1:443: connection refused"\n',
    LOG + 'token: http2: server sent GOAWAY"\n',
    LOG + 'bearer token rejected: 401"\n',
    LOG + 'wrong password: unauthorized"\n',
    # curl
    "* TLSv1.2 (IN), TLS handshake, Server key exchange (12):\n< Keep-Alive: timeout=5\n",
    '< ETag: "5fb40950-9"\n< Proxy-Authenticate: NTLM\n< WWW-Authenticate: Bearer realm="x"\n',
    "* SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384 / X25519 / RSASSA-PSS\n",
    "* Connected to tokens.example (192.0.2.1) port 443\n> CONNECT tokens.example:443 HTTP/1.1\n",
    "https://api-sse.cisco.com:443/path@x https://h/?mail=a@b\n",
    # sockets and names
    "java 1 root 5u IPv4 1 0t0 TCP ftd-token:51234->192.0.2.1:443 (ESTABLISHED)\n",
    "Name:\ttokens.example\n** server can't find api-token: NXDOMAIN\n",
    "sudo: a password is required\nps -u root\nbypass=1\n",
]


@pytest.mark.parametrize("text", LEAKS)
def test_secrets_go(text: str) -> None:
    shown = redacted_text(text)
    assert "s3" not in shown
    assert "cret" not in shown
    assert "********" in shown
    assert redacted_text(shown) == shown


@pytest.mark.parametrize("text", SURVIVORS)
def test_the_rest_stays(text: str) -> None:
    assert redacted_text(text) == text


@pytest.mark.parametrize("line", ["enable secret 5 {}", "username a secret 5 {}", "enable secret {}", " secret 9 {}"])
def test_the_secrets_of_a_configuration(line: str) -> None:
    assert redacted_text(line.format("$1$hunter2")) == line.format("********")


def test_the_runs_own_secrets_go_before_anything_else_is_looked_for() -> None:
    answer = redacted(
        ProbeResult("echo own", 0, "own-1", "own-1 own-1"), lambda text: text.replace("own-1", "********")
    )
    assert isinstance(answer, ProbeResult)
    assert (answer.stdout, answer.stderr) == ("********", "******** ********")
    assert redacted(NotObtained("it said own-1"), lambda text: text.replace("own-1", "*")) == NotObtained("it said *")


def test_every_part_of_a_result_is_redacted() -> None:
    secret = "password=s3cret"
    result = ProbeResult(f"x --{secret}", 1, f"{secret}\n", f"{secret}\n", 0.5, "2026-11-21T12:00:00Z", True)
    mask = "password=********"
    assert redacted(result) == ProbeResult(
        f"x --{mask}", 1, f"{mask}\n", f"{mask}\n", 0.5, "2026-11-21T12:00:00Z", True
    )
    assert redacted(NotObtained(f"ended after: {secret}")) == NotObtained(f"ended after: {mask}")


def test_what_stands_beside_a_secret_stays() -> None:
    certificate = "-----BEGIN CERTIFICATE-----\nMIIx\n-----END CERTIFICATE-----\n"
    assert redacted_text(KEY + certificate).endswith(certificate)
    assert redacted_text(LOG + 'token=s3cret dial tcp 192.0.2.1:443: i/o timeout"\n').endswith(
        'token=******** dial tcp 192.0.2.1:443: i/o timeout"\n'
    )
    assert (
        redacted_text('{"tokens": ["a", "b"], "status": "Enrolled"}') == '{"tokens": "********", "status": "Enrolled"}'
    )


@pytest.mark.parametrize("path", sorted((ROOT / "fixtures" / "evidence").glob("*.json")), ids=lambda path: path.stem)
def test_what_devices_said_stays(path: Path) -> None:
    for result in read(path).probes.values():
        assert redacted(result) == result


@given(text=st.text('paswdretoknilcjuhyKEYP \n=:.-_"/', max_size=40) | st.text(max_size=20))
def test_keys_are_found_where_they_would_be_without_looking_for_stems_first(text: str) -> None:
    found = [(key.span(), key.groups()) for key in redaction._keys(text)]
    assert found == [(key.span(), key.groups()) for key in redaction._KEY.finditer(text)]


@pytest.mark.parametrize("text", ["passecret=x", "bypass pass key", "passkey: x", "public_key token-key=1"])
def test_stems_may_overlap(text: str) -> None:
    assert [key[0] for key in redaction._keys(text)] == [key[0] for key in redaction._KEY.finditer(text)]


def test_a_text_that_was_looked_through_is_not_looked_through_again() -> None:
    masked = redacted_text("token=s3cret-of-a-device")
    assert redacted_text(masked) is masked
    assert "s3cret" not in "".join(redaction._CLEAN)
