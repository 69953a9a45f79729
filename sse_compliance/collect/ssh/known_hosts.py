"""Reading known_hosts files: a stray line is told with its number, and the others still count."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import asyncssh

from sse_compliance.errors import InputError

#: Where OpenSSH keeps host keys. `UserKnownHostsFile none` of its configuration is not followed: it would switch the
#: check off.
DEFAULT_FILES = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")


def known_hosts(files: tuple[str, ...], *, must_exist: bool) -> asyncssh.SSHKnownHosts:
    """The host keys of the files that exist.

    Args:
        files: their names.
        must_exist: whether the first must be there, as one that the inventory names.

    Raises:
        InputError: it is not, or it can't be read.
    """
    paths = [Path(file).expanduser() for file in files]
    if must_exist and not paths[0].is_file():
        raise InputError(f"known_hosts file {files[0]}: there is no such file")
    present = [path for path in paths if path.is_file()]
    return _read(tuple((str(path), path.stat().st_mtime_ns) for path in present))[0]


def stray_lines(files: tuple[str, ...]) -> str:
    """Where lines that nobody understands stand, as ``FILE:LINE, …``; empty where there are none."""
    present = [path for path in (Path(file).expanduser() for file in files) if path.is_file()]
    return ", ".join(_read(tuple((str(path), path.stat().st_mtime_ns) for path in present))[1][:5])


@lru_cache(maxsize=16)
def _read(files: tuple[tuple[str, int], ...]) -> tuple[asyncssh.SSHKnownHosts, tuple[str, ...]]:
    """Read once per version of the files, not once per device: a fleet's file has a line for each."""
    kept: list[str] = []
    stray: list[str] = []
    for name, _ in files:
        try:
            text = Path(name).read_text(encoding="utf-8", errors="replace")
        except OSError as error:
            raise InputError(f"known_hosts file {name}: {error.strerror}") from None
        try:
            asyncssh.import_known_hosts(text)
            kept.append(text)
        except ValueError:
            for number, line in enumerate(text.splitlines(), 1):
                if _is_understood(line):
                    kept.append(line)
                else:
                    stray.append(f"{name}:{number}")
    return asyncssh.import_known_hosts("\n".join(kept)), tuple(stray)


def _is_understood(line: str) -> bool:
    try:
        asyncssh.import_known_hosts(line)
    except ValueError:
        return False
    return True
