"""Addresses of devices: host names, IPv4 and IPv6, and whether two entries lead to one device."""

from __future__ import annotations

import re
from ipaddress import ip_address

from sse_compliance.inventory.device import Access

#: A host name or an address, with nothing that a shell, a URL or ssh could take for something else. An IPv6 address may
#: begin or end in colons, and name the runner's interface (``fe80::1%eth0``).
HOST_PATTERN = (
    r"(?:[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,252}[A-Za-z0-9])?"
    r"|[0-9A-Fa-f:]{2,39}(?:(?:[0-9]{1,3}\.){3}[0-9]{1,3})?(?:%[A-Za-z0-9][A-Za-z0-9._-]{0,14})?)"
)


def is_host(text: str) -> bool:
    """Whether a text is a host name or an IP address. No host name ends in a label of digits (RFC 1123, 2.1)."""
    if not re.fullmatch(HOST_PATTERN, text):
        return False
    try:
        return not re.search(r":|(^|\.)[0-9]+$", text) or bool(ip_address(text))
    except ValueError:
        return False


def shown(address: str, port: int) -> str:
    """Address and port as a person reads them; an IPv6 address stands in brackets."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def place(access: Access) -> object:
    """What is equal for two entries that lead to one device: address and port, seen from the last jump host, and behind
    a chassis's supervisor the module and the instance."""
    hops = tuple((_same(hop.address), hop.port) for hop in access.jump)
    return _same(access.address), access.port, hops, access.module, access.instance


def as_name(address: str) -> str:
    """The name of a device that is given by its address only."""
    return re.sub(r"[:%]", "-", address).strip("-") or "any"


def _same(address: str) -> str:
    """An address in the one spelling that all its spellings have in common."""
    try:
        return str(ip_address(address))
    except ValueError:
        return address.rstrip(".").lower()
