"""The edge firewall between the devices' network and the cloud, and the rules that a test changes."""

from __future__ import annotations

from collections.abc import Iterable

from tests.e2e.lab import names
from tests.e2e.lab.cloud import LEGACY_PORT, PORTS
from tests.e2e.lab.shell import in_network

# `ct original` so that a fault hits a connection in both directions, whether new or long established.
_RULES = f"""
table inet edge {{
    map faults {{ type ipv4_addr . ipv4_addr : verdict; }}
    map redirected {{ type ipv4_addr . ipv4_addr : ipv4_addr . inet_service; }}
    set black_holes {{ type ipv4_addr; }}
    set stalled {{ type ipv4_addr . inet_service; }}
    chain send_reset {{
        meta l4proto tcp reject with tcp reset
        drop
    }}
    chain send_prohibited {{
        reject with icmpx type admin-prohibited
    }}
    chain redirect_chosen {{
        type nat hook prerouting priority dstnat; policy accept;
        tcp dport 443 dnat ip to ip saddr . ip daddr map @redirected
    }}
    chain forwarded {{
        type filter hook forward priority filter; policy drop;
        iifname "br0" oifname "br0" accept
        ct original ip saddr @black_holes ip length > 1000 drop
        ct original ip saddr . ct original ip daddr vmap @faults
        ip saddr . tcp sport @stalled drop
        ip daddr . tcp dport @stalled drop
        ct state established,related accept
        iifname "br0" icmp type echo-request accept
        iifname "br0" udp dport 53 accept
        iifname "br0" tcp dport {{ 443, {LEGACY_PORT}, {names.PROXY_PORT}, {names.PROXY_LOGIN_PORT} }} accept
        iifname "br0" ct status dnat accept
    }}
}}
"""


class Firewall:
    """The rules in force. A host is named by its FQDN or its address."""

    def __init__(self, edge: int) -> None:
        self._edge = edge
        #: client -> the elements that were added for it, for :meth:`repair`.
        self._planted: dict[str, set[tuple[str, str]]] = {}
        self._nft(_RULES)

    def listed(self) -> str:
        """The rules in force, as ``nft -j list ruleset`` prints them."""
        return in_network(self._edge, "nft", "-j", "list", "ruleset")

    def drop(self, client: str, *hosts: str) -> None:
        """Drop all packets between a device and the hosts, in sessions that are up as well."""
        self._fault(client, hosts, "drop")

    def reset(self, client: str, *hosts: str) -> None:
        """Answer a device's TCP packets to the hosts with RST."""
        self._fault(client, hosts, "goto send_reset")

    def unreachable(self, client: str, *hosts: str) -> None:
        """Answer a device's packets to the hosts with ICMP "administratively prohibited"."""
        self._fault(client, hosts, "goto send_prohibited")

    def drop_all(self, client: str) -> None:
        """Drop all packets between a device and every host of the cloud; DNS and proxy stay reachable."""
        self.drop(client, *names.ADDRESSES)

    def drop_dns(self, client: str) -> None:
        """Drop a device's DNS."""
        self.drop(client, names.DNS_SERVER)

    def intercept(self, client: str, *hosts: str) -> None:
        """Have a device's TLS sessions to the hosts (all, where none is named) ended by the company's own proxy."""
        self._redirect(client, hosts or tuple(names.ADDRESSES), "intercepted")

    def serve_expired(self, client: str, *hosts: str) -> None:
        """Show a device expired certificates for the hosts."""
        self._redirect(client, hosts, "expired")

    def serve_misnamed(self, client: str, *hosts: str) -> None:
        """Show a device certificates that name another host."""
        self._redirect(client, hosts, "misnamed")

    def black_hole(self, client: str) -> None:
        """Drop a device's packets above 1,000 bytes without telling anybody, both ways (a broken path MTU)."""
        self._nft(f"add element inet edge black_holes {{ {client} }}")
        self._planted.setdefault(client, set()).add(("black_holes", client))

    def stall(self, client: str, port: int) -> None:
        """Drop the packets of the one session that a device holds from this local port; new sessions pass."""
        element = f"{client} . {port}"
        self._nft(f"add element inet edge stalled {{ {element} }}")
        self._planted.setdefault(client, set()).add(("stalled", element))

    def repair(self, client: str) -> None:
        """Take back every fault of a device."""
        for where, element in self._planted.pop(client, set()):
            self._nft(f"delete element inet edge {where} {{ {element} }}")

    def _fault(self, client: str, hosts: Iterable[str], verdict: str) -> None:
        self._add("faults", client, hosts, verdict)

    def _redirect(self, client: str, hosts: Iterable[str], kind: str) -> None:
        self._add("redirected", client, hosts, f"{names.INTERCEPTOR} . {PORTS[kind]}")

    def _add(self, where: str, client: str, hosts: Iterable[str], value: str) -> None:
        keys = [f"{client} . {address}" for host in hosts for address in names.ADDRESSES.get(host, (host,))]
        self._nft(f"add element inet edge {where} {{ {', '.join(f'{key} : {value}' for key in keys)} }}")
        self._planted.setdefault(client, set()).update((where, key) for key in keys)

    def _nft(self, text: str) -> None:
        in_network(self._edge, "nft", "-f", "-", text_in=text)
