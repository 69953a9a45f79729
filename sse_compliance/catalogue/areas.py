"""The areas of the catalogue: the three letters in the middle of a requirement's ID."""

from __future__ import annotations

AREAS = {
    "PLT": "Platform",
    "DNS": "Name resolution",
    "NET": "Reachability",
    "TLS": "Trust",
    "PRX": "Proxy",
    "CFG": "Connector configuration",
    "PRC": "Processes",
    "SOK": "Sockets",
    "CTX": "Connector context",
    "LOG": "Connector log",
    "LIC": "Licence",
    "CLD": "Cloud services",
    "HLT": "Health",
    "MGR": "Manager",
    "FWR": "Firewall rules",
}
