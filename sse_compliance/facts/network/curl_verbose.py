"""The ``-v`` text of curl 7.44 to 8.19, line by line.

It is read with care, as parts of it are a stranger's: response headers come behind ``< ``, and names in a certificate
may hold line breaks, so that a line of theirs looks like curl's own.
"""

from __future__ import annotations

import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_TRYING = re.compile(r"\*[ ]{1,4}Trying \S+")
_CONNECTED = re.compile(
    r"\* (?:Connected to \S{1,300} \((?P<old>[^ ()]{1,100})\) port [0-9]{1,5}.{0,20}"
    r"|Established (?:\S+ )?connection to \S{1,300} \((?P<new>\S{1,100}) port [0-9]{1,5}\).{0,200})"
)
_CONNECT_REQUEST = re.compile(r"> ?CONNECT \S+ HTTP/")
_STATUS = re.compile(r"< ?HTTP/[0-9](?:\.[0-9])? ([1-5][0-9]{2})(?: .*)?")
_PROXY_METHOD = re.compile(r"< ?[Pp]roxy-[Aa]uthenticate: ?([A-Za-z0-9_-]{1,40})(?:[ ,].*)?")
_LEFT_INTACT = re.compile(r"\* Connection #[0-9]{1,9} to host (\S{1,300}?)(?::[0-9]{1,5})? left intact[ \t]*")
_CLOSING = re.compile(
    r"\* (?:Closing connection|closing connection|shutting down connection|Connection #[0-9]+ to host)"
)
_ERROR = re.compile(r"curl: \(([0-9]{1,3})\) (.*)")
_TLS_SESSION = re.compile(r"\* (?:SSL connection using .*|SSL connected|mbedTLS: Handshake complete.*)")
#: Where what is told of the certificate begins: OpenSSL and NSS, GnuTLS, mbedTLS.
_CERTIFICATE_BEGINS = re.compile(
    r"\*[ \t]{1,4}(?:Server certificate:|server certificate verification .*|Dumping cert info:.*)[ \t]*"
)
#: A line of it. Until 7.47 a tab stands before each, as it does with NSS; mbedTLS has names of its own.
_CERTIFICATE = re.compile(
    r"\*[ \t]{1,6}(subject|start date|expire date|issuer|issuer name|subject name|issued {1,2}on|expires on)[ ]*: (.*)"
)
_MBEDTLS = {"issuer name": "issuer", "subject name": "subject", "issued on": "start date", "expires on": "expire date"}
_VERIFY_OK = re.compile(
    r"\*[ \t]{1,4}(?:SSL certificate verif(?:y ok|ied via OpenSSL)|server certificate verification OK)\.?[ \t]*"
)
_VERIFY_RESULT = re.compile(
    r"\*[ \t]{1,4}SSL certificate (?:OpenSSL )?verify result: (.{1,300}?) \([0-9]{1,5}\)(?:, continuing anyway\.?)?"
    r"[ \t]*"
)
CERTIFICATE_PROBLEM = re.compile(r"SSL certificate (?:OpenSSL )?(?:problem|verify result): (.*?)(?: \([0-9]{1,5}\))?$")

#: Why a certificate was not accepted, in the words of each TLS library: OpenSSL (and its like), GnuTLS, NSS, mbedTLS,
#: wolfSSL, Schannel.
REFUSALS = {
    "expired": re.compile(
        r"certificate (?:has |is )?expired|[Cc]ertificate has expired|expiration date has passed|BADCERT_EXPIRED"
        r"|SEC_ERROR_EXPIRED_CERTIFICATE|SEC_E_CERT_EXPIRED|ASN_AFTER_DATE_E|certificate chain uses expired certificate"
        r"|current date after"
    ),
    "not yet valid": re.compile(
        r"certificate is not yet (?:valid|activated)|certificate not activated yet|BADCERT_FUTURE|ASN_BEFORE_DATE_E"
        r"|activation date (?:is )?not reached|uses not yet valid certificate|current date before"
    ),
    "mismatch": re.compile(
        r"no alternative certificate subject name matches|does not match (?:target host|hostname|host)"
        r"|requested domain name does not match|BADCERT_CN_MISMATCH|SEC_E_WRONG_PRINCIPAL|SSL_ERROR_BAD_CERT_DOMAIN"
        r"|common names? do(?:es)? not match|certificate has no matching name|DOMAIN_NAME_MISMATCH"
        r"|peer subject name mismatch"
    ),
    "untrusted": re.compile(
        r"BADCERT_NOT_TRUSTED|SEC_ERROR_UN(?:KNOWN|TRUSTED)_ISSUER|SEC_E_UNTRUSTED_ROOT|issuer is not recognized"
        r"|X509 - Certificate verification failed|issuer has been marked as not trusted|CA signer not available"
        r"|ASN_NO_SIGNER_E|ASN no signer error|server certificate verification failed|certificate issuer is unknown"
    ),
}


@dataclass(frozen=True, slots=True)
class Certificate:
    """The certificate that was presented, as ``-v`` shows it. Older curls show none where they reject it."""

    subject: str | None
    issuer: str | None
    not_before: datetime | None
    not_after: datetime | None

    def is_for(self, host: str) -> bool:
        """Whether the subject's one common name is the host's, or a wildcard for its first label (RFC 6125, 6.4.3).
        False proves nothing: the host may be among the other names, which ``-v`` does not show."""
        names = [
            part.strip()[3:].lower()
            for part in re.split(r"(?<!\\)[;,]", self.subject or "")
            if part.strip()[:3] == "CN="
        ]
        if len(names) != 1:
            return False
        label, _, domain = host.lower().partition(".")
        return names[0] == host.lower() or (bool(label) and "." in domain and names[0] == f"*.{domain}")


@dataclass(frozen=True, slots=True)
class Verbose:
    """What the ``-v`` text says."""

    trying: bool
    peer: str | None
    tls_session: bool
    proxy_status: int | None
    proxy_methods: tuple[str, ...]
    http_status: int | None
    left_intact: str | None
    #: Whether it goes on to what curl says at its end.
    ended: bool
    certificate: Certificate | None
    verify_ok: bool
    verify_result: str | None
    #: The ``curl: (N) …`` sentences by number.
    error: Mapping[int, str]

    @property
    def rejected(self) -> bool:
        return any(
            pattern.search(sentence)
            for sentence in self.error.values()
            for pattern in (CERTIFICATE_PROBLEM, *REFUSALS.values())
        )

    @property
    def understood(self) -> bool:
        return bool(self.trying or self.peer or self.http_status or self.left_intact or self.error)

    @classmethod
    def of(cls, text: list[str]) -> Verbose:
        text = [line for line in text if line]
        own = [line for line in text if line.startswith("*")]
        headers = [(i, line) for i, line in enumerate(text) if line.startswith("<")]
        peers = [found.group("old") or found.group("new") for line in own if (found := _CONNECTED.fullmatch(line))]
        # The server's own answer comes after the TLS session; what comes before it, the proxy said.
        session = next((i for i, line in enumerate(text) if _TLS_SESSION.fullmatch(line)), None)
        statuses = [(i, int(found.group(1))) for i, line in headers if (found := _STATUS.fullmatch(line))]
        proxied = any(_CONNECT_REQUEST.match(line) for line in text)
        from_proxy = [code for i, code in statuses if proxied and (session is None or i < session)]
        from_server = [code for i, code in statuses if session is not None and i > session]
        methods = [found.group(1).lower() for _, line in headers if (found := _PROXY_METHOD.fullmatch(line))]
        ending = text[headers[-1][0] + 1 :] if headers else text
        intact = [found.group(1) for line in ending if (found := _LEFT_INTACT.fullmatch(line))]
        results = [found.group(1) for line in own if (found := _VERIFY_RESULT.fullmatch(line))]
        return cls(
            trying=any(_TRYING.match(line) for line in own),
            peer=peers[-1].strip("[]") if peers else None,
            tls_session=session is not None,
            proxy_status=from_proxy[-1] if from_proxy else None,
            proxy_methods=tuple(dict.fromkeys(methods)) if proxied else (),
            http_status=from_server[-1] if from_server else None,
            left_intact=intact[-1] if intact else None,
            ended=bool(intact) or any(_CLOSING.match(line) for line in ending),
            certificate=_certificate(own),
            verify_ok=any(_VERIFY_OK.fullmatch(line) for line in own),
            verify_result=results[-1] if results else None,
            error={int(found.group(1)): found.group(2).strip() for line in text if (found := _ERROR.fullmatch(line))},
        )


def _certificate(own: list[str]) -> Certificate | None:
    """The last *Server certificate* block. What it says twice is not told: a name in it may hold line breaks."""
    starts = [i for i, line in enumerate(own) if _CERTIFICATE_BEGINS.fullmatch(line)]
    if not starts:
        return None
    values: dict[str, str | None] = {}
    for line in own[starts[-1] + 1 : starts[-1] + 30]:
        if found := _CERTIFICATE.fullmatch(line):
            key = " ".join(found.group(1).split())
            key = _MBEDTLS.get(key, key)
            values[key] = None if key in values else found.group(2).strip()
    return Certificate(
        subject=values.get("subject"),
        issuer=values.get("issuer"),
        not_before=_date(values.get("start date") or ""),
        not_after=_date(values.get("expire date") or ""),
    )


def _date(text: str) -> datetime | None:
    """``2021-12-03 21:07:00 GMT`` (old curl; without zone mbedTLS), ``Dec  3 21:07:00 2021 GMT`` or, of GnuTLS,
    ``Fri, 03 Dec 2021 21:07:00 GMT``."""
    try:
        if re.fullmatch(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT", text):
            return parsedate_to_datetime(text).astimezone(UTC)
        if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}:[0-9]{2}(?: GMT)?", text):
            return datetime.fromisoformat(text.removesuffix(" GMT")).replace(tzinfo=UTC)
        return datetime.fromtimestamp(ssl.cert_time_to_seconds(text), UTC)
    except (ValueError, OverflowError, OSError):
        return None
