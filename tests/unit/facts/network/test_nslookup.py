"""``nslookup`` of BIND and busybox."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.nslookup import Nslookup, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

DOCUMENTED = transcript("nslookup_api_sse")
TWO = ("10.6.187.110", "10.234.20.16")
AKADNS = ("api-sse.cisco.com.akadns.net",)
HEADER = "Server:\t\t10.25.0.1\nAddress:\t10.25.0.1#53\n\n"
ANSWER = "Name:\tapi-sse.cisco.com\nAddress: 198.51.100.10\n"


def asked(
    stdout: str,
    stderr: str = "",
    *,
    name: str = "api-sse.cisco.com",
    exit_status: int = 0,
    truncated: bool = False,
) -> ProbeResult:
    return gave(stdout, stderr, exit_status=exit_status, truncated=truncated, command=f"nslookup {name}")


def another(name: str) -> Nslookup:
    return Nslookup("10.25.0.1", (), error=f"the answer is for {name}, which is another name")


CASES: list[Case[Nslookup]] = [
    Case("documented, CNAME and two answers", asked(DOCUMENTED), Nslookup("10.25.0.1", TWO, AKADNS)),
    Case("as a terminal shows it", asked(noisy(DOCUMENTED)), Nslookup("10.25.0.1", TWO, AKADNS)),
    Case("authoritative answer", asked(HEADER + ANSWER), Nslookup("10.25.0.1", ("198.51.100.10",))),
    Case(
        "chain of two, IPv4 and IPv6",
        asked(
            f"{HEADER}Non-authoritative answer:\napi-sse.cisco.com\tcanonical name = b.example.\n"
            "b.example\tcanonical name = c.example.\nName:\tc.example\nAddress: 198.51.100.10\n"
            "Name:\tc.example\nAddress: 2001:db8::10\n"
        ),
        Nslookup("10.25.0.1", ("198.51.100.10", "2001:db8::10"), ("b.example", "c.example")),
    ),
    Case(
        "IPv6 server",
        asked(f"Server:\t\t2001:db8::1\nAddress:\t2001:db8::1#53\n\n{ANSWER}"),
        Nslookup("2001:db8::1", ("198.51.100.10",)),
    ),
    Case(
        "older busybox",
        asked(
            "Server:    10.25.0.1\nAddress 1: 10.25.0.1 dns.lan\n\n"
            "Name:      api-sse.cisco.com\nAddress 1: 198.51.100.10 ec2.aws\nAddress 2: 2001:db8::10\n"
        ),
        Nslookup("10.25.0.1", ("198.51.100.10", "2001:db8::10")),
    ),
    Case(
        "newer busybox",
        asked(
            "Server:\t\t10.25.0.1\nAddress:\t10.25.0.1:53\n\n"
            f"Non-authoritative answer:\n{ANSWER}\nNon-authoritative answer:\n\n"
        ),
        Nslookup("10.25.0.1", ("198.51.100.10",)),
    ),
    Case(
        "several addresses on a line group",
        asked(f"{HEADER}Name:\tapi-sse.cisco.com\nAddress: 198.51.100.10\nAddress: 198.51.100.11\n"),
        Nslookup("10.25.0.1", ("198.51.100.10", "198.51.100.11")),
    ),
    Case(
        "answer, then a failure for IPv6",
        asked(f"{HEADER}{ANSWER}** server can't find api-sse.cisco.com: SERVFAIL\n\n", exit_status=1),
        Nslookup("10.25.0.1", ("198.51.100.10",), error="SERVFAIL"),
    ),
    *(
        Case(
            code,
            asked(f"{HEADER}** server can't find api-sse.cisco.com: {code}\n\n", exit_status=1),
            Nslookup("10.25.0.1", (), error=code),
        )
        for code in ("NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR")
    ),
    Case(
        "SERVFAIL of the first server, NXDOMAIN in the end",
        asked(f";; Got SERVFAIL reply from 10.25.0.9\n{HEADER}** server can't find a: NXDOMAIN\n", exit_status=1),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case(
        "no server, older",
        asked(";; connection timed out; no servers could be reached\n\n", exit_status=1),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "no server, newer",
        asked(
            ";; communications error to 10.25.0.4#53: timed out\n" * 3 + ";; no servers could be reached\n\n",
            exit_status=1,
        ),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "server refuses the connection",
        asked(
            ";; communications error to 127.0.0.1#53: connection refused\n;; no servers could be reached\n",
            exit_status=1,
        ),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "no address record",
        asked(f"{HEADER}Non-authoritative answer:\n*** Can't find a.example: No answer\n"),
        Nslookup("10.25.0.1", (), error="no answer"),
    ),
    Case(
        "alias that leads nowhere",
        asked(f"{HEADER}Non-authoritative answer:\na.example\tcanonical name = b.example.\n"),
        Nslookup("10.25.0.1", (), ("b.example",), "no answer"),
    ),
    Case(
        "busybox, name not known",
        asked(
            "Server:    10.25.0.1\nAddress 1: 10.25.0.1\n\n",
            "nslookup: can't resolve 'a': Name does not resolve\n",
            exit_status=1,
        ),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case(
        "busybox, no reason",
        asked("Server:    10.25.0.1\nAddress 1: 10.25.0.1\n\n", "nslookup: can't resolve 'a'\n", exit_status=1),
        Nslookup("10.25.0.1", (), error="can't resolve"),
    ),
    Case(
        "busybox, server silent",
        asked(
            "",
            "nslookup: write to '10.25.0.1': Connection refused\n"
            ";; connection timed out; no servers could be reached\n",
            exit_status=1,
        ),
        Nslookup(None, (), error="no servers could be reached"),
    ),
    Case(
        "search domain with a wildcard",
        asked(HEADER + ANSWER.replace("cisco.com", "cisco.com.corp.example")),
        another("api-sse.cisco.com.corp.example"),
    ),
    Case(
        "search domain with a wildcard, busybox",
        asked(
            "Server:    10.25.0.1\nAddress 1: 10.25.0.1 dns.lan\n\n"
            "Name:      api-sse.cisco.com.corp.example\nAddress 1: 198.51.100.10\n"
        ),
        another("api-sse.cisco.com.corp.example"),
    ),
    Case(
        "search domain with an alias",
        asked(
            f"{HEADER}api-sse.cisco.com.corp.example\tcanonical name = sink.example.\n"
            "Name:\tsink.example\nAddress: 198.51.100.10\n"
        ),
        replace(another("sink.example"), aliases=("sink.example",)),
    ),
    Case(
        "alias of another name than the one that answers",
        asked(f"{HEADER}api-sse.cisco.com\tcanonical name = b.example.\nName:\tc.example\nAddress: 198.51.100.10\n"),
        replace(another("c.example"), aliases=("b.example",)),
    ),
    Case(
        "aliases in a circle",
        asked(f"{HEADER}api-sse.cisco.com\tcanonical name = b.\nb\tcanonical name = api-sse.cisco.com.\n"),
        Nslookup("10.25.0.1", (), ("b", "api-sse.cisco.com"), "no answer"),
    ),
    Case(
        "upper case, and a final dot",
        asked(HEADER + ANSWER.replace("api-sse.cisco.com", "API-SSE.Cisco.com.")),
        Nslookup("10.25.0.1", ("198.51.100.10",)),
    ),
    Case(
        "asked for with a final dot, and in quotes",
        asked(HEADER + ANSWER, name="'Api-SSE.cisco.com.'"),
        Nslookup("10.25.0.1", ("198.51.100.10",)),
    ),
    Case(
        "only the answer for the name counts",
        asked(HEADER + ANSWER + ANSWER.replace("api-sse", "other").replace(".10", ".66")),
        Nslookup("10.25.0.1", ("198.51.100.10",)),
    ),
    Case("command that names nothing", gave(HEADER + ANSWER), another("api-sse.cisco.com")),
    Case("time limit", asked("", exit_status=124), NoFact("time limit")),
    Case(
        "answer before the time limit",
        asked(HEADER + ANSWER, exit_status=124),
        Nslookup("10.25.0.1", ("198.51.100.10",)),
    ),
    Case(
        "time limit before the second server was asked",
        asked(";; communications error to 10.25.0.4#53: timed out\n" * 2, exit_status=124),
        NoFact("time limit"),
    ),
    Case(
        "NXDOMAIN before the time limit",
        asked(HEADER + "** server can't find api-sse.cisco.com: NXDOMAIN\n", exit_status=124),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case("only the server's own address", asked(HEADER), NoFact("not understood")),
    Case(
        "cut after the server", asked(HEADER + "Non-authoritative answer:\n", truncated=True), NoFact("not understood")
    ),
    Case("address without a name", asked(f"{HEADER}Address: 198.51.100.10\n"), NoFact("not understood")),
    Case(
        "answer that is no address",
        asked(f"{HEADER}Name:\tapi-sse.cisco.com\nAddress: 999.1.1.1\n"),
        NoFact("not understood"),
    ),
    Case(
        "a name that looks like an answer",
        asked(f"{HEADER}** server can't find Name:: NXDOMAIN\nAddress: 1.2.3.4\n", exit_status=1),
        Nslookup("10.25.0.1", (), error="NXDOMAIN"),
    ),
    Case("empty", asked(""), NoFact("it is empty")),
    Case("binary", asked(BINARY), NoFact("not understood")),
    *missing_tool_cases("nslookup"),
]


@each(CASES)
def test_nslookup(case: Case[Nslookup]) -> None:
    check(parse, case)


def test_an_answer_that_was_cut_behind_an_alias_is_no_answer_without_an_address() -> None:
    text = "Server:\t\t10.0.0.1\nAddress:\t10.0.0.1#53\n\napi-sse.cisco.com\tcanonical name = x.example.com.\n"
    whole = ProbeResult("nslookup api-sse.cisco.com", 0, text)
    assert parse(whole).error is not None
    with pytest.raises(Unavailable, match=r"^nslookup's output is not understood: "):
        parse(replace(whole, truncated=True))
