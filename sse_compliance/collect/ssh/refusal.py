"""What an exception of asyncssh's means to a person."""

from __future__ import annotations

import os
from dataclasses import dataclass

import asyncssh

from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh import algorithms
from sse_compliance.collect.ssh.client import MOST_BYTES, Client
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
from sse_compliance.collect.ssh.known_hosts import pattern, stray_lines
from sse_compliance.collect.ssh.prompt import not_ready


@dataclass(frozen=True, slots=True)
class PeerAddress:
    """Whom a connection is made to: a device, or a jump host in front of it."""

    place: str
    address: str
    port: int
    user: str | None
    known_hosts: tuple[str, ...]
    #: Whether the inventory names the first of the files.
    named_file: bool = False


def too_late(peer: PeerAddress, client: Client, limits: Limits) -> DeviceError:
    """That the login took too long."""
    if client.step == Client.CONNECTING:
        return UnreachableError(peer.place, f"no TCP connection within {limits.connect:g} s")
    if said := client.said_before_ssh():
        return _not_ssh(peer, said)
    return StepTimeoutError(peer.place, f"no answer within {limits.login:g} s while {client.step}")


def refusal(peer: PeerAddress, client: Client, error: Exception, known: asyncssh.SSHKnownHosts) -> DeviceError:
    """What an exception of asyncssh's means, and what to do; without the password, should the device repeat it."""
    meant = _refusal(peer, client, error, known)
    meant.what = client.mask(meant.what)
    return meant


def _refusal(peer: PeerAddress, client: Client, error: Exception, known: asyncssh.SSHKnownHosts) -> DeviceError:
    text = excerpt(_reason(error)) or type(error).__name__
    if client.flooded:
        return DeviceError(peer.place, f"it sent more than {MOST_BYTES >> 20} MiB while {client.step}", "")
    if client.short_key is not None:
        return _short_key(peer, client.short_key)
    if isinstance(error, asyncssh.HostKeyNotVerifiable):
        return _host_key(peer, client, text, known)
    if isinstance(error, asyncssh.KeyExchangeFailed):
        return _no_common(peer, str(error), text, known, client)
    # OpenSSH ends a connection for "Too many authentication failures" without calling it a refusal.
    if isinstance(error, asyncssh.PermissionDenied) or "authentication failure" in text.lower():
        return _login_refused(peer, client, text)
    if isinstance(error, asyncssh.ChannelOpenError):
        return UnreachableError(peer.place, f"the jump host can't reach it: {text}")
    if isinstance(error, (OSError, asyncssh.DisconnectError)) and client.step != Client.LOGGING_IN:
        if said := client.said_before_ssh():
            return _not_ssh(peer, said)
        unreachable = UnreachableError(peer.place, f"{text} while {client.step}")
        unreachable.passing = True
        return unreachable
    return SessionLostError(peer.place, f"{type(error).__name__} while {client.step}: {text}")


def _reason(error: Exception) -> str:
    """What an exception says, in the system's own words where it is one of the system's."""
    if isinstance(error, OSError) and error.errno:
        return os.strerror(error.errno) if error.errno > 0 else error.strerror or str(error)
    return str(error)


def _not_ssh(peer: PeerAddress, said: str) -> UnreachableError:
    """What it means that text came in place of SSH's version line."""
    first = excerpt(said.splitlines()[0])
    if said.startswith("HTTP/") or "<html" in said.lower():
        return UnreachableError(
            peer.place, f"what answers speaks HTTP, not SSH: {first}", "Check address and port in the inventory."
        )
    if any(words in said for words in ("MaxStartups", "Not allowed at this time")):
        error = UnreachableError(
            peer.place,
            f"its SSH server takes no connection now: {first}",
            "It limits connections that are not logged in yet, or shuts out an address for a while after refused "
            "logins. Wait, lower --concurrency, and run again.",
        )
        error.passing = "MaxStartups" in said
        return error
    return UnreachableError(
        peer.place, f"in place of an SSH greeting it said: {first}", "Check address and port in the inventory."
    )


def _login_refused(peer: PeerAddress, client: Client, text: str) -> LoginRefusedError:
    if client.question and not_ready(client.question):
        return LoginRefusedError(
            peer.place,
            f"the password of {peer.user or 'the user'} has expired or must be changed: {excerpt(client.question)}",
            "Log in by hand once, change it, and put the new one where the inventory's reference points.",
        )
    said = f"; the device asks: {excerpt(client.question)}" if client.question else ""
    without = "" if client.had_password else "; the inventory gives it no password, and no key was accepted"
    error = LoginRefusedError(peer.place, f"the login of {peer.user or 'the user'} was refused{without}{said} ({text})")
    # A device that asks something else instead has not said that the password is wrong.
    error.wrong_password = client.password_sent and not client.question
    return error


def _no_common(peer: PeerAddress, full: str, text: str, known: asyncssh.SSHKnownHosts, client: Client) -> DeviceError:
    kind, offers = algorithms.missing(full) or ("", "")
    shown = excerpt(offers.replace(",", ", "), 400)
    if "host key" in text.lower():
        if kind and _is_known(peer, client, known) and not set(offers.split(",")) & {"ssh-rsa", "ssh-dss"}:
            return HostKeyChangedError(
                peer.place, f"it offers no host key of the type that known_hosts holds, but {shown}", _forget(peer)
            )
        if not kind:
            return HostKeyChangedError(
                peer.place, f"it offers no host key of the type that known_hosts holds: {text}", _forget(peer)
            )
    if not kind:
        return UnreachableError(
            peer.place, f"no common SSH algorithms: {text}", "Allow one of the device's in ~/.ssh/config."
        )
    first = offers.split(",")[0]
    key = algorithms.CONFIG_KEYS.get(kind.lower(), "KexAlgorithms")
    return UnreachableError(
        peer.place,
        f"no common SSH algorithms: for {kind} the device offers only {shown}",
        f"Old ones are not offered unless you allow them: `algorithms: [{first}]` for this device in the inventory, or "
        f"`{key} +{first}` for it in ~/.ssh/config.",
    )


def _short_key(peer: PeerAddress, key: asyncssh.SSHKey) -> UnreachableError:
    return UnreachableError(
        peer.place,
        f"its RSA host key is shorter than {algorithms.RSA_BITS} bits ({key.get_fingerprint()})",
        "Have the device make a new one, or allow it: `algorithms: [rsa1024]` for this device in the inventory.",
    )


def _is_known(peer: PeerAddress, client: Client, known: asyncssh.SSHKnownHosts) -> bool:
    return bool(_known_keys(peer, client, known))


def _known_keys(peer: PeerAddress, client: Client, known: asyncssh.SSHKnownHosts) -> list[asyncssh.SSHKey]:
    match = known.match(peer.address, client.peer_address, None if peer.port == 22 else peer.port)
    return list(match[0])


def _host_key(
    peer: PeerAddress, client: Client, text: str, known: asyncssh.SSHKnownHosts
) -> HostKeyChangedError | HostKeyUnknownError:
    key, file = client.host_key, peer.known_hosts[0]
    offered = f"{key.get_algorithm()} {key.get_fingerprint()}" if key else text
    keys = _known_keys(peer, client, known)
    if "revoked" in text:
        return HostKeyChangedError(
            peer.place,
            "known_hosts says that its host key is revoked",
            "Whoever has that key can stand in for the device. Have it make a new one, then replace the device's line "
            "in known_hosts, and keep the one that revokes.",
        )
    if keys or not key:
        held = ", ".join(f"{one.get_algorithm()} {one.get_fingerprint()}" for one in keys)
        return HostKeyChangedError(
            peer.place,
            f"its host key is not the one in known_hosts; offered: {offered}" + (f"; known: {held}" if held else ""),
            _forget(peer),
        )
    stray = stray_lines(peer.known_hosts)
    return HostKeyUnknownError(
        peer.place,
        f"its host key is not known; offered: {offered}" + (f" (not understood: {stray})" if stray else ""),
        "Compare the fingerprint with the device's own, then add the key (`sse-compliance hostkeys INVENTORY` does it "
        "for the whole fleet): "
        f"{'mkdir -pm 700 ~/.ssh && ' if file.startswith('~/.ssh/') else ''}"
        f"ssh-keyscan -p {peer.port} {peer.address} >> {file}",
    )


def _forget(peer: PeerAddress) -> str:
    name = pattern(peer.address, peer.port)
    return (
        "Unless the device was re-imaged or replaced, somebody may be in between. If it was, forget the old key with "
        f"`ssh-keygen -f {peer.known_hosts[0]} -R '{name}'` and add the new one."
    )
