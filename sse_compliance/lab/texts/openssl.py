"""What ``openssl s_client -showcerts`` and curl's ``%{certs}`` print, in OpenSSL 3.0's layout (recorded)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from cryptography import x509

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.texts.curl import VALID_BEFORE, is_answered, valid_for
from sse_compliance.lab.trust import LabTrust, pem


def openssl_files(scenario: Scenario, hosts: Iterable[Endpoint], trust: LabTrust, now: datetime) -> dict[str, str]:
    """All answers of the device, as paths below ``/lab`` and contents; a host that has none was not reached.

    Args:
        now: the device's own clock.
    """
    files: dict[str, str] = {}
    for endpoint in hosts:
        if not is_answered(scenario, endpoint.role):
            continue
        begin, end = now - VALID_BEFORE, now + timedelta(days=valid_for(scenario, endpoint.role))
        chain = trust.chain(endpoint.fqdn, begin, end, intercepted=scenario.intercepted)
        if scenario.proxy is None and scenario.openssl:
            files[f"openssl/{endpoint.fqdn}"] = s_client(chain)
        files[f"certs/{endpoint.fqdn}"] = "".join(map(pem, chain))
    return files


def s_client(chain: tuple[x509.Certificate, ...]) -> str:
    """The part of the output that the certificates are in."""
    listed = "".join(
        f" {number} s:{_spaced(c.subject)}\n   i:{_spaced(c.issuer)}\n"
        f"   a:PKEY: id-ecPublicKey, 256 (bit); sigalg: ecdsa-with-SHA256\n"
        f"   v:NotBefore: {_date(c.not_valid_before_utc)}; NotAfter: {_date(c.not_valid_after_utc)}\n{pem(c)}"
        for number, c in enumerate(chain)
    )
    leaf = chain[0]
    return (
        f"CONNECTED(00000003)\n---\nCertificate chain\n{listed}---\nServer certificate\n"
        f"subject={_spaced(leaf.subject)}\nissuer={_spaced(leaf.issuer)}\n---\n"
    )


def _spaced(name: x509.Name) -> str:
    """As OpenSSL 3.0 writes names; one with a comma in quotes."""
    parts = ((a.rfc4514_attribute_name, str(a.value)) for a in name)
    return ", ".join(f'{key} = "{value}"' if "," in value else f"{key} = {value}" for key, value in parts)


def _date(moment: datetime) -> str:
    return f"{moment:%b %e %H:%M:%S %Y} GMT"
