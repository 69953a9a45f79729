"""``curl -v``: every wording between the recorded versions."""

from __future__ import annotations

from dataclasses import replace

from sse_compliance.facts.network.curl import Curl, parse
from tests.unit.facts.network.curl_texts import (
    HOST,
    INSECURE,
    LOOPBACK,
    OLD_INTACT,
    TECHNOTE_403,
    TECHNOTE_FACT,
    TECHNOTE_NO_DNS,
    THROUGH_PROXY,
    VERIFIED,
    VERIFIED_FACT,
    WITH_CA,
    changed,
    numbers,
)
from tests.unit.facts.samples import recording
from tests.unit.facts.tables import Case, check, each, gave, noisy

CONNECT_ERROR = "Failed to connect to api-sse.cisco.com port 443: Connection refused"
TRYING = "*   Trying 10.6.187.110:443...\n"

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


@each(WORDINGS)
def test_every_wording(case: Case[Curl]) -> None:
    check(parse, case)
