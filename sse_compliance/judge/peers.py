"""Who answered in a host's place: the cloud, or somebody in between."""

from __future__ import annotations

from datetime import UTC, datetime

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.curl_verbose import Certificate
from sse_compliance.judge.host import FirepowerHost

#: The requirement on the device's clock: what explains dates that only that clock finds wrong.
CLOCK = "SSE-PLT-02"


def date(moment: datetime | None) -> str:
    """A moment as findings show it."""
    return "unknown" if moment is None else f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def shown_certificate(host: FirepowerHost, name: str) -> Certificate | None:
    """The host's certificate as either call shows it."""
    return host.curl_insecure(name).certificate or host.curl(name).certificate


def who_answered(host: FirepowerHost, name: str) -> str:
    """Who issued the certificate that was presented, as far as either call shows it."""
    certificate = shown_certificate(host, name)
    if certificate is None or not certificate.issuer:
        return "the issuer is not shown"
    return (
        f"the certificate's issuer is {certificate.issuer}: if that is a public CA, connectorCA.pem is outdated, else "
        "somebody in between decrypts"
    )


def ensure_it_can_be_the_cloud(host: FirepowerHost, name: str) -> None:
    """Nothing, where what answered for a host can be the cloud. A block page answers too, with any status.

    Raises:
        Unavailable: nothing shows that it can.
    """
    call = host.curl(name)
    # Dates and names are looked at when the chain has been found good.
    if call.verified or call.expired or call.not_yet_valid or call.host_mismatch:
        return
    raise Unavailable(
        f"something answered, but nothing shows that it is {name}: {call.verify_error or call.error}; "
        f"{who_answered(host, name)}"
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
