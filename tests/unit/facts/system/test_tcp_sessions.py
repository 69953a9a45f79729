"""``ss -tnoi`` and ``/proc/net/tcp``."""

from __future__ import annotations

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.system.tcp_sessions import Look, TcpSession, TcpSessions, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, missing_tool_cases

HEAD = "State Recv-Q Send-Q Local Address:Port Peer Address:PortProcess\n"
PROC = (
    "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode     \n"
    "   0: 0100007F:231D 00000000:0000 0A 00000000:00000000 00:00000000 00000000   100        0 930151 1 000 100 0 0\n"
)
LOCAL, PEER = ("10.62.148.12", 56495), ("198.51.100.51", 443)
ENDS = LOCAL, PEER


def ss(queue: int, timer: str = "", peer: str = "198.51.100.51:443", local: str = "10.62.148.12:56495") -> str:
    more = "\t cubic wscale:7,7 rto:26112 backoff:7 rtt:0.2/0.1 mss:1448 cwnd:1 unacked:3 retrans:1/9 lost:3\n"
    return f"ESTAB 0      {queue}      {local} {peer} {timer}\n{more}"


def proc(queue: int, timer: str, times: int, probes: int = 0, state: str = "01") -> str:
    return (
        f"   3: 0C943E0A:DCAF 336433C6:01BB {state} {queue:08X}:00000000 {timer}:00000262 {times:08X}   100        "
        f"{probes} 930879 2 000000001f2b0d4e 204 4 28 10 -1\n"
    )


def fact(*looks: Look) -> TcpSessions:
    return TcpSessions((TcpSession(LOCAL, PEER, looks),))


AGAIN = "--\n" + HEAD

CASES: list[Case[TcpSessions]] = [
    Case("idle", gave(HEAD + ss(0)), fact(Look(0, None))),
    Case("keepalive", gave(HEAD + ss(0, "timer:(keepalive,11sec,0)")), fact(Look(0, 0))),
    Case("sends again", gave(HEAD + ss(3215, "timer:(on,6.144sec,5)")), fact(Look(3215, 5))),
    Case("twice", gave(HEAD + ss(90, "timer:(on,180ms,0)") + AGAIN + ss(0)), fact(Look(90, 0), Look(0, None))),
    Case(
        "IPv6",
        gave(HEAD + ss(0, peer="[::ffff:198.51.100.51]:443", local="[::ffff:10.62.148.12%eth0]:56495")),
        fact(Look(0, None)),
    ),
    Case(
        "with the process", gave(HEAD + ss(7, 'users:(("connector",pid=45,fd=5)) timer:(on,1sec,3)')), fact(Look(7, 3))
    ),
    Case(
        "other states",
        gave(HEAD + "LISTEN 0 5 127.0.0.1:8989 0.0.0.0:*\nSYN-SENT 0 1 10.0.0.1:5 1.2.3.4:443\n"),
        TcpSessions(()),
    ),
    Case("proc, idle", gave(PROC + proc(0, "02", 0)), fact(Look(0, 0))),
    Case("proc, sends again", gave(PROC + proc(3215, "01", 5)), fact(Look(3215, 5))),
    Case("proc, keepalives without an answer", gave(PROC + proc(0, "02", 0, 5)), fact(Look(0, 5))),
    Case("proc, the peer reads nothing", gave(PROC + proc(3215, "04", 0, 6)), fact(Look(3215, 6))),
    Case(
        "proc, twice", gave(PROC + proc(90, "01", 0) + "--\n" + PROC + proc(0, "00", 0)), fact(Look(90, 0), Look(0, 0))
    ),
    Case("proc, SYN_SENT", gave(PROC + proc(1, "01", 2, state="02")), TcpSessions(())),
    Case("empty", gave(""), NoFact("printed nothing")),
    Case("other text", gave("oh\n"), NoFact("not understood")),
    Case("cut", gave(HEAD + ss(0), truncated=True), NoFact("cut")),
    Case("binary", gave(BINARY), NoFact("not understood")),
    *missing_tool_cases("ss"),
]


@each(CASES)
def test_tcp_sessions(case: Case[TcpSessions]) -> None:
    check(parse, case)


@pytest.mark.parametrize(
    ("looks", "stalled"),
    [
        ((Look(0, 0),), False),
        ((Look(3215, 0),), False),
        ((Look(3215, 2),), False),
        ((Look(3215, 3),), True),
        ((Look(0, 3),), True),
        ((Look(3215, 2), Look(0, 0)), False),
        ((Look(3215, 1), Look(3000, 1)), False),
        ((Look(3215, 0), Look(3215, 0)), False),
        ((Look(3215, 1), Look(3215, 2)), True),
        ((Look(90, 1), Look(3215, 1)), True),
        ((Look(3215, 4), Look(0, 0)), False),
    ],
)
def test_what_is_stalled(looks: tuple[Look, ...], stalled: bool) -> None:
    assert (TcpSession(LOCAL, PEER, looks).stalled is not None) is stalled


def test_what_waits_without_a_timer_is_no_proof_either_way() -> None:
    with pytest.raises(Unavailable, match="does not tell how the 7 bytes fare"):
        assert TcpSession(LOCAL, PEER, (Look(7, None),)).stalled
    assert TcpSession(LOCAL, PEER, (Look(7, None), Look(0, None))).stalled is None


def test_finding_a_session() -> None:
    sessions = parse(gave(HEAD + ss(0)))
    assert sessions.find(LOCAL, PEER)
    assert sessions.find(("::ffff:10.62.148.12", 56495), PEER)
    assert sessions.find(LOCAL, ("198.51.100.51", 444)) is None
    assert sessions.find(("firepower", 56495), PEER) is None
