"""known_hosts files: a stray line is told with its number, and the others still count."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from stat import S_IMODE
from typing import Any

import asyncssh

from sse_compliance.errors import InputError
from sse_compliance.files.writing import make_folder, write_whole

#: Where OpenSSH keeps host keys. `UserKnownHostsFile none` of its configuration is not followed: it would switch the
#: check off.
DEFAULT_FILES = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")


#: Where revoked keys, certificates and subjects stand in what a match gives.
_REVOKED = (2, 4, 6)


class KnownHosts(asyncssh.SSHKnownHosts):
    """Host keys; a key that is revoked is so for every port."""

    def match(self, host: str, addr: str, port: int | None) -> Any:
        """As asyncssh's own, which looks for lines without the port where none with it holds a key to be trusted, and
        forgets by that what is revoked for the port; and which passes over what is revoked without it otherwise."""
        match = super().match
        found = match(host, addr, port)
        if port is None:
            return found
        others = [match(pattern(name, port), "", None) for name in (host, addr) if name]
        others.append(match(host, addr, None))
        return tuple(
            [*own, *(one for other in others for one in other[place])] if place in _REVOKED else own
            for place, own in enumerate(found)
        )


def known_hosts(files: tuple[str, ...], *, must_exist: bool) -> KnownHosts:
    """The host keys of the files that exist.

    Args:
        files: their names.
        must_exist: whether the first must be there, as one that the inventory names.

    Raises:
        InputError: it is not, or it can't be read.
    """
    paths = [Path(file).expanduser() for file in files]
    if must_exist and not paths[0].is_file():
        raise InputError("there is no such file", place=f"known_hosts file {files[0]}")
    present = [path for path in paths if path.is_file()]
    return _read(tuple((str(path), path.stat().st_mtime_ns) for path in present))[0]


def stray_lines(files: tuple[str, ...]) -> str:
    """Where lines that nobody understands stand, as ``FILE:LINE, …``; empty where there are none."""
    present = [path for path in (Path(file).expanduser() for file in files) if path.is_file()]
    return ", ".join(_read(tuple((str(path), path.stat().st_mtime_ns) for path in present))[1][:5])


def pattern(address: str, port: int) -> str:
    """How a known_hosts file names a host."""
    return address if port == 22 else f"[{address}]:{port}"


def add(file: Path, lines: Sequence[str]) -> None:
    """Adds lines to a known_hosts file, whole or not at all; its mode stays, a new file is its owner's alone.

    Raises:
        OSError: it can't be read or written.
    """
    # Where the file is a link, for example into a repository of settings, what it leads to is written.
    file = file.resolve()
    make_folder(file.parent)
    mode = S_IMODE(file.stat().st_mode) if file.exists() else None
    held = file.read_bytes() if mode is not None else b""
    held += b"\n" if held and not held.endswith(b"\n") else b""
    write_whole(file, held + "".join(f"{line}\n" for line in lines).encode())
    if mode is not None:
        file.chmod(mode)


@lru_cache(maxsize=16)
def _read(files: tuple[tuple[str, int], ...]) -> tuple[KnownHosts, tuple[str, ...]]:
    """Read once per version of the files, not once per device: a fleet's file has a line for each."""
    kept: list[str] = []
    stray: list[str] = []
    for name, _ in files:
        try:
            text = Path(name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise InputError(f"can't be read: {error.strerror}", place=f"known_hosts file {name}") from None
        try:
            asyncssh.import_known_hosts(text)
            kept.append(text)
        except ValueError:
            for number, line in enumerate(text.splitlines(), 1):
                if _is_understood(line):
                    kept.append(line)
                else:
                    stray.append(f"{name}:{number}")
    return KnownHosts("\n".join(kept)), tuple(stray)


def _is_understood(line: str) -> bool:
    try:
        asyncssh.import_known_hosts(line)
    except ValueError:
        return False
    return True
