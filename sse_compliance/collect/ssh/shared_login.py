"""What the devices of a run share: a password that many of them take, and the jump hosts in front of them.

A mistyped password of one central account must not be refused by every device of the fleet: that locks the account. It
is tried on one device first; once a device has taken it, the others are tried freely.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Hashable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from sse_compliance.collect.ssh.errors import DeviceError, NotTriedError
from sse_compliance.collect.ssh.jump import JumpHosts

#: How long the device that is tried first may leave a password undecided before more are tried, in seconds. Their
#: number doubles each time, so that silent devices hold up nobody for long.
PATIENCE = 5.0


@dataclass
class _Password:
    """How it stands with one password of one user."""

    accepted: bool = False
    refused_on: str | None = None
    trying: int = 0
    at_once: int = 1
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


class SharedPasswords:
    """The passwords of a run, each tried on one device first."""

    def __init__(self) -> None:
        self._passwords: dict[Hashable, _Password] = {}

    @asynccontextmanager
    async def tried(self, key: Hashable, place: str) -> AsyncIterator[None]:
        """Waits for the turn to try a password; what the body raises tells how it went.

        Args:
            key: what identifies the password: user and reference. None where there is none to protect.
            place: the device, for the messages of the others.

        Raises:
            NotTriedError: another device has refused it.
        """
        if key is None:
            yield
            return
        password = self._passwords.setdefault(key, _Password())
        await _turn(password, place)
        password.trying += 1
        try:
            yield
            password.accepted = True
        except DeviceError as error:
            if error.wrong_password and not password.accepted:
                password.refused_on = password.refused_on or place
            raise
        finally:
            password.trying -= 1
            async with password.changed:
                password.changed.notify_all()


async def _turn(password: _Password, place: str) -> None:
    while not password.accepted:
        if password.refused_on:
            raise NotTriedError(place, f"not tried: the same password was refused on {password.refused_on}")
        if password.trying < password.at_once:
            return
        try:
            async with asyncio.timeout(PATIENCE), password.changed:
                await password.changed.wait()
        except TimeoutError:
            if password.trying >= password.at_once:
                password.at_once *= 2


@dataclass
class Shared:
    """What the sessions of one run have in common."""

    passwords: SharedPasswords = field(default_factory=SharedPasswords)
    jump_hosts: JumpHosts = field(default_factory=JumpHosts)
