"""Random nftables rule sets, loaded into a namespace of their own, and real connections through them.

The kernel is the oracle: what a connection shows is what the evaluation of ``nft -j list ruleset`` must say.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address

from sse_compliance.firewall.decision import ALLOWED, Verdict, decide
from sse_compliance.firewall.formats import read_rules
from sse_compliance.firewall.model import Place
from sse_compliance.firewall.readers.text import RuleText
from tests.e2e.lab.shell import LabError, in_network, ip_batch
from tests.e2e.lab.topology import Network

SOURCES = ("192.0.2.7", "192.0.2.66", "192.0.2.130", "192.0.2.200")
TARGETS = ("203.0.113.10", "203.0.113.11", "203.0.113.40", "203.0.113.99")
FLOWS = tuple((source, target) for source in SOURCES for target in TARGETS)

#: How long a connection may take that the kernel lets through, in seconds.
PATIENCE = 0.35

#: Accepts for ever, and sends a byte to whoever is in: a client that has it had every packet let through.
_SERVER = """
import socket, selectors
s = socket.socket(); s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("0.0.0.0", 443)); s.listen(512); print("up", flush=True)
while True:
    c, _ = s.accept()
    try: c.send(b"x")
    except OSError: pass
    c.close()
"""

#: Tries all flows at once; prints which of them got the byte.
_CLIENT = """
import json, select, socket, sys, time
for line in sys.stdin:
    flows, patience = json.loads(line)
    waiting, done = {}, [False] * len(flows)
    for n, (source, target) in enumerate(flows):
        s = socket.socket(); s.setblocking(False); s.bind((source, 0))
        s.connect_ex((target, 443)); waiting[s] = n
    end = time.monotonic() + patience
    while waiting and time.monotonic() < end:
        ready, _, broken = select.select(list(waiting), [], list(waiting), max(0, end - time.monotonic()))
        for s in {*ready, *broken}:
            n = waiting.pop(s)
            try: done[n] = s.recv(1) == b"x"
            except OSError: pass
            s.close()
    for s in waiting: s.close()
    print(json.dumps(done), flush=True)
"""


@dataclass(slots=True)
class Tally:
    """What came of a run."""

    rule_sets: int = 0
    refused: int = 0
    connections: int = 0
    let_through: int = 0
    cannot_tell: int = 0
    #: The rule set, the flow, what was said and what happened.
    mismatches: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        share = 100 * self.cannot_tell / max(self.connections, 1)
        return (
            f"{self.rule_sets} rule sets, {self.connections} connections, {self.let_through} let through,"
            f" {len(self.mismatches)} mismatches, {self.cannot_tell} cannot tell ({share:.1f} %)"
        )


class Wire:
    """Client, firewall and server, each in a network of its own."""

    def __init__(self) -> None:
        self._client, self._edge, self._server = Network(), Network(), Network()
        ip_batch(
            self._edge.pid,
            [
                "link set lo up",
                f"link add mgmt0 type veth peer name eth0 netns {self._client.pid}",
                f"link add wan0 type veth peer name eth0 netns {self._server.pid}",
                "addr add 192.0.2.1/24 dev mgmt0",
                "addr add 203.0.113.1/24 dev wan0",
                "link set mgmt0 up",
                "link set wan0 up",
            ],
        )
        for network, addresses, gateway in (
            (self._client, SOURCES, "192.0.2.1"),
            (self._server, TARGETS, "203.0.113.1"),
        ):
            ip_batch(
                network.pid,
                [
                    "link set lo up",
                    *(f"addr add {address}/24 dev eth0" for address in addresses),
                    "link set eth0 up",
                    f"route add default via {gateway}",
                ],
            )
        in_network(self._edge.pid, "sh", "-c", "echo 1 > /proc/sys/net/ipv4/ip_forward")
        self._serving = self._python(self._server, _SERVER)
        assert self._serving.stdout is not None
        assert self._serving.stdout.readline() == "up\n"
        self._trying = self._python(self._client, _CLIENT)

    def _python(self, network: Network, code: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            ["nsenter", "-t", str(network.pid), "-n", sys.executable, "-c", code],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def load(self, rules: str) -> str:
        """Puts a rule set in the place of the one before; gives what ``nft -j list ruleset`` says of it."""
        in_network(self._edge.pid, "nft", "-f", "-", text_in=f"flush ruleset\n{rules}")
        return in_network(self._edge.pid, "nft", "-j", "list", "ruleset")

    def connect(self, flows: Sequence[tuple[str, str]], patience: float = PATIENCE) -> list[bool]:
        """Which of the flows got through, tried at once."""
        assert self._trying.stdin is not None
        assert self._trying.stdout is not None
        self._trying.stdin.write(json.dumps([flows, patience]) + "\n")
        self._trying.stdin.flush()
        got: list[bool] = json.loads(self._trying.stdout.readline())
        return got

    def drop(self) -> None:
        """Lets everything go."""
        for process in (self._trying, self._serving):
            process.kill()
            process.wait()
        for network in (self._client, self._edge, self._server):
            network.drop()


@contextmanager
def wired() -> Iterator[Wire]:
    """The three networks, gone at the end."""
    wire = Wire()
    try:
        yield wire
    finally:
        wire.drop()


def compare(wire: Wire, count: int, seed: int) -> Tally:
    """Loads so many random rule sets, and holds the evaluation against what connections show."""
    chance, tally = random.Random(seed), Tally()
    while tally.rule_sets < count:
        rules = random_rules(chance)
        try:
            listed = wire.load(rules)
        except LabError:
            # nft itself refuses some of what chance puts together (two protocols in one rule).
            tally.refused += 1
            if tally.refused > count + 20:
                raise
            continue
        read = read_rules(RuleText("listed.json", listed, Place(from_zone="mgmt0", to_zone="wan0")), "nftables")
        happened = wire.connect(FLOWS)
        tally.rule_sets += 1
        for (source, target), got in zip(FLOWS, happened, strict=True):
            said = decide([read], "host.example.net", ip_address(source), [ip_address(target)], None)
            tally.connections += 1
            tally.let_through += got
            if said.verdict is Verdict.CANNOT_TELL:
                tally.cannot_tell += 1
            elif (said.verdict in ALLOWED) != got and wire.connect([(source, target)], 3 * PATIENCE) != [not got]:
                tally.mismatches.append(f"{source} -> {target}: {said}, but got through: {got}\n{rules}")
    return tally


# ---------------------------------------------------------------------------------------------- random rules


def random_rules(chance: random.Random) -> str:
    """A rule set in nft's language: sets, intervals, maps, jumps, negation, concatenation, ct state, reject."""
    inner = [f"c{number}" for number in range(chance.randint(0, 3))]
    policy = chance.choice(("drop", "accept"))
    established = ["ct state established,related accept"] if chance.random() < 0.85 else []
    lines = [
        "table inet t {",
        f"set plain {{ type ipv4_addr; elements = {{ {', '.join(_some(chance, TARGETS))} }}; }}",
        "set wide { type ipv4_addr; flags interval; elements = { 203.0.113.32/28, 203.0.113.96-203.0.113.100 }; }",
        f"set pairs {{ type ipv4_addr . ipv4_addr; elements = {{ {', '.join(_pairs(chance))} }}; }}",
        f"map verdicts {{ type ipv4_addr : verdict; elements = {{ {', '.join(_verdicts(chance, inner))} }}; }}",
    ]
    for number, name in enumerate(inner):
        lines.append(f"chain {name} {{")
        lines += [_rule(chance, inner[number + 1 :]) for _ in range(chance.randint(1, 4))]
        lines.append("}")
    lines.insert(1, "")
    lines.append(f"chain forward {{ type filter hook forward priority 0; policy {policy};")
    lines += established
    lines += [_rule(chance, inner) for _ in range(chance.randint(1, 7))]
    lines += ["}", "}"]
    if chance.random() < 0.25:
        lines += [
            "table ip second {",
            "chain forward { type filter hook forward priority 10; policy accept;",
            *(_rule(chance, (), named=False) for _ in range(2)),
            "}",
            "}",
        ]
    return "\n".join(_declared_first(lines)) + "\n"


def _declared_first(lines: list[str]) -> list[str]:
    """Chains that a map or a rule goes to must be there before: they are declared once, empty."""
    chains = [line.split()[1] for line in lines if line.startswith("chain c")]
    return ["table inet t {", *(f"chain {name} {{ }}" for name in chains), "}", *lines] if chains else lines


def _some(chance: random.Random, among: Sequence[str]) -> list[str]:
    return chance.sample(among, chance.randint(1, len(among) - 1))


def _pairs(chance: random.Random) -> list[str]:
    return [f"{source} . {target}" for source, target in chance.sample(FLOWS, 5)]


def _verdicts(chance: random.Random, chains: Sequence[str]) -> list[str]:
    ends = ["accept", "drop", *(f"jump {chain}" for chain in chains[:1])]
    return [f"{target} : {chance.choice(ends)}" for target in _some(chance, TARGETS)]


def _rule(chance: random.Random, chains: Sequence[str], *, named: bool = True) -> str:
    if named and chance.random() < 0.1:
        return "ip daddr vmap @verdicts"
    if chance.random() < 0.08:
        return f"tcp dport vmap {{ 443 : {chance.choice(('accept', 'drop', 'return'))}, 80 : drop }}"
    conditions = [_condition(chance, named=named) for _ in range(chance.randint(0, 3))]
    ends = ["accept"] * 5 + ["drop"] * 4 + ["return", "counter", "reject", 'log prefix "x"']
    ends += ["meta l4proto tcp reject with tcp reset"]
    ends += [f"{verb} {chain}" for chain in chains for verb in ("jump", "jump", "goto")]
    return " ".join([*conditions, chance.choice(("", "counter")), chance.choice(ends)]).strip()


def _condition(chance: random.Random, *, named: bool) -> str:
    source, target = chance.choice(FLOWS)
    negated = chance.choice(("", "", "!= "))
    port = chance.choice(("443", "80", "{ 80, 443 }", "400-500", "{ 22, 8000-9000 }"))
    among = [
        f"ip saddr {negated}{source}",
        f"ip daddr {negated}{target}",
        f"ip saddr {negated}192.0.2.0/25",
        f"ip daddr {negated}203.0.113.0/27",
        f"ip daddr {negated}203.0.113.10-203.0.113.40",
        f"ip daddr {negated}{{ {', '.join(_some(chance, TARGETS))} }}",
        f"ip saddr . ip daddr . tcp dport {{ {source} . {target} . 443 }}",
        f"tcp dport {negated}{port}",
        f"tcp dport {negated}443",
        "tcp sport >= 1024",
        "udp dport 443",
        "meta l4proto tcp",
        "ip protocol tcp",
        "ct state new",
        "ct state { new, established }",
        "ct state invalid",
        f'iifname {negated}"mgmt0"',
        'oifname "wan0"',
    ]
    if named:
        among += [
            f"ip daddr {negated}@plain",
            f"ip daddr {negated}@wide",
            "ip saddr . ip daddr @pairs",
            "meta nfproto ipv4",
        ]
    if chance.random() < 0.03:
        return chance.choice(
            ("meta skuid 0", "limit rate 5/second", "tcp flags syn / syn,ack", 'meta hour "00:00"-"23:59"')
        )
    return chance.choice(among)
