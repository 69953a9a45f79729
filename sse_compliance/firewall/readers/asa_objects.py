"""The objects and object groups of an ASA configuration.

Source: Cisco Secure Firewall ASA Series Command Reference: *object network*, *object service*, *object-group*.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from sse_compliance.firewall.model import ALWAYS, TCP, AllOf, Before, Service, Term, Unknown
from sse_compliance.firewall.objects import Book, Ref, name, network
from sse_compliance.firewall.readers.text import RuleText

#: Port names of the ASA (TCP), Command Reference, appendix *Addresses, Protocols, and Ports*.
PORTS = {
    name: number
    for number, names in {
        7: "echo", 9: "discard", 13: "daytime", 19: "chargen", 20: "ftp-data", 21: "ftp", 22: "ssh", 23: "telnet",
        25: "smtp", 43: "whois", 49: "tacacs", 53: "domain", 69: "tftp", 70: "gopher", 79: "finger", 80: "www http",
        101: "hostname", 109: "pop2", 110: "pop3", 111: "sunrpc rpc", 113: "ident", 119: "nntp", 123: "ntp",
        137: "netbios-ns", 138: "netbios-dgm", 139: "netbios-ssn", 143: "imap4", 161: "snmp", 162: "snmptrap",
        177: "xdmcp", 179: "bgp", 194: "irc", 195: "dnsix", 389: "ldap", 434: "mobile-ip", 443: "https",
        496: "pim-auto-rp",
        500: "isakmp", 512: "exec biff", 513: "login who", 514: "cmd rsh syslog", 515: "lpd", 517: "talk", 520: "rip",
        540: "uucp", 543: "klogin", 544: "kshell", 554: "rtsp", 636: "ldaps", 750: "kerberos", 1352: "lotusnotes",
        1433: "sqlserver", 1494: "citrix-ica", 1521: "sqlnet", 1645: "radius", 1646: "radius-acct", 1720: "h323",
        1723: "pptp", 2049: "nfs", 2748: "ctiqbe", 3020: "cifs", 5060: "sip", 5190: "aol", 5510: "secureid-udp",
        5631: "pcanywhere-data", 5632: "pcanywhere-status",
    }.items()
    for name in names.split()
}  # fmt: skip

_PROTOCOLS = {
    "icmp": 1, "igmp": 2, "igrp": 9, "ipinip": 4, "tcp": TCP, "udp": 17, "gre": 47, "pptp": 47, "esp": 50, "ipsec": 50,
    "ah": 51, "icmp6": 58, "eigrp": 88, "ospf": 89, "nos": 94, "pim": 103, "pcp": 108, "snp": 109, "sctp": 132,
    # Both TCP and UDP: of the two TCP is judged.
    "tcp-udp": TCP,
}  # fmt: skip


def protocol(text: str) -> Term:
    """The protocol of a name or number."""
    if text == "ip" or text == "0":
        return ALWAYS
    number = int(text) if text.isdecimal() else _PROTOCOLS.get(text)
    return Unknown(f"protocol {text}") if number is None else Service(number)


def ports(kind: str, values: tuple[str, ...]) -> tuple[str, ...] | None:
    """The ports of ``eq https``, ``range 8000 9000``, ``neq 443``; None where a name is not known."""
    numbers = [int(text) if text.isdecimal() else PORTS.get(text) for text in values]
    known = [number for number in numbers if number is not None]
    if len(known) < len(numbers) or not known:
        return None
    first, last = known[0], known[-1]
    match kind:
        case "eq":
            return (f"{first}",)
        case "neq":
            return (f"0-{first - 1}", f"{first + 1}-65535") if first else ("1-65535",)
        case "lt":
            return (f"0-{first - 1}",) if first else ()
        case "gt":
            return (f"{first + 1}-65535",) if first < 65535 else ()
        case "range":
            return (f"{first}-{last}",)
    return None


def served(number: int | None, words: list[str]) -> Term:
    """``[source] eq 1 [destination] eq https`` behind a protocol."""
    found: dict[str, tuple[str, ...]] = {}
    side, rest = "destination", list(words)
    seen_source = False
    while rest:
        word = rest.pop(0)
        if word in ("source", "destination"):
            side, seen_source = word, seen_source or word == "source"
            continue
        count = {"eq": 1, "neq": 1, "lt": 1, "gt": 1, "range": 2}.get(word)
        if count is None or len(rest) < count:
            return Unknown(" ".join(words))
        read = ports(word, tuple(rest[:count]))
        if read is None:
            return AllOf((Service(number), Unknown(" ".join(words))))
        found[side], rest, side = read, rest[count:], "destination"
    return Service(number, found.get("destination"), found.get("source"))


class Objects:
    """What the names of one configuration stand for."""

    def __init__(self, given: RuleText) -> None:
        self.addresses = Book("network object", given.file)
        self.services = Book("service object", given.file)
        self.time_ranges: dict[str, Term] = {}
        self._aliases: dict[str, str] = {}
        self._read(list(given.lines()))

    def is_service_group(self, group: str) -> bool:
        """Whether an object group holds ports or services."""
        return group in self.services and group not in self.addresses

    def address(self, text: str, mask: str = "") -> Term:
        """An address, or an address and its mask (an ASA wants a netmask, never a wildcard mask)."""
        address = self._aliases.get(text, text)
        if not mask:
            return network(address)
        try:
            bits = int(ipaddress.IPv4Address(mask))
        except ValueError:
            return Unknown(f"{text} {mask}")
        if (~bits & 0xFFFFFFFF) & ((~bits & 0xFFFFFFFF) + 1):
            return Unknown(f"{mask} is no netmask; an ASA wants 255.255.255.0, not a wildcard mask")
        return network(f"{address}/{bits.bit_count()}")

    def _read(self, lines: list[tuple[int, str]]) -> None:
        for _, line in lines:
            words = line.split()
            if words[0] == "name" and len(words) > 2:
                self._aliases[words[2]] = words[1]
        for (number, head), body in _blocks(lines):
            words = head.split()
            if words[:2] == ["object-group", "group"]:  # as Batfish's test data writes it
                del words[1]
            if len(words) < 3 and words[0] != "time-range":
                continue
            if words[:2] in (["object", "network"], ["object-group", "network"]):
                _define(self.addresses, words, number, list(self._network_parts(body)))
            elif words[0] in ("object", "object-group") and words[1] in ("service", "protocol"):
                parts = self._service_parts(body, words[3] if len(words) > 3 else "")
                _define(self.services, words, number, list(parts))
            elif words[0] == "time-range" and len(words) > 1:
                self.time_ranges[words[1]] = _time_range(words[1], body)

    def _network_parts(self, body: list[str]) -> Iterator[Term | Ref]:
        for line in body:
            match line.split():
                case ["description" | "description:" | "nat", *_]:
                    continue
                case ["group-object", group]:
                    yield Ref(group)
                case ["network-object", "object", other]:
                    yield Ref(other)
                case ["network-object", "host", address] | ["host", address]:
                    yield self.address(address)
                case ["fqdn", "v4" | "v6" as version, host]:
                    yield name(host, int(version[1]))
                case ["fqdn", host]:
                    yield name(host)
                case ["range", first, last]:
                    yield network(f"{self._aliases.get(first, first)}-{self._aliases.get(last, last)}")
                case ["network-object" | "subnet", address, mask]:
                    yield self.address(address, mask)
                case ["network-object" | "subnet", address] if "/" in address:
                    yield network(address)
                case _:
                    yield Unknown(line.strip())

    def _service_parts(self, body: list[str], over: str) -> Iterator[Term | Ref]:
        for line in body:
            match line.split("!")[0].split():
                case ["description" | "description:", *_]:
                    continue
                case ["group-object", group]:
                    yield Ref(group)
                case ["service-object", "object", other]:
                    yield Ref(other)
                case ["protocol-object", text]:
                    yield protocol(text)
                case ["port-object", kind, *values]:
                    yield _over(over or "tcp-udp", [kind, *values])
                case ["service-object" | "service", text, *words]:
                    yield _over(text, words)
                case _:
                    yield Unknown(line.strip())


def _define(book: Book, words: list[str], line: int, parts: list[Term | Ref]) -> None:
    """Defines what a block holds; a group that is entered again grows, an object keeps its value without a new one.

    The running configuration prints an object twice where it has NAT of its own: with its value, then with its NAT.
    """
    if words[0] == "object-group" and words[2] in book:
        for part in parts:
            book.add(words[2], part)
    elif parts or words[2] not in book:
        book.define(words[2], line, parts or [Unknown(f"{words[0]} {words[2]} has no value in the file")])


def _over(text: str, words: list[str]) -> Term:
    """A protocol with its ports; of ICMP and others the type does not matter."""
    term = protocol(text)
    if isinstance(term, Service) and term.protocol == TCP and words:
        return served(TCP, words)
    return term


def _time_range(title: str, body: list[str]) -> Term:
    """A schedule can't be told, but one that has ended holds no more."""
    for line in body:
        words = line.split()
        if words[:1] == ["absolute"] and "end" in words:
            hour, day, month, year = (words[words.index("end") + 1 :] + [""] * 4)[:4]
            number = _MONTHS.get(month.lower()[:3])
            if number and day.isdecimal() and year.isdecimal() and len(hour) == 5:
                # The firewall's own zone is not in the file: a day later it is over in every zone.
                moment = f"{int(year):04}-{number:02}-{int(day):02}T{hour}:00-12:00"
                return AllOf((Before(moment), Unknown(f"time-range {title}")))
    return Unknown(f"time-range {title}")


_MONTHS = {
    month: number
    for number, month in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}  # fmt: skip


def _blocks(lines: list[tuple[int, str]]) -> Iterator[tuple[tuple[int, str], list[str]]]:
    """Each line that begins in the first column, with the lines below it that do not."""
    head: tuple[int, str] | None = None
    body: list[str] = []
    for number, line in lines:
        if line.startswith("!"):
            continue
        if not line[0].isspace():
            if head:
                yield head, body
            head, body = (number, line), []
        else:
            body.append(line)
    if head:
        yield head, body
