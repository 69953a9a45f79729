"""Regions and their allowlists (``fixtures/regions.yaml``)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a host of the allowlist is for."""

    API = "api"
    EST = "est"
    MX = "mx"
    DEX = "dex"
    EVENTING = "eventing-ingest"
    REGISTRATION = "registration"
    SCC = "scc"
    AMP = "amp"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host that devices of a region must reach on TCP 443."""

    #: The name that is probed.
    fqdn: str
    role: Role
    #: What a firewall rule must allow, where it is wider than the name probed (``mx*.sse.itd.cisco.com``).
    pattern: str
    #: Whether TechNote 215547 names a curl call with ``--cacert connectorCA.pem`` for it.
    documented_call: bool
    #: The document that names it.
    source: str
