"""``netstat -anlp``: the unix sockets, and who holds them.

::

    Active UNIX domain sockets (servers and established)
    Proto RefCnt Flags       Type       State         I-Node   PID/Program name   Path
    unix  2      [ ACC ]     STREAM     LISTENING     382276   7741/EventHandler  /ngfw/…/EventHandler_SSEConnector.sock
    unix  3      [ ]         STREAM     CONNECTED     378537   7741/EventHandler  /ngfw/…/EventHandler_SSEConnector.sock

LISTENING alone is the documented fault (TechNote 215547); 7.6 prints CONNECTED without LISTENING. The notes print an
entry's path on a line of its own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, ensure_ran, excerpt

#: Where the socket is: TechNote 215547 (FTD), and the same without FTD's prefix (FMC, SFR). Anybody may make a socket
#: of that name elsewhere, or an abstract one (``@/…``).
EVENT_HANDLER_SOCKETS = (
    "/ngfw/var/sf/run/EventHandler_SSEConnector.sock",
    "/var/sf/run/EventHandler_SSEConnector.sock",
)

_HEADER = re.compile(r"^Active UNIX domain sockets", re.MULTILINE)
_UNIX = re.compile(
    r"^unix[ \t]+[0-9]+[ \t]+\[[A-Z \t]*\][ \t]+(?P<kind>[A-Z]+)(?:[ \t]+(?P<state>[A-Z]+))?"
    r"[ \t]+(?P<inode>[0-9]{1,20})(?P<rest>(?:[ \t].*)?)$(?:\n(?P<below>[/@].*)$)?",
    re.MULTILINE,
)
#: netstat cuts the program's column at 20 characters; a path far behind it is another line's, run into this one.
_PATH = re.compile(r"(.{0,40}?)[ \t]([/@].*)")
_UNPRIVILEGED = re.compile(r"^\((?:No info could be read for|Not all processes could be identified)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class UnixSocket:
    """A unix socket."""

    #: ``STREAM``, ``DGRAM`` …
    kind: str
    #: ``LISTENING``, ``CONNECTED`` …; None where netstat prints none.
    state: str | None
    inode: int
    #: ``7741/EventHandler``; None where it is not told.
    program: str | None
    path: str | None


@dataclass(frozen=True, slots=True)
class Netstat:
    """The unix sockets of a device."""

    unix: tuple[UnixSocket, ...]
    #: Whether the output was cut, so that a socket's absence says nothing.
    truncated: bool = False
    #: Whether netstat says that it was not run by root.
    unprivileged: bool = False

    @property
    def event_handler(self) -> tuple[UnixSocket, ...]:
        """The ends of the socket between EventHandler and the connector."""
        return tuple(s for s in self.unix if s.path in EVENT_HANDLER_SOCKETS)


def parse(result: ProbeResult) -> Netstat:
    """The unix sockets.

    Raises:
        Unavailable: there is no netstat, or no unix socket section in what it printed.
    """
    ensure_ran(result, "netstat")
    text = clean(result.stdout)
    sockets = tuple(_socket(found) for found in _UNIX.finditer(text))
    if not sockets and not _HEADER.search(text):
        raise Unavailable(f"netstat shows no unix sockets: {excerpt(text) or 'its output is empty'}")
    said = f"{text}\n{clean(result.stderr)}"
    return Netstat(sockets, result.truncated, _UNPRIVILEGED.search(said) is not None)


def _socket(entry: re.Match[str]) -> UnixSocket:
    rest = entry["rest"].rstrip()
    beside = _PATH.fullmatch(rest)
    program = (beside.group(1) if beside else rest).strip()
    below = entry["below"].rstrip() if entry["below"] else None
    return UnixSocket(
        kind=entry["kind"],
        state=entry["state"],
        inode=int(entry["inode"]),
        program=program if program not in ("", "-") else None,
        path=beside.group(2) if beside else below,
    )
