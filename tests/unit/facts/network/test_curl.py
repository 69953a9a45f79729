"""``curl -v`` of 7.44 to 8.19: recordings, the notes' transcripts, and every wording between them."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.curl import Curl, parse
from sse_compliance.facts.network.curl_verbose import Certificate
from tests.unit.facts.samples import recording, transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

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

CONNECT_ERROR = "Failed to connect to api-sse.cisco.com port 443: Connection refused"
TRYING = "*   Trying 10.6.187.110:443...\n"
OLD_INTACT = "* Connection #0 to host localhost left intact"

WORDINGS: list[Case[Curl]] = [
    Case("7.44, TechNote, -k, no numbers", gave("", TECHNOTE_403, command=INSECURE), TECHNOTE_FACT),
    Case("7.44, as a terminal shows it", gave("", noisy(TECHNOTE_403), command=INSECURE), TECHNOTE_FACT),
    Case(
        "7.44, page's damage: no blank after < and >",
        gave("", TECHNOTE_403.replace("\n< ", "\n<").replace("\n> ", "\n>"), command=INSECURE),
        TECHNOTE_FACT,
    ),
    Case(
        "7.44, name not resolved",
        gave("", TECHNOTE_NO_DNS, command=INSECURE, exit_status=6),
        Curl(exit_status=6, resolved=False, error="Couldn't resolve host 'api-sse.cisco.com'"),
    ),
    Case(
        "7.44, name mismatch is 51",
        gave(
            numbers(remote_ip="10.6.187.110", time_connect="0.1"),
            "* Connected to api-sse.cisco.com (10.6.187.110) port 443 (#0)\n"
            "curl: (51) SSL: certificate subject name 'x' does not match target host name 'api-sse.cisco.com'\n",
            exit_status=51,
            command=WITH_CA,
        ),
        Curl(
            exit_status=51,
            resolved=True,
            connected=True,
            peer="10.6.187.110",
            verified=False,
            verify_error="SSL: certificate subject name 'x' does not match target host name 'api-sse.cisco.com'",
            host_mismatch=True,
            error="SSL: certificate subject name 'x' does not match target host name 'api-sse.cisco.com'",
        ),
    ),
    Case("8.0, no (#0)", changed(VERIFIED, ("port 8443 (#0)", "port 8443")), VERIFIED_FACT),
    Case(
        "8.9, closing connection",
        changed(VERIFIED, (OLD_INTACT, f"{OLD_INTACT}\n* closing connection #0")),
        VERIFIED_FACT,
    ),
    Case(
        "8.16, established connection, port behind the host",
        changed(
            VERIFIED,
            (
                "Connected to localhost (127.0.0.1) port 8443 (#0)",
                "Established connection to localhost (127.0.0.1 port 8443) from 127.0.0.1 port 50122 ",
            ),
            (OLD_INTACT, "* Connection #0 to host localhost:8443 left intact"),
        ),
        VERIFIED_FACT,
    ),
    Case(
        "8.19, OpenSSL's verify result, -k",
        changed(
            recording("curl_788_insecure_intercepted"),
            (
                "SSL certificate verify result: self-signed certificate (18), continuing anyway.",
                "SSL certificate OpenSSL verify result: self-signed certificate (18)",
            ),
        ),
        replace(
            VERIFIED_FACT,
            verified=None,
            verify_error="self-signed certificate",
            certificate=parse(recording("curl_788_insecure_intercepted")).certificate,
        ),
    ),
    Case(
        "8.19, verification failed",
        changed(
            recording("curl_788_expired"),
            (
                "SSL certificate problem: certificate has expired",
                "SSL certificate OpenSSL verify result: certificate has expired (10)",
            ),
        ),
        Curl(
            exit_status=60,
            resolved=True,
            connected=True,
            peer=LOOPBACK,
            verified=False,
            verify_error="certificate has expired",
            expired=True,
            error="SSL certificate OpenSSL verify result: certificate has expired (10)",
        ),
    ),
    Case(
        "hostname in one word",
        changed(recording("curl_788_other_name"), ("target host name", "target hostname")),
        replace(
            parse(recording("curl_788_other_name")),
            verify_error="SSL: no alternative certificate subject name matches target hostname 'localhost'",
            error="SSL: no alternative certificate subject name matches target hostname 'localhost'",
        ),
    ),
    Case(
        "IPv6 peer",
        changed(
            VERIFIED, ("(127.0.0.1)", "(2001:db8::10)"), stdout=VERIFIED.stdout.replace("127.0.0.1", "2001:db8::10")
        ),
        replace(VERIFIED_FACT, peer="2001:db8::10"),
    ),
    Case(
        "IPv6 peer in brackets, no numbers",
        changed(VERIFIED, ("(127.0.0.1)", "([2001:db8::10])"), stdout=""),
        replace(VERIFIED_FACT, peer="2001:db8::10"),
    ),
    Case(
        "first address refused, second answers",
        changed(VERIFIED, ("* Connected", "* connect to 127.0.0.2 port 8443 failed: Connection refused\n* Connected")),
        VERIFIED_FACT,
    ),
    Case(
        "connect timed out",
        gave(
            numbers(time_namelookup="0.02"),
            TRYING + "curl: (28) Connection timed out after 5001 milliseconds\n",
            exit_status=28,
            command=WITH_CA,
        ),
        Curl(exit_status=28, resolved=True, connected=False, error="Connection timed out after 5001 milliseconds"),
    ),
    Case(
        "name lookup timed out",
        gave(numbers(), "curl: (28) Resolving timed out after 5000 milliseconds\n", exit_status=28, command=WITH_CA),
        Curl(exit_status=28, resolved=False, error="Resolving timed out after 5000 milliseconds"),
    ),
    Case(
        "refused, older",
        gave(numbers(time_namelookup="0.1"), f"{TRYING}curl: (7) {CONNECT_ERROR}\n", exit_status=7, command=WITH_CA),
        Curl(exit_status=7, resolved=True, connected=False, error=CONNECT_ERROR),
    ),
    Case(
        "handshake reset",
        gave(
            numbers(remote_ip="10.6.187.110", time_connect="0.1"),
            f"{TRYING}* Connected to {HOST} (10.6.187.110) port 443 (#0)\n"
            f"curl: (35) OpenSSL SSL_connect: Connection reset by peer in connection to {HOST}:443 \n",
            exit_status=35,
            command=WITH_CA,
        ),
        Curl(
            exit_status=35,
            resolved=True,
            connected=True,
            peer="10.6.187.110",
            error=f"OpenSSL SSL_connect: Connection reset by peer in connection to {HOST}:443",
        ),
    ),
    Case(
        "only numbers",
        gave(
            numbers(http_code="403", time_connect="0.1", time_appconnect="0.2", remote_ip="10.6.187.110"),
            command=WITH_CA,
        ),
        Curl(exit_status=0, resolved=True, connected=True, http_status=403, peer="10.6.187.110", verified=True),
    ),
    Case(
        "numbers with commas",
        gave(
            numbers(http_code="403", time_connect="0,1", time_appconnect="0,2", remote_ip="10.6.187.110"),
            command=WITH_CA,
        ),
        Curl(exit_status=0, resolved=True, connected=True, http_status=403, peer="10.6.187.110", verified=True),
    ),
    Case(
        "only numbers, failed: the exit status speaks",
        gave(numbers(time_namelookup="0.1"), exit_status=7, command=WITH_CA),
        Curl(exit_status=7, resolved=True, connected=False, error="failed to connect"),
    ),
    Case("numbers garbled, text whole", replace(VERIFIED, stdout='{"http_code":"40'), VERIFIED_FACT),
    Case("numbers that are a list", replace(VERIFIED, stdout="[1]"), VERIFIED_FACT),
    Case(
        "old proxy answers 407",
        gave(
            numbers(),
            f"* Connected to proxy.example.com (10.1.1.1) port 3128 (#0)\n> CONNECT {HOST}:443 HTTP/1.1\n"
            "< HTTP/1.1 407 Proxy Authentication Required\n"
            "< Proxy-Authenticate: Negotiate\n< Proxy-Authenticate: NTLM\n"
            "* Received HTTP code 407 from proxy after CONNECT\n"
            "curl: (56) Received HTTP code 407 from proxy after CONNECT\n",
            exit_status=56,
            command=THROUGH_PROXY,
        ),
        Curl(
            exit_status=56,
            connected=False,
            proxy="http://proxy.example.com:3128",
            proxy_status=407,
            proxy_methods=("negotiate", "ntlm"),
            peer="10.1.1.1",
            error="Received HTTP code 407 from proxy after CONNECT",
        ),
    ),
    Case(
        "proxy says 200, the host's TLS fails: no status of the host's",
        gave(
            "",
            f"* Connected to proxy.example.com (10.1.1.1) port 3128 (#0)\n> CONNECT {HOST}:443 HTTP/1.1\n"
            "< HTTP/1.1 200 Connection established\n* Proxy replied 200 to CONNECT request\ncurl: (35) reset\n",
            exit_status=35,
            command=THROUGH_PROXY,
        ),
        Curl(
            exit_status=35,
            connected=True,
            proxy="http://proxy.example.com:3128",
            proxy_status=200,
            peer="10.1.1.1",
            error="reset",
        ),
    ),
]

FAKE = "* Connection #0 to host localhost left intact"
CLOSED = replace(VERIFIED_FACT, left_intact=None)

HOSTILE: list[Case[Curl]] = [
    Case(
        "before 7.75: left intact after an empty reply",
        changed(
            recording("curl_788_empty_reply"),
            ("* Closing connection 0", "* Connection #0 to host localhost left intact"),
        ),
        replace(VERIFIED_FACT, exit_status=52, http_status=None, left_intact=None, error="Empty reply from server"),
    ),
    Case(
        "only the proxy's answer is there, no numbers",
        changed(
            replace(recording("curl_788_proxy_403"), exit_status=52),
            ("< HTTP/1.1 403 Forbidden\n", ""),
            stdout="",
        ),
        replace(
            VERIFIED_FACT,
            exit_status=52,
            resolved=None,
            http_status=None,
            left_intact=None,
            proxy="http://127.0.0.1:3128",
            proxy_status=200,
            error="empty reply from the server",
        ),
    ),
    Case(
        "numbers name a status without a TLS session: the proxy's",
        replace(
            recording("curl_788_proxy_407_ntlm"),
            stdout=recording("curl_788_proxy_407_ntlm").stdout.replace('"000"', '"407"'),
        ),
        parse(recording("curl_788_proxy_407_ntlm")),
    ),
    Case("server closes", changed(VERIFIED, (OLD_INTACT, "* Closing connection 0")), CLOSED),
    *(
        Case(
            f"header with {name} fakes the last line",
            changed(
                VERIFIED,
                (OLD_INTACT, "* Closing connection 0"),
                ("< Content-Length: 9\n", f"< X: a{end}{FAKE}\n< Content-Length: 9\n"),
            ),
            CLOSED,
        )
        for name, end in {
            "CR": "\r",
            "CR CR": "\r\r",
            "VT": "\x0b",
            "FF": "\x0c",
            "NEL": "\x85",
            "U+2028": "\u2028",
            "FS": "\x1c",
            "escape": "\x1b[2K\x1b[1G",
        }.items()
    ),
    Case(
        "request header echoed with the words",
        changed(VERIFIED, (OLD_INTACT, "* Closing connection 0"), ("> Accept: */*", f"> Accept: {FAKE}")),
        CLOSED,
    ),
    Case(
        "certificate's name fakes the last line, the server closes",
        changed(VERIFIED, (OLD_INTACT, "* Closing connection 0"), ("CN=localhost\n", f"CN=x\n{FAKE}\n")),
        replace(CLOSED, certificate=replace(LAB_CERTIFICATE, subject="C=US; O=Cisco Systems, Inc.; CN=x")),
    ),
    Case(
        "certificate's name claims verification, the numbers say no",
        changed(
            recording("curl_788_expired"),
            ("* SSL certificate problem", "*  SSL certificate verify ok.\n* SSL certificate problem"),
        ),
        parse(recording("curl_788_expired")),
    ),
    Case(
        "header that looks like an error",
        changed(VERIFIED, ("< Content-Length: 9\n", "< X: curl: (60) no\n< Content-Length: 9\n")),
        VERIFIED_FACT,
    ),
    Case(
        "status out of range",
        replace(VERIFIED, stdout=VERIFIED.stdout.replace('"403"', '"999"')),
        replace(VERIFIED_FACT, http_status=None),
    ),
    Case(
        "no status",
        replace(VERIFIED, stdout=VERIFIED.stdout.replace('"403"', '"000"')),
        replace(VERIFIED_FACT, http_status=None),
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


@each(RECORDED + WORDINGS + HOSTILE + NOTHING)
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
