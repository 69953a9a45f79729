"""``lsof -nP -i`` and ``lsof -i``."""

from __future__ import annotations

import pytest

from sse_compliance.facts.system.lsof import Lsof, Socket, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases, noisy

ESTABLISHED = transcript("ftd_lsof_established")
SYN_SENT = transcript("ftd_lsof_syn_sent")
HEADER = "COMMAND     PID USER   FD   TYPE   DEVICE SIZE/OFF NODE NAME\n"

LISTENER = Socket("connector", 13277, "www", "TCP", "localhost", 8989, state="LISTEN")
PEER = "ec2-35-172-147-246.compute-1.amazonaws.com"
SESSION = Socket("connector", 13277, "www", "TCP", "192.168.1.200", 56495, PEER, 443, "ESTABLISHED")
WAITING = Socket(
    "connector",
    60815,
    "www",
    "TCP",
    "firepower.cisco.com",
    53426,
    "ec2-100-25-93-234.compute-1.amazonaws.com",
    443,
    "SYN_SENT",
)


def line(name: str, command: str = "connector", family: str = "IPv4", protocol: str = "TCP") -> str:
    return f"{command} 45 www 3u {family} 930151 0t0 {protocol} {name}\n"


def socket(host: str, port: int | None, *remote: str | int | None, state: str | None = "LISTEN") -> Socket:
    remote_host, remote_port = remote or (None, None)
    assert remote_host is None or isinstance(remote_host, str)
    assert remote_port is None or isinstance(remote_port, int)
    return Socket("connector", 45, "www", "TCP", host, port, remote_host, remote_port, state)


CASES: list[Case[Lsof]] = [
    Case("established, names", gave(ESTABLISHED), Lsof((LISTENER, SESSION))),
    Case("as a terminal shows it", gave(noisy(ESTABLISHED)), Lsof((LISTENER, SESSION))),
    Case(
        "SYN_SENT",
        gave(SYN_SENT),
        Lsof((Socket("connector", 60815, "www", "TCP", "localhost", 8989, state="LISTEN"), WAITING)),
    ),
    Case(
        "numbers, with the header",
        gave(HEADER + line("127.0.0.1:8989 (LISTEN)") + line("10.62.148.10:49162->198.51.100.51:443 (ESTABLISHED)")),
        Lsof((socket("127.0.0.1", 8989), socket("10.62.148.10", 49162, "198.51.100.51", 443, state="ESTABLISHED"))),
    ),
    Case(
        "IPv6",
        gave(
            line("[::1]:8989 (LISTEN)", family="IPv6")
            + line("[2001:db8::10]:49162->[2001:db8::51]:443 (ESTABLISHED)", family="IPv6")
        ),
        Lsof((socket("::1", 8989), socket("2001:db8::10", 49162, "2001:db8::51", 443, state="ESTABLISHED"))),
    ),
    Case("port by name", gave(line("localhost:sunwebadmins (LISTEN)")), Lsof((socket("localhost", 8989),))),
    Case(
        "port by a name not known",
        gave(line("localhost:clc-build-daemon (LISTEN)")),
        Lsof((socket("localhost", None),)),
    ),
    Case("any address", gave(line("*:8989 (LISTEN)")), Lsof((socket("*", 8989),))),
    Case(
        "UDP has no state",
        gave("ntpd 12 ntp 16u IPv4 1 0t0 UDP *:123\n"),
        Lsof((Socket("ntpd", 12, "ntp", "UDP", "*", 123),)),
    ),
    Case("cut", gave(ESTABLISHED + "connector 13277  www", truncated=True), Lsof((LISTENER, SESSION), truncated=True)),
    Case(
        "line that is cut within",
        gave(f"{ESTABLISHED}connector 1 www 9u IPv4 1 0t0 TCP a:1->b:443 (ESTAB"),
        Lsof((LISTENER, SESSION)),
    ),
    Case("no sockets", gave("", exit_status=1), Lsof(())),
    Case("no sockets, with a warning", gave("", "lsof: WARNING: can't stat() fuse\n", exit_status=1), Lsof(())),
    Case("header only", gave(HEADER, exit_status=1), Lsof(())),
    Case("nothing, yet success", gave("", exit_status=0), NoFact("printed nothing")),
    Case(
        "option not known",
        gave("", "lsof: illegal option character: P\nlsof 4.9\n", exit_status=1),
        NoFact("illegal option"),
    ),
    Case("other text", gave("connector is fine\n"), NoFact("not understood")),
    Case("time limit", gave("", exit_status=124), NoFact("time limit")),
    Case("binary", gave(BINARY), NoFact("not understood")),
    *missing_tool_cases("lsof"),
]


@each(CASES)
def test_lsof(case: Case[Lsof]) -> None:
    check(parse, case)


def test_what_the_connector_does() -> None:
    fact = parse(gave(ESTABLISHED))
    assert fact.connector_listens_on(8989) == (LISTENER,)
    assert fact.connector_sessions_to(443) == (SESSION,)
    assert fact.connector_listens_on(8990) == ()


def test_syn_sent_is_no_session() -> None:
    fact = parse(gave(SYN_SENT))
    assert fact.connector_sessions_to(443) == ()
    assert fact.connector_listens_on(8989)


@pytest.mark.parametrize(
    "text",
    [
        line("127.0.0.1:8989 (LISTEN)", command="connectors"),
        line("127.0.0.1:8989 (LISTEN)", command="reconnector"),
        line("127.0.0.1:8989 (LISTEN)", command="Connector"),
        line("192.168.1.1:8989 (LISTEN)"),
        line("*:8989 (LISTEN)"),
        line("127.0.0.1:8990 (LISTEN)"),
        line("127.0.0.1:8989 (CLOSED)"),
        line("127.0.0.1:8989"),
        f"x {line('127.0.0.1:8989 (LISTEN)')}",
        line("localhost.evil.example:8989 (LISTEN)"),
        line("127.0.0.2:8989 (LISTEN)"),
        line("127.0.0.1:8989 (LISTEN)", protocol="SCTP"),
    ],
)
def test_what_is_no_listening_on_localhost(text: str) -> None:
    assert parse(gave(HEADER + text)).connector_listens_on(8989) == ()


@pytest.mark.parametrize(
    "text",
    [
        line("10.0.0.1:1->198.51.100.1:443 (SYN_SENT)"),
        line("10.0.0.1:1->198.51.100.1:443 (CLOSE_WAIT)"),
        line("10.0.0.1:443->198.51.100.1:5555 (ESTABLISHED)"),
        line("127.0.0.1:1->127.0.0.1:443 (ESTABLISHED)"),
        line("10.0.0.1:1->198.51.100.1:443 (ESTABLISHED)", command="curl"),
        line("10.0.0.1:1->198.51.100.1:8443 (ESTABLISHED)"),
        line("10.0.0.1:1->198.51.100.1:443 (ESTABLISHED)", protocol="SCTP"),
        line("10.0.0.1:1->127.0.0.2:443 (ESTABLISHED)"),
        line("10.0.0.1:1->0.0.0.0:443 (ESTABLISHED)"),
        line("[2001:db8::10]:1->[::]:443 (ESTABLISHED)", family="IPv6"),
        line("[2001:db8::10]:1->[::1]:443 (ESTABLISHED)", family="IPv6"),
        line("[::ffff:10.0.0.1]:1->[::ffff:127.0.0.1]:443 (ESTABLISHED)", family="IPv6"),
        line("[::ffff:10.0.0.1]:1->[::ffff:0.0.0.0]:443 (ESTABLISHED)", family="IPv6"),
        line("firepower:1->localhost:https (ESTABLISHED)"),
        line("10.0.0.1:1->10.0.0.1:443 (ESTABLISHED)"),
        line("firepower:1->firepower:https (ESTABLISHED)"),
    ],
)
def test_what_is_no_session(text: str) -> None:
    assert parse(gave(HEADER + text)).connector_sessions_to(443) == ()
