"""``--ask-password``: passwords are typed on the terminal instead of standing in variables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import replace
from getpass import getpass

from sse_compliance.errors import InputError
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import CredentialKind, CredentialRef, Target
from sse_compliance.inventory.from_url import PASSWORD_VARIABLE

#: Where a password is typed for all devices that name none.
_UNNAMED = CredentialRef(CredentialKind.ENV, PASSWORD_VARIABLE)

#: The devices that each reference is for.
Asked = dict[CredentialRef, list[str]]

#: Devices that a prompt names.
_NAMED = 3


def with_password(target: Target) -> Target:
    """A device that names neither a password nor a key has the one that is asked for."""
    access = target.access
    if access.password is not None or access.key_file is not None:
        return target
    return replace(target, access=replace(access, password=_UNNAMED))


def references(targets: Iterable[Target], managers: Iterable[Target] = ()) -> Asked:
    """What a run takes from variables, and for which devices.

    Args:
        targets: that are reached by SSH, each :func:`with_password`.
        managers: FMCs that are asked by REST.
    """
    found: Asked = {}
    for target in targets:
        access = target.access
        hops = (hop.password for hop in access.jump)
        for ref in dict.fromkeys((*hops, access.password, access.sudo_password, access.proxy_password)):
            _add(found, ref, target)
    for manager in managers:
        if manager.access.rest is not None:
            _add(found, manager.access.rest.secret, manager)
    return found


def _add(found: Asked, ref: CredentialRef | None, target: Target) -> None:
    if ref is not None and ref.kind is CredentialKind.ENV and target.device.name not in found.get(ref, ()):
        found.setdefault(ref, []).append(target.device.name)


def ask_passwords(asked: Asked, credentials: Credentials, ask: Callable[[str], str] | None = None) -> None:
    """Asks for every password, once each.

    Args:
        asked: see :func:`references`.
        credentials: take what is typed.
        ask: shows a prompt and gives what is typed; on the terminal, without showing it, where None.

    Raises:
        InputError: there is no terminal, nothing to ask for, or nothing was typed.
    """
    if not asked:
        raise InputError(
            "nothing to ask for: every password comes from a file, a command or a key", place="--ask-password"
        )
    if ask is None:
        _check_terminal()
    for ref, devices in asked.items():
        more = f" and {len(devices) - _NAMED} more" if len(devices) > _NAMED else ""
        what = "password" if ref == _UNNAMED else f"password {ref.value}"
        try:
            typed = (ask or getpass)(f"{what} of {', '.join(devices[:_NAMED])}{more}: ")
        except EOFError:
            raise InputError(f"no {what} was typed", place="--ask-password") from None
        credentials.put(ref, typed)


def _check_terminal() -> None:
    """getpass would read a pipe, and show what is typed, where there is no terminal."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        raise InputError(
            "there is no terminal to ask on; name a variable, a file or a command in the inventory",
            place="--ask-password",
        ) from None
