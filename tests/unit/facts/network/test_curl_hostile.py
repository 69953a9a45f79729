"""``curl -v`` of hosts that answer to deceive."""

from __future__ import annotations

from dataclasses import replace

from sse_compliance.facts.network.curl import Curl, parse
from tests.unit.facts.network.curl_texts import (
    LAB_CERTIFICATE,
    OLD_INTACT,
    VERIFIED,
    VERIFIED_FACT,
    changed,
)
from tests.unit.facts.samples import recording
from tests.unit.facts.tables import Case, check, each

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


@each(HOSTILE)
def test_what_a_host_says_proves_nothing(case: Case[Curl]) -> None:
    check(parse, case)
