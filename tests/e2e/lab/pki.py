"""The lab's certificates: the cloud's private CA, and that of a company's intercepting proxy."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Authority:
    """A root and the intermediate that signs, as certificates and the intermediate's key."""

    root: x509.Certificate
    ica: x509.Certificate
    key: rsa.RSAPrivateKey

    @property
    def bundle(self) -> str:
        """Root and intermediate in PEM: what ``connectorCA.pem`` holds."""
        return _pem(self.root) + _pem(self.ica)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _name(organisation: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "US"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _certificate(
    subject: x509.Name,
    key: rsa.RSAPublicKey,
    issuer: x509.Name,
    signer: rsa.RSAPrivateKey,
    days: tuple[int, int],
    extension: x509.ExtensionType,
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + days[0] * _DAY)
        .not_valid_after(now + days[1] * _DAY)
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        .add_extension(_usage(ca=isinstance(extension, x509.BasicConstraints)), critical=True)
        .sign(signer, hashes.SHA256())
    )


def _usage(*, ca: bool) -> x509.KeyUsage:
    """What a CA's, or a server's, key is for; public CAs must say it."""
    return x509.KeyUsage(
        digital_signature=True,
        key_encipherment=not ca,
        key_cert_sign=ca,
        crl_sign=ca,
        content_commitment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def make_authority(organisation: str, common: str, days: tuple[int, int] = (-1, 3650)) -> Authority:
    """A new root and intermediate (``common`` + Root / ICA), valid from/to so many days from now."""
    root_key, key = _new_key(), _new_key()
    root_name, ica_name = _name(organisation, f"{common} Root"), _name(organisation, f"{common} ICA")
    constraints = x509.BasicConstraints(ca=True, path_length=None)
    root = _certificate(root_name, root_key.public_key(), root_name, root_key, days, constraints)
    ica = _certificate(ica_name, key.public_key(), root_name, root_key, days, constraints)
    return Authority(root, ica, key)


def write_server_files(
    folder: Path,
    authority: Authority,
    names: list[str],
    days: tuple[int, int] = (-1, 730),
    certified: str | None = None,
) -> None:
    """Write ``NAME.pem`` for every name: key, certificate and chain, as a TLS server loads them.

    Args:
        folder: where to; made if need be.
        authority: who signs.
        names: the names that the server is called by.
        days: valid from/to, in days from now.
        certified: what the certificate says instead of the name.
    """
    folder.mkdir(parents=True)
    key = _new_key()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()
    for name in names:
        said = certified or name
        leaf = _certificate(
            _name("Cisco Systems, Inc.", said),
            key.public_key(),
            authority.ica.subject,
            authority.key,
            days,
            x509.SubjectAlternativeName([x509.DNSName(said)]),
        )
        (folder / f"{name}.pem").write_text(private + _pem(leaf) + authority.bundle)
