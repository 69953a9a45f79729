"""The certificates that a host presents, as openssl (recorded with 3.0 on loopback) and curl list them; who vouches."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.chain import PresentedChain, parse
from sse_compliance.facts.network.trust import belongs_there, public_issuer, public_roots, vouching
from sse_compliance.lab.texts.openssl import s_client
from sse_compliance.lab.trust import LabTrust, pem
from tests.unit.facts.tables import gave

HOST = "api-sse.cisco.com"
NOW = datetime.now(UTC).replace(microsecond=0)
TRUST = LabTrust.new()


def chain(*, intercepted: bool = False, days: int = 500, host: str = HOST) -> tuple[x509.Certificate, ...]:
    return TRUST.chain(host, NOW - timedelta(days=200), NOW + timedelta(days=days), intercepted=intercepted)


GOOD, FOREIGN = chain(), chain(intercepted=True)
LISTED = s_client(GOOD).partition("---\n")[2]
BY_CURL = "Subject:CN = x\n" + "".join(map(pem, GOOD)) + "\n3 certificates\n"


@pytest.mark.parametrize("text", [LISTED, LISTED.replace("\n", "\r\n"), BY_CURL], ids=["openssl", "CR/LF", "curl"])
def test_a_whole_list_is_read(text: str) -> None:
    presented = parse(gave(text))
    assert presented.certificates == GOOD
    assert presented.shown.is_for(HOST) or "api-sse" in (presented.shown.subject or "")
    assert presented.names(HOST)
    assert not presented.names("mx01.sse.itd.cisco.com")


@pytest.mark.parametrize(
    "text",
    [
        "",
        LISTED[: len(LISTED) // 2],
        LISTED.removesuffix("---\n").rpartition("---\nServer certificate")[0],
        LISTED.replace("MII", "MIX", 1),
        "".join(map(pem, GOOD)),
        BY_CURL.replace("3 certificates", "4 certificates"),
        BY_CURL[: len(BY_CURL) // 2],
        "Certificate chain\n---\nServer certificate\n",
    ],
)
def test_a_list_that_is_not_whole_is_none(text: str) -> None:
    with pytest.raises(Unavailable):
        parse(gave(text))


def test_output_that_was_cut_at_the_bound_is_none() -> None:
    with pytest.raises(Unavailable):
        parse(gave(LISTED, truncated=True))


ROOTS = (TRUST.cloud.root,)


@pytest.mark.parametrize(
    ("presented", "name", "issuer"),
    [
        (GOOD, HOST, "HydrantID Lab ICA"),
        (GOOD[:2], HOST, "HydrantID Lab ICA"),
        (chain(days=-40), HOST, "HydrantID Lab ICA"),  # its dates are another matter
        (GOOD, "mx01.sse.itd.cisco.com", None),
        (GOOD[:1], HOST, None),
        (FOREIGN, HOST, None),
        ((GOOD[0], *FOREIGN[1:]), HOST, None),
        ((FOREIGN[0], *GOOD[1:]), HOST, None),
    ],
)
def test_whether_a_public_root_vouches(presented: tuple[x509.Certificate, ...], name: str, issuer: str | None) -> None:
    found = public_issuer(PresentedChain(presented), name, NOW, ROOTS)
    assert (found is not None and f"CN={issuer}" in found) if issuer else found is None


def test_the_public_roots_are_there_and_vouch_for_no_private_ca() -> None:
    assert len(public_roots()) > 50
    assert public_issuer(PresentedChain(GOOD), HOST, NOW) is None


OWN = (TRUST.cloud.root, TRUST.cloud.issuing)
ADDED = (TRUST.company.root, TRUST.company.issuing)


@pytest.mark.parametrize(
    ("presented", "authorities", "expected"),
    [
        (GOOD, OWN + ADDED, [True, True]),
        (FOREIGN, OWN + ADDED, [False, False]),
        (FOREIGN[:1], OWN + ADDED, [False, False]),
        (FOREIGN, OWN + ADDED[:1], [False]),
        (GOOD, ADDED, []),
    ],
)
def test_which_cas_of_the_file_vouch(
    presented: tuple[x509.Certificate, ...], authorities: tuple[x509.Certificate, ...], expected: list[bool]
) -> None:
    found = vouching(PresentedChain(presented), authorities)
    assert [belongs_there(authority) for authority in found] == expected


def test_a_public_root_in_the_file_belongs_there() -> None:
    assert all(belongs_there(root) for root in public_roots()[:5])
