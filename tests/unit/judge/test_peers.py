"""Who answered in a host's place: what is shown of its certificate, who vouches for it, and which clock explains it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import cast

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.facts.network import chain as chains
from sse_compliance.facts.network.curl import Curl
from sse_compliance.facts.network.curl_verbose import Certificate
from sse_compliance.facts.system.device_clock import DeviceClock
from sse_compliance.judge import peers
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.peers import (
    Peer,
    Voucher,
    date,
    ensure_it_can_be_the_cloud,
    explain_by_the_clock,
    peer_of,
    presented_chain,
    shown_certificate,
)
from tests.unit.judge.recorded import RECORDED

NAME = "api-sse.cisco.com"
READ = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def presented() -> chains.PresentedChain:
    """What a device in between presents."""
    evidence = read_directory(RECORDED)["ftd-tls-interception"]
    return chains.parse(evidence.probe(f"chain:{NAME}"))


def certificate(begin: datetime | None = None, end: datetime | None = None, issuer: str | None = "CN=X") -> Certificate:
    return Certificate("CN=s", issuer, begin, end)


@dataclass
class Host:
    """What the device tells of one host."""

    first: Curl
    insecure: Curl | None = None
    presented: chains.PresentedChain | None = None
    device_now: datetime | None = None
    because: list[str] = field(default_factory=list)

    def curl(self, name: str) -> Curl:
        assert name == NAME
        return self.first

    def curl_insecure(self, name: str) -> Curl:
        assert name == NAME
        return self.insecure or self.first

    def chain(self, name: str) -> chains.PresentedChain:
        assert name == NAME
        if self.presented is None:
            raise Unavailable("there is no openssl")
        return self.presented

    def read_at(self, probe: str) -> datetime:
        assert probe == f"curl:{NAME}"
        return READ

    @property
    def clock(self) -> DeviceClock:
        if self.device_now is None:
            raise Unavailable("no clock")
        return DeviceClock(int(self.device_now.timestamp()), READ)

    def explained_by(self, requirement: str) -> None:
        self.because.append(requirement)


def host(*args: object, **options: object) -> FirepowerHost:
    return cast(FirepowerHost, Host(*args, **options))  # type: ignore[arg-type]  # options vary


FAILED = Curl(60, verified=False, verify_error="self-signed certificate in certificate chain", error="SSL problem")


def test_a_date_as_findings_show_it() -> None:
    assert date(None) == "unknown"
    assert date(datetime(2026, 1, 2, 3, 4, 59, tzinfo=timezone(timedelta(hours=2)))) == "2026-01-02 01:04 UTC"


@pytest.mark.parametrize(
    "call",
    [
        Curl(0, verified=True),
        replace(FAILED, expired=True),
        replace(FAILED, not_yet_valid=True),
    ],
)
def test_dates_are_looked_at_when_the_chain_was_found_good(call: Curl) -> None:
    assert peer_of(host(call), NAME) == Peer(Voucher.CONNECTOR, "it verifies by the connector's CA")
    ensure_it_can_be_the_cloud(host(call), NAME)


def test_a_good_chain_for_another_host_does_not_show_the_cloud() -> None:
    call = replace(FAILED, host_mismatch=True)
    assert peer_of(host(call), NAME).voucher is Voucher.UNKNOWN
    with pytest.raises(Unavailable, match="another host's"):
        ensure_it_can_be_the_cloud(host(call), NAME)


UNKNOWN = (
    "the certificate's issuer is CN=X: if that is a public CA, connectorCA.pem is outdated, else somebody in between "
    "decrypts"
)


@pytest.mark.parametrize(
    ("first", "insecure", "words"),
    [
        (FAILED, None, "the issuer is not shown"),
        (FAILED, Curl(0, certificate=certificate(issuer=None)), "the issuer is not shown"),
        (FAILED, Curl(0, certificate=certificate()), UNKNOWN),
        (replace(FAILED, certificate=certificate()), Curl(0), UNKNOWN),
        (
            replace(FAILED, certificate=certificate(issuer="CN=other")),
            Curl(0, certificate=certificate()),
            UNKNOWN,
        ),
    ],
)
def test_without_the_chain_nobody_can_tell(first: Curl, insecure: Curl | None, words: str) -> None:
    assert peer_of(host(first, insecure), NAME) == Peer(Voucher.UNKNOWN, words)
    with pytest.raises(Unavailable) as caught:
        ensure_it_can_be_the_cloud(host(first, insecure), NAME)
    assert caught.value.reason == (
        "something answered, but nothing shows that it is api-sse.cisco.com: self-signed certificate in certificate "
        f"chain; {words}"
    )


def test_somebody_in_between(presented: chains.PresentedChain) -> None:
    between = host(replace(FAILED, verify_error=None), None, presented)
    assert peer_of(between, NAME) == Peer(
        Voucher.NOBODY,
        f"the certificate's issuer is {presented.shown.issuer}, which is neither the connector's CA nor a public one: "
        "somebody in between answers in the host's place",
    )
    with pytest.raises(Unavailable, match=r"nothing shows that it is api-sse\.cisco\.com: SSL problem; the cert"):
        ensure_it_can_be_the_cloud(between, NAME)


def test_a_public_authority(presented: chains.PresentedChain, monkeypatch: pytest.MonkeyPatch) -> None:
    def issuer(chain: chains.PresentedChain, name: str, at: datetime) -> str:
        assert (chain, name, at) == (presented, NAME, READ)
        return "CN=Public"

    monkeypatch.setattr(peers, "public_issuer", issuer)
    assert peer_of(host(FAILED, None, presented), NAME) == Peer(
        Voucher.PUBLIC,
        "the certificate's issuer is CN=Public, a public CA that vouches for the host: connectorCA.pem is outdated "
        "(field notice FN-72103); upgrade or install the hotfix",
    )
    ensure_it_can_be_the_cloud(host(FAILED, None, presented), NAME)


def test_a_chain_that_another_host_presented_is_not_believed(presented: chains.PresentedChain) -> None:
    begin, end = presented.shown.not_before, presented.shown.not_after
    assert begin is not None
    assert end is not None
    same, other = certificate(begin, end), certificate(begin, end + timedelta(days=1))
    half = certificate(begin + timedelta(days=1), None)
    for first, insecure, believed in (
        (None, None, True),
        (same, same, True),
        (half, None, True),
        (other, None, False),
        (None, other, False),
        (same, other, False),
    ):
        one = host(replace(FAILED, certificate=first), Curl(0, certificate=insecure), presented)
        assert presented_chain(one, NAME) == (presented if believed else None)
    assert presented_chain(host(FAILED), NAME) is None


def test_the_certificate_that_is_shown(presented: chains.PresentedChain) -> None:
    begin, end = READ - timedelta(days=1), READ + timedelta(days=1)
    whole, half, late = certificate(begin, end), certificate(begin), certificate(None, end)
    first = certificate(begin, end, "CN=first")
    for one, insecure, chain, shown in (
        (None, whole, None, whole),
        (first, whole, None, whole),
        (first, None, None, first),
        (None, half, None, half),
        (None, half, presented, presented.shown),
        (None, late, presented, presented.shown),
        (None, None, presented, presented.shown),
        (None, None, None, None),
    ):
        asked = host(replace(FAILED, certificate=one), Curl(0, certificate=insecure), chain)
        assert shown_certificate(asked, NAME) == shown


DAY = timedelta(days=1)
IN_DATE = certificate(READ - DAY, READ + DAY)
EXPIRED = certificate(READ - 9 * DAY, READ - DAY)


@pytest.mark.parametrize(
    ("shown", "device_now", "call", "because"),
    [
        # In date for us, expired for the device.
        (IN_DATE, READ + 2 * DAY, replace(FAILED, expired=True), ["SSE-PLT-02"]),
        (IN_DATE, READ - 2 * DAY, replace(FAILED, not_yet_valid=True), ["SSE-PLT-02"]),
        # The bounds themselves are in date.
        (IN_DATE, READ + DAY, replace(FAILED, expired=True), []),
        (IN_DATE, READ - DAY, replace(FAILED, not_yet_valid=True), []),
        # In date for the device, whose clock is behind.
        (EXPIRED, READ - 2 * DAY, Curl(0, verified=True), ["SSE-PLT-02"]),
        (certificate(READ - DAY, READ), READ + DAY, replace(FAILED, expired=True), ["SSE-PLT-02"]),
        (certificate(READ, READ + DAY), READ - DAY, replace(FAILED, not_yet_valid=True), ["SSE-PLT-02"]),
        # Both clocks say the same.
        (EXPIRED, READ + timedelta(hours=1), replace(FAILED, expired=True), []),
        (IN_DATE, READ, Curl(0, verified=True), []),
        # It failed for another reason.
        (IN_DATE, READ + 2 * DAY, FAILED, []),
        # Not known.
        (None, READ + 2 * DAY, replace(FAILED, expired=True), []),
        (certificate(None, READ + DAY), READ + 2 * DAY, replace(FAILED, expired=True), []),
        (certificate(READ - DAY, None), READ + 2 * DAY, replace(FAILED, expired=True), []),
        (IN_DATE, None, replace(FAILED, expired=True), []),
    ],
)
def test_what_the_clock_explains(
    shown: Certificate | None, device_now: datetime | None, call: Curl, because: list[str]
) -> None:
    one = Host(replace(call, certificate=shown), device_now=device_now)
    explain_by_the_clock(cast(FirepowerHost, one), NAME)
    assert one.because == because
