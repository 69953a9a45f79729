"""The SSH connection to a device: host key checked, login tried once, unreachable told from refused."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import asyncssh

from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.algorithms import offered
from sse_compliance.collect.ssh.client import Client
from sse_compliance.collect.ssh.errors import DeviceError, UnreachableError
from sse_compliance.collect.ssh.jump import JumpHosts, hops, user_config
from sse_compliance.collect.ssh.known_hosts import DEFAULT_FILES, known_hosts
from sse_compliance.collect.ssh.refusal import PeerAddress, refusal, too_late
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.errors import InputError
from sse_compliance.inventory.addresses import shown
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access, JumpHost, Target

#: A peer that answers none of three such questions is gone. In seconds.
_KEEPALIVE_SECONDS = 15


@dataclass(frozen=True, slots=True)
class Secrets:
    """The passwords of one device; ``sudo`` only where it differs from the login's."""

    login: Secret | None = None
    sudo: Secret | None = None
    #: Of the jump hosts, in their order.
    jump: tuple[Secret | None, ...] = field(default=())
    #: Of the management proxy.
    proxy: Secret | None = None

    @property
    def all(self) -> tuple[Secret, ...]:
        """Every secret of the session: what may stand in nothing that is kept or shown."""
        return tuple(secret for secret in (self.login, self.sudo, *self.jump, self.proxy) if secret)


def place_of(target: Target) -> str:
    """The device as the texts of errors name it."""
    return f"{target.device.name} ({shown(target.access.address, target.access.port)})"


async def connect(target: Target, secrets: Secrets, limits: Limits, shared: Shared) -> asyncssh.SSHClientConnection:
    """An authenticated connection to a device, through its jump hosts where it has some.

    A connection that is refused, reset or closed before the login is tried again; a login never is.

    Raises:
        DeviceError: it is unreachable, its host key is unknown or changed, the login was refused, a step took too long.
        InputError: the known_hosts or key file, or the user's OpenSSH configuration, can't be read.
    """
    access, peer, chain = target.access, peer_of(target), hops(target.access)
    pause = limits.backoff
    for retries in range(limits.retries, -1, -1):
        try:
            options = {**_key_options(access, secrets.login), "tunnel": None}
            if chain:
                options["tunnel"] = await through(chain, target, secrets, limits, shared.jump_hosts)
            async with shared.passwords.tried(access.password and ("login", access.user, access.password), peer.place):
                return await _open(peer, secrets.login, options, limits, access.algorithms)
        except UnreachableError as error:
            if not (retries and error.passing):
                raise
        await asyncio.sleep(pause)
        pause *= 2
    raise AssertionError("the last attempt returns or raises")


def peer_of(target: Target) -> PeerAddress:
    """The device as the peer of a connection."""
    access = target.access
    files = (access.known_hosts,) if access.known_hosts else DEFAULT_FILES
    return PeerAddress(
        place_of(target), access.address, access.port, access.user, files, named_file=bool(access.known_hosts)
    )


def peer_of_hop(hop: JumpHost, access: Access) -> PeerAddress:
    """A jump host in front of a device as the peer of a connection."""
    file = access.known_hosts
    files = (file, *DEFAULT_FILES) if file else DEFAULT_FILES
    return PeerAddress(
        f"jump host {shown(hop.address, hop.port)}", hop.address, hop.port, hop.user, files, named_file=bool(file)
    )


async def through(
    chain: tuple[JumpHost, ...], target: Target, secrets: Secrets, limits: Limits, jump_hosts: JumpHosts
) -> asyncssh.SSHClientConnection:
    """The connection to the last of the jump hosts, over those before it.

    Raises:
        DeviceError: one of them is unreachable, its key is unknown or changed, or it refused the login.
        InputError: a file can't be read.
    """
    peer = peer_of_hop(chain[-1], target.access)
    secret = secrets.jump[len(chain) - 1] if len(secrets.jump) >= len(chain) else None

    async def open_() -> asyncssh.SSHClientConnection:
        options: dict[str, Any] = {"tunnel": None, **({"client_keys": None} if secret else {})}
        if chain[:-1]:
            options["tunnel"] = await through(chain[:-1], target, secrets, limits, jump_hosts)
        try:
            return await _open(peer, secret, options, limits, (), counted=False)
        except DeviceError as error:
            raise error.on_the_way_to(peer.place, peer.place) from None

    return await jump_hosts.get((chain, peer.known_hosts), open_)


def _key_options(access: Access, password: Secret | None) -> dict[str, Any]:
    """Which keys to offer. With a password and no key file none are: each key that is refused counts as a failed login,
    and a Firepower ends the connection after three."""
    if access.key_file:
        return {"client_keys": [_private_key(access.key_file)]}
    return {"client_keys": None} if password else {}


async def _open(
    peer: PeerAddress,
    password: Secret | None,
    options: dict[str, Any],
    limits: Limits,
    allowed: tuple[str, ...],
    *,
    counted: bool = True,
) -> asyncssh.SSHClientConnection:
    known = known_hosts(peer.known_hosts, must_exist=peer.named_file)
    client = Client(password, limits.login, allowed, counted=counted)
    connection = await _dial(peer, client, known, limits, options, allowed)
    if client.short_key is not None:
        raise refusal(peer, client, asyncssh.DisconnectError(0, "closed"), known)
    return connection


async def offered_key(
    peer: PeerAddress, options: dict[str, Any], limits: Limits, allowed: tuple[str, ...]
) -> tuple[asyncssh.SSHKey, str]:
    """The host key that a peer offers, whether it is known or not; no login is tried.

    Returns:
        The key, and the peer's address where it is told.

    Raises:
        DeviceError: it offers none of the kinds that are asked for, or could not be reached.
    """
    client = Client(None, limits.login, allowed)
    # Where no key is known, none is accepted: the connection ends before a login begins.
    nobody = asyncssh.import_known_hosts("")
    try:
        connection = await _dial(peer, client, nobody, limits, {**options, "client_keys": None}, allowed)
    except DeviceError:
        if client.host_key is None:
            raise
        return client.host_key, client.peer_address
    connection.abort()
    raise AssertionError("a host key was accepted that nobody knows")


async def _dial(
    peer: PeerAddress,
    client: Client,
    known: asyncssh.SSHKnownHosts,
    limits: Limits,
    options: dict[str, Any],
    allowed: tuple[str, ...],
) -> asyncssh.SSHClientConnection:
    if peer.user is not None:
        options = {**options, "username": peer.user}
    options = {**offered(allowed, user_config(peer.address, peer.port, peer.user)), **options}
    try:
        async with asyncio.timeout(limits.connect) as client.timer:
            # Host, port, user, jump hosts and host keys are ours. The rest (algorithms, identities, ProxyCommand) may
            # come from the user's OpenSSH configuration.
            return await asyncssh.connect(
                peer.address,
                peer.port,
                client_factory=lambda: client,
                known_hosts=known,
                connect_timeout=None,
                keepalive_interval=_KEEPALIVE_SECONDS,
                agent_forwarding=False,
                x11_forwarding=False,
                gss_auth=False,
                gss_kex=False,
                **options,
            )
    except TimeoutError:
        raise too_late(peer, client, limits) from None
    except (OSError, asyncssh.Error, ValueError) as error:
        raise refusal(peer, client, error, known) from None


@lru_cache(maxsize=16)
def _private_key(name: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(Path(name).expanduser())
    except (OSError, asyncssh.KeyImportError) as error:
        locked = "Passphrase" in str(error)
        what = "it needs a passphrase; load it into ssh-agent instead" if locked else str(error)
        raise InputError(what, place=f"key file {name}") from None
