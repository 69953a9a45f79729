"""``nslookup`` of BIND and busybox."""

from __future__ import annotations

from sse_compliance.facts.nslookup import Nslookup, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

DOCUMENTED = transcript("nslookup_api_sse")
TWO = ("10.6.187.110", "10.234.20.16")
AKADNS = ("api-sse.cisco.com.akadns.net",)
HEADER = "Server:\t\t10.25.0.1\nAddress:\t10.25.0.1#53\n\n"
ANSWER = "Name:\tapi-sse.cisco.com\nAddress: 198.51.100.10\n"

CASES: list[Case[Nslookup]] = [
    Case("documented, CNAME and two answers", gave(DOCUMENTED), Nslookup("10.25.0.1", TWO, AKADNS)),
    Case("as a terminal shows it", gave(noisy(DOCUMENTED)), Nslookup("10.25.0.1", TWO, AKADNS)),
    Case("authoritative answer", gave(HEADER + ANSWER), Nslookup("10.25.0.1", ("198.51.100.10",))),
    Case(
        "chain of two, IPv4 and IPv6",
        gave(
            f"{HEADER}Non-authoritative answer:\na.example\tcanonical name = b.example.\n"
            "b.example\tcanonical name = c.example.\nName:\tc.example\nAddress: 198.51.100.10\n"
            "Name:\tc.example\nAddress: 2001:db8::10\n"
        ),
        Nslookup("10.25.0.1", ("198.51.100.10", "2001:db8::10"), ("b.example", "c.example")),
    ),
    Case(
        "IPv6 server",
        gave(f"Server:\t\t2001:db8::1\nAddress:\t2001:db8::1#53\n\n{ANSWER}"),
        Nslookup("2001:db8::1", ("198.51.100.10",)),
    ),
    Case(
        "older busybox",
        gave(
            "Server:    10.25.0.1\nAddress 1: 10.25.0.1 dns.lan\n\n"
            "Name:      a.example\nAddress 1: 198.51.100.10 ec2.aws\nAddress 2: 2001:db8::10\n"
        ),
        Nslookup("10.25.0.1", ("198.51.100.10", "2001:db8::10")),
    ),
    Case(
        "newer busybox",
        gave(
            "Server:\t\t10.25.0.1\nAddress:\t10.25.0.1:53\n\n"
            "Non-authoritative answer:\nName:\ta.example\nAddress: 198.51.100.10\n\nNon-authoritative answer:\n\n"
        ),
        Nslookup("10.25.0.1", ("198.51.100.10",)),
    ),
    Case(
        "several addresses on a line group",
        gave(f"{HEADER}Name:\ta\nAddress: 198.51.100.10\nAddress: 198.51.100.11\n"),
        Nslookup("10.25.0.1", ("198.51.100.10", "198.51.100.11")),
    ),
    Case(
        "answer, then a failure for IPv6",
        gave(f"{HEADER}{ANSWER}** server can't find api-sse.cisco.com: SERVFAIL\n\n", exit_status=1),
        Nslookup("10.25.0.1", ("198.51.100.10",), error="SERVFAIL"),
    ),
    *(
        Case(
            code,
            gave(f"{HEADER}** server can't find api-sse.cisco.com: {code}\n\n", exit_status=1),
            Nslookup("10.25.0.1", (), error=code),
        )
        for code in ("NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR")
    ),
    Case(
        "SERVFAIL of the first server, NXDOMAIN in the end",
        gave(f";; Got SERVFAIL reply from 10.25.0.9\n{HEADER}** server can't find a: NXDOMAIN\n", exit_status=1),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case(
        "no server, older",
        gave(";; connection timed out; no servers could be reached\n\n", exit_status=1),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "no server, newer",
        gave(
            ";; communications error to 10.25.0.4#53: timed out\n" * 3 + ";; no servers could be reached\n\n",
            exit_status=1,
        ),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "server refuses the connection",
        gave(
            ";; communications error to 127.0.0.1#53: connection refused\n;; no servers could be reached\n",
            exit_status=1,
        ),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "no address record",
        gave(f"{HEADER}Non-authoritative answer:\n*** Can't find a.example: No answer\n"),
        Nslookup("10.25.0.1", (), error="no answer"),
    ),
    Case(
        "alias that leads nowhere",
        gave(f"{HEADER}Non-authoritative answer:\na.example\tcanonical name = b.example.\n"),
        Nslookup("10.25.0.1", (), ("b.example",), "no answer"),
    ),
    Case(
        "busybox, name not known",
        gave(
            "Server:    10.25.0.1\nAddress 1: 10.25.0.1\n\n",
            "nslookup: can't resolve 'a': Name does not resolve\n",
            exit_status=1,
        ),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case(
        "busybox, no reason",
        gave("Server:    10.25.0.1\nAddress 1: 10.25.0.1\n\n", "nslookup: can't resolve 'a'\n", exit_status=1),
        Nslookup("10.25.0.1", (), error="can't resolve"),
    ),
    Case(
        "busybox, server silent",
        gave(
            "",
            "nslookup: write to '10.25.0.1': Connection refused\n"
            ";; connection timed out; no servers could be reached\n",
            exit_status=1,
        ),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case("time limit", gave("", exit_status=124), Nslookup(None, (), error="timed out")),
    Case(
        "answer before the time limit",
        gave(HEADER + ANSWER, exit_status=124),
        Nslookup("10.25.0.1", ("198.51.100.10",), error="timed out"),
    ),
    Case("only the server's own address", gave(HEADER), NoFact("not understood")),
    Case(
        "cut after the server", gave(HEADER + "Non-authoritative answer:\n", truncated=True), NoFact("not understood")
    ),
    Case("address without a name", gave(f"{HEADER}Address: 198.51.100.10\n"), NoFact("not understood")),
    Case("answer that is no address", gave(f"{HEADER}Name:\ta\nAddress: 999.1.1.1\n"), NoFact("not understood")),
    Case(
        "a name that looks like an answer",
        gave(f"{HEADER}** server can't find Name:: NXDOMAIN\nAddress: 1.2.3.4\n", exit_status=1),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case("empty", gave(""), NoFact("it is empty")),
    Case("binary", gave(BINARY), NoFact("not understood")),
    *missing_tool_cases("nslookup"),
]


@each(CASES)
def test_nslookup(case: Case[Nslookup]) -> None:
    check(parse, case)
