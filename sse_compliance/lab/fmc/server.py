"""The HTTPS server of an emulated FMC: tokens, sessions and what goes wrong with them."""

from __future__ import annotations

import base64
import json
import secrets
import ssl
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from sse_compliance.lab.fmc.api import Api, Reply, error
from sse_compliance.lab.fmc.state import GLOBAL, Fault, FmcState
from sse_compliance.lab.fmc.trust import Trust

_AUTH = "/api/fmc_platform/v1/auth/"
_MOST_REFRESHES = 3
#: Requests that a token lives for, where it expires in the middle.
_SHORT_LIFE = 3
_SLOW_SECONDS = 0.1
#: How often the server looks whether it is to end.
_POLL_SECONDS = 0.05


class Sessions:
    """One user's tokens: a new login ends the session before."""

    def __init__(self, state: FmcState, user: str, password: str, bearer: str | None) -> None:
        self._state = state
        self._expected = f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"
        self._bearer = bearer
        self._lock = threading.Lock()
        self._access = self._refresh = ""
        self._refreshes = self._used = 0
        self._expired_once = False
        self.logins = 0

    def log_in(self, authorization: str) -> dict[str, str] | None:
        """The tokens of a new session; None where the password is not right."""
        with self._lock:
            if self._bearer is not None or not secrets.compare_digest(authorization, self._expected):
                return None
            self.logins += 1
            self._refreshes = 0
            return self._new()

    def renew(self, access: str, refresh: str) -> dict[str, str] | None:
        """New tokens for old ones; None where they are not right, or have been renewed too often."""
        with self._lock:
            known = bool(access) and access == self._access and refresh == self._refresh
            if not known or self._refreshes >= _MOST_REFRESHES:
                return None
            self._refreshes += 1
            return self._new()

    def accepts(self, access: str, authorization: str) -> bool:
        """Whether a request is authorised."""
        with self._lock:
            if self._bearer is not None:
                return authorization == f"Bearer {self._bearer}"
            if not access or access != self._access:
                return False
            self._used += 1
            if Fault.EXPIRES in self._state.faults and self._used > _SHORT_LIFE and not self._expired_once:
                self._expired_once, self._access = True, ""
                return False
            if Fault.OTHER_LOGIN in self._state.faults:
                self._access = ""
            return True

    def _new(self) -> dict[str, str]:
        self._access, self._refresh, self._used = secrets.token_hex(16), secrets.token_hex(16), 0
        return {"X-auth-access-token": self._access, "X-auth-refresh-token": self._refresh}


class FmcServer:
    """A running FMC.

    Args:
        state: what it is like.
        user: who may log in.
        password: the password; with a ``bearer`` nobody may.
        trust: where its certificate comes from.
        bearer: the token of a cloud-delivered FMC; None for one with users.
        prefix: what stands before ``/api`` on a cloud-delivered FMC.
    """

    def __init__(
        self, state: FmcState, user: str, password: str, trust: Trust, bearer: str | None = None, prefix: str = ""
    ) -> None:
        self.api = Api(state)
        self.sessions = Sessions(state, user, password, bearer)
        self.prefix = prefix
        #: What was asked, as ``(method, path)``; the query is left out.
        self.seen: list[tuple[str, str]] = []
        self._storm: set[str] = set()
        self._server = _Server(("127.0.0.1", 0), _Handler, self, trust.server_context())
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, args=(_POLL_SECONDS,), name="fmc", daemon=True).start()

    @property
    def base(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self.port}{self.prefix}"

    def close(self) -> None:
        """Stops it."""
        self._server.shutdown()
        self._server.server_close()

    def busy(self, target: str) -> bool:
        """Whether a request is refused once as one too many."""
        if Fault.STORM not in self.api.state.faults or target in self._storm or len(self.seen) % 3:
            return False
        self._storm.add(target)
        return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, address: tuple[str, int], handler: type[_Handler], fmc: FmcServer, tls: ssl.SSLContext) -> None:
        super().__init__(address, handler)
        self.fmc = fmc
        self._tls = tls

    def finish_request(self, request: Any, client_address: Any) -> None:
        # In the connection's own thread, so that a client which never finishes its handshake holds up nobody.
        with suppress(OSError):
            request.settimeout(30)
            super().finish_request(self._tls.wrap_socket(request, server_side=True), client_address)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  socketserver's signature
        # A client that hangs up is no news.
        return


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body in one packet: in two, the second waits for the client's delayed acknowledgement.
    wbufsize = -1
    server: _Server

    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        # fireREST sends a body on GET; one that is not read would be taken for the next request.
        self._read_body()
        path, query = self._target()
        fmc = self.server.fmc
        if fmc.busy(self.path):
            self._answer(error(429, "API limit exceeded"), {"Retry-After": "0"})
        elif not fmc.sessions.accepts(
            self.headers.get("X-auth-access-token", ""), self.headers.get("Authorization", "")
        ):
            self._answer(error(401, "Access token invalid."))
        else:
            if Fault.SLOW in fmc.api.state.faults:
                time.sleep(_SLOW_SECONDS)
            cut = any(path.endswith(short) for short in fmc.api.state.truncated)
            self._answer(fmc.api.get(fmc.base, path, query), cut=cut)

    def do_POST(self) -> None:
        self._read_body()
        path, _ = self._target()
        sessions = self.server.fmc.sessions
        if path == f"{_AUTH}generatetoken":
            tokens = sessions.log_in(self.headers.get("Authorization", ""))
        elif path == f"{_AUTH}refreshtoken":
            tokens = sessions.renew(
                self.headers.get("X-auth-access-token", ""), self.headers.get("X-auth-refresh-token", "")
            )
        else:
            self._answer(error(405, "The request method is not supported"))
            return
        if tokens is None:
            self._answer(error(401, "User authentication failed"))
            return
        self.send_response(204)
        for name, value in tokens.items():
            self.send_header(name, value)
        self.send_header("DOMAIN_UUID", GLOBAL)
        self.send_header("DOMAIN_ID", GLOBAL)
        self.send_header("DOMAINS", json.dumps(self.server.fmc.api.domains))
        self.send_header("global", GLOBAL)
        self.end_headers()

    def _refuse(self) -> None:
        self._read_body()
        self._target()
        self._answer(error(405, "The request method is not supported"))

    do_PUT = do_DELETE = do_PATCH = _refuse  # noqa: N815  the names that http.server looks for

    def _target(self) -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix(self.server.fmc.prefix)
        self.server.fmc.seen.append((self.command, path))
        return path, dict(parse_qsl(parts.query))

    def _read_body(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, reply: Reply, headers: dict[str, str] | None = None, *, cut: bool = False) -> None:
        body = json.dumps(reply.body).encode()
        if cut:
            body = body[: len(body) // 2]
        self.send_response(reply.status)
        self.send_header("Content-Type", "application/json;charset=UTF-8")
        self.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def start(states: dict[str, FmcState], user: str, password: str, home: Path) -> dict[str, FmcServer]:
    """Starts FMCs under one CA, whose certificate is written to ``fmc-ca.pem``."""
    if not states:
        return {}
    trust = Trust.make(home)
    return {name: FmcServer(state, user, password, trust) for name, state in states.items()}
