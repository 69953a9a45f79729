"""One line of an ASA access list, taken apart; what the names in it stand for is not asked here.

Source: Cisco Secure Firewall ASA Series Command Reference, *access-list extended*; ``show access-list``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

#: Words that begin an address and are followed by so many more.
_ADDRESS_WORDS = {
    "any": 0,
    "any4": 0,
    "any6": 0,
    "host": 1,
    "object": 1,
    "object-group": 1,
    "interface": 1,
    "fqdn": 1,
    "range": 2,
}
#: Conditions on who, beside the address: a user, a security group.
_WHO = {"user", "user-group", "object-group-user", "object-group-security", "security-group"}
_PORT_WORDS = {"eq": 1, "neq": 1, "lt": 1, "gt": 1, "range": 2}


@dataclass(frozen=True, slots=True)
class Spec:
    """A part of the line: its first word and the others, ``host`` and ``192.0.2.7``."""

    kind: str
    values: tuple[str, ...] = ()
    #: ``(unresolved)``, or the name that an address came from: ``host 203.0.113.10 (api-sse.cisco.com)``.
    remark: str = ""

    def __str__(self) -> str:
        return " ".join((self.kind, *self.values)).strip()


@dataclass(slots=True)
class Ace:
    """One entry of an access list."""

    acl: str
    action: str
    protocol: Spec = field(default_factory=lambda: Spec("ip"))
    source: Spec = field(default_factory=lambda: Spec("any"))
    destination: Spec = field(default_factory=lambda: Spec("any"))
    source_port: Spec | None = None
    port: Spec | None = None
    #: ICMP type and code.
    icmp: tuple[str, ...] = ()
    #: Users and security groups.
    who: tuple[Spec, ...] = ()
    line: int | None = None
    time_range: str | None = None
    inactive: bool = False
    #: Words that are not understood.
    rest: tuple[str, ...] = ()


class NotAnAceError(Exception):
    """The line ends before the entry does, or has no action."""


class _Words:
    def __init__(self, words: list[str]) -> None:
        self._words = words
        self._at = 0

    def peek(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def take(self, count: int = 1) -> tuple[str, ...]:
        if self._at + count > len(self._words):
            raise NotAnAceError(f"the line ends behind {' '.join(self._words[-2:])!r}")
        taken = tuple(self._words[self._at : self._at + count])
        self._at += count
        return taken

    def rest(self) -> tuple[str, ...]:
        taken = tuple(self._words[self._at :])
        self._at = len(self._words)
        return taken


def parse_ace(text: str, is_service_group: Callable[[str], bool]) -> Ace:
    """The entry that a line ``access-list NAME [line N] extended permit|deny …`` holds.

    Args:
        text: the line.
        is_service_group: whether an object group of that name holds ports or services, not addresses.

    Raises:
        NotAnAceError: it can't be taken apart.
    """
    words = _Words(text.split())
    words.take()
    ace = Ace(acl=words.take()[0], action="")
    if words.peek() == "line":
        (_, place) = words.take(2)
        if not place.isdecimal():
            raise NotAnAceError(f"expected the number of a line, found {place!r}")
        ace.line = int(place)
    if words.peek() == "extended":
        words.take()
    (ace.action,) = words.take()
    if ace.action not in ("permit", "deny"):
        raise NotAnAceError(f"expected permit or deny, found {ace.action!r}")
    kind = words.peek()
    ace.protocol = Spec(words.take()[0]) if kind not in ("object", "object-group") else _spec(words, 1)
    who: list[Spec] = []
    ace.source = _address(words, who)
    ace.source_port = _port(words, is_service_group)
    ace.destination = _address(words, who)
    ace.port = _port(words, is_service_group)
    ace.who = tuple(who)
    _options(words, ace)
    return ace


def _spec(words: _Words, count: int) -> Spec:
    kind, *values = words.take(1 + count)
    remark = ""
    if words.peek().startswith("(") and not words.peek().startswith(("(hitcnt", "(inactive")):
        remark = words.take()[0].strip("()")
    return Spec(kind, tuple(values), remark)


def _address(words: _Words, who: list[Spec]) -> Spec:
    while words.peek() in _WHO:
        named = words.peek() == "security-group"
        who.append(_spec(words, 2 if named else 1))
    word = words.peek()
    if word in _ADDRESS_WORDS:
        spec = _spec(words, _ADDRESS_WORDS[word])
    elif "/" in word:
        spec = Spec("subnet", words.take())
    else:
        spec = Spec("subnet", words.take(2))
    while words.peek() in _WHO:
        who.append(_spec(words, 2 if words.peek() == "security-group" else 1))
    return spec


def _port(words: _Words, is_service_group: Callable[[str], bool]) -> Spec | None:
    word = words.peek()
    if word == "range" and ("." in "".join(words._words[words._at + 1 : words._at + 2])):
        return None  # a range of addresses, as ``show access-list`` prints one
    if word in _PORT_WORDS:
        return _spec(words, _PORT_WORDS[word])
    if word == "object-group" and is_service_group("".join(words._words[words._at + 1 : words._at + 2])):
        return _spec(words, 1)
    return None


def _options(words: _Words, ace: Ace) -> None:
    rest: list[str] = []
    icmp: list[str] = []
    while words.peek():
        word = words.peek()
        if word == "log":
            words.take()
            _log(words)
        elif word == "time-range":
            ace.time_range = words.take(2)[1]
        elif word in ("inactive", "(inactive)"):
            words.take()
            ace.inactive = True
        elif word.startswith(("(hitcnt=", "0x")):
            words.take()
        elif ace.protocol.kind in ("icmp", "icmp6") and not rest and len(icmp) < 2:
            icmp += words.take()
        else:
            rest += words.take()
    ace.icmp, ace.rest = tuple(icmp), tuple(rest)


#: What may follow ``log``: a level by name or number.
_LEVELS = (
    "emergencies alerts critical errors warnings notifications informational debugging default disable 0 1 2 3 4 5 6 7"
)


def _log(words: _Words) -> None:
    if words.peek() in _LEVELS.split():
        words.take()
    if words.peek() == "interval":
        words.take(2)
