"""Whether one condition of a rule holds for one connection: yes, no or maybe, and how the destination matched."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, StrEnum
from functools import lru_cache

from sse_compliance.firewall import names as host_names
from sse_compliance.firewall.model import (
    HTTPS,
    TCP,
    AllOf,
    AnyOf,
    Before,
    Names,
    Networks,
    Not,
    Service,
    Side,
    State,
    Term,
    Unknown,
    Zone,
)

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: The ports that a client's own end of a connection has.
_CLIENT_PORTS = (1024, 65535)


class Truth(IntEnum):
    """Whether a condition holds."""

    NO = 0
    MAYBE = 1
    YES = 2


class How(IntEnum):
    """What made a destination match, the least lasting first."""

    ADDRESS = 0
    NAME = 1
    ANY = 2


class Packet(StrEnum):
    """The packets of a connection that rules may tell apart."""

    FIRST = "first"
    ANSWER = "answer"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Flow:
    """One connection over TCP 443, from the device to the host, and the packet of it that is held against rules."""

    #: The name of the host, or the pattern of several; None for any host at all.
    host: str | None
    source: Address | None = None
    #: One address of the host; None where it is not known.
    address: Address | None = None
    from_zone: str | None = None
    to_zone: str | None = None
    at: datetime | None = None
    packet: Packet = Packet.FIRST

    @property
    def version(self) -> int | None:
        """4 or 6; None where neither end's address is known."""
        known = self.address or self.source
        return known.version if known else None


@dataclass(frozen=True, slots=True)
class Answer:
    """Whether a term holds for a flow, and how the destination matched."""

    truth: Truth
    how: How = How.ANY


def holds(term: Term, flow: Flow, partial: Truth = Truth.NO) -> Answer:
    """Whether a term holds for a connection.

    Args:
        term: the condition.
        flow: the connection.
        partial: what a name counts as that covers some of the names of the flow's pattern only.
    """
    match term:
        case AllOf(terms):
            answers = [holds(one, flow, partial) for one in terms]
            truth = min((answer.truth for answer in answers), default=Truth.YES)
            return Answer(truth, min((answer.how for answer in answers), default=How.ANY))
        case AnyOf(terms):
            answers = [holds(one, flow, partial) for one in terms]
            truth = max((answer.truth for answer in answers), default=Truth.NO)
            return Answer(truth, max((a.how for a in answers if a.truth is truth), default=How.ANY))
        case Not(inner):
            return Answer(Truth(Truth.YES - holds(inner, flow, Truth(Truth.YES - partial)).truth))
        case Networks():
            return _in_networks(term, flow)
        case Names():
            return Answer(_named(term, flow, partial), How.NAME)
        case Service():
            return Answer(_served(term, is_answer=flow.packet is Packet.ANSWER))
        case State(states):
            return Answer(Truth.YES if _STATES[flow.packet] in states else Truth.NO)
        case Zone(zones, side):
            return Answer(_in_zone(flow.from_zone if _is_ours(side, flow) else flow.to_zone, zones))
        case Before(moment):
            over = flow.at is not None and flow.at >= datetime.fromisoformat(moment)
            return Answer(Truth.NO if over else Truth.MAYBE)
        case Unknown():
            return Answer(Truth.MAYBE)


_STATES = {Packet.FIRST: "new", Packet.ANSWER: "established", Packet.LATER: "established"}


def _in_zone(zone: str | None, zones: tuple[str, ...]) -> Truth:
    """Whether a zone is one of a rule's. What differs by letter case alone can't be told."""
    if zone in zones:
        return Truth.YES
    alike = zone is None or zone.casefold() in {one.casefold() for one in zones}
    return Truth.MAYBE if alike else Truth.NO


def _is_ours(side: Side, flow: Flow) -> bool:
    """Whether a packet's end is the device's."""
    if side in (Side.CLIENT, Side.SERVER):
        return side is Side.CLIENT
    return (side is Side.SOURCE) != (flow.packet is Packet.ANSWER)


def _in_networks(term: Networks, flow: Flow) -> Answer:
    is_ours = _is_ours(term.side, flow)
    address = flow.source if is_ours else flow.address
    spans = [span(text) for text in term.ranges]
    for first, last in spans:
        if int(first) == 0 and int(last) == 2**last.max_prefixlen - 1:
            if flow.version == first.version:
                return Answer(Truth.YES)
            if flow.version is None:
                return Answer(Truth.MAYBE)
    how = How.ANY if is_ours else How.ADDRESS
    if address is None:
        possible = any(flow.version in (None, first.version) for first, _ in spans)
        return Answer(Truth.MAYBE if possible else Truth.NO, how)
    inside = any(first.version == address.version and first <= address <= last for first, last in spans)  # type: ignore[operator]
    return Answer(Truth.YES if inside else Truth.NO, how)


@lru_cache(maxsize=65536)
def span(text: str) -> tuple[Address, Address]:
    """First and last address of ``203.0.113.0/24``, ``203.0.113.7`` or ``10.0.0.1-10.0.0.9``.

    Raises:
        ValueError: it is none of these.
    """
    first, dash, last = text.partition("-")
    if dash:
        low, high = ipaddress.ip_address(first.strip()), ipaddress.ip_address(last.strip())
        if low.version != high.version or int(low) > int(high):
            raise ValueError(f"{text} is no range of addresses")
        return low, high
    network = ipaddress.ip_network(text, strict=False)
    return network[0], network[-1]


def _named(term: Names, flow: Flow, partial: Truth) -> Truth:
    if term.version and flow.version not in (None, term.version):
        return Truth.NO
    if flow.host is None:
        return Truth.MAYBE
    if any(host_names.covers(pattern, flow.host) for pattern in term.patterns):
        return Truth.YES
    return partial if any(host_names.overlaps(pattern, flow.host) for pattern in term.patterns) else Truth.NO


def _served(term: Service, *, is_answer: bool) -> Truth:
    if term.protocol not in (None, TCP):
        return Truth.NO
    server, client = (term.source_ports, term.ports) if is_answer else (term.ports, term.source_ports)
    if server is not None and not any(low <= HTTPS <= high for low, high in port_spans(server)):
        return Truth.NO
    if client is None:
        return Truth.YES
    low, high = _CLIENT_PORTS
    spans = port_spans(client)
    if any(first <= low and last >= high for first, last in spans):
        return Truth.YES
    return Truth.MAYBE if any(first <= high and last >= low for first, last in spans) else Truth.NO


def port_spans(ports: Iterable[str]) -> list[tuple[int, int]]:
    """First and last port of each of ``443`` and ``8000-9000``."""
    spans = []
    for text in ports:
        first, dash, last = text.partition("-")
        spans.append((int(first), int(last) if dash else int(first)))
    return spans
