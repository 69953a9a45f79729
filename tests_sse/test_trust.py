"""SSE-TLS: nobody in between. Trust is judged with the connector's CA only; ``-k`` shows who else presented what."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Endpoint
from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.trust import belongs_there, vouching
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import requirement
from sse_compliance.judge.peers import Voucher, date, explain_by_the_clock, peer_of, presented_chain, shown_certificate
from sse_compliance.judge.ways import ensure_connectors_way, ensure_let_through


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
        or "; ".join(
            (
                f"{ca.path}: "
                + ", ".join(f"{c.subject} until {date(c.not_after)}" for c in current or ca.certificates),
                *ca.unread,
            )
        ),
    )
    assert ca.missing is None
    assert not ca.problems
    assert current


@requirement("SSE-TLS-02")
def test_chain_verifies_against_connector_ca(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    call = host.curl(name)
    if call.verified is None:
        ensure_connectors_way(host)
        ensure_let_through(host, call)
        if call.ca_missing:
            raise Unavailable(f"the connector's CA file could not be read, so nothing was verified: {call.error}")
        raise Unavailable(f"no TLS handshake with {name} was completed: {call.error}")
    if not call.verified:
        ensure_connectors_way(host)
        explain_by_the_clock(host, name)
    peer = peer_of(host, name)
    host.judgement.certain = peer.voucher is Voucher.NOBODY
    host.note(
        expected=f"the chain of {name} verifies against the connector's CA",
        observed="it verifies" if call.verified else f"{call.verify_error or call.error}; {peer.words}",
    )
    assert call.verified


@requirement("SSE-TLS-03")
def test_certificate_is_in_date_and_names_the_host(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    verified = host.curl(name)
    certificate = shown_certificate(host, name)
    if certificate is None or certificate.not_before is None or certificate.not_after is None:
        ensure_connectors_way(host)
        ensure_let_through(host, verified)
        shown = host.curl_insecure(name)
        raise Unavailable(f"no certificate of {name} was seen: {shown.error or 'curl printed no dates'}")
    now = host.read_at(f"curl:{name}")
    # An untrusted chain ends curl's checking before it comes to the names; then the subject is all that there is.
    chain = presented_chain(host, name) if verified.verified is not True else None
    named = verified.verified is True or certificate.is_for(name) or (chain is not None and chain.names(name))
    in_date = certificate.not_before <= now <= certificate.not_after
    if not in_date or verified.host_mismatch:
        ensure_connectors_way(host)
        explain_by_the_clock(host, name)
    host.note(
        expected=f"in date on {date(now)}, for {name}",
        observed=f"{certificate.subject}, valid {date(certificate.not_before)} to {date(certificate.not_after)}"
        + ("; it does not name the host" if verified.host_mismatch else ""),
    )
    assert in_date
    assert not verified.host_mismatch
    if not named:
        raise Unavailable(
            f"the names of the certificate were not checked because its chain is not trusted; its subject is "
            f"{certificate.subject}, which does not name {name}"
        )


@requirement("SSE-TLS-04")
def test_no_added_ca_vouches_for_the_cloud(host: FirepowerHost, endpoint: Endpoint) -> None:
    name = endpoint.fqdn
    if not host.curl(name).verified:
        raise Unavailable(f"the chain of {name} does not verify against the connector's CA")
    authorities, chain = host.connector_ca.authorities, presented_chain(host, name)
    if host.connector_ca.problems:
        raise Unavailable(f"connectorCA.pem is not whole: {'; '.join(host.connector_ca.problems)}")
    if chain is None:
        raise Unavailable(f"the certificates that {name} presented are not known")
    vouchers = vouching(chain, authorities)
    if not vouchers:
        raise Unavailable(f"no CA of connectorCA.pem was found that vouches for {name}")
    known = [authority for authority in vouchers if belongs_there(authority)]
    nearest = (known or vouchers)[0].subject.rfc4514_string()
    host.note(
        expected=f"a CA that Cisco ships, or a public root, vouches for {name}",
        observed=nearest if known else f"{nearest} vouches for it, which somebody added to connectorCA.pem",
    )
    assert known
