"""Whether TCP sessions move: ``ss -tno``, else ``/proc/net/tcp``; again three seconds later where one has data to send.

::

    State Recv-Q Send-Q  Local Address:Port  Peer Address:Port  Process
    ESTAB 0      3215    10.62.148.12:56495  198.51.100.51:443  timer:(on,6.1sec,5)

      sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
       3: 0C943E0A:DCAF 336433C6:01BB 01 00000C8F:00000000 01:00000262 00000005   100        0 930879 …

The kernel calls a session ESTABLISHED until it gives up on it, a quarter of an hour after the first packet that nobody
acknowledged. What it still has to send (Send-Q, tx_queue), and how often it has sent that again without an answer (the
last number of ``timer``, retrnsmt) tell sooner. A session that nobody sends on can't be told from one that a firewall
forgot.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from ipaddress import ip_address

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, ensure_ran, excerpt

#: From how many time-outs in a row, each twice as long as the one before (200 ms and more), nobody answers any more.
_TIMEOUTS = 3

_AGAIN = "--\n"
_SS_HEADER = re.compile(r"^State +Recv-Q +Send-Q ", re.MULTILINE)
_SS = re.compile(
    r"^(?P<state>[A-Z0-9-]+) +[0-9]+ +(?P<queue>[0-9]{1,12}) +(?P<local>\S+):(?P<lport>[0-9]{1,5})"
    r" +(?P<peer>\S+):(?P<pport>[0-9]{1,5})(?: .*?)?"
    r"(?:timer:\((?P<timer>[a-z]+),[^,()]{1,20},(?P<times>[0-9]{1,4})\).*)?$",
    re.MULTILINE,
)
_PROC_HEADER = re.compile(r"^ *sl +local_address +rem(?:ote)?_address +st ", re.MULTILINE)
_PROC = re.compile(
    r"^ *[0-9]+: (?P<local>[0-9A-F]{8}|[0-9A-F]{32}):(?P<lport>[0-9A-F]{4}) (?P<peer>[0-9A-F]{8}|[0-9A-F]{32}):"
    r"(?P<pport>[0-9A-F]{4}) (?P<state>[0-9A-F]{2}) (?P<queue>[0-9A-F]{8}):[0-9A-F]{8} (?P<timer>[0-9A-F]{2}):"
    r"[0-9A-F]{8} (?P<times>[0-9A-F]{8}) +[0-9]+ +(?P<probes>[0-9]+) ",
    re.MULTILINE,
)
#: ``include/net/tcp_states.h``; ``net/ipv4/tcp_ipv4.c`` for the timers.
_PROC_ESTABLISHED = "01"
_PROC_RETRANSMITS, _PROC_KEEPALIVE, _PROC_ZERO_WINDOW = "01", "02", "04"

_End = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Look:
    """A session at one moment."""

    #: Bytes that the peer has not acknowledged, or that were not sent yet.
    queue: int
    #: How many time-outs or probes in a row got no answer; None where that is not told.
    unanswered: int | None


@dataclass(frozen=True, slots=True)
class TcpSession:
    """An ESTABLISHED session."""

    local: _End
    peer: _End
    #: One or two, the earlier first.
    looks: tuple[Look, ...]

    @property
    def stalled(self) -> str | None:
        """Why nothing gets through any more, in words; None where nothing speaks for it.

        Raises:
            Unavailable: something waits to be sent, and whether it was answered is not told.
        """
        first, last = self.looks[0], self.looks[-1]
        if last.unanswered is None:
            if last.queue:
                raise Unavailable(f"ss does not tell how the {last.queue} bytes fare that wait for {self.peer[0]}")
            return None
        if last.unanswered >= _TIMEOUTS:
            return f"{last.queue} bytes wait, {last.unanswered} time-outs in a row without an answer"
        grows = (
            len(self.looks) > 1 and last.queue >= first.queue > 0 and last.unanswered >= max(first.unanswered or 0, 1)
        )
        return (
            f"{last.queue} bytes wait ({first.queue} three seconds before), and nothing is acknowledged"
            if grows
            else None
        )


@dataclass(frozen=True, slots=True)
class TcpSessions:
    """The ESTABLISHED sessions of a device."""

    sessions: tuple[TcpSession, ...]

    def find(self, local: _End, peer: _End) -> TcpSession | None:
        """The session between two ends (address and port); None where it is not listed."""
        ends = _end(*local), _end(*peer)
        return next((session for session in self.sessions if (session.local, session.peer) == ends), None)


def parse(result: ProbeResult) -> TcpSessions:
    """The sessions.

    Raises:
        Unavailable: there is neither ss nor /proc/net/tcp, or what was printed is not understood or cut.
    """
    ensure_ran(result, "ss")
    text = clean(result.stdout)
    if result.truncated:
        raise Unavailable("the list of TCP sessions was cut")
    from_proc = _PROC_HEADER.search(text) is not None
    if not from_proc and not _SS_HEADER.search(text):
        raise Unavailable(f"ss's output is not understood: {excerpt(result.stderr or text) or 'it printed nothing'}")
    looks: dict[tuple[_End, _End], tuple[Look, ...]] = {}
    for sample in text.split(_AGAIN):
        for ends, look in _proc(sample) if from_proc else _ss(sample):
            looks[ends] = (*looks.get(ends, ()), look)
    return TcpSessions(tuple(TcpSession(local, peer, seen) for (local, peer), seen in looks.items()))


def _ss(text: str) -> list[tuple[tuple[_End, _End], Look]]:
    return [
        (
            (_end(found["local"], int(found["lport"])), _end(found["peer"], int(found["pport"]))),
            Look(int(found["queue"]), int(found["times"]) if found["times"] else None),
        )
        for found in _SS.finditer(text)
        if found["state"] == "ESTAB"
    ]


def _proc(text: str) -> list[tuple[tuple[_End, _End], Look]]:
    sessions = []
    for found in _PROC.finditer(text):
        if found["state"] != _PROC_ESTABLISHED:
            continue
        probes = int(found["probes"])
        unanswered = {
            _PROC_RETRANSMITS: int(found["times"], 16),
            _PROC_KEEPALIVE: probes,
            _PROC_ZERO_WINDOW: probes,
        }
        ends = (_proc_end(found["local"], found["lport"]), _proc_end(found["peer"], found["pport"]))
        sessions.append((ends, Look(int(found["queue"], 16), unanswered.get(found["timer"], 0))))
    return sessions


def _proc_end(address: str, port: str) -> _End:
    """``0C943E0A:DCAF``: words of four bytes, each in the order of the machine, which the runner's stands for."""
    words = bytes.fromhex(address)
    raw = b"".join(
        words[i : i + 4][::-1] if sys.byteorder == "little" else words[i : i + 4] for i in range(0, len(words), 4)
    )
    return _end(str(ip_address(raw)), int(port, 16))


def _end(address: str, port: int) -> _End:
    """An address in one spelling: without brackets and scope, IPv4 as such where it is mapped into IPv6."""
    text = address.strip("[]").partition("%")[0]
    try:
        ip = ip_address(text)
    except ValueError:
        return text, port
    mapped = getattr(ip, "ipv4_mapped", None)
    return str(mapped or ip), port
