"""The host keys that a fleet's devices and their jump hosts offer, held against known_hosts. No login to a device."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import asyncssh

from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh import algorithms
from sse_compliance.collect.ssh.connection import Secrets, offered_key, peer_of, peer_of_hop, through
from sse_compliance.collect.ssh.errors import DeviceError, UnreachableError
from sse_compliance.collect.ssh.jump import JumpHosts, hops
from sse_compliance.collect.ssh.known_hosts import known_hosts, pattern
from sse_compliance.collect.ssh.refusal import PeerAddress
from sse_compliance.inventory.addresses import is_host
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import JumpHost, Target

#: Each kind of key is asked for in a connection of its own, one after the other.
_KINDS = (
    ("ssh-ed25519",),
    ("ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"),
    ("rsa-sha2-512", "rsa-sha2-256"),
)
_OLD_RSA = "ssh-rsa"


class Standing(StrEnum):
    """How a key stands to known_hosts."""

    KNOWN = "known"
    NEW = "new"
    #: The host is known by another key of this type, or by other types that it offers no more.
    CHANGED = "CHANGED"
    #: The host offers a key that is known, and this one of another type.
    FURTHER = "further"
    REVOKED = "REVOKED"
    #: An RSA key below the least length.
    SHORT = "too short"


@dataclass(frozen=True, slots=True)
class HostKey:
    """One key that a host offers."""

    type: str
    fingerprint: str
    standing: Standing
    #: Its line of a known_hosts file.
    line: str


@dataclass(frozen=True, slots=True)
class Offer:
    """What one host offers, or why it could not be asked."""

    name: str
    #: As known_hosts names it.
    host: str
    #: The file that new keys of it belong into.
    file: Path
    keys: tuple[HostKey, ...] = ()
    error: str | None = None

    @property
    def is_trusted(self) -> bool:
        """Whether a run would go on past its key."""
        return any(key.standing is Standing.KNOWN for key in self.keys) and not any(
            key.standing in (Standing.CHANGED, Standing.REVOKED) for key in self.keys
        )

    @property
    def new_lines(self) -> tuple[str, ...]:
        """What may be added to known_hosts: nothing for a host that the file knows already by any key."""
        return tuple(key.line for key in self.keys if key.standing is Standing.NEW)


async def offers(targets: Sequence[Target], credentials: Credentials, limits: Limits) -> tuple[Offer, ...]:
    """What each jump host and each device offers, the jump hosts first, then the devices in their order.

    A jump host is logged in to, for the devices behind it, only where its key is known.

    Raises:
        InputError: a known_hosts file, a jump host's password or the user's OpenSSH configuration can't be had; nothing
            was contacted.
    """
    ways = [(target, hops(target.access), _secrets(target, credentials)) for target in targets]
    for target in targets:
        algorithms.check(target.access.algorithms)
        known_hosts(peer_of(target).known_hosts, must_exist=False)
    jump_hosts, places = JumpHosts(), asyncio.Semaphore(limits.devices_at_once)

    async def one(peer: PeerAddress, name: str, chain: tuple[JumpHost, ...], target: Target, secrets: Secrets) -> Offer:
        allowed = () if name == peer.place else target.access.algorithms
        file = Path(peer.known_hosts[0]).expanduser()
        host = pattern(peer.address, peer.port)
        async with places:
            try:
                tunnel = await through(chain, target, secrets, limits, jump_hosts) if chain else None
                keys = [found async for found in _keys(peer, tunnel, limits, allowed)]
                return Offer(name, host, file, _judged(peer, keys, allowed))
            except DeviceError as error:
                return Offer(name, host, file, error=error.reason)

    asked = {
        (hop, chain[:at], peer_of_hop(hop, target.access).known_hosts): (target, secrets)
        for target, chain, secrets in ways
        for at, hop in enumerate(chain)
    }
    work = [
        one(peer := peer_of_hop(hop, target.access), peer.place, before, target, secrets)
        for (hop, before, _), (target, secrets) in asked.items()
    ]
    work += [one(peer_of(target), target.device.name, chain, target, secrets) for target, chain, secrets in ways]
    try:
        return tuple(await asyncio.gather(*work))
    finally:
        await jump_hosts.close()


def _secrets(target: Target, credentials: Credentials) -> Secrets:
    """The passwords of the way: no device's own is needed."""
    passwords = (hop.password for hop in target.access.jump)
    return Secrets(jump=tuple(credentials.resolve(ref, target.device.name) if ref else None for ref in passwords))


async def _keys(
    peer: PeerAddress, tunnel: asyncssh.SSHClientConnection | None, limits: Limits, allowed: tuple[str, ...]
) -> AsyncIterator[tuple[asyncssh.SSHKey, str]]:
    """The keys that a host offers.

    Raises:
        DeviceError: it offers none, or can't be reached.
    """
    none: DeviceError | None = None
    found = False
    for names in _KINDS:
        wanted = [*names, *([_OLD_RSA] if names[0].startswith("rsa") and _OLD_RSA in allowed else [])]
        try:
            yield await offered_key(peer, {"tunnel": tunnel, "server_host_key_algs": wanted}, limits, allowed)
            found = True
        except DeviceError as error:
            # A server that has no key of a kind says so, or hangs up.
            if "host key" not in error.what and not getattr(error, "passing", False):
                raise
            none = none or error
    if not found:
        raise none or UnreachableError(peer.place, "it offers no host key")


def _judged(
    peer: PeerAddress, keys: Iterable[tuple[asyncssh.SSHKey, str]], allowed: tuple[str, ...]
) -> tuple[HostKey, ...]:
    known = known_hosts(peer.known_hosts, must_exist=False)
    port = None if peer.port == 22 else peer.port
    judged: list[tuple[asyncssh.SSHKey, Standing]] = []
    for key, address in keys:
        held, _, revoked, *_ = known.match(peer.address, address, port)
        judged.append((key, _standing(key, held, revoked, allowed)))
    met = any(standing is Standing.KNOWN for _, standing in judged)
    return tuple(_host_key(peer, key, standing, met=met) for key, standing in judged)


def _standing(
    key: asyncssh.SSHKey, held: Sequence[asyncssh.SSHKey], revoked: Sequence[asyncssh.SSHKey], allowed: tuple[str, ...]
) -> Standing:
    if key in revoked:
        return Standing.REVOKED
    if algorithms.is_short(key) and algorithms.SHORT_RSA not in allowed:
        return Standing.SHORT
    if key in held:
        return Standing.KNOWN
    if any(one.get_algorithm() == key.get_algorithm() for one in held):
        return Standing.CHANGED
    return Standing.FURTHER if held else Standing.NEW


def _host_key(peer: PeerAddress, key: asyncssh.SSHKey, standing: Standing, *, met: bool) -> HostKey:
    if standing is Standing.FURTHER and not met:
        # None of the keys that are known is offered any more: whoever answers may have left them out on purpose.
        standing = Standing.CHANGED
    public = key.export_public_key().decode().split()
    line = f"{pattern(peer.address, peer.port)} {public[0]} {public[1]}"
    # The name of a jump host may come from OpenSSH's configuration; a pattern would hold for others, too.
    if standing is Standing.NEW and not is_host(peer.address):
        raise DeviceError(peer.place, f"{peer.address!r} is no host name or IP address that known_hosts may hold", "")
    return HostKey(key.get_algorithm(), key.get_fingerprint(), standing, line)
