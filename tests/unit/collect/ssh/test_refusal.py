"""What each way of not getting in is told as: kind of error, what happened, and what to do next."""

from __future__ import annotations

import errno
import socket
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.client import MOST_BYTES, Client
from sse_compliance.collect.ssh.errors import (
    DeviceError,
    HostKeyChangedError,
    HostKeyUnknownError,
    LoginRefusedError,
    SessionLostError,
    StepTimeoutError,
    UnreachableError,
)
from sse_compliance.collect.ssh.refusal import PeerAddress, refusal, too_late
from sse_compliance.inventory.credentials import Secret

PEER = PeerAddress("ftd-1 (10.0.0.1:22)", "10.0.0.1", 22, "admin", ("~/.ssh/known_hosts",))
ELSEWHERE = replace(PEER, port=2222, user=None, known_hosts=("/fleet/known",))
LIMITS = Limits(connect=3, login=4.5)
KEY = asyncssh.generate_private_key("ssh-ed25519").convert_to_public()
OTHER = asyncssh.generate_private_key("ecdsa-sha2-nistp256").convert_to_public()
SHORT = asyncssh.generate_private_key("ssh-rsa", key_size=1024).convert_to_public()
SHAKING = "waiting for the SSH handshake"
INVENTORY = "Check address and port in the inventory."
FORGET = (
    "Unless the device was re-imaged or replaced, somebody may be in between. If it was, forget the old key with "
    "`ssh-keygen -f {file} -R '{name}'` and add the new one."
)
COMPARE = (
    "Compare the fingerprint with the device's own, then add the key (`sse-compliance hostkeys INVENTORY` does it for "
    "the whole fleet): "
)


def line(name: str, key: asyncssh.SSHKey = KEY) -> str:
    return f"{name} {key.export_public_key().decode()}"


def named(key: asyncssh.SSHKey) -> str:
    return f"{key.get_algorithm()} {key.get_fingerprint()}"


def client(password: str | None = "s3cret", *, sent: bool = False, **state: Any) -> Client:
    """A client in the middle of a login: what it has seen so far."""
    made = Client(Secret(password) if password else None, LIMITS.login)
    if sent:
        made.password_auth_requested()
    for name, value in state.items():
        setattr(made, name, value)
    return made


def told(error: DeviceError) -> tuple[type[DeviceError], str, str]:
    assert error.place == PEER.place
    return type(error), error.what, error.advice


def meant(error: Exception, of: Client, known: str = "", peer: PeerAddress = PEER) -> DeviceError:
    return refusal(peer, of, error, asyncssh.import_known_hosts(known))


@pytest.mark.parametrize(
    ("of", "kind", "what", "advice"),
    [
        (client(), UnreachableError, "no TCP connection within 3 s.", UnreachableError.advice),
        (client(step=SHAKING), StepTimeoutError, f"no answer within 4.5 s while {SHAKING}.", StepTimeoutError.advice),
        (
            client(step=SHAKING, head=b"220 mail ESMTP\r\n"),
            UnreachableError,
            "in place of an SSH greeting it said: 220 mail ESMTP.",
            INVENTORY,
        ),
        # A banner in front of SSH's own line is no greeting of something else.
        (
            client(step="logging in", head=b"SSH-2.0-x\r\n"),
            StepTimeoutError,
            "no answer within 4.5 s while logging in.",
            StepTimeoutError.advice,
        ),
    ],
)
def test_a_login_that_takes_too_long(of: Client, kind: type[DeviceError], what: str, advice: str) -> None:
    error = too_late(PEER, of, LIMITS)
    assert told(error) == (kind, what, advice)
    assert not getattr(error, "passing", False)


REFUSED = OSError(errno.ECONNREFUSED, "anything")
UNKNOWN_HOST = socket.gaierror(-2, "Name or service not known")
LOST = asyncssh.ConnectionLost("Connection lost")


@pytest.mark.parametrize(
    ("error", "of", "what", "passing"),
    [
        (REFUSED, client(), "Connection refused while connecting.", True),
        (UNKNOWN_HOST, client(), "Name or service not known while connecting.", True),
        (OSError("no number"), client(), "no number while connecting.", True),
        (OSError(-7, ""), client(), "[Errno -7] while connecting.", True),
        (LOST, client(step=SHAKING), f"Connection lost while {SHAKING}.", True),
        (asyncssh.ConnectionLost(""), client(step=SHAKING), f"ConnectionLost while {SHAKING}.", True),
        (asyncssh.ChannelOpenError(2, "failed"), client(), "the jump host can't reach it: failed.", False),
    ],
)
def test_a_peer_that_is_not_reached(error: Exception, of: Client, what: str, passing: bool) -> None:
    found = meant(error, of)
    assert told(found) == (UnreachableError, what, UnreachableError.advice)
    assert isinstance(found, UnreachableError)
    assert found.passing is passing


LIMITED = (
    "It limits connections that are not logged in yet, or shuts out an address for a while after refused logins. Wait, "
    "lower --concurrency, and run again."
)


@pytest.mark.parametrize(
    ("head", "what", "advice", "passing"),
    [
        (b"Exceeded MaxStartups\r\n", "its SSH server takes no connection now: Exceeded MaxStartups.", LIMITED, True),
        (
            b"Not allowed at this time\r\n",
            "its SSH server takes no connection now: Not allowed at this time.",
            LIMITED,
            False,
        ),
        (
            b"HTTP/1.1 400 Bad Request\r\nServer: x\r\n",
            "what answers speaks HTTP, not SSH: HTTP/1.1 400 Bad Request.",
            INVENTORY,
            False,
        ),
        (b"<HTML>\r\n", "what answers speaks HTTP, not SSH: <HTML>.", INVENTORY, False),
        (b"+OK POP3\r\nmore\r\n", "in place of an SSH greeting it said: +OK POP3.", INVENTORY, False),
    ],
)
def test_what_is_said_in_place_of_an_ssh_greeting(head: bytes, what: str, advice: str, passing: bool) -> None:
    found = meant(LOST, client(step=SHAKING, head=head))
    assert told(found) == (UnreachableError, what, advice)
    assert isinstance(found, UnreachableError)
    assert found.passing is passing


DENIED = asyncssh.PermissionDenied("Permission denied")
TOO_MANY = asyncssh.DisconnectError(2, "Too many authentication failures")
BY_HAND = "Log in by hand once, change it, and put the new one where the inventory's reference points."


@pytest.mark.parametrize(
    ("error", "of", "peer", "what", "advice", "wrong"),
    [
        (DENIED, client(sent=True), PEER, "the login of admin was refused (Permission denied).", None, True),
        (DENIED, client(), PEER, "the login of admin was refused (Permission denied).", None, False),
        (DENIED, client(sent=True), ELSEWHERE, "the login of the user was refused (Permission denied).", None, True),
        (
            TOO_MANY,
            client(sent=True, step="logging in"),
            PEER,
            "the login of admin was refused (Too many authentication failures).",
            None,
            True,
        ),
        (
            DENIED,
            client(None),
            PEER,
            "the login of admin was refused; the inventory gives it no password, and no key was accepted (Permission "
            "denied).",
            None,
            False,
        ),
        (
            DENIED,
            client(sent=True, question="Verification code: "),
            PEER,
            "the login of admin was refused; the device asks: Verification code: (Permission denied).",
            None,
            False,
        ),
        (
            DENIED,
            client(sent=True, question="New password: "),
            PEER,
            "the password of admin has expired or must be changed: New password:.",
            BY_HAND,
            False,
        ),
        (
            DENIED,
            client(question="New password: "),
            ELSEWHERE,
            "the password of the user has expired or must be changed: New password:.",
            BY_HAND,
            False,
        ),
    ],
)
def test_a_login_that_is_refused(
    error: Exception, of: Client, peer: PeerAddress, what: str, advice: str | None, wrong: bool
) -> None:
    found = meant(error, of, peer=peer)
    assert told(found) == (LoginRefusedError, what, advice or LoginRefusedError.advice)
    assert found.wrong_password is wrong


def test_a_session_that_is_lost_in_the_login_may_have_sent_the_password() -> None:
    lost = (SessionLostError, "ConnectionLost while logging in: Connection lost.", SessionLostError.advice)
    assert told(meant(LOST, client(step="logging in"))) == lost
    # Neither the network's words nor SSH's: whatever it is, its kind is told.
    odd = meant(ValueError("odd s3cret"), client())
    assert told(odd) == (SessionLostError, "ValueError while connecting: odd ********.", SessionLostError.advice)


def test_a_peer_that_sends_too_much() -> None:
    flooding = client(received=MOST_BYTES + 1, step=SHAKING)
    assert told(meant(DENIED, flooding)) == (DeviceError, f"it sent more than 8 MiB while {SHAKING}.", "")


def test_a_short_key() -> None:
    assert told(meant(LOST, client(short_key=SHORT))) == (
        UnreachableError,
        f"its RSA host key is shorter than 2048 bits ({SHORT.get_fingerprint()}).",
        "Have the device make a new one, or allow it: `algorithms: [rsa1024]` for this device in the inventory.",
    )


NOT_VERIFIABLE = asyncssh.HostKeyNotVerifiable("Host key is not trusted")


@pytest.mark.parametrize(
    ("peer", "command"),
    [
        (PEER, "mkdir -pm 700 ~/.ssh && ssh-keyscan -p 22 10.0.0.1 >> ~/.ssh/known_hosts"),
        (ELSEWHERE, "ssh-keyscan -p 2222 10.0.0.1 >> /fleet/known"),
    ],
)
def test_a_host_key_that_is_not_known(peer: PeerAddress, command: str) -> None:
    found = meant(NOT_VERIFIABLE, client(host_key=KEY), line("10.0.0.2"), peer)
    assert told(found) == (HostKeyUnknownError, f"its host key is not known; offered: {named(KEY)}.", COMPARE + command)


def test_where_a_key_is_missing_the_lines_that_nobody_understands_are_named(tmp_path: Path) -> None:
    (tmp_path / "known").write_text(f"=\n{line('10.0.0.2')}?\n")
    peer = replace(PEER, known_hosts=(f"{tmp_path}/known",))
    stray = f"(not understood: {tmp_path}/known:1, {tmp_path}/known:3)"
    what = meant(NOT_VERIFIABLE, client(host_key=KEY), peer=peer).what
    assert what == f"its host key is not known; offered: {named(KEY)} {stray}."


@pytest.mark.parametrize(
    ("peer", "name", "file"),
    [(PEER, "10.0.0.1", "~/.ssh/known_hosts"), (ELSEWHERE, "[10.0.0.1]:2222", "/fleet/known")],
)
def test_a_host_key_that_has_changed(peer: PeerAddress, name: str, file: str) -> None:
    known = line(name, KEY) + line(name, SHORT)
    changed = HostKeyChangedError, FORGET.format(file=file, name=name)
    offered = "its host key is not the one in known_hosts; offered: "
    held = f"known: {named(KEY)}, {named(SHORT)}."
    kind, what, advice = told(meant(NOT_VERIFIABLE, client(host_key=OTHER), known, peer))
    assert (kind, advice, what) == (*changed, f"{offered}{named(OTHER)}; {held}")
    # The peer's address may be known where its name is not.
    by_address = replace(peer, address="ftd.example.net")
    of = client(host_key=OTHER, peer_address="10.0.0.1")
    assert meant(NOT_VERIFIABLE, of, known, by_address).what == f"{offered}{named(OTHER)}; {held}"
    # No key was offered to us: asyncssh's own words.
    kind, what, advice = told(meant(NOT_VERIFIABLE, client(), peer=peer))
    assert (kind, advice, what) == (*changed, f"{offered}Host key is not trusted.")


def test_a_host_key_that_is_revoked() -> None:
    assert told(meant(asyncssh.HostKeyNotVerifiable("Host key is revoked"), client(host_key=KEY))) == (
        HostKeyChangedError,
        "known_hosts says that its host key is revoked.",
        "Whoever has that key can stand in for the device. Have it make a new one, then replace the device's line in "
        "known_hosts, and keep the one that revokes.",
    )


def no_common(kind: str, offers: str) -> asyncssh.KeyExchangeFailed:
    return asyncssh.KeyExchangeFailed(f"No matching {kind} algorithm found, sent a,b and received {offers}")


TYPE = "it offers no host key of the type that known_hosts holds"


@pytest.mark.parametrize(
    ("kind", "option"),
    [
        ("key exchange", "KexAlgorithms"),
        ("encryption", "Ciphers"),
        ("MAC", "MACs"),
        ("host key", "HostKeyAlgorithms"),
        ("of another kind", "KexAlgorithms"),
    ],
)
def test_algorithms_that_are_not_in_common(kind: str, option: str) -> None:
    assert told(meant(no_common(kind, "old1,old2"), client())) == (
        UnreachableError,
        f"no common SSH algorithms: for {kind} the device offers only old1, old2.",
        "Old ones are not offered unless you allow them: `algorithms: [old1]` for this device in the inventory, or "
        f"`{option} +old1` for it in ~/.ssh/config.",
    )


def test_many_algorithms_are_told_in_part() -> None:
    what = meant(no_common("MAC", ",".join(f"mac-{n:03}" for n in range(100))), client()).what
    assert what.startswith("no common SSH algorithms: for MAC the device offers only mac-000, mac-001, ")
    assert len(what) == len("no common SSH algorithms: for MAC the device offers only .") + 400


def test_a_failed_negotiation_in_words_of_its_own() -> None:
    assert told(meant(asyncssh.KeyExchangeFailed("no idea"), client())) == (
        UnreachableError,
        "no common SSH algorithms: no idea.",
        "Allow one of the device's in ~/.ssh/config.",
    )
    assert told(meant(asyncssh.KeyExchangeFailed("No Host Key at all"), client())) == (
        HostKeyChangedError,
        f"{TYPE}: No Host Key at all.",
        FORGET.format(file="~/.ssh/known_hosts", name="10.0.0.1"),
    )


def test_a_host_key_of_another_type_than_the_known_one() -> None:
    known = line("10.0.0.1")
    assert told(meant(no_common("host key", "ecdsa-a,ecdsa-b"), client(), known)) == (
        HostKeyChangedError,
        f"{TYPE}, but ecdsa-a, ecdsa-b.",
        FORGET.format(file="~/.ssh/known_hosts", name="10.0.0.1"),
    )
    # Old types are refused as what they are, whatever is known.
    for old in ("ssh-rsa", "ssh-dss"):
        assert type(meant(no_common("host key", f"x,{old}"), client(), known)) is UnreachableError
