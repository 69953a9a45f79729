"""``--ask-password``: passwords are typed on the terminal instead of standing in variables."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from getpass import getpass

from sse_compliance.errors import InputError
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import CredentialKind, CredentialRef, Target
from sse_compliance.inventory.load import PASSWORD_VARIABLE

#: Where a password is typed for all devices that name none.
_UNNAMED = CredentialRef(CredentialKind.ENV, PASSWORD_VARIABLE)

#: Devices that a prompt names.
_NAMED = 3


def with_password(target: Target) -> Target:
    """A device that names neither a password nor a key has the one that is asked for."""
    access = target.access
    if access.password is not None or access.key_file is not None:
        return target
    return replace(target, access=replace(access, password=_UNNAMED))


def ask_passwords(targets: Iterable[Target], credentials: Credentials, ask: Callable[[str], str] | None = None) -> None:
    """Asks for every password that the inventory takes from a variable, once each.

    Args:
        targets: the devices, each :func:`with_password`.
        credentials: take what is typed.
        ask: shows a prompt and gives what is typed; on the terminal, without showing it, where None.

    Raises:
        InputError: there is no terminal, nothing to ask for, or nothing was typed.
    """
    asked = _asked_for(targets)
    if not asked:
        raise InputError("--ask-password: nothing to ask for: every password comes from a file, a command or a key")
    if ask is None:
        _check_terminal()
    for ref, devices in asked.items():
        more = f" and {len(devices) - _NAMED} more" if len(devices) > _NAMED else ""
        what = "password" if ref == _UNNAMED else f"password {ref.value}"
        try:
            typed = (ask or getpass)(f"{what} of {', '.join(devices[:_NAMED])}{more}: ")
        except EOFError:
            raise InputError(f"--ask-password: no {what} was typed") from None
        credentials.put(ref, typed)


def _asked_for(targets: Iterable[Target]) -> Mapping[CredentialRef, list[str]]:
    devices: dict[CredentialRef, list[str]] = {}
    for target in targets:
        for ref in dict.fromkeys(_references(target)):
            if ref.kind is CredentialKind.ENV:
                devices.setdefault(ref, []).append(target.device.name)
    return devices


def _references(target: Target) -> Iterator[CredentialRef]:
    access = target.access
    for ref in (*(hop.password for hop in access.jump), access.password, access.sudo_password, access.proxy_password):
        if ref is not None:
            yield ref


def _check_terminal() -> None:
    """getpass would read a pipe, and show what is typed, where there is no terminal."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        raise InputError(
            "--ask-password: there is no terminal to ask on; name a variable, a file or a command in the inventory"
        ) from None
