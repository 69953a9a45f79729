"""Who answered in a host's place: the cloud, or somebody in between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.chain import PresentedChain
from sse_compliance.facts.network.curl_verbose import Certificate
from sse_compliance.facts.network.trust import public_issuer
from sse_compliance.judge.host import FirepowerHost

#: The requirement on the device's clock: what explains dates that only that clock finds wrong.
CLOCK = "SSE-PLT-02"


class Voucher(StrEnum):
    """Who vouches for what was presented."""

    CONNECTOR = "the connector's CA"
    PUBLIC = "a public CA"
    NOBODY = "neither the connector's CA nor a public one"
    UNKNOWN = "it can't be told who"


@dataclass(frozen=True, slots=True)
class Peer:
    """Who presented a certificate for a host."""

    voucher: Voucher
    #: In words, with the issuer as far as it is shown.
    words: str


def date(moment: datetime | None) -> str:
    """A moment as findings show it."""
    return "unknown" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def shown_certificate(host: FirepowerHost, name: str) -> Certificate | None:
    """The host's certificate as either call shows it, else as the list of presented certificates has it."""
    said = host.curl_insecure(name).certificate or host.curl(name).certificate
    if said is not None and said.not_before is not None and said.not_after is not None:
        return said
    chain = presented_chain(host, name)
    return said if chain is None else chain.shown


def presented_chain(host: FirepowerHost, name: str) -> PresentedChain | None:
    """The certificates that the host presents; None where they are not known, or are not those that curl was shown."""
    try:
        chain = host.chain(name)
    except Unavailable:
        return None
    for said in (host.curl(name).certificate, host.curl_insecure(name).certificate):
        dates = (said.not_before, said.not_after) if said else (None, None)
        if None not in dates and dates != (chain.shown.not_before, chain.shown.not_after):
            return None
    return chain


def peer_of(host: FirepowerHost, name: str) -> Peer:
    """Who answered for a host."""
    call = host.curl(name)
    # Dates and names are looked at when the chain has been found good.
    if call.host_mismatch:
        return Peer(Voucher.UNKNOWN, "it verifies by the connector's CA, but it is another host's")
    if call.verified or call.expired or call.not_yet_valid:
        return Peer(Voucher.CONNECTOR, "it verifies by the connector's CA")
    chain = presented_chain(host, name)
    if chain is None:
        said = host.curl_insecure(name).certificate or call.certificate
        if said is None or not said.issuer:
            return Peer(Voucher.UNKNOWN, "the issuer is not shown")
        doubt = "if that is a public CA, connectorCA.pem is outdated, else somebody in between decrypts"
        return Peer(Voucher.UNKNOWN, f"the certificate's issuer is {said.issuer}: {doubt}")
    issuer = public_issuer(chain, name, host.read_at(f"curl:{name}"))
    if issuer is not None:
        return Peer(
            Voucher.PUBLIC,
            f"the certificate's issuer is {issuer}, a public CA that vouches for the host: connectorCA.pem is "
            "outdated (field notice FN-72103); upgrade or install the hotfix",
        )
    return Peer(
        Voucher.NOBODY,
        f"the certificate's issuer is {chain.shown.issuer}, which is neither the connector's CA nor a public one: "
        "somebody in between answers in the host's place",
    )


def ensure_it_can_be_the_cloud(host: FirepowerHost, name: str) -> None:
    """Nothing, where what answered for a host can be the cloud. A block page answers too, with any status.

    Raises:
        Unavailable: nothing shows that it can.
    """
    peer = peer_of(host, name)
    if peer.voucher in (Voucher.NOBODY, Voucher.UNKNOWN):
        call = host.curl(name)
        raise Unavailable(
            f"something answered, but nothing shows that it is {name}: {call.verify_error or call.error}; {peer.words}"
        )


def explain_by_the_clock(host: FirepowerHost, name: str) -> None:
    """Says that the device's clock explains what is found, where the certificate is in date by one of the two clocks,
    the device's and the runner's, and not by the other."""
    certificate = shown_certificate(host, name)
    if certificate is None or certificate.not_before is None or certificate.not_after is None:
        return
    try:
        clock = host.clock
    except Unavailable:
        return
    begin, end = certificate.not_before, certificate.not_after
    call = host.curl(name)
    doubted = call.expired or call.not_yet_valid or call.verified
    if doubted and (begin <= clock.now <= end) != (begin <= clock.read_at <= end):
        host.explained_by(CLOCK)
