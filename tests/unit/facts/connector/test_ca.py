"""``connectorCA.pem``."""

from __future__ import annotations

from base64 import b64decode, b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector.ca import CACertificate, parse
from tests.unit.facts.tables import BINARY, gave

PATH = "/ngfw/etc/ssl/connectorCA.pem"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Made:
    pem: str
    fact: CACertificate


def make(name: str, start: datetime, end: datetime, *, ca: bool | None) -> Made:
    """A certificate; ``ca`` None leaves the basic constraints out."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(start)
        .not_valid_after(end)
    )
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    pem = builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()
    return Made(pem, CACertificate(f"CN={name}", f"CN={name}", start, end, bool(ca)))


ROOT = make("Root", NOW - YEAR, NOW + YEAR, ca=True)
OLD = make("Old root", NOW - 3 * YEAR, NOW - YEAR, ca=True)
FUTURE = make("Future root", NOW + YEAR, NOW + 3 * YEAR, ca=True)
LEAF = make("api-sse.cisco.com", NOW - YEAR, NOW + YEAR, ca=False)
PLAIN = make("no constraints", NOW - YEAR, NOW + YEAR, ca=None)


def file(text: str, *, truncated: bool = False) -> ProbeResult:
    return gave(text, command=f"cat {PATH}", truncated=truncated)


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        pytest.param(ROOT.pem, (ROOT.fact,), id="one"),
        pytest.param(OLD.pem + ROOT.pem, (OLD.fact, ROOT.fact), id="expired and good"),
        pytest.param(ROOT.pem.replace("\n", "\r\n"), (ROOT.fact,), id="CR/LF"),
        pytest.param(f"# Root\n{ROOT.pem}\nSome text\n{LEAF.pem}", (ROOT.fact, LEAF.fact), id="text between"),
        pytest.param(PLAIN.pem, (PLAIN.fact,), id="no basic constraints"),
    ],
)
def test_certificates(text: str, facts: tuple[CACertificate, ...]) -> None:
    fact = parse(file(text))
    assert fact.path == PATH
    assert fact.missing is None
    assert fact.problems == ()
    assert fact.certificates == facts


@pytest.mark.parametrize(
    ("text", "names"),
    [
        pytest.param(
            OLD.pem + ROOT.pem + LEAF.pem + FUTURE.pem + PLAIN.pem, ["CN=Root"], id="only the CA that is in date"
        ),
        pytest.param(OLD.pem, [], id="expired"),
        pytest.param(FUTURE.pem, [], id="not yet valid"),
        pytest.param(LEAF.pem, [], id="no CA"),
        pytest.param("", [], id="none"),
    ],
)
def test_unexpired(text: str, names: list[str]) -> None:
    assert [c.subject for c in parse(file(text)).unexpired(NOW)] == names


def test_the_limits_of_validity_are_within_it() -> None:
    fact = parse(file(ROOT.pem))
    assert fact.unexpired(NOW - YEAR)
    assert fact.unexpired(NOW + YEAR)
    assert not fact.unexpired(NOW + YEAR + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        pytest.param("", "holds no certificate", id="empty"),
        pytest.param("not a certificate\n", "holds no certificate", id="text"),
        pytest.param(BINARY, "holds no certificate", id="binary"),
        pytest.param(ROOT.pem.replace("CERTIFICATE", "PRIVATE KEY"), "holds no certificate", id="other kind"),
        pytest.param(ROOT.pem[:200], "begin and do not end", id="half"),
        pytest.param(ROOT.pem.replace("MII", "MIX", 1), "certificate 1 can't be read", id="damaged"),
        pytest.param("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "can't be read", id="no content"),
    ],
)
def test_problems(text: str, problem: str) -> None:
    fact = parse(file(text))
    assert any(problem in said for said in fact.problems)
    assert not fact.unexpired(NOW)


def test_a_damaged_certificate_beside_a_good_one() -> None:
    fact = parse(file(ROOT.pem.replace("MII", "MIX", 1) + ROOT.pem))
    assert fact.problems == ("certificate 1 can't be read: ValueError",)
    assert fact.certificates == (ROOT.fact,)


def test_a_certificate_that_only_openssl_takes_is_told_and_no_problem() -> None:
    """The BOOLEAN of its basicConstraints is 01 in place of FF, as pyca/cryptography #11365 has it."""
    der = b64decode("".join(ROOT.pem.split("-----")[2].split()))
    true = b"\x30\x03\x01\x01"
    assert der.count(true + b"\xff") == 1
    odd = b64encode(der.replace(true + b"\xff", true + b"\x01")).decode()
    fact = parse(file(f"{ROOT.pem}-----BEGIN CERTIFICATE-----\n{odd}\n-----END CERTIFICATE-----\n"))
    assert fact.problems == ()
    assert fact.unread == ("certificate 2 can't be read: ValueError",)
    assert [c.subject for c in fact.unexpired(NOW)] == ["CN=Root"]


@pytest.mark.parametrize("why", ["No such file or directory", "Permission denied"])
def test_a_missing_file(why: str) -> None:
    fact = parse(gave("", f"cat: {PATH}: {why}\n", exit_status=1, command=f"cat {PATH}"))
    assert fact.missing == why
    assert fact.problems == (why,)
    assert fact.unexpired(NOW) == ()


@pytest.mark.parametrize(
    "result",
    [
        file(ROOT.pem[:100], truncated=True),
        file(ROOT.pem, truncated=True),
        file(ROOT.pem + OLD.pem[:100], truncated=True),
        gave("", exit_status=124),
        gave("", "cat: x: Input/output error\n", exit_status=1),
    ],
)
def test_no_fact(result: ProbeResult) -> None:
    with pytest.raises(Unavailable):
        parse(result)
