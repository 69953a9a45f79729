"""Who vouches for a chain of certificates: the public roots (certifi), or CAs of the connector's own file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache, lru_cache
from pathlib import Path

import certifi
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from cryptography.x509.verification import PolicyBuilder, Store, VerificationError

from sse_compliance.facts.network.chain import PresentedChain

#: Organisations whose CAs Cisco ships in connectorCA.pem, as its documents and field notices (FN-72103, FN-72111) name
#: them.
_SHIPPED = re.compile(r"(?:HydrantID|QuoVadis|IdenTrust|Cisco)\b", re.IGNORECASE)


@cache
def public_roots() -> tuple[x509.Certificate, ...]:
    """The roots that browsers trust."""
    return tuple(x509.load_pem_x509_certificates(Path(certifi.where()).read_bytes()))


def public_issuer(
    chain: PresentedChain, host: str, at: datetime, roots: Sequence[x509.Certificate] | None = None
) -> str | None:
    """Who issued the host's certificate, where the chain verifies for the host's name by a public root; None where not.

    Dates are another matter (SSE-TLS-03): the chain is judged at a moment at which the host's certificate was valid.

    Args:
        chain: what was presented.
        host: the name that was asked for.
        at: now, with zone.
        roots: the roots; the public ones where None.
    """
    leaf = chain.leaf
    second = timedelta(seconds=1)
    moment = min(max(at, leaf.not_valid_before_utc + second), leaf.not_valid_after_utc - second)
    store = Store(list(public_roots() if roots is None else roots))
    verifier = PolicyBuilder().store(store).time(moment).build_server_verifier(x509.DNSName(host))
    try:
        verifier.verify(leaf, list(chain.certificates[1:]))
    except VerificationError:
        return None
    return leaf.issuer.rfc4514_string()


def vouching(chain: PresentedChain, authorities: Sequence[x509.Certificate]) -> tuple[x509.Certificate, ...]:
    """The CAs of the connector's file that the chain comes to, nearest first; empty where none vouches for it."""
    found: list[x509.Certificate] = []
    seen: list[x509.Certificate] = [chain.leaf]
    waiting = [chain.leaf]
    while waiting:
        current = waiting.pop(0)
        found += [a for a in authorities if a not in found and (a == current or _issued(a, current))]
        further = [c for c in (*chain.certificates, *authorities) if c not in seen and _issued(c, current)]
        seen += further
        waiting += further
    return tuple(found)


def belongs_there(authority: x509.Certificate, roots: Sequence[x509.Certificate] | None = None) -> bool:
    """Whether a CA of the connector's file is one that Cisco ships, or a public root; else somebody has added it."""
    organisations = authority.subject.get_attributes_for_oid(NameOID.ORGANIZATION_NAME)
    if any(_SHIPPED.match(str(organisation.value)) for organisation in organisations):
        return True
    return _identity(authority) in {_identity(root) for root in (public_roots() if roots is None else roots)}


@lru_cache(4096)  # a fleet presents the same few chains on every device
def _issued(issuer: x509.Certificate, subject: x509.Certificate) -> bool:
    try:
        subject.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _identity(certificate: x509.Certificate) -> bytes:
    """A CA by its name and key: it may be there in another edition than the root of the same key."""
    key = certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return certificate.subject.public_bytes() + key
