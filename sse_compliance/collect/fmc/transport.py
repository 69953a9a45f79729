"""HTTPS to an FMC. Nothing but a GET, and the POST that asks for a token, can leave through it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.utils import get_environ_proxies

from sse_compliance.collect.fmc.errors import FmcError

#: The only paths that a POST may go to, below the FMC's prefix: asking for a token and renewing it.
TOKEN_PATHS = ("/api/fmc_platform/v1/auth/generatetoken", "/api/fmc_platform/v1/auth/refreshtoken")

#: Seconds to connect, and seconds without a byte; a list of 1,000 devices is computed for a while.
TIMEOUTS = (10.0, 60.0)

#: A larger answer is none that this program asks for.
MOST_BYTES = 32 * 1024 * 1024


class WriteRefusedError(AssertionError):
    """A request that could change something was about to be sent; that is a fault of this program."""


class ReadOnlySession(requests.Session):
    """A session of ``requests`` that refuses to send what could change an FMC.

    Args:
        may_log_in: whether the POST that asks for a token may be sent (not where the token is given).
        ca_file: the file with the CA that the FMC's certificate must come from; the system's where None.
        told: told of each request, as ``METHOD URL``, and of how it ended.
    """

    def __init__(
        self, *, may_log_in: bool, ca_file: str | None, told: Callable[[str, str], None] | None = None
    ) -> None:
        super().__init__()
        self._told = told or (lambda *_: None)
        self._posts = TOKEN_PATHS if may_log_in else ()
        # The environment could put another user's password (~/.netrc) or another CA in place of what is configured.
        self.trust_env = False
        self.verify = ca_file or True

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Sends a request.

        Raises:
            WriteRefusedError: it is neither a GET nor one of the two POSTs; nothing was sent.
        """
        path = urlsplit(request.url or "").path
        if not (request.method == "GET" or (request.method == "POST" and path in self._posts)):
            raise WriteRefusedError(f"{request.method} {path} is not sent: this client only reads")
        if request.method == "GET" and request.body:
            raise WriteRefusedError(f"GET {path} with a body is not sent")
        return super().send(request, **kwargs)

    def call(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        """One request, its body not yet read; no redirect is followed, because it would carry the token away.

        Raises:
            FmcError: no answer came.
        """
        try:
            response = self._call(method, url, **kwargs)
        except FmcError as error:
            self._told(f"{method} {url}", f"no answer: {error}")
            raise
        self._told(f"{method} {url}", f"HTTP {response.status_code}")
        return response

    def _call(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        host = urlsplit(url).netloc
        try:
            proxies = get_environ_proxies(url, None)
            return self.request(
                method, url, timeout=TIMEOUTS, allow_redirects=False, stream=True, proxies=proxies, **kwargs
            )
        except requests.exceptions.SSLError as error:
            raise FmcError(
                f"{host}: its certificate can't be verified ({_reason(error)}); give the CA's file as `ca_file`"
            ) from None
        except requests.Timeout:
            raise FmcError(f"{host}: no answer within {TIMEOUTS[1]:g} s") from None
        except (requests.RequestException, OSError) as error:
            raise FmcError(f"{host}: can't be reached: {_reason(error)}") from None


def content(response: requests.Response) -> bytes:
    """The body of an answer.

    Raises:
        FmcError: it ended early or is too long.
    """
    pieces: list[bytes] = []
    size = 0
    try:
        for piece in response.iter_content(64 * 1024):
            pieces.append(piece)
            size += len(piece)
            if size > MOST_BYTES:
                raise FmcError(f"{_place(response)}: an answer of more than {MOST_BYTES} bytes")
    except (requests.RequestException, OSError) as error:
        raise FmcError(f"{_place(response)}: the answer broke off: {_reason(error)}") from None
    finally:
        response.close()
    return b"".join(pieces)


def json_object(response: requests.Response) -> dict[str, Any]:
    """The body of an answer, which must be a JSON object.

    Raises:
        FmcError: it is none.
    """
    try:
        body = json.loads(content(response))
    except (ValueError, RecursionError):
        raise FmcError(f"{_place(response)}: the answer is no complete JSON") from None
    if not isinstance(body, dict):
        raise FmcError(f"{_place(response)}: the answer is JSON, but no object")
    return body


def _place(response: requests.Response) -> str:
    parts = urlsplit(response.url)
    return f"{parts.netloc}{parts.path}"


def _reason(error: BaseException) -> str:
    """The innermost reason, without addresses of objects in memory."""
    inner: object = error
    while isinstance(inner, BaseException) and (inner.args or getattr(inner, "reason", None)):
        following = getattr(inner, "reason", None) or inner.args[-1]
        if not isinstance(following, BaseException):
            break
        inner = following
    text = str(inner)
    return text.rpartition(">: ")[2][:200] or type(error).__name__
