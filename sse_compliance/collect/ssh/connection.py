"""The SSH connection to a device: host key checked, login tried once, unreachable told from refused."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncssh

from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.errors import (
    DeviceError,
    HostKeyChangedError,
    HostKeyUnknownError,
    LoginRefusedError,
    SessionLostError,
    StepTimeoutError,
    UnreachableError,
    excerpt,
)
from sse_compliance.errors import InputError
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access, Target

#: A peer that answers none of three such questions is gone. In seconds.
_KEEPALIVE_SECONDS = 15

#: Where OpenSSH keeps host keys. `UserKnownHostsFile none` of its configuration is not followed: it would switch the
#: check off.
_KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")


@dataclass(frozen=True, slots=True)
class Secrets:
    """The passwords of one device; ``sudo`` only where it differs from the login's."""

    login: Secret | None = None
    sudo: Secret | None = None


@dataclass(frozen=True, slots=True)
class _Peer:
    """Whom a connection is made to: a device, or the jump host in front of it."""

    place: str
    address: str
    port: int
    user: str | None
    known_hosts: tuple[str, ...]


def place_of(target: Target) -> str:
    """The device as the texts of errors name it."""
    return f"{target.device.name} ({target.access.address}:{target.access.port})"


async def connect(target: Target, password: Secret | None, limits: Limits) -> asyncssh.SSHClientConnection:
    """An authenticated connection to a device, through its jump host where it has one.

    A connection that is refused, reset or closed before the login is tried again; a login never is.

    Raises:
        DeviceError: it is unreachable, its host key is unknown or changed, the login was refused, a step took too long.
        InputError: the known_hosts or key file can't be read.
    """
    access = target.access
    files = (access.known_hosts,) if access.known_hosts else _KNOWN_HOSTS
    peer = _Peer(place_of(target), access.address, access.port, access.user, files)
    pause = limits.backoff
    for retries in range(limits.retries, -1, -1):
        try:
            return await _connect_once(target, peer, password, limits)
        except UnreachableError as error:
            if not (retries and error.passing):
                raise
        await asyncio.sleep(pause)
        pause *= 2
    raise AssertionError("the last attempt returns or raises")


async def _connect_once(
    target: Target, peer: _Peer, password: Secret | None, limits: Limits
) -> asyncssh.SSHClientConnection:
    jump = target.access.jump
    if jump is None:
        return await _open(peer, password, _key_options(target.access, password), limits)
    files = (target.access.known_hosts, *_KNOWN_HOSTS) if target.access.known_hosts else _KNOWN_HOSTS
    through = f"jump host {jump.address}:{jump.port}"
    try:
        between = await _open(_Peer(through, jump.address, jump.port, jump.user, files), None, {}, limits)
    except DeviceError as error:
        raise error.on_the_way_to(peer.place, through) from None
    try:
        connection = await _open(peer, password, {**_key_options(target.access, password), "tunnel": between}, limits)
    except BaseException:
        between.abort()
        raise
    # asyncssh closes a tunnel with the connection only where it has opened it itself.
    connection.set_tunnel(between)
    return connection


def _key_options(access: Access, password: Secret | None) -> dict[str, Any]:
    """Which keys to offer. With a password and no key file none are: each key that is refused counts as a failed login,
    and a Firepower ends the connection after three."""
    if access.key_file:
        return {"client_keys": [_private_key(access.key_file)]}
    return {"client_keys": None} if password else {}


async def _open(
    peer: _Peer, password: Secret | None, options: dict[str, Any], limits: Limits
) -> asyncssh.SSHClientConnection:
    known_hosts = _known_hosts(peer.known_hosts)
    client = _Client(password, limits.login)
    if peer.user is not None:
        options = {**options, "username": peer.user}
    try:
        async with asyncio.timeout(limits.connect) as client.timer:
            # Host, port, user and host keys are the inventory's. The rest (algorithms, identities, ProxyCommand) may
            # come from the user's OpenSSH configuration.
            return await asyncssh.connect(
                peer.address,
                peer.port,
                client_factory=lambda: client,
                known_hosts=known_hosts,
                connect_timeout=None,
                keepalive_interval=_KEEPALIVE_SECONDS,
                agent_forwarding=False,
                x11_forwarding=False,
                gss_auth=False,
                gss_kex=False,
                **options,
            )
    except TimeoutError:
        raise _too_late(peer, client, limits) from None
    except (OSError, asyncssh.Error, ValueError) as error:
        raise _refusal(peer, client, error, known_hosts) from None


def _too_late(peer: _Peer, client: _Client, limits: Limits) -> DeviceError:
    if client.step == _Client.CONNECTING:
        return UnreachableError(peer.place, f"no TCP connection within {limits.connect:g} s")
    return StepTimeoutError(peer.place, f"no answer within {limits.login:g} s while {client.step}")


def _refusal(peer: _Peer, client: _Client, error: Exception, known_hosts: asyncssh.SSHKnownHosts) -> DeviceError:
    """What an exception of asyncssh's means to a person."""
    text = excerpt(_reason(error)) or type(error).__name__
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return _host_key_refusal(peer, client, text, known_hosts)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        if "host key" in text.lower():
            return HostKeyChangedError(
                peer.place, f"it offers no host key of the type that known_hosts holds: {text}", _forget(peer)
            )
        return UnreachableError(
            peer.place, f"no common SSH algorithms: {text}", "Allow one of the device's in ~/.ssh/config."
        )
    # OpenSSH ends a connection for "Too many authentication failures" without calling it a refusal.
    if isinstance(error, asyncssh.PermissionDenied) or "authentication failure" in text.lower():
        said = f"; the device asks: {excerpt(client.question)}" if client.question else ""
        without = "" if client.had_password else "; the inventory gives it no password, and no key was accepted"
        return LoginRefusedError(
            peer.place, f"the login of {peer.user or 'the user'} was refused{without}{said} ({text})"
        )
    if isinstance(error, asyncssh.ChannelOpenError):
        return UnreachableError(peer.place, f"the jump host can't reach it: {text}")
    if isinstance(error, (OSError, asyncssh.DisconnectError)) and client.step != _Client.LOGGING_IN:
        unreachable = UnreachableError(peer.place, f"{text} while {client.step}")
        unreachable.passing = True
        return unreachable
    return SessionLostError(peer.place, f"{type(error).__name__} while {client.step}: {text}")


def _reason(error: Exception) -> str:
    """What an exception says, in the system's own words where it is one of the system's."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno) if error.errno > 0 else error.strerror or str(error)
    return str(error)


def _host_key_refusal(
    peer: _Peer, client: _Client, text: str, known_hosts: asyncssh.SSHKnownHosts
) -> HostKeyChangedError | HostKeyUnknownError:
    key, file = client.host_key, peer.known_hosts[0]
    offered = f"{key.get_algorithm()} {key.get_fingerprint()}" if key else text
    known = known_hosts.match(peer.address, client.peer_address, None if peer.port == 22 else peer.port)
    if known[0] or not key:
        return HostKeyChangedError(
            peer.place, f"its host key is not the one in known_hosts; offered: {offered}", _forget(peer)
        )
    return HostKeyUnknownError(
        peer.place,
        f"its host key is not known; offered: {offered}",
        f"Compare the fingerprint with the device's own, then add the key: "
        f"{'mkdir -pm 700 ~/.ssh && ' if file.startswith('~/.ssh/') else ''}"
        f"ssh-keyscan -p {peer.port} {peer.address} >> {file}",
    )


def _forget(peer: _Peer) -> str:
    name = peer.address if peer.port == 22 else f"[{peer.address}]:{peer.port}"
    return (
        "Unless the device was re-imaged or replaced, somebody may be in between. If it was, forget the old key with "
        f"`ssh-keygen -f {peer.known_hosts[0]} -R '{name}'` and add the new one."
    )


class _Client(asyncssh.SSHClient):
    """Answers the questions of the SSH login: the host key's, and the password's once."""

    CONNECTING = "connecting"
    LOGGING_IN = "logging in"

    def __init__(self, password: Secret | None, login_seconds: float) -> None:
        self._password = password
        self._login_seconds = login_seconds
        self.had_password = password is not None
        #: The time limit in force; set by the caller, moved on when TCP stands.
        self.timer: asyncio.Timeout | None = None
        #: What is being waited for, in words.
        self.step = self.CONNECTING
        #: A host key that known_hosts does not hold.
        self.host_key: asyncssh.SSHKey | None = None
        self.peer_address = ""
        #: A question of the device's that is not for a password.
        self.question: str | None = None

    def connection_made(self, conn: asyncssh.SSHClientConnection) -> None:
        self.step = "waiting for the SSH handshake"
        peer = conn.get_extra_info("peername")
        self.peer_address = peer[0] if peer else ""
        if self.timer:
            self.timer.reschedule(asyncio.get_running_loop().time() + self._login_seconds)

    def validate_host_public_key(self, host: str, addr: str, port: int, key: asyncssh.SSHKey) -> bool:
        """Asked about a key that known_hosts does not hold. It is never accepted."""
        del host, addr, port
        self.host_key = key
        return False

    def begin_auth(self, username: str) -> None:
        del username
        self.step = self.LOGGING_IN

    def password_auth_requested(self) -> str | None:
        return self._answer()

    def kbdint_auth_requested(self) -> str | None:
        return "" if self._password else None

    def kbdint_challenge_received(
        self, name: str, instructions: str, lang: str, prompts: Sequence[tuple[str, bool]]
    ) -> list[str] | None:
        del name, instructions, lang
        if not prompts:
            return []
        question, echo = prompts[0]
        if len(prompts) > 1 or echo or "password" not in question.lower():
            self.question = question
            return None
        password = self._answer()
        return None if password is None else [password]

    def _answer(self) -> str | None:
        """The password, the first time: a wrong one is not sent again, whatever methods the device offers."""
        password, self._password = self._password, None
        return None if password is None else password.reveal()


def _known_hosts(files: tuple[str, ...]) -> asyncssh.SSHKnownHosts:
    """The host keys of the files that exist. A file that the inventory names must."""
    paths = [Path(file).expanduser() for file in files]
    if files is not _KNOWN_HOSTS and not paths[0].is_file():
        raise InputError(f"known_hosts file {files[0]}: there is no such file")
    present = [path for path in paths if path.is_file()]
    return _read_known_hosts(tuple((str(path), path.stat().st_mtime_ns) for path in present))


@lru_cache(maxsize=16)
def _read_known_hosts(files: tuple[tuple[str, int], ...]) -> asyncssh.SSHKnownHosts:
    """Read once per version of the files, not once per device: a fleet's file has a line for each."""
    try:
        return asyncssh.read_known_hosts([name for name, _ in files])
    except (OSError, ValueError) as error:
        raise InputError(f"known_hosts file {', '.join(name for name, _ in files)}: {error}") from None


@lru_cache(maxsize=16)
def _private_key(name: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(Path(name).expanduser())
    except asyncssh.KeyEncryptionError:
        raise InputError(f"key file {name}: it needs a passphrase; load it into ssh-agent instead") from None
    except (OSError, asyncssh.KeyImportError) as error:
        raise InputError(f"key file {name}: {error}") from None
