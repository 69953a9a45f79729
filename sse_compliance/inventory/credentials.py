"""Turning a credential reference into the secret, at the last moment, once per run."""

from __future__ import annotations

import os
import shlex
import stat
import subprocess
from pathlib import Path
from threading import Lock
from typing import NoReturn

from sse_compliance.errors import InputError
from sse_compliance.inventory.device import CredentialKind, CredentialRef
from sse_compliance.inventory.masking import MASK, pattern_of
from sse_compliance.inventory.own_patterns import OwnPatterns

#: How long a credential command may take, in seconds; a person may have to unlock a key.
COMMAND_SECONDS = 60


class Secret:
    """A password that shows as asterisks wherever it is printed, logged or formatted."""

    __slots__ = ("_pattern", "_text")

    def __init__(self, text: str) -> None:
        self._text = text
        self._pattern = pattern_of(text)

    def reveal(self) -> str:
        """The password itself; only for the call that sends it."""
        return self._text

    def mask(self, text: str) -> str:
        """A text without this secret, in whatever form it stands there."""
        return self._pattern.sub(MASK, text)

    def __repr__(self) -> str:
        return MASK

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is never written down")


class Credentials:
    """The secrets of one run. Each reference is resolved once, so that ``pass show …`` asks once for 100 devices.

    Args:
        own_patterns: what the site wants masked besides.
    """

    def __init__(self, own_patterns: OwnPatterns | None = None) -> None:
        self.own_patterns = own_patterns or OwnPatterns()
        self._lock = Lock()
        self._known: dict[CredentialRef, Secret | str] = {}
        #: Each secret that is known, once.
        self._secrets: tuple[Secret, ...] = ()

    def resolve(self, ref: CredentialRef, device: str) -> Secret:
        """The secret behind a reference. Blocks while a command runs; safe to call from several threads.

        Raises:
            InputError: it could not be had; the text names the device and the reference, never the secret.
        """
        with self._lock:
            if ref not in self._known:
                try:
                    self._keep(ref, _SOURCES[ref.kind](ref.value))
                except _RefusedError as refused:
                    # A refusal is kept as well: a command that failed is not run again for the next device.
                    self._known[ref] = str(refused)
            known = self._known[ref]
        if isinstance(known, str):
            raise InputError(f"no password from {_describe(ref)}: {known}", place=device)
        return known

    def put(self, ref: CredentialRef, text: str) -> None:
        """Takes a secret that was had otherwise than the reference says.

        Raises:
            InputError: it can't be a password.
        """
        try:
            secret = _secret(text)
        except _RefusedError as refused:
            raise InputError(f"no password for {ref.value}: {refused}") from None
        with self._lock:
            self._keep(ref, secret)

    def _keep(self, ref: CredentialRef, secret: Secret) -> None:
        self._known[ref] = secret
        self._secrets = tuple({id(one): one for one in self._known.values() if isinstance(one, Secret)}.values())

    def secrets(self) -> tuple[Secret, ...]:
        """Every secret that this run knows by now: what may stand in nothing that is kept or shown."""
        return self._secrets

    def mask(self, text: str) -> str:
        """A text without any secret of the run, and without what the site wants masked: a device may give back what
        another one was sent."""
        for secret in self._secrets:
            text = secret.mask(text)
        return self.own_patterns.mask(text)


class _RefusedError(Exception):
    """Why a reference gives no secret."""


def _describe(ref: CredentialRef) -> str:
    """The reference as it may be shown: of a command only the program, because arguments may be secret."""
    if ref.kind is CredentialKind.COMMAND:
        return f"command `{(ref.value.split() or [''])[0]} …`"
    return f"{ref.kind} {ref.value}"


def _secret(text: str) -> Secret:
    """The first line of a text, without its line end."""
    line = text.split("\n", 1)[0].removesuffix("\r")
    if not line:
        raise _RefusedError("it is empty")
    if any(ord(char) < 32 for char in line):
        raise _RefusedError("it holds a control character, which can't be typed at a prompt")
    return Secret(line)


def _from_environment(name: str) -> Secret:
    value = os.environ.get(name)
    if value is None:
        raise _RefusedError("the variable is not set")
    return _secret(value)


def _from_file(name: str) -> Secret:
    path = Path(name).expanduser()
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise _RefusedError("it is not a regular file")
        with path.open(encoding="utf-8") as file:
            status = os.fstat(file.fileno())
            if status.st_uid != os.geteuid():
                raise _RefusedError("it belongs to another user")
            if status.st_mode & 0o077:
                raise _RefusedError(f"others may read it (mode {status.st_mode & 0o777:04o}); run `chmod 600 {path}`")
            return _secret(file.readline())
    except OSError as error:
        raise _RefusedError(error.strerror or type(error).__name__) from None
    except UnicodeDecodeError:
        raise _RefusedError("it is not UTF-8 text") from None


def _from_command(command: str) -> Secret:
    try:
        done = subprocess.run(
            shlex.split(command),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=COMMAND_SECONDS,
            text=True,
            encoding="utf-8",
        )
    except subprocess.TimeoutExpired:
        raise _RefusedError(f"it did not end within {COMMAND_SECONDS} s") from None
    except (OSError, ValueError, IndexError) as error:
        reason = error.strerror if isinstance(error, OSError) else "its output or its quoting can't be read"
        raise _RefusedError(reason or type(error).__name__) from None
    if done.returncode:
        raise _RefusedError(f"it ended with exit status {done.returncode}; run it by hand to see why")
    return _secret(done.stdout)


_SOURCES = {
    CredentialKind.ENV: _from_environment,
    CredentialKind.FILE: _from_file,
    CredentialKind.COMMAND: _from_command,
}
