"""A small DNS responder whose answers can be set per client: the resolver that the lab's devices are given.

Its process takes commands as JSON lines on standard input, each answered by one line.
"""

from __future__ import annotations

import asyncio
import ipaddress
import json
import struct
import sys
from collections.abc import Mapping
from enum import StrEnum
from typing import cast

from tests.e2e.lab import names

_A, _CNAME, _PTR = 1, 5, 12


class DnsMode(StrEnum):
    """How the responder treats a client."""

    ANSWERS = "answers"
    NXDOMAIN = "nxdomain"
    REFUSED = "refused"
    SERVFAIL = "servfail"
    SILENT = "silent"


_RCODES = {DnsMode.ANSWERS: 0, DnsMode.SERVFAIL: 2, DnsMode.NXDOMAIN: 3, DnsMode.REFUSED: 5}


class DnsResponder(asyncio.DatagramProtocol):
    """Answers A and PTR questions from its tables, by UDP."""

    def __init__(
        self,
        addresses: Mapping[str, tuple[str, ...]],
        aliases: Mapping[str, str],
        pointers: Mapping[str, str],
        mode: DnsMode = DnsMode.ANSWERS,
    ) -> None:
        self._usual = mode
        self._addresses = addresses
        self._aliases = aliases
        self._pointers = pointers
        #: (client, name) -> mode; name "" stands for every name.
        self._modes: dict[tuple[str, str], DnsMode] = {}
        #: (client, name) -> the address given instead of the right one.
        self._lies: dict[tuple[str, str], str] = {}
        self._transport: asyncio.DatagramTransport | None = None

    def set_mode(self, client: str, mode: DnsMode, name: str = "") -> None:
        """Treat a client's questions (for one name, or all) so from now on."""
        self._modes[client, name] = mode

    def set_lie(self, client: str, name: str, address: str) -> None:
        """Give a client this address for a name."""
        self._lies[client, name] = address

    def forget(self, client: str) -> None:
        """Answer a client rightly again."""
        self._modes = {key: mode for key, mode in self._modes.items() if key[0] != client}
        self._lies = {key: address for key, address in self._lies.items() if key[0] != client}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self.answer(data, addr[0])
        if answer is not None and self._transport is not None:
            self._transport.sendto(answer, addr)

    def answer(self, query: bytes, client: str) -> bytes | None:
        """The reply to a query, None where there is none."""
        if len(query) < 17:
            return None
        labels, end = [], 12
        while length := query[end]:
            labels.append(query[end + 1 : end + 1 + length].decode("ascii", "replace"))
            end += 1 + length
        name = ".".join(labels).lower()
        (kind,) = struct.unpack("!H", query[end + 1 : end + 3])
        mode = self._modes.get((client, name), self._modes.get((client, ""), self._usual))
        if mode is DnsMode.SILENT:
            return None
        records: list[bytes] = []
        code = _RCODES[mode]
        if mode is DnsMode.ANSWERS:
            found = self._records(name, kind, client)
            code, records = (3, []) if found is None else (0, found)
        # QR, RD as asked, RA; not authoritative, as a caching resolver answers.
        flags = 0x8080 | (struct.unpack("!H", query[2:4])[0] & 0x0100) | code
        header = query[:2] + struct.pack("!HHHHH", flags, 1, len(records), 0, 0)
        return header + query[12 : end + 5] + b"".join(records)

    def _records(self, name: str, kind: int, client: str) -> list[bytes] | None:
        """The answer section; None for a name that does not exist."""
        if name.endswith(".in-addr.arpa"):
            address = ".".join(reversed(name.removesuffix(".in-addr.arpa").split(".")))
            pointer = self._pointers.get(address)
            return None if pointer is None else [_record(name, _PTR, _encode(pointer))] if kind == _PTR else []
        owner = self._aliases.get(name, name)
        canonical = next((asked for asked, alias in self._aliases.items() if alias == owner), owner)
        addresses = self._addresses.get(canonical)
        if addresses is None:
            return None
        lie = self._lies.get((client, canonical))
        if lie is not None:
            addresses = (lie,)
        chain = [_record(name, _CNAME, _encode(owner))] if owner != name else []
        if kind != _A:
            return chain
        return chain + [_record(owner, _A, ipaddress.IPv4Address(address).packed) for address in addresses]


def _encode(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".")) + b"\0"


def _record(owner: str, kind: int, data: bytes) -> bytes:
    return _encode(owner) + struct.pack("!HHIH", kind, 1, 60, len(data)) + data


def obey(responder: DnsResponder, command: dict[str, str]) -> None:
    """Carry out one command."""
    match command["verb"]:
        case "mode":
            responder.set_mode(command["client"], DnsMode(command["mode"]), command["name"])
        case "lie":
            responder.set_lie(command["client"], command["name"], command["address"])
        case "forget":
            responder.forget(command["client"])
        case verb:
            raise ValueError(f"the responder knows no command {verb!r}")


async def main() -> None:
    """Answer until standard input ends."""
    loop = asyncio.get_running_loop()
    pointers = {address: names.pointer(address) for addresses in names.ADDRESSES.values() for address in addresses}
    responder = DnsResponder(names.ADDRESSES, names.ALIASES, pointers)
    await loop.create_datagram_endpoint(lambda: responder, local_addr=(names.DNS_SERVER, 53))
    refusing = DnsResponder({}, {}, {}, DnsMode.REFUSED)
    await loop.create_datagram_endpoint(lambda: refusing, local_addr=(names.DNS_REFUSING, 53))
    commands = asyncio.StreamReader()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(commands), sys.stdin)
    print("ready", flush=True)
    while line := await commands.readline():
        obey(responder, json.loads(line))
        print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
