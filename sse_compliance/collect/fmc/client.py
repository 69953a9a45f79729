"""Asking an FMC: one request after another, as fast as it lets, and lists page by page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from time import monotonic, sleep
from typing import Any
from urllib.parse import urlencode

import requests

from sse_compliance.collect.fmc.errors import FmcError, NoSuchPathError
from sse_compliance.collect.fmc.token import BearerToken, Domain, LoginToken, Token
from sse_compliance.collect.fmc.transport import ReadOnlySession, json_object
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import RestAccess

#: The most that an FMC gives in one page.
PAGE_ITEMS = 1000
#: A list of more pages is no fleet, and no FMC keeps a program busy for ever.
MOST_PAGES = 50
#: How often a request is repeated because the FMC is busy, and the longest that one pause is, in seconds.
MOST_PAUSES = 6
LONGEST_PAUSE = 60.0
_PAUSE = 10.0
#: How long one look at an FMC may take in all, in seconds.
LOOK_SECONDS = 900.0

_BUSY = frozenset({429, 500, 502, 503, 504})


class FmcClient:
    """One session with one FMC.

    Args:
        access: where it is and who asks.
        secret: the user's password, or the token of a cloud-delivered FMC.
        pause: waits for some seconds.
        now: the clock, in seconds.
        told: told of each request and of how it ended.
    """

    def __init__(
        self,
        access: RestAccess,
        secret: Secret,
        pause: Callable[[float], None] = sleep,
        now: Callable[[], float] = monotonic,
        told: Callable[[str, str], None] | None = None,
    ) -> None:
        self.base = access.base
        self._pause = pause
        self._now = now
        self._end = now() + LOOK_SECONDS
        is_cloud = access.kind == "cdfmc"
        self.session = ReadOnlySession(may_log_in=not is_cloud, ca_file=access.ca_file, told=told)
        self._token: Token
        if is_cloud:
            self._token = BearerToken(self.base, secret)
        else:
            self._token = LoginToken(self.session, self.base, access.user, secret, self._patiently, now)
        #: Requests made so far, those for tokens included.
        self.requests = 0

    @property
    def domains(self) -> tuple[Domain, ...]:
        """The domains of the user, the one that lists are had from first.

        Raises:
            FmcError: logging in failed.
        """
        self._token.headers()
        if not self._token.domains:
            raise FmcError(f"{self.base}: the FMC names no domain for this user")
        return self._token.domains

    def begin(self, *, anew: bool = False) -> None:
        """Begins a look: what it may take is counted from now.

        Args:
            anew: whether a login of another process has ended the session by now.
        """
        self._end = self._now() + LOOK_SECONDS
        if anew:
            self._token.forget()

    def get(self, path: str, query: Mapping[str, str | int] | None = None) -> dict[str, Any]:
        """The answer to a GET of a path below the FMC's address.

        Raises:
            FmcError: there is none.
        """
        url = self.base + path + (f"?{urlencode(query)}" if query else "")
        response = self._authorised(url)
        status = response.status_code
        if status == 200:
            return json_object(response)
        said = _description(response)
        if status == 404:
            raise NoSuchPathError(f"{self.base}{path}: HTTP 404{said}")
        raise FmcError(f"{self.base}{path}: HTTP {status}{said}")

    def items(self, path: str, query: Mapping[str, str | int] | None = None) -> list[dict[str, Any]]:
        """All items of a list, page by page. An empty list has no ``items`` at all.

        Raises:
            FmcError: a page could not be had, or the list is not as long as it says.
        """
        found: list[dict[str, Any]] = []
        for _ in range(MOST_PAGES):
            body = self.get(path, {**(query or {}), "offset": len(found), "limit": PAGE_ITEMS})
            page = body.get("items", [])
            paging = body.get("paging")
            count = paging.get("count") if isinstance(paging, dict) else len(found) + len(page)
            if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
                raise FmcError(f"{self.base}{path}: the answer holds no list of items")
            found += page
            if not isinstance(count, int) or len(found) >= count:
                return found
            if not page:
                raise FmcError(f"{self.base}{path}: the list ended after {len(found)} of {count} items")
        raise FmcError(f"{self.base}{path}: a list of more than {MOST_PAGES} pages")

    def _authorised(self, url: str) -> requests.Response:
        while True:
            response = self._patiently(partial(self.session.call, "GET", url, headers=self._token.headers()))
            if response.status_code != 401:
                return response
            response.close()
            self._token.lost()

    def _patiently(self, call: Callable[[], requests.Response]) -> requests.Response:
        """A call, repeated while the FMC says that it is busy."""
        for attempt in range(MOST_PAUSES + 1):
            if self._now() > self._end:
                raise FmcError(f"{self.base}: it was not read within {LOOK_SECONDS:g} s")
            self.requests += 1
            response = call()
            if response.status_code not in _BUSY or attempt == MOST_PAUSES:
                break
            response.close()
            self._pause(_seconds(response.headers.get("Retry-After")))
        if response.status_code == 429:
            response.close()
            raise FmcError(f"{self.base}: too many requests (429), {MOST_PAUSES + 1} times in a row; try again later")
        return response


def _seconds(retry_after: str | None) -> float:
    if retry_after is None or not retry_after.strip().isdigit():
        return _PAUSE
    return min(float(retry_after), LONGEST_PAUSE)


def _description(response: requests.Response) -> str:
    """What an FMC says of an error, for people."""
    try:
        body = json_object(response)
        return f": {str(body['error']['messages'][0]['description'])[:200]}"
    except (FmcError, KeyError, IndexError, TypeError):
        return ""
