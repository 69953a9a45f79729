"""Certificates of the lab, made anew for every lab: the connector's CA file, and the chains that hosts present.

A root and an issuing CA as Cisco's, and a company's own, whose firewall decrypts. Keys are never written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Authority:
    """A root and the issuing CA that signs for hosts."""

    root: x509.Certificate
    issuing: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def bundle(self) -> str:
        """Both in PEM: the text of ``connectorCA.pem``."""
        return pem(self.root) + pem(self.issuing)


@dataclass(frozen=True, slots=True)
class LabTrust:
    """Who signs in a lab."""

    cloud: Authority
    company: Authority
    #: The key of every host; nothing in the lab ever makes a TLS session with it.
    key: ec.EllipticCurvePrivateKey

    @classmethod
    def new(cls) -> LabTrust:
        """New authorities, valid today."""
        return cls(_authority("HydrantID Lab", "HydrantID Lab"), _authority("Example Corp", "Corp Proxy"), _key())

    def chain(
        self, host: str, begin: datetime, end: datetime, *, intercepted: bool = False
    ) -> tuple[x509.Certificate, ...]:
        """What a host presents: its own certificate, valid from begin to end, and who issued it."""
        authority = self.company if intercepted else self.cloud
        name = _name("Cisco Systems, Inc.", host)
        leaf = (
            _builder(name, self.key, authority.issuing.subject, authority.key)
            .not_valid_before(begin)
            .not_valid_after(end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
            .sign(authority.key, hashes.SHA256())
        )
        return leaf, authority.issuing, authority.root


def pem(certificate: x509.Certificate) -> str:
    """A certificate as text."""
    return certificate.public_bytes(Encoding.PEM).decode()


def _key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _authority(organisation: str, common: str) -> Authority:
    root_key, issuing_key = _key(), _key()
    root_name, issuing_name = _name(organisation, f"{common} Root"), _name(organisation, f"{common} ICA")
    root = _ca(root_name, root_key, root_name, root_key)
    return Authority(root, _ca(issuing_name, issuing_key, root_name, root_key), issuing_key)


def _name(organisation: str, common_name: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
    )


def _ca(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, issuer: x509.Name, issuer_key: ec.EllipticCurvePrivateKey
) -> x509.Certificate:
    now = datetime.now(UTC)
    usage = x509.KeyUsage(
        digital_signature=True,
        key_cert_sign=True,
        crl_sign=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        _builder(subject, key, issuer, issuer_key)
        .not_valid_before(now - timedelta(days=400))
        .not_valid_after(now + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(issuer_key, hashes.SHA256())
    )
