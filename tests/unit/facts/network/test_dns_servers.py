"""Each DNS server asked by itself, and each address of a host tried by itself."""

from __future__ import annotations

from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network import dns_servers, host_addresses
from sse_compliance.facts.network.dns_servers import DnsServer
from sse_compliance.facts.network.host_addresses import TriedAddress
from tests.unit.facts.tables import Case, NoFact, check, each, gave

HOST = "api-sse.cisco.com"
ANSWERED = f"Server:\t\t10.25.0.1\nAddress:\t10.25.0.1#53\n\nName:\t{HOST}\nAddress: 52.4.85.66\n"
# BIND 9.18, recorded in the real lab: dropped, nobody there, refusing.
SILENT = ";; communications error to 10.25.0.3#53: timed out\n" * 3 + ";; no servers could be reached\n"
GONE = ";; communications error to 10.25.0.3#53: connection refused\n" * 3 + ";; no servers could be reached\n"
OLD_SILENT = ";; connection timed out; no servers could be reached\n"
REFUSED = f"Server:\t\t10.25.0.4\nAddress:\t10.25.0.4#53\n\n** server can't find {HOST}: REFUSED\n"
NXDOMAIN = REFUSED.replace("REFUSED", "NXDOMAIN")


def asked(*blocks: tuple[str, int, str], truncated: bool = False) -> ProbeResult:
    text = "".join(f"== {address} {status}\n{said}\n" for address, status, said in blocks) + "end\n"
    return gave(text, command=f"for s in …; do …; done; wait; : {HOST}", truncated=truncated)


SERVERS: list[Case[tuple[DnsServer, ...]]] = [
    Case(
        name,
        asked(("10.25.0.3", 1, said), ("10.25.0.1", 0, ANSWERED)),
        (DnsServer("10.25.0.1", None), DnsServer("10.25.0.3", error)),
    )
    for name, said, error in (
        ("first silent", SILENT, "no servers could be reached"),
        ("first silent, older", OLD_SILENT, "no servers could be reached"),
        ("first gone", GONE, "no servers could be reached"),
        ("first refusing", REFUSED, "REFUSED"),
        ("first fails", REFUSED.replace("REFUSED", "SERVFAIL"), "SERVFAIL"),
        ("a denial is an answer", NXDOMAIN, None),
    )
]
SERVERS += [
    Case("IPv6", asked(("2001:db8::53", 0, ANSWERED)), (DnsServer("2001:db8::53", None),)),
    Case("none", gave("end\n", command=f": {HOST}"), NoFact("no DNS server")),
    Case("no nslookup", asked(("10.25.0.1", 127, "sh: nslookup: not found")), NoFact("no nslookup")),
    Case("cut", asked(("10.25.0.1", 0, ANSWERED), truncated=True), NoFact("no DNS server")),
    Case("empty block", asked(("10.25.0.1", 0, "")), NoFact("not understood")),
    Case("cut after the first server", gave(f"== 10.25.0.1 0\n{ANSWERED}", command=f": {HOST}"), NoFact("or not all")),
    Case("time limit", gave("", exit_status=124, command=f": {HOST}"), NoFact("time limit")),
]


@each(SERVERS)
def test_dns_servers(case: Case[tuple[DnsServer, ...]]) -> None:
    check(dns_servers.parse, case)


ADDRESSES: list[Case[tuple[TriedAddress, ...]]] = [
    Case(
        "one shut",
        gave("192.88.99.11 28 0.000000\n192.88.99.10 0 0.001423\nend\n"),
        (TriedAddress("192.88.99.10", True), TriedAddress("192.88.99.11", False)),
    ),
    Case("refused", gave("192.88.99.10 7 0.000000\nend\n"), (TriedAddress("192.88.99.10", False),)),
    Case("TLS failed on a connection", gave("192.88.99.10 35 0.001\nend\n"), (TriedAddress("192.88.99.10", True),)),
    Case("slow after the connection", gave("192.88.99.10 28 0.001\nend\n"), (TriedAddress("192.88.99.10", True),)),
    Case("TLS timed out", gave("192.88.99.10 28 0.000000 192.88.99.10\nend\n"), (TriedAddress("192.88.99.10", True),)),
    Case("old curl, TLS failed", gave("192.88.99.10 35 0.000000\nend\n"), (TriedAddress("192.88.99.10", None),)),
    Case("IPv6, comma", gave("2001:db8::1 0 0,001\nend\n"), (TriedAddress("2001:db8::1", True),)),
    Case("none", gave("end\n"), NoFact("no address")),
    Case("no curl", gave("192.88.99.10 127 \nend\n"), NoFact("not understood")),
    Case("half a line", gave("192.88.99.10 0 0.001\n192.88.9"), NoFact("not all")),
]


@each(ADDRESSES)
def test_addresses(case: Case[tuple[TriedAddress, ...]]) -> None:
    check(host_addresses.parse, case)
