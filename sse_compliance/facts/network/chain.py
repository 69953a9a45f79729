"""The certificates that a host presents: ``openssl s_client -showcerts``, or curl's ``%{certs}`` behind a proxy.

::

    Certificate chain
     0 s:C = US, O = "Cisco Systems, Inc.", CN = api-sse.cisco.com
       i:C = US, O = HydrantID Lab, CN = HydrantID Lab ICA
    -----BEGIN CERTIFICATE-----
    MIIDQzCCAiugAwIBAgIUPoCGJ6CSOg5FTr39FECVHPmHvQMwDQYJKoZIhvcNAQEL
    -----END CERTIFICATE-----
    ---
    Server certificate

Only a list that is whole counts: without its last certificate a chain verifies by nobody, and that would be an
accusation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC

from cryptography import x509

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.curl_verbose import Certificate
from sse_compliance.facts.text import clean, excerpt

#: No chain is longer than this; what is, is somebody's attempt.
MAX_CERTIFICATES = 12

_BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]{1,40000}-----END CERTIFICATE-----")
_WHOLE_OPENSSL = re.compile(r"^Certificate chain\n(.*)^---\nServer certificate$", re.MULTILINE | re.DOTALL)
_WHOLE_CURL = re.compile(r"(.*)^([0-9]{1,3}) certificates$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class PresentedChain:
    """What a host presented, its own certificate first."""

    certificates: tuple[x509.Certificate, ...]

    @property
    def leaf(self) -> x509.Certificate:
        """The host's own certificate."""
        return self.certificates[0]

    @property
    def shown(self) -> Certificate:
        """The host's own certificate in the form in which curl tells it."""
        return Certificate(
            self.leaf.subject.rfc4514_string(),
            self.leaf.issuer.rfc4514_string(),
            self.leaf.not_valid_before_utc.astimezone(UTC),
            self.leaf.not_valid_after_utc.astimezone(UTC),
        )

    def names(self, host: str) -> bool:
        """Whether the host is among the certificate's alternative names, by itself or by a wildcard for its first
        label."""
        try:
            names = self.leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        except (x509.ExtensionNotFound, ValueError):
            return False
        told = {name.lower() for name in names.get_values_for_type(x509.DNSName)}
        return host.lower() in told or f"*.{host.lower().partition('.')[2]}" in told


def parse(result: ProbeResult) -> PresentedChain:
    """The chain.

    Raises:
        Unavailable: none was presented, or the list is not whole, or a certificate of it can't be read.
    """
    text = clean(result.stdout)
    listed = _WHOLE_OPENSSL.search(text) or _WHOLE_CURL.search(text)
    blocks = _BLOCK.findall(listed.group(1)) if listed else []
    if listed and listed.lastindex == 2 and len(blocks) != int(listed.group(2)):
        blocks = []
    if not blocks or len(blocks) > MAX_CERTIFICATES or result.truncated:
        said = excerpt(result.stderr) or excerpt(result.stdout) or f"exit status {result.exit_status}"
        raise Unavailable(f"no certificate chain was seen: {said}")
    try:
        return PresentedChain(tuple(x509.load_pem_x509_certificate(block.encode("ascii")) for block in blocks))
    # cryptography names no closed set of errors for a broken certificate
    except Exception as error:
        raise Unavailable(f"a certificate of the chain can't be read: {type(error).__name__}") from error
