"""A rule set as every reader gives it: chains of rules, each a condition and what is done where it holds.

A construct that a reader does not understand is an :class:`Unknown` in the condition of the rule that holds it. No rule
is ever left out: what is switched off is a rule that is not enabled.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from sse_compliance.files.record import CLOSED

#: The one service that is judged: HTTPS.
TCP = 6
HTTPS = 443


class Side(StrEnum):
    """Which end of a connection an address belongs to."""

    SOURCE = "source"
    DESTINATION = "destination"
    #: Those of the connection, whichever way its packet goes.
    CLIENT = "client"
    SERVER = "server"


@dataclass(frozen=True, slots=True)
class Networks:
    """The address lies in one of these: ``203.0.113.0/24``, ``2001:db8::/32`` or ``10.0.0.1-10.0.0.9``."""

    __pydantic_config__ = CLOSED
    ranges: tuple[str, ...]
    side: Side = Side.DESTINATION
    kind: Literal["networks"] = "networks"


@dataclass(frozen=True, slots=True)
class Names:
    """The destination is called by a name that one of these covers; ``*`` stands for any characters."""

    __pydantic_config__ = CLOSED
    patterns: tuple[str, ...]
    #: The IP version that the names are resolved to (``fqdn v6``); 0 for whichever.
    version: Literal[0, 4, 6] = 0
    kind: Literal["names"] = "names"


@dataclass(frozen=True, slots=True)
class Service:
    """Protocol by number and ports (``443``, ``8000-9000``); None stands for any."""

    __pydantic_config__ = CLOSED
    protocol: int | None = None
    ports: tuple[str, ...] | None = None
    source_ports: tuple[str, ...] | None = None
    kind: Literal["service"] = "service"


@dataclass(frozen=True, slots=True)
class Zone:
    """The connection comes from, or goes to, one of these zones or interfaces."""

    __pydantic_config__ = CLOSED
    names: tuple[str, ...]
    side: Side
    kind: Literal["zone"] = "zone"


@dataclass(frozen=True, slots=True)
class State:
    """The packet is in one of these states of its connection: ``new``, ``established`` …"""

    __pydantic_config__ = CLOSED
    states: tuple[str, ...]
    kind: Literal["state"] = "state"


@dataclass(frozen=True, slots=True)
class Before:
    """Now is before a moment, RFC 3339; whether it holds until then is not known (a schedule may say more)."""

    __pydantic_config__ = CLOSED
    moment: str
    kind: Literal["before"] = "before"


@dataclass(frozen=True, slots=True)
class Unknown:
    """What a reader does not understand, or what no export can tell: the rule's own words."""

    __pydantic_config__ = CLOSED
    text: str
    kind: Literal["unknown"] = "unknown"


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every term holds; of none, always."""

    __pydantic_config__ = CLOSED
    terms: tuple[Term, ...] = ()
    kind: Literal["all"] = "all"


@dataclass(frozen=True, slots=True)
class AnyOf:
    """One term holds at least; of none, never."""

    __pydantic_config__ = CLOSED
    terms: tuple[Term, ...] = ()
    kind: Literal["any"] = "any"


@dataclass(frozen=True, slots=True)
class Not:
    """The term does not hold."""

    __pydantic_config__ = CLOSED
    term: Term
    kind: Literal["not"] = "not"


Term = Annotated[
    Networks | Names | Service | Zone | State | Before | Unknown | AllOf | AnyOf | Not, Field(discriminator="kind")
]

ALWAYS = AllOf()
NEVER = AnyOf()


class Action(StrEnum):
    """What a rule does with a connection that meets its condition."""

    ALLOW = "allow"
    #: Dropped or refused.
    DENY = "deny"
    #: Goes on to the next rule (log, monitor, count).
    CONTINUE = "continue"
    #: Goes through another chain, and on here where that one does not decide.
    JUMP = "jump"
    #: Goes through another chain, and not on here.
    GOTO = "goto"
    #: Leaves the chain.
    RETURN = "return"
    #: Allows or denies: the file does not tell which.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of a chain."""

    __pydantic_config__ = CLOSED
    #: Its place in its list as people count, from 1.
    number: int
    #: Line of the file, from 1.
    line: int
    #: Its own words, or the part of them that says most.
    text: str
    action: Action
    when: Term = ALWAYS
    name: str = ""
    enabled: bool = True
    #: The chain that a jump goes to.
    target: str = ""
    #: Whether what it allows is still looked into (an FMC fast path is not).
    inspected: bool = True
    #: What a reader has to say of it.
    note: str = ""


@dataclass(frozen=True, slots=True)
class Chain:
    """Rules in the order in which they are tried."""

    __pydantic_config__ = CLOSED
    name: str
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a connection enters the rules, and what becomes of it where none decides."""

    __pydantic_config__ = CLOSED
    chain: str
    default: Action
    #: The default in the words of the format: *implicit deny*, *policy drop*.
    default_text: str
    #: Whether every packet is held against the rules, answers too, and not the first of a connection only.
    stateless: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """What the inventory says of a firewall's place on the path."""

    __pydantic_config__ = CLOSED
    acl: str | None = None
    #: The virtual firewall: VDOM, vsys, device group.
    vdom: str | None = None
    from_zone: str | None = None
    to_zone: str | None = None
    #: The device's address as this firewall sees it (NAT in front).
    source: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSet:
    """One firewall's rules. A connection must pass every stage."""

    __pydantic_config__ = CLOSED
    #: The file as the inventory names it.
    file: str
    format: str
    #: All chains of the file, those that no stage reaches too.
    chains: tuple[Chain, ...]
    stages: tuple[Stage, ...]
    place: Place = field(default_factory=Place)
    #: Rules on decryption: *allow* leaves a connection alone, *deny* decrypts or blocks it. None where there are none.
    decryption: Stage | None = None
    notes: tuple[str, ...] = ()
    #: The devices whose own rules these are, where the file tells.
    assigned: tuple[str, ...] = ()

    def rules(self) -> Iterator[Rule]:
        """Every rule of the file."""
        for chain in self.chains:
            yield from chain.rules
