"""The client's side of an SSH login: the host key's question, and the password once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import Any

import asyncssh

from sse_compliance.collect.ssh.algorithms import SHORT_RSA, is_short
from sse_compliance.inventory.credentials import Secret

#: How much a device may send over one connection before it is cut off, in bytes, and in how many rounds it may ask.
MOST_BYTES = 8 << 20
MOST_ROUNDS = 5

#: How much of what comes before SSH's own version line is kept for a message.
_HEAD = 512

_NOT_THE_PASSWORD = ("new password", "current", "retype", "re-enter", "again", "one-time", "expired", "old password")


class Client(asyncssh.SSHClient):
    """Answers the questions of the SSH login, and bounds what the device may send.

    Args:
        password: the password, if there is one; given once, whatever methods the device offers.
        login_seconds: how long the login may take from the moment that TCP stands.
        allowed: old algorithms that the inventory allows.
        counted: whether what comes is bounded; a jump host carries many devices, each bounded by itself.
    """

    CONNECTING = "connecting"
    LOGGING_IN = "logging in"

    def __init__(
        self, password: Secret | None, login_seconds: float, allowed: Collection[str] = (), *, counted: bool = True
    ) -> None:
        self._password = password
        self._secret = password
        self._login_seconds = login_seconds
        self._allowed = allowed
        self._bounded = counted
        self._rounds = 0
        self._connection: asyncssh.SSHClientConnection | None = None
        self.had_password = password is not None
        #: The time limit in force; set by the caller, moved on when TCP stands.
        self.timer: asyncio.Timeout | None = None
        #: What is being waited for, in words.
        self.step = self.CONNECTING
        #: A host key that known_hosts does not hold.
        self.host_key: asyncssh.SSHKey | None = None
        #: An RSA host key that is too short.
        self.short_key: asyncssh.SSHKey | None = None
        self.peer_address = ""
        #: A question of the device's that is not for the password, with what it says around it.
        self.question: str | None = None
        #: What came before SSH's version line.
        self.head = b""
        self.received = 0

    def mask(self, text: str) -> str:
        """A text of the device's without the password, should it have given it back."""
        return self._secret.mask(text) if self._secret else text

    @property
    def password_sent(self) -> bool:
        """Whether the device has got the password."""
        return self.had_password and self._password is None and self.short_key is None

    @property
    def flooded(self) -> bool:
        """Whether the device was cut off because it sent too much."""
        return self._bounded and self.received > MOST_BYTES

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self._connection = conn
        self.step = "waiting for the SSH handshake"
        peer = conn.get_extra_info("peername")
        self.peer_address = peer[0] if peer else ""
        if self.timer:
            self.timer.reschedule(asyncio.get_running_loop().time() + self._login_seconds)
        # Every byte passes here, whatever it is: a banner, a packet to be ignored, a channel's data.
        conn.data_received = self._counted(conn, conn.data_received)  # type: ignore[method-assign]

    def _counted(self, conn: asyncssh.SSHClientConnection, receive: Callable[..., None]) -> Callable[..., None]:
        def counted(data: bytes, datatype: Any = None) -> None:
            self.received += len(data)
            if self.flooded:
                conn.abort()
                return
            if len(self.head) < _HEAD and b"SSH-" not in self.head:
                self.head += data[: _HEAD - len(self.head)]
            receive(data, datatype)

        return counted

    def said_before_ssh(self) -> str:
        """What the peer said in place of SSH's version line, or before it."""
        return self.head.partition(b"SSH-")[0].decode(errors="replace").strip()

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Asked about a key that known_hosts does not hold. It is never accepted."""
        del host, addr, port
        self.host_key = key
        return False

    def begin_auth(self, username: str) -> None:
        del username
        self.step = self.LOGGING_IN
        key = self._connection.get_server_host_key() if self._connection else None
        if is_short(key) and SHORT_RSA not in self._allowed:
            self.short_key = key
            self._password = None
            if self._connection:
                self._connection.abort()

    def password_auth_requested(self) -> str | None:
        return self._answer()

    def password_change_requested(self, prompt: str, lang: str) -> Any:
        del lang
        self.question = f"password expired: {prompt}"
        return NotImplemented

    def kbdint_auth_requested(self) -> str | None:
        return "" if self._password else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        del lang
        self._rounds += 1
        if self._rounds > MOST_ROUNDS:
            self.question = f"more than {MOST_ROUNDS} rounds of questions"
            return None
        if not prompts:
            return []
        question, echo = prompts[0]
        asked = question.lower()
        is_ours = "password" in asked and not any(word in asked for word in _NOT_THE_PASSWORD)
        password = self._answer() if len(prompts) == 1 and not echo and is_ours else None
        if password is None:
            # A password question that comes again after a refusal is no question of a further kind.
            if not is_ours or instructions:
                self.question = " ".join(filter(None, (name, instructions, question)))
            return None
        return [password]

    def _answer(self) -> str | None:
        """The password, the first time: a wrong one is not sent again, whatever methods the device offers."""
        password, self._password = self._password, None
        return None if password is None else password.reveal()
