"""The hosts that a connection goes through: the inventory's, or those of ProxyJump in the user's OpenSSH configuration.

One connection to a jump host serves all the devices behind it: an sshd takes few that are not logged in yet.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import asyncssh

from sse_compliance.collect.ssh.errors import DeviceError
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Access, JumpHost

_MOST_HOPS = 8
_CONFIG = "~/.ssh/config"


@lru_cache(maxsize=4096)
def user_config(address: str, port: int, user: str | None) -> Mapping[str, Any]:
    """What the user's OpenSSH configuration says for a host.

    Raises:
        InputError: it can't be read.
    """
    if not os.access(Path(_CONFIG).expanduser(), os.R_OK):
        return {}
    named: dict[str, Any] = {} if user is None else {"username": user}
    try:
        options = asyncssh.SSHClientConnectionOptions(
            config=(),
            host=address,
            port=port,
            known_hosts=None,
            client_keys=None,
            agent_path=None,
            tunnel=None,
            **named,
        )
    except asyncssh.ConfigParseError as error:
        raise InputError(f"can't be read: {error}", place=f"your OpenSSH configuration ({_CONFIG})") from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"can't be used for {address}: {error}", place=f"your OpenSSH configuration ({_CONFIG})"
        ) from None
    keys = ("ProxyJump", "KexAlgorithms", "Ciphers", "MACs", "HostKeyAlgorithms")
    return {key: value for key in keys if (value := options.config.get(key)) is not None}


def hops(access: Access) -> tuple[JumpHost, ...]:
    """The hosts in front of a device, the first one first.

    Raises:
        InputError: ProxyJump leads in a circle, or can't be read.
    """
    return access.jump or _proxy_jump(access.address, access.port, access.user, ())


def _proxy_jump(address: str, port: int, user: str | None, seen: tuple[str, ...]) -> tuple[JumpHost, ...]:
    text = user_config(address, port, user).get("ProxyJump")
    if not text or str(text).lower() == "none":
        return ()
    chain = tuple(_hop(part.strip(), str(text)) for part in str(text).split(","))
    first = chain[0]
    name = f"{first.address}:{first.port}"
    if name in seen or name == f"{address}:{port}" or len(seen) + len(chain) > _MOST_HOPS:
        raise InputError(
            f"it leads in a circle, for it holds for {name}, the jump host, too. Exclude it there, for example with "
            f"`Host * !{first.address}`",
            place=f"ProxyJump {text} in {_CONFIG}",
        )
    return (*_proxy_jump(first.address, first.port, first.user, (*seen, name)), *chain)


def _hop(text: str, whole: str) -> JumpHost:
    user, _, host = text.removeprefix("ssh://").rpartition("@")
    address, _, port = host.rpartition(":") if not host.endswith("]") and host.count(":") in {0, 1} else (host, "", "")
    if host.startswith("["):
        address, _, port = host[1:].partition("]")
        port = port.removeprefix(":")
    if not port.isdigit():
        address, port = (host if not host.startswith("[") else address), "22"
    if not _is_host(address) or not 0 < int(port) < 65536:
        raise InputError(f"{text!r} is no [user@]host[:port]", place=f"ProxyJump {whole} in {_CONFIG}")
    return JumpHost(address, int(port), user or None)


def _is_host(text: str) -> bool:
    if ":" not in text:
        return bool(text)
    try:
        return bool(ip_address(text))
    except ValueError:
        return False


class JumpHosts:
    """The connections to jump hosts of one run. Each is opened once, and a refused login is not tried again."""

    def __init__(self) -> None:
        self._open: dict[object, asyncio.Task[asyncssh.SSHClientConnection]] = {}

    async def get(
        self, key: object, connect: Callable[[], Awaitable[asyncssh.SSHClientConnection]]
    ) -> asyncssh.SSHClientConnection:
        """The connection for a key, opened where there is none, or where it has ended."""
        task = self._open.get(key)
        if task is None or (task.done() and _is_over(task)):
            task = self._open[key] = asyncio.create_task(_run(connect))
        # A device whose time is up does not take the connection from the others.
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Ends all of them."""
        tasks, self._open = list(self._open.values()), {}
        for task in tasks:
            if task.done() and not task.cancelled() and task.exception() is None:
                task.result().abort()
            else:
                task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _run(connect: Callable[[], Awaitable[asyncssh.SSHClientConnection]]) -> asyncssh.SSHClientConnection:
    return await connect()


def _is_over(task: asyncio.Task[asyncssh.SSHClientConnection]) -> bool:
    if task.cancelled():
        return True
    error = task.exception()
    if error is not None:
        return not (isinstance(error, DeviceError) and error.lasting)
    return task.result().is_closed()
