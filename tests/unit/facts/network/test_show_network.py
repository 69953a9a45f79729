"""``show network`` of 6.2 to 7.6."""

from __future__ import annotations

from dataclasses import replace

from sse_compliance.facts.network.show_network import ProxyState, ShowNetwork, parse
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, noisy

FTD_742 = transcript("ftd_742_fpr1010_show_network_dns_and_proxy_disabled")
FTD_623 = transcript("ftd_623_show_network")
BR1_NO_DNS = transcript("ftd_old_br1_show_network_no_dns")

PROXY_OFF = ProxyState(known=True, enabled=False, authentication="Disabled")
HEALTHY = ShowNetwork(
    hostname="firepower",
    dns_servers=("208.67.222.222", "208.67.220.220", "2620:119:35::35"),
    management_addresses=("192.168.45.45",),
    gateway="data-interfaces",
    proxy=PROXY_OFF,
)
NO_DNS = ShowNetwork("cisco.com", (), ("150.1.41.1",), "150.1.1.253", PROXY_OFF)

#: Written after the samples: two management interfaces, IPv6, a proxy.
TWO_INTERFACES = """\
===============[ System Information ]===============
Hostname                  : ftd-76
Domains                   : example.com
DNS Servers               : 10.25.0.1, 10.25.0.2
DNS from router           : disabled
Management port           : 8305
IPv4 Default route
  Gateway                 : 10.62.148.1
IPv6 Default route
  Gateway                 : 2001:db8::1

==================[ management0 ]===================
Admin State               : enabled
----------------------[ IPv4 ]----------------------
Configuration             : Manual
Address                   : 10.62.148.10
Netmask                   : 255.255.255.0
----------------------[ IPv6 ]----------------------
Configuration             : Manual
Address                   : 2001:db8::10/64

==================[ management1 ]===================
Admin State               : enabled
----------------------[ IPv4 ]----------------------
Address                   : 10.62.149.10

===============[ Proxy Information ]================
State                     : Enabled
HTTP Proxy                : proxy.example.com
Port                      : 3128
Authentication            : Enabled
Username                  : svc
"""
PROXY_ON = ProxyState(known=True, enabled=True, host="proxy.example.com", port=3128, authentication="Enabled")
TWO_INTERFACES_FACT = ShowNetwork(
    "ftd-76",
    ("10.25.0.1", "10.25.0.2"),
    ("10.62.148.10", "2001:db8::10", "10.62.149.10"),
    "10.62.148.1",
    PROXY_ON,
)


def with_dns(value: str) -> str:
    return BR1_NO_DNS.replace("Management port", f"DNS Servers               :{value}\nManagement port")


ENABLED = "State                     : Enabled"


def without_proxy(text: str, line: str) -> str:
    return text.replace("State                     : Disabled\nAuthentication", f"{line}\nAuthentication")


CASES: list[Case[ShowNetwork]] = [
    Case("7.4.2, DNS on continuation lines, proxy off", gave(FTD_742), HEALTHY),
    Case(
        "6.2.3, no proxy section",
        gave(FTD_623),
        ShowNetwork(
            "ftd623",
            ("192.168.200.100", "8.8.8.8"),
            ("10.62.148.179",),
            "10.62.148.129",
            ProxyState(known=False, shown=False),
        ),
    ),
    Case("br1, no DNS line", gave(BR1_NO_DNS), NO_DNS),
    Case("empty DNS value", gave(with_dns("")), NO_DNS),
    Case("blank DNS value", gave(with_dns("  ")), NO_DNS),
    Case("DNS none", gave(with_dns(" none")), NO_DNS),
    Case("DNS None", gave(with_dns(" None")), NO_DNS),
    Case("7.6, two interfaces, IPv6, proxy on", gave(TWO_INTERFACES), TWO_INTERFACES_FACT),
    Case("as a terminal shows it", gave(noisy(FTD_742)), HEALTHY),
    Case("echo before and prompt after", gave(f"> show network\n{FTD_742}\n> "), HEALTHY),
    Case("DNS server that is no address", gave(with_dns(" dns.example.com")), NoFact("'dns.example.com'")),
    Case(
        "proxy state of a form never seen",
        gave(without_proxy(FTD_742, "State                     : Automatic")),
        ShowNetwork(
            "firepower",
            HEALTHY.dns_servers,
            ("192.168.45.45",),
            "data-interfaces",
            ProxyState(known=False, authentication="Disabled"),
        ),
    ),
    *(
        Case(f"proxy not understood: {what}", gave(text, truncated=cut), replace(HEALTHY, proxy=proxy))
        for what, text, cut, proxy in (
            (
                "another state, host and port",
                without_proxy(FTD_742, f"{ENABLED} (HTTP)\nHTTP Proxy : proxy.example.com\nPort : 3128"),
                False,
                ProxyState(False, host="proxy.example.com", port=3128, authentication="Disabled"),
            ),
            ("no state", without_proxy(FTD_742, ""), False, ProxyState(False, authentication="Disabled")),
            (
                "two states",
                without_proxy(FTD_742, f"State : Disabled\n{ENABLED}"),
                False,
                ProxyState(False, authentication="Disabled"),
            ),
            (
                "on, without host and port",
                without_proxy(FTD_742, ENABLED),
                False,
                ProxyState(False, enabled=True, authentication="Disabled"),
            ),
            (
                "on, with a port that is none",
                without_proxy(FTD_742, f"{ENABLED}\nHTTP Proxy : proxy.example.com\nPort : many"),
                False,
                ProxyState(False, enabled=True, host="proxy.example.com", authentication="Disabled"),
            ),
            ("another title", FTD_742.replace("[ Proxy Information ]", "[ HTTP Proxy ]"), False, ProxyState(False)),
            ("two sections", FTD_742 + FTD_742[FTD_742.index("===============[ Proxy") :], False, ProxyState(False)),
            ("output cut before it", FTD_742.split("===============[ Proxy")[0], True, ProxyState(False)),
            ("output cut within it", FTD_742, True, ProxyState(False)),
        )
    ),
    Case("cut within the DNS servers", gave(FTD_742[:250], truncated=True), NoFact("ends within")),
    Case(
        "cut before the next section, not marked", gave(FTD_742.split("=====[ management0")[0]), NoFact("ends within")
    ),
    Case("section header lost", gave(FTD_742.replace("[ System Information ]", "")), NoFact("found 0")),
    Case("printed twice", gave(FTD_742 + BR1_NO_DNS), NoFact("found 2")),
    Case("empty", gave(""), NoFact("found 0")),
    Case("refused by the CLI", gave("Syntax error: Illegal command line\n"), NoFact("found 0")),
    Case("binary", gave(BINARY), NoFact("found 0")),
]


@each(CASES)
def test_show_network(case: Case[ShowNetwork]) -> None:
    check(parse, case)
