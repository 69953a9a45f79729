"""The client's side of a login: what is answered to which question, and how much a device may send."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from typing import Any

import asyncssh
import pytest

from sse_compliance.collect.ssh.client import MOST_BYTES, MOST_ROUNDS, Client
from sse_compliance.inventory.credentials import Secret

SHORT = asyncssh.generate_private_key("ssh-rsa", key_size=1024).convert_to_public()
LONG = asyncssh.generate_private_key("ssh-rsa", key_size=2048).convert_to_public()
ED = asyncssh.generate_private_key("ssh-ed25519").convert_to_public()
PASSWORD = [("Password: ", False)]


class Connection:
    """What a client sees of asyncssh's connection."""

    def __init__(self, key: asyncssh.SSHKey | None = None, peer: tuple[str, int] | None = ("10.0.0.1", 22)) -> None:
        self._key, self._peer = key, peer
        self.aborted = False
        self.got: list[tuple[bytes, Any]] = []
        self.data_received: Callable[..., None] = lambda data, datatype=None: self.got.append((data, datatype))

    def get_extra_info(self, name: str) -> Any:
        return self._peer if name == "peername" else None

    def get_server_host_key(self) -> asyncssh.SSHKey | None:
        return self._key

    def abort(self) -> None:
        self.aborted = True


def met(connection: Connection, **options: Any) -> Client:
    """A client that has the password, at a peer that TCP has reached."""
    client = Client(Secret("s3cret"), 5, **options)
    client.connection_made(connection)  # type: ignore[arg-type]  # all of it that the client looks at
    return client


def asked(client: Client, prompts: Sequence[tuple[str, bool]], name: str = "", instructions: str = "") -> Any:
    return client.kbdint_challenge_received(name, instructions, "", prompts)


@pytest.mark.parametrize(
    ("question", "echo"),
    [("Password: ", False), ("admin@fp's PASSWORD:", False)],
)
def test_the_password_answers_the_question_for_it(question: str, echo: bool) -> None:
    client = met(Connection())
    assert not client.password_sent
    assert asked(client, [(question, echo)]) == ["s3cret"]
    assert client.question is None
    assert client.password_sent


@pytest.mark.parametrize(
    "question",
    [
        "New password: ",
        "Current password: ",
        "(current) UNIX password: ",
        "Retype password: ",
        "Re-enter password: ",
        "Password again: ",
        "One-time password: ",
        "Your password expired: ",
        "Old password: ",
        "Verification code: ",
    ],
)
def test_any_other_question_is_kept_and_not_answered(question: str) -> None:
    client = met(Connection())
    assert asked(client, [(question, False)], "fp", "Mind the gap.") is None
    assert client.question == f"fp Mind the gap. {question}"
    assert not client.password_sent
    # It is there for the question that is ours.
    assert asked(client, PASSWORD) == ["s3cret"]


@pytest.mark.parametrize("prompts", [[("Password: ", True)], [("Password: ", False), ("Token: ", False)]])
def test_what_would_show_the_password_or_ask_for_more_gets_none(prompts: list[tuple[str, bool]]) -> None:
    client = met(Connection())
    assert asked(client, prompts) is None
    assert client.question is None
    assert not client.password_sent


def test_words_around_a_question_for_the_password_are_kept_where_it_gets_none() -> None:
    client = met(Connection())
    assert asked(client, PASSWORD, instructions="Your password has expired.") == ["s3cret"]
    assert client.question is None
    assert asked(client, PASSWORD) is None
    assert client.question is None
    assert asked(client, PASSWORD, instructions="Your password has expired.") is None
    assert client.question == "Your password has expired. Password: "


def test_rounds_without_a_question_are_few() -> None:
    client = met(Connection())
    for _ in range(MOST_ROUNDS):
        assert asked(client, []) == []
        assert client.question is None
    assert asked(client, PASSWORD) is None
    assert client.question == "more than 5 rounds of questions"
    assert not client.password_sent


def test_the_password_is_given_once_whatever_asks() -> None:
    client = met(Connection())
    assert client.kbdint_auth_requested() == ""
    assert client.password_auth_requested() == "s3cret"
    assert client.password_auth_requested() is None
    assert client.kbdint_auth_requested() is None
    assert client.password_sent
    assert not Client(None, 5).password_sent
    assert Client(None, 5).password_auth_requested() is None


def test_a_change_of_the_password_is_not_made() -> None:
    client = met(Connection())
    assert client.password_change_requested("Enter a new one", "en") is NotImplemented
    assert client.question == "password expired: Enter a new one"


def test_a_key_that_nobody_knows_is_kept_and_not_accepted() -> None:
    client = met(Connection())
    assert client.validate_host_public_key("h", "10.0.0.1", 22, ED) is False
    assert client.host_key is ED


@pytest.mark.parametrize(
    ("key", "allowed", "refused"),
    [(SHORT, (), True), (SHORT, ("rsa1024",), False), (LONG, (), False), (ED, (), False), (None, (), False)],
)
def test_a_short_key_ends_it_before_the_password(
    key: asyncssh.SSHKey | None, allowed: tuple[str, ...], refused: bool
) -> None:
    connection = Connection(key)
    client = met(connection, allowed=allowed)
    client.begin_auth("admin")
    assert client.step == "logging in"
    assert client.short_key is (key if refused else None)
    assert connection.aborted is refused
    assert client.password_auth_requested() == (None if refused else "s3cret")
    # None was given to such a peer.
    assert client.password_sent is not refused


def test_the_login_has_a_time_of_its_own_once_tcp_stands() -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(1) as timer:
            client = Client(None, 50)
            client.timer = timer
            assert client.step == "connecting"
            client.connection_made(Connection())  # type: ignore[arg-type]
            assert client.step == "waiting for the SSH handshake"
            when = timer.when()
            assert when is not None
            assert 40 < when - loop.time() <= 50

    asyncio.run(run())


@pytest.mark.parametrize(("peer", "address"), [(("10.0.0.1", 22), "10.0.0.1"), (None, "")])
def test_the_address_of_the_peer(peer: tuple[str, int] | None, address: str) -> None:
    assert met(Connection(peer=peer)).peer_address == address


def test_what_comes_is_handed_on_until_it_is_too_much() -> None:
    connection = Connection()
    client = met(connection)
    connection.data_received(b"x" * (MOST_BYTES - 1), 1)
    connection.data_received(b"y")
    assert connection.got == [(b"x" * (MOST_BYTES - 1), 1), (b"y", None)]
    assert (client.received, client.flooded, connection.aborted) == (MOST_BYTES, False, False)
    connection.data_received(b"z")
    assert (client.flooded, connection.aborted, len(connection.got)) == (True, True, 2)


def test_a_jump_host_carries_any_amount() -> None:
    connection = Connection()
    client = met(connection, counted=False)
    connection.data_received(b"x" * (MOST_BYTES + 1))
    assert (client.flooded, connection.aborted, len(connection.got)) == (False, False, 1)


def test_what_stands_before_sshs_line_is_kept_to_a_bound() -> None:
    connection = Connection()
    client = met(connection)
    for piece in (b" hello\r\n", b"wor\xffld\r\nSSH-2.0-x\r\n", b"binary"):
        connection.data_received(piece)
    assert client.said_before_ssh() == "hello\r\nwor�ld"
    assert client.head.endswith(b"SSH-2.0-x\r\n")
    silent = Connection()
    client = met(silent)
    for _ in range(3):
        silent.data_received(b"x" * 500)
    assert client.head == b"x" * 512
