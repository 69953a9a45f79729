"""The token of a session with an FMC: had by logging in once, renewed three times, and lost to another login.

A token lives 30 minutes. An FMC has one session per user: whoever logs in with the same user ends the session here.
Logging in again would end the other's, for ever in turns, so that is done once and not again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Protocol

import requests

from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.collect.fmc.transport import TOKEN_PATHS, ReadOnlySession, content
from sse_compliance.inventory.credentials import Secret

#: The domain that every FMC has, and the only one of a cloud-delivered FMC.
GLOBAL_DOMAIN = "e276abec-e0f2-11e3-8169-6d9ed49b625f"

#: A token is renewed when it is this old, in seconds; FMC lets it expire after 1,800.
RENEW_SECONDS = 25 * 60
MOST_REFRESHES = 3
#: How often a session that was ended early is begun again.
_MOST_LOST = 1

_LOGIN_PATH, _REFRESH_PATH = TOKEN_PATHS

#: Makes a call, repeated while the FMC is busy.
Send = Callable[[Callable[[], requests.Response]], requests.Response]


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of an FMC that the user may see."""

    uuid: str
    name: str


class Token(Protocol):
    """What authorises a request."""

    #: The domain that requests go to unless another is named, and all that the user may see.
    domains: tuple[Domain, ...]

    def headers(self) -> dict[str, str]:
        """The headers of a request.

        Raises:
            FmcError: there is no session, and none can be had.
        """

    def lost(self) -> None:
        """Told when an FMC no longer takes the token; another may be had.

        Raises:
            FmcError: it makes no sense to go on.
        """

    def forget(self) -> None:
        """Told when the token is no longer good, for a reason of one's own; another is had."""


class BearerToken:
    """The token that a user of a cloud-delivered FMC makes in Security Cloud Control. Nothing is ever posted."""

    def __init__(self, host: str, token: Secret) -> None:
        self.domains: tuple[Domain, ...] = (Domain(GLOBAL_DOMAIN, "Global"),)
        self._host = host
        self._token = token

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token.reveal()}"}

    def forget(self) -> None:
        """Nothing ends it."""

    def lost(self) -> None:
        raise FmcError(f"{self._host}: the API token is not accepted; make a new one in Security Cloud Control")


class LoginToken:
    """The token that an FMC gives for a user and password."""

    def __init__(
        self,
        session: ReadOnlySession,
        base: str,
        user: str,
        password: Secret,
        send: Send,
        now: Callable[[], float] = monotonic,
    ) -> None:
        self._session = session
        self._base = base
        self._user = user
        self._password = password
        self._send = send
        self._now = now
        self._access: Secret | None = None
        self._refresh: Secret | None = None
        self._since = 0.0
        self._refreshes = 0
        self._lost = 0
        self.domains: tuple[Domain, ...] = ()

    def headers(self) -> dict[str, str]:
        if self._lost > _MOST_LOST:
            raise self._taken_away()
        if self._access is None:
            self._log_in()
        elif self._now() - self._since > RENEW_SECONDS:
            self._renew()
        assert self._access is not None
        return {"X-auth-access-token": self._access.reveal()}

    def forget(self) -> None:
        self._access = None

    def lost(self) -> None:
        self._lost += 1
        self._access = None
        if self._lost > _MOST_LOST:
            raise self._taken_away()

    def _taken_away(self) -> FmcError:
        return FmcError(
            f"{self._base}: another login of user {self._user} ended the session, twice; an FMC has one session "
            "per user, so give this suite a user of its own"
        )

    def _log_in(self) -> None:
        self._refreshes = 0
        self._take(_LOGIN_PATH, auth=(self._user.encode(), self._password.reveal().encode()))

    def _renew(self) -> None:
        if self._refreshes >= MOST_REFRESHES or self._access is None or self._refresh is None:
            self._access = None
            self._log_in()
            return
        self._refreshes += 1
        tokens = {"X-auth-access-token": self._access.reveal(), "X-auth-refresh-token": self._refresh.reveal()}
        try:
            self._take(_REFRESH_PATH, headers=tokens)
        except FmcError:
            self._access = None
            self._log_in()

    def _take(self, path: str, **how: Any) -> None:
        response = self._send(lambda: self._session.call("POST", self._base + path, **how))
        status, headers = response.status_code, response.headers
        body = content(response)
        if status == 401:
            raise FmcError(f"{self._base}: the login of user {self._user} is refused")
        access = headers.get("X-auth-access-token")
        if status not in (200, 204) or not access or body.strip():
            raise FmcError(f"{self._base}: HTTP {status} and no token for user {self._user}; expected 204 with headers")
        self._access, self._since = Secret(access), self._now()
        refresh = headers.get("X-auth-refresh-token")
        self._refresh = Secret(refresh) if refresh else None
        self.domains = _domains(headers.get("DOMAIN_UUID"), headers.get("DOMAINS")) or self.domains


def _domains(first: str | None, listed: str | None) -> tuple[Domain, ...]:
    """The user's domains, the one that the login is in first."""
    try:
        entries = json.loads(listed or "[]")
        found = {entry["uuid"]: Domain(entry["uuid"], entry["name"]) for entry in entries}
    except (ValueError, TypeError, KeyError):
        found = {}
    if first:
        own = found.pop(first, Domain(first, "the user's"))
        return (own, *found.values())
    return tuple(found.values())
