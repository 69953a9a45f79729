"""Answers that a DNS filter gives in place of the right ones: addresses of block pages and sinkholes, and their names.

Only what a vendor documents, or what can't be a public host, is taken for such an answer; a filter that is not listed
here is found by its certificate.
"""

from __future__ import annotations

import re
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from sse_compliance.facts.network.nslookup import Nslookup

#: Networks whose addresses only ever are a filter's own, each with the filter.
_BLOCK_PAGES = tuple(
    (ip_network(network), filter_name)
    for network, filter_name in (
        # Cisco Umbrella, "Block page IP addresses": .104 to .110, and the bypass page's
        ("146.112.61.104/29", "Cisco Umbrella"),
        ("146.112.255.155/32", "Cisco Umbrella"),
        ("67.215.65.128/28", "OpenDNS"),
        ("208.91.112.55/32", "FortiGuard"),
        ("2620:101:9000:53::55/128", "FortiGuard"),
        # Palo Alto Networks: sinkhole.paloaltonetworks.com, now and before
        ("198.135.184.22/32", "Palo Alto Networks' sinkhole"),
        ("72.5.65.111/32", "Palo Alto Networks' sinkhole"),
        ("2600:5200::1/128", "Palo Alto Networks' sinkhole"),
        ("94.140.14.33/32", "AdGuard DNS"),
        ("94.140.14.35/32", "AdGuard DNS"),
    )
)

#: A label that names of block pages and response policy zones have, and hosts of the cloud have not.
_FILTER_NAME = re.compile(
    r"(?:^|\.)(?:hit-[a-z0-9-]+\.opendns\.com|sinkhole[a-z0-9-]*|rpz[a-z0-9-]*|[a-z0-9-]+-rpz|block-?page[a-z0-9-]*|blocked"
    r"|block|walled-?garden[a-z0-9-]*)(?:\.|$)"
)

_NAT64 = ip_network("64:ff9b::/96")
_MAPPED_BITS = (1 << 32) - 1


def _meant(text: str) -> IPv4Address | IPv6Address:
    """The address that an answer stands for: an IPv4 address that NAT64 or a mapped address carries is that one."""
    address = ip_address(text.partition("%")[0])
    if isinstance(address, IPv6Address) and (address in _NAT64 or address.ipv4_mapped or address.sixtofour):
        return address.ipv4_mapped or address.sixtofour or IPv4Address(int(address) & _MAPPED_BITS)
    return address


def is_public(text: str) -> bool:
    """Whether an address can be that of a host on the internet."""
    address = _meant(text)
    return address.is_global and not address.is_multicast


def block_answers(answer: Nslookup) -> tuple[str, ...]:
    """What of an answer is a DNS filter's own, in words; empty where nothing is."""
    found = [
        f"{text} ({filter_name})"
        for text, address in ((text, _meant(text)) for text in answer.addresses)
        for network, filter_name in _BLOCK_PAGES
        if address in network
    ]
    found += [alias for alias in answer.aliases if _FILTER_NAME.search(alias.lower())]
    return tuple(found)
