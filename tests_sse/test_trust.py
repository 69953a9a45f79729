"""SSE-TLS: nobody in between. Trust is judged with the connector's CA only; ``-k`` shows who else presented what."""

from __future__ import annotations

from datetime import UTC, datetime

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.curl import Curl
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement


def _date(moment: datetime | None) -> str:
    return "unknown" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


@requirement("SSE-TLS-01")
def test_connector_ca_file_is_good(host: FirepowerHost) -> None:
    ca = host.connector_ca
    now = host.read_at("connector-ca")
    current = ca.unexpired(now)
    missing = f"{ca.path}: {ca.missing}" if ca.missing else None
    host.note(
        expected="the file exists and holds an unexpired CA certificate",
        observed=missing
        or "; ".join(ca.problems)
        or (f"{ca.path}: " + ", ".join(f"{c.subject} until {_date(c.not_after)}" for c in current or ca.certificates)),
    )
    assert ca.missing is None
    assert not ca.problems
    assert current


@requirement("SSE-TLS-02")
def test_chain_verifies_against_connector_ca(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    call = host.curl(name)
    if call.ca_missing:
        raise Unavailable(f"the connector's CA file could not be read, so nothing was verified: {call.error}")
    if call.verified is None:
        raise Unavailable(f"no TLS handshake with {name} was completed: {call.error}")
    host.note(
        expected=f"the chain of {name} verifies against the connector's CA",
        observed="it verifies" if call.verified else f"{call.verify_error or call.error}; {_issuer(host, call, name)}",
    )
    assert call.verified


def _issuer(host: FirepowerHost, call: Curl, name: str) -> str:
    """Who presented the certificate, as far as either call shows it."""
    for certificate in (call.certificate, host.curl_insecure(name).certificate):
        if certificate is not None and certificate.issuer:
            return f"the certificate's issuer is {certificate.issuer}"
    return "the issuer is not shown"


@requirement("SSE-TLS-03")
def test_certificate_is_in_date_and_names_the_host(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    verified, shown = host.curl(name), host.curl_insecure(name)
    certificate = shown.certificate or verified.certificate
    if certificate is None or certificate.not_before is None or certificate.not_after is None:
        raise Unavailable(f"no certificate of {name} was seen: {shown.error or 'curl printed no dates'}")
    now = host.read_at(f"curl:{name}")
    # An untrusted chain ends curl's checking before it comes to the names; then the subject is all that there is.
    named = verified.verified is True or certificate.is_for(name)
    host.note(
        expected=f"in date on {_date(now)}, for {name}",
        observed=f"{certificate.subject}, valid {_date(certificate.not_before)} to {_date(certificate.not_after)}"
        + ("; it does not name the host" if verified.host_mismatch else ""),
    )
    assert certificate.not_before <= now <= certificate.not_after
    assert not verified.expired
    assert not verified.host_mismatch
    if not named:
        raise Unavailable(
            f"the names of the certificate were not checked because its chain is not trusted; its subject is "
            f"{certificate.subject}, which does not name {name}"
        )
