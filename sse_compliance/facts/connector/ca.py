"""``connectorCA.pem``: the certification authorities that the connector trusts, and nobody else.

::

    -----BEGIN CERTIFICATE-----
    MIIFazCCA1OgAwIBAgIRAIIQz7DSQONZRGPgu2OCiwAwDQYJKoZIhvcNAQELBQAw
    -----END CERTIFICATE-----
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.text import path_read, why_unreadable

_BEGIN = "-----BEGIN CERTIFICATE-----"
#: The beginning of a line that begins or ends a certificate, where the text stops.
_TORN = re.compile(r"^-{1,5}(?:[BE][A-Z ]{0,20}-{0,4})?\Z", re.MULTILINE)
_BLOCK = re.compile(rf"{_BEGIN}[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----")


@dataclass(frozen=True, slots=True)
class CACertificate:
    """A certificate of the file. Names are as RFC 4514 writes them."""

    subject: str
    issuer: str
    not_before: datetime
    not_after: datetime
    #: Whether it may sign others.
    is_ca: bool


@dataclass(frozen=True, slots=True)
class ConnectorCA:
    """The connector's CA file."""

    path: str
    #: Why the file could not be read (``No such file or directory``); None where it was.
    missing: str | None
    #: What is wrong with the file; empty where nothing is.
    problems: tuple[str, ...]
    certificates: tuple[CACertificate, ...]
    #: Certificates that this program can't read though they are whole; OpenSSL and Go may, or pass over them.
    unread: tuple[str, ...] = ()
    #: The certificates themselves.
    authorities: tuple[x509.Certificate, ...] = field(default=(), compare=False, repr=False)

    def unexpired(self, at: datetime) -> tuple[CACertificate, ...]:
        """The certification authorities that are in date at that moment (with zone)."""
        return tuple(c for c in self.certificates if c.is_ca and c.not_before <= at <= c.not_after)


def parse(result: ProbeResult) -> ConnectorCA:
    """The file, or why it could not be read.

    Raises:
        Unavailable: reading failed in a way that says nothing of the file, or stopped before its end.
    """
    path = path_read(result)
    if missing := why_unreadable(result):
        return ConnectorCA(path, missing, (missing,), ())
    if result.truncated:
        raise Unavailable(f"{path} was not read to its end")
    blocks: list[str] = _BLOCK.findall(result.stdout)
    certificates: list[CACertificate] = []
    problems: list[str] = []
    unread: list[str] = []
    authorities: list[x509.Certificate] = []
    for number, block in enumerate(blocks, 1):
        try:
            authority = x509.load_pem_x509_certificate(block.encode("ascii"))
            certificates.append(_read(authority))
            authorities.append(authority)
        # cryptography names no closed set of errors for a broken certificate
        except Exception as error:
            words = f"certificate {number} can't be read: {type(error).__name__}"
            (unread if _is_whole(block) else problems).append(words)
    unfinished = result.stdout.count(_BEGIN) - len(blocks)
    if unfinished > 0 or _TORN.search(result.stdout):
        problems.append(f"{max(unfinished, 1)} certificate(s) begin and do not end")
    if not blocks:
        problems.append("the file holds no certificate")
    return ConnectorCA(path, None, tuple(problems), tuple(certificates), tuple(unread), tuple(authorities))


def _is_whole(block: str) -> bool:
    """Whether a block is base64 of one DER sequence, as long as it says: a certificate, however odd."""
    try:
        der = b64decode("".join(block.split("-----")[2].split()), validate=True)
    except ValueError:
        return False
    if len(der) < 4 or der[0] != 0x30:
        return False
    size = der[1] & 0x7F
    if der[1] < 0x80:
        return len(der) == 2 + size
    return len(der) == 2 + size + int.from_bytes(der[2 : 2 + size], "big")


def _read(certificate: x509.Certificate) -> CACertificate:
    return CACertificate(
        subject=certificate.subject.rfc4514_string(),
        issuer=certificate.issuer.rfc4514_string(),
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        is_ca=_is_ca(certificate),
    )


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        # Version 1 certificates have no extensions; a self-issued one counts as a CA, as it does for OpenSSL.
        return certificate.version is x509.Version.v1 and certificate.subject == certificate.issuer
