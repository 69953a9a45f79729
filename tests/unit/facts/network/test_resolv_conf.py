"""``/etc/resolv.conf``."""

from __future__ import annotations

from sse_compliance.facts.network.resolv_conf import ResolvConf, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave

CASES: list[Case[ResolvConf]] = [
    Case("two servers", gave("nameserver 10.25.0.1\nnameserver\t10.25.0.2\n"), ResolvConf(("10.25.0.1", "10.25.0.2"))),
    Case("IPv6 with scope", gave("nameserver fe80::1%eth0\n"), ResolvConf(("fe80::1%eth0",))),
    Case(
        "comments and other settings",
        gave(
            "# nameserver 1.1.1.1\n; nameserver 2.2.2.2\nsearch example.com\n"
            "options timeout:1\nnameserver 3.3.3.3 # x\n"
        ),
        ResolvConf(("3.3.3.3",)),
    ),
    Case("CR/LF", gave("search example.com\r\nnameserver 10.25.0.1\r\n"), ResolvConf(("10.25.0.1",))),
    Case("no last newline", gave("nameserver 10.25.0.1"), ResolvConf(("10.25.0.1",))),
    Case("no server", gave("search example.com\n"), ResolvConf(())),
    Case("only comments", gave("# nothing here\n"), ResolvConf(())),
    Case("empty file", gave(""), ResolvConf(())),
    Case("keyword alone", gave("nameserver\nsearch a\n"), ResolvConf(())),
    Case("a name is no server", gave("nameserver dns.example.com\n"), ResolvConf(())),
    Case("indented: the resolver does not read it", gave("search a\n  nameserver 10.25.0.1\n"), ResolvConf(())),
    Case("keyword broken by a NUL", gave("search a\nname\x00server 10.25.0.1\n"), ResolvConf(())),
    Case("U+2028 ends no line", gave("# x\u2028nameserver 10.25.0.1\n"), ResolvConf(())),
    Case(
        "file missing",
        gave("", "cat: /etc/resolv.conf: No such file or directory\n", exit_status=1),
        NoFact("No such file"),
    ),
    Case(
        "not readable",
        gave("", "cat: /etc/resolv.conf: Permission denied\n", exit_status=1),
        NoFact("Permission denied"),
    ),
    Case(
        "other failure", gave("", "cat: /etc/resolv.conf: Input/output error\n", exit_status=1), NoFact("Input/output")
    ),
    Case("cut", gave("nameserver 10.25.0.1\n", truncated=True), NoFact("not read to its end")),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    Case("not a resolver configuration", gave("<html>login</html>\n"), NoFact("not a resolver configuration")),
    Case("binary", gave(BINARY), NoFact("not a resolver configuration")),
]


@each(CASES)
def test_resolv_conf(case: Case[ResolvConf]) -> None:
    check(parse, case)
