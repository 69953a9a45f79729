"""A CA of a cluster's own, and certificates of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Authority:
    """Signs certificates, into a folder.

    Args:
        folder: where ``ca.pem`` and, for each name, ``NAME.pem`` and ``NAME-key.pem`` are written.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self._folder, self._key = folder, ec.generate_private_key(ec.SECP256R1())
        self._name = _named("CA of the cluster")
        self.file = folder / "ca.pem"
        self._write(self.file, self._name, self._key, ca=True)

    def options(self, name: str) -> tuple[str, ...]:
        """The options that give a certificate of this CA."""
        own, key = self._folder / f"{name}.pem", ec.generate_private_key(ec.SECP256R1())
        self._write(own, _named(name), key, ca=False)
        secret = self._folder / f"{name}-key.pem"
        secret.touch(0o600)
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return ("--tls-ca-file", str(self.file), "--tls-cert", str(own), "--tls-key", str(secret))

    def _write(self, path: Path, subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, ca: bool) -> None:
        now = datetime.now(UTC)
        certificate = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=1))
            .not_valid_after(now + timedelta(days=1))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
