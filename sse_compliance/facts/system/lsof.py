"""``lsof -nP -i``, and ``lsof -i`` with names for numbers.

::

    COMMAND     PID USER   FD   TYPE   DEVICE SIZE/OFF NODE NAME
    connector 13277  www  10u  IPv4 26077573      0t0  TCP 127.0.0.1:8989 (LISTEN)
    connector 13277  www  19u  IPv4 26077679      0t0  TCP 192.168.1.200:56495->35.172.147.246:443 (ESTABLISHED)

Without root it prints nothing, which is why the session proves root first. A name longer than nine characters is cut by
lsof to its first nine, so a process ``connector-x`` can't be told from ``connector``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import clean, ensure_ran, excerpt, is_address

CONNECTOR = "connector"

#: Services whose names lsof may print in place of the ports that matter here (IANA, ``/etc/services``).
_SERVICES = {"https": 443, "http": 80, "domain": 53, "ssh": 22, "sunwebadmins": 8989}

_LOCALHOST = ("localhost", "localhost.localdomain", "localhost6", "ip6-localhost")

_HEADER = re.compile(r"^COMMAND[ \t]+PID[ \t]", re.MULTILINE)
_SOCKET = re.compile(
    r"^(?P<command>\S+)[ \t]+(?P<pid>[0-9]{1,10})[ \t]+(?P<user>\S+)[ \t]+[0-9]\S*[ \t]+(?:IPv4|IPv6|inet6?)[ \t]+\S+"
    r"[ \t]+\S+[ \t]+(?P<protocol>TCP|UDP|UDPLITE|SCTP)[ \t]+(?P<name>\S+)(?:[ \t]+\((?P<state>[A-Z0-9_]+)\))?[ \t]*$",
    re.MULTILINE,
)
_COMPLAINT = re.compile(r"^lsof: (?!WARNING)(.*)", re.MULTILINE)
_PORT = re.compile(r"[0-9]{1,5}")


@dataclass(frozen=True, slots=True)
class Socket:
    """An Internet socket of a process. Hosts are without brackets; ``*`` is any."""

    command: str
    pid: int
    user: str
    protocol: str
    local_host: str
    local_port: int | None
    remote_host: str | None = None
    remote_port: int | None = None
    #: ``LISTEN``, ``ESTABLISHED``, ``SYN_SENT`` …; None for UDP.
    state: str | None = None

    @property
    def is_localhost(self) -> bool:
        """Whether its local end is ``localhost``. Other loopback addresses are not what that name stands for."""
        return self.local_host in (*_LOCALHOST, "127.0.0.1", "::1")

    @property
    def leaves_device(self) -> bool:
        """Whether its other end is another machine: no loopback address, none at all (``0.0.0.0``), nor its own."""
        remote = self.remote_host
        if remote is None or remote in (*_LOCALHOST, "*", self.local_host):
            return False
        if not is_address(remote):
            return True
        address = ip_address(remote)
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        return not (address.is_loopback or address.is_unspecified)


@dataclass(frozen=True, slots=True)
class Lsof:
    """The Internet sockets of all processes."""

    sockets: tuple[Socket, ...]
    #: Whether the output was cut, so that a socket's absence says nothing.
    truncated: bool = False

    @property
    def connector(self) -> tuple[Socket, ...]:
        """Those of the connector."""
        return tuple(socket for socket in self.sockets if socket.command == CONNECTOR)

    def connector_listens_on(self, port: int) -> tuple[Socket, ...]:
        """The connector's sockets that accept connections to localhost on a TCP port."""
        return tuple(
            s
            for s in self.connector
            if s.protocol == "TCP" and s.state == "LISTEN" and s.local_port == port and s.is_localhost
        )

    def connector_sessions_to(self, port: int) -> tuple[Socket, ...]:
        """The connector's established TCP sessions to that port of another host."""
        return tuple(
            s
            for s in self.connector
            if s.protocol == "TCP" and s.state == "ESTABLISHED" and s.remote_port == port and s.leaves_device
        )


def parse(result: ProbeResult) -> Lsof:
    """The sockets; none where lsof found none (no output, exit status 1).

    Raises:
        Unavailable: there is no lsof, it complained, or its output is not understood.
    """
    ensure_ran(result, "lsof")
    text = clean(result.stdout)
    sockets = tuple(_socket(found) for found in _SOCKET.finditer(text))
    if not sockets and not _HEADER.search(text):
        if text.strip():
            raise Unavailable(f"lsof's output is not understood: {excerpt(text)}")
        if complaint := _COMPLAINT.search(clean(result.stderr)):
            raise Unavailable(f"lsof: {excerpt(complaint.group(1))}")
        if result.exit_status != 1:
            raise Unavailable(f"lsof printed nothing and ended with exit status {result.exit_status}")
    return Lsof(sockets, result.truncated)


def _socket(line: re.Match[str]) -> Socket:
    local, arrow, remote = line["name"].partition("->")
    local_host, local_port = _end(local)
    remote_host, remote_port = _end(remote) if arrow else (None, None)
    return Socket(
        command=line["command"],
        pid=int(line["pid"]),
        user=line["user"],
        protocol=line["protocol"],
        local_host=local_host,
        local_port=local_port,
        remote_host=remote_host,
        remote_port=remote_port,
        state=line["state"],
    )


def _end(text: str) -> tuple[str, int | None]:
    host, _, port = text.rpartition(":")
    number = int(port) if _PORT.fullmatch(port) else _SERVICES.get(port)
    return host.removeprefix("[").removesuffix("]"), number
