"""``ping -c 1``."""

from __future__ import annotations

from sse_compliance.facts.network.ping import Ping, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

ANSWERED = """\
PING api-sse.cisco.com (10.6.187.110) 56(84) bytes of data.
64 bytes from 10.6.187.110: icmp_seq=1 ttl=238 time=82.1 ms

--- api-sse.cisco.com ping statistics ---
1 packets transmitted, 1 received, 0% packet loss, time 0ms
rtt min/avg/max/mdev = 82.1/82.1/82.1/0.000 ms
"""
SILENT = """\
PING api-sse.cisco.com (10.6.187.110) 56(84) bytes of data.

--- api-sse.cisco.com ping statistics ---
1 packets transmitted, 0 received, 100% packet loss, time 0ms

"""
BUSYBOX = """\
PING a (10.6.187.110): 56 data bytes
64 bytes from 10.6.187.110: seq=0 ttl=238 time=82.1 ms

--- a ping statistics ---
1 packets transmitted, 1 packets received, 0% packet loss
"""

CASES: list[Case[Ping]] = [
    Case("answered", gave(ANSWERED), Ping(answered=True)),
    Case("as a terminal shows it", gave(noisy(ANSWERED)), Ping(answered=True)),
    Case("busybox", gave(BUSYBOX), Ping(answered=True)),
    Case("silent", gave(SILENT, exit_status=1), Ping(answered=False, error="no answer")),
    Case(
        "unreachable",
        gave(SILENT.replace("0 received", "0 received, +1 errors"), exit_status=1),
        Ping(answered=False, error="no answer"),
    ),
    Case(
        "no network",
        gave("", "connect: Network is unreachable\n", exit_status=2),
        Ping(answered=False, error="network unreachable"),
    ),
    Case(
        "no network, newer",
        gave("", "ping: connect: Network is unreachable\n", exit_status=2),
        Ping(answered=False, error="network unreachable"),
    ),
    Case(
        "unknown host, old",
        gave("", "ping: unknown host a\n", exit_status=2),
        Ping(answered=False, error="name not known"),
    ),
    Case(
        "unknown host",
        gave("", "ping: a: Name or service not known\n", exit_status=2),
        Ping(answered=False, error="name not known"),
    ),
    Case(
        "unknown host, busybox",
        gave("", "ping: bad address 'a'\n", exit_status=1),
        Ping(answered=False, error="name not known"),
    ),
    Case(
        "no DNS",
        gave("", "ping: a: Temporary failure in name resolution\n", exit_status=2),
        Ping(answered=False, error="name resolution failed"),
    ),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    Case("time limit after the statistics", gave(ANSWERED, exit_status=124), Ping(answered=True)),
    Case("time limit after no answer", gave(SILENT, exit_status=124), Ping(answered=False, error="no answer")),
    Case(
        "time limit while the address's name is looked up",
        gave("64 bytes from 10.6.187.110: icmp_seq=1 ttl=238 time=82.1 ms\n", exit_status=124),
        Ping(answered=True),
    ),
    Case("success without statistics", gave("64 bytes from 10.6.187.110\n"), NoFact("not understood")),
    Case("statistics and exit status differ", gave(ANSWERED, exit_status=1), NoFact("not understood")),
    Case("silent, yet success", gave(SILENT), NoFact("not understood")),
    Case("two statistics", gave(ANSWERED + SILENT), NoFact("not understood")),
    Case("not permitted", gave("", "ping: socket: Operation not permitted\n", exit_status=2), NoFact("not permitted")),
    Case("empty", gave(""), NoFact("it is empty")),
    Case("binary", gave(BINARY), NoFact("not understood")),
    *missing_tool_cases("ping"),
]


@each(CASES)
def test_ping(case: Case[Ping]) -> None:
    check(parse, case)
