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
    return f"{target.device.name} ({_host_and_port(target.access.address, target.access.port)})"


def _host_and_port(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


async def connect(target: Target, secrets: Secrets, limits: Limits, shared: Shared) -> asyncssh.SSHClientConnection:
    """An authenticated connection to a device, through its jump hosts where it has some.

    A connection that is refused, reset or closed before the login is tried again; a login never is.

    Raises:
        DeviceError: it is unreachable, its host key is unknown or changed, the login was refused, a step took too long.
        InputError: the known_hosts or key file, or the user's OpenSSH configuration, can't be read.
    """
    access = target.access
    files = (access.known_hosts,) if access.known_hosts else DEFAULT_FILES
    peer = PeerAddress(
        place_of(target), access.address, access.port, access.user, files, named_file=bool(access.known_hosts)
    )
    chain = hops(access)
    pause = limits.backoff
    for retries in range(limits.retries, -1, -1):
        try:
            options = {**_key_options(access, secrets.login), "tunnel": None}
            if chain:
                options["tunnel"] = await _through(chain, target, secrets, limits, shared.jump_hosts)
            async with shared.passwords.tried(access.password and ("login", access.user, access.password), peer.place):
                return await _open(peer, secrets.login, options, limits, access.algorithms)
        except UnreachableError as error:
            if not (retries and error.passing):
                raise
        await asyncio.sleep(pause)
        pause *= 2
    raise AssertionError("the last attempt returns or raises")


async def _through(
    chain: tuple[JumpHost, ...], target: Target, secrets: Secrets, limits: Limits, jump_hosts: JumpHosts
) -> asyncssh.SSHClientConnection:
    """The connection to the last of the jump hosts, over those before it."""
    file = target.access.known_hosts
    files = (file, *DEFAULT_FILES) if file else DEFAULT_FILES
    hop = chain[-1]
    secret = secrets.jump[len(chain) - 1] if len(secrets.jump) >= len(chain) else None
    where = _host_and_port(hop.address, hop.port)
    peer = PeerAddress(f"jump host {where}", hop.address, hop.port, hop.user, files, named_file=bool(file))

    async def open_() -> asyncssh.SSHClientConnection:
        options: dict[str, Any] = {"tunnel": None, **({"client_keys": None} if secret else {})}
        if chain[:-1]:
            options["tunnel"] = await _through(chain[:-1], target, secrets, limits, jump_hosts)
        try:
            return await _open(peer, secret, options, limits, (), counted=False)
        except DeviceError as error:
            raise error.on_the_way_to(peer.place, peer.place) from None

    return await jump_hosts.get((chain, files), open_)


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
    if peer.user is not None:
        options = {**options, "username": peer.user}
    options = {**options, **offered(allowed, user_config(peer.address, peer.port, peer.user))}
    try:
        async with asyncio.timeout(limits.connect) as client.timer:
            # Host, port, user, jump hosts and host keys are ours. The rest (algorithms, identities, ProxyCommand) may
            # come from the user's OpenSSH configuration.
            connection = await asyncssh.connect(
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
    if client.short_key is not None:
        raise refusal(peer, client, asyncssh.DisconnectError(0, "closed"), known)
    return connection


@lru_cache(maxsize=16)
def _private_key(name: str) -> asyncssh.SSHKey:
    try:
        return asyncssh.read_private_key(Path(name).expanduser())
    except asyncssh.KeyEncryptionError:
        raise InputError(f"key file {name}: it needs a passphrase; load it into ssh-agent instead") from None
    except (OSError, asyncssh.KeyImportError) as error:
        raise InputError(f"key file {name}: {error}") from None
