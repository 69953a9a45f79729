"""``curl -v`` of 7.44 to 8.19, with the JSON object that the probes' ``-w`` prints.

::

    * Trying 10.6.187.110...
    * Connected to api-sse.cisco.com (10.6.187.110) port 443 (#0)
    * Server certificate:
    *  subject: C=US; O=Cisco Systems, Inc.; CN=api-sse.cisco.com
    *  expire date: 2021-12-03 21:07:00 GMT
    *  SSL certificate verify ok.
    > GET / HTTP/1.1
    < HTTP/1.1 403 Forbidden
    < Content-Length: 9
    * Connection #0 to host api-sse.cisco.com left intact

    {"http_code":"403","remote_ip":"10.6.187.110",…,"time_appconnect":"0.103","ssl_verify_result":"0"}

The numbers of ``-w`` decide where they are there: a server can't write them, while names in its certificate and its
headers do reach the ``-v`` text. Only lines of curl's own (``* …``) below the last response header can say "left
intact".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.network.curl_exits import sentence
from sse_compliance.facts.network.curl_verbose import CERTIFICATE_PROBLEM, REFUSALS, Certificate, Verbose
from sse_compliance.facts.text import ensure_ran, lines

#: Ended before a TCP connection to the peer was there: proxy name, host name, connect.
_NOT_CONNECTED = (5, 6, 7)
_CONNECT_FAILED = 7
_HANDSHAKE_FAILED = 35
#: No TLS session with the host came about, or its certificate was not accepted.
_NO_SESSION = (35, 51, 60, 77, 83, 90, 91)
#: Those of them that are about the certificate as such.
_NOT_ACCEPTED = (51, 60, 83, 90, 91)
_CA_FILE = 77

_NAME_TIMED_OUT = re.compile(r"(?:Resolving|name lookup|Name resolution) timed out|Resolving host timed out")
_PROXY_OPTION = re.compile(r"(?:^| )(?:-x|--proxy)[ =](\S+)")
_INSECURE_OPTION = re.compile(r"(?:^| )(?:-k|--insecure)(?= |$)")
_HTTP_CODE = re.compile(r"[1-5][0-9]{2}")


@dataclass(frozen=True, slots=True)
class Curl:
    """One HTTPS call. None stands for what can't be told from it."""

    exit_status: int
    #: Whether the host's name was resolved on the device; behind a proxy that is the proxy's affair: None.
    resolved: bool | None = None
    #: Whether there was a TCP connection to the host: to the host itself, or through the proxy's tunnel.
    connected: bool | None = None
    #: Status of the server's own answer, never the proxy's.
    http_status: int | None = None
    #: The host that "Connection #0 to host … left intact" names (the proxy, behind one), without ``:443``.
    left_intact: str | None = None
    #: The proxy that was asked for with ``-x``.
    proxy: str | None = None
    #: The proxy's answer to CONNECT.
    proxy_status: int | None = None
    #: Authentication methods that the proxy offers, in lower case.
    proxy_methods: tuple[str, ...] = ()
    #: Address of the peer of the TCP connection; the proxy's, behind one.
    peer: str | None = None
    certificate: Certificate | None = None
    #: Whether curl checked the certificate and the host's name in it, and accepted both. None with ``-k``, and where no
    #: certificate was seen.
    verified: bool | None = None
    #: Why the certificate was not accepted, or would not have been with ``-k``.
    verify_error: str | None = None
    host_mismatch: bool = False
    expired: bool = False
    not_yet_valid: bool = False
    #: Whether the CA file that was to be verified with could not be read.
    ca_missing: bool = False
    #: What went wrong, in curl's words; None where curl ended with 0.
    error: str | None = None


def parse(result: ProbeResult) -> Curl:
    """The call.

    Raises:
        Unavailable: curl did not end by itself, or neither its numbers nor its text can be understood.
    """
    ensure_ran(result, "curl")
    numbers = _written_out(result.stdout)
    spoken = Verbose.of(lines(result.stderr))
    if not numbers and not spoken.understood:
        raise Unavailable("curl's output is not understood: neither the numbers of -w nor the text of -v")
    status = result.exit_status
    if status == 0 and not spoken.ended and (result.truncated or not numbers):
        raise Unavailable("curl's output was cut before its end")
    proxy = _PROXY_OPTION.search(result.command)
    insecure = _INSECURE_OPTION.search(result.command) is not None
    tls = _tls(status, numbers, spoken)
    error = None if status == 0 else spoken.error.get(status, sentence(status))
    verify_error = _verify_error(status, spoken, error)
    return Curl(
        exit_status=status,
        resolved=None if proxy else _resolved(status, numbers, spoken, error),
        connected=_tunnelled(tls, status, spoken) if proxy else _connected(status, numbers, spoken, error),
        http_status=_http_status(status, numbers, spoken) if tls else None,
        left_intact=spoken.left_intact if status == 0 else None,
        proxy=proxy.group(1).strip("'\"") if proxy else None,
        proxy_status=spoken.proxy_status,
        proxy_methods=spoken.proxy_methods,
        peer=numbers.get("remote_ip") or spoken.peer,
        certificate=spoken.certificate,
        verified=None if insecure else _verified(status, tls, numbers, spoken),
        verify_error=verify_error,
        host_mismatch=_refused("mismatch", verify_error),
        expired=_refused("expired", verify_error),
        not_yet_valid=_refused("not yet valid", verify_error),
        ca_missing=status == _CA_FILE,
        error=error,
    )


def _refused(why: str, verify_error: str | None) -> bool:
    return verify_error is not None and REFUSALS[why].search(verify_error) is not None


def _written_out(stdout: str) -> Mapping[str, str]:
    """The numbers of ``-w`` by name; empty where they are missing or garbled."""
    try:
        read = json.loads(stdout[:4096].strip())
    except (ValueError, RecursionError):
        return {}
    if not isinstance(read, dict) or "http_code" not in read:
        return {}
    return {name: value for name, value in read.items() if isinstance(value, str)}


def _seconds(numbers: Mapping[str, str], name: str) -> float | None:
    """A time of ``-w``; 0 where the event did not happen, None where it is not told."""
    text = numbers.get(name, "").replace(",", ".")  # some locales print a comma
    return float(text) if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,9})?", text) else None


def _tls(status: int, numbers: Mapping[str, str], spoken: Verbose) -> bool:
    """Whether a TLS session with the host was there."""
    if status in (*_NOT_CONNECTED, *_NO_SESSION):
        return False
    seconds = _seconds(numbers, "time_appconnect")
    return spoken.tls_session if seconds is None else seconds > 0


def _resolved(status: int, numbers: Mapping[str, str], spoken: Verbose, error: str | None) -> bool | None:
    if status == 6 or _NAME_TIMED_OUT.match(error or ""):
        return False
    named = max(_seconds(numbers, "time_namelookup") or 0, _seconds(numbers, "time_connect") or 0)
    return True if spoken.trying or spoken.peer or named > 0 else None


def _connected(status: int, numbers: Mapping[str, str], spoken: Verbose, error: str | None) -> bool | None:
    if status == _CONNECT_FAILED:
        return False
    if _resolved(status, numbers, spoken, error) is False:
        return None  # the call never came as far as a connection
    # A time of 0 says nothing: 7.88 prints it for a connection on which the TLS handshake failed.
    if spoken.peer or (_seconds(numbers, "time_connect") or 0) > 0 or status in (35, *_NOT_ACCEPTED):
        return True
    # A curl that waits for the name as a part of connecting says "Connection timed out" for that too.
    return False if status == 28 and _resolved(status, numbers, spoken, error) else None


def _tunnelled(tls: bool, status: int, spoken: Verbose) -> bool | None:
    """Whether the proxy connected us to the host."""
    if tls or (spoken.proxy_status is not None and 200 <= spoken.proxy_status < 300):
        return True
    return False if status in _NOT_CONNECTED or spoken.proxy_status is not None else None


def _http_status(status: int, numbers: Mapping[str, str], spoken: Verbose) -> int | None:
    if not numbers:
        # The text tells the host's answer from the proxy's by their order alone. Only a call that ended well has both.
        return spoken.http_status if status == 0 else None
    code = numbers.get("http_code", "")
    return int(code) if _HTTP_CODE.fullmatch(code) else None


def _verify_error(status: int, spoken: Verbose, error: str | None) -> str | None:
    problem = CERTIFICATE_PROBLEM.search(error or "")
    if problem:
        return problem.group(1).strip()
    refused = status in _NOT_ACCEPTED or (status == _HANDSHAKE_FAILED and spoken.rejected)
    return error if refused else spoken.verify_result


def _verified(status: int, tls: bool, numbers: Mapping[str, str], spoken: Verbose) -> bool | None:
    """Without ``-k`` curl goes no further than the handshake with a certificate that it does not accept. So a session,
    with no complaint in the numbers, is a certificate that was verified, whatever happened after it."""
    if status in _NOT_ACCEPTED or spoken.rejected:
        return False
    if not tls:
        return None
    if "ssl_verify_result" in numbers:
        return numbers["ssl_verify_result"] == "0"
    return True if status == 0 or spoken.verify_ok else None
