"""Reading files that may come from elsewhere: regular ones, below a size, and inside the folder that they are of."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from sse_compliance.errors import InputError

_KINDS = {
    stat.S_IFDIR: "a folder",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
    stat.S_IFSOCK: "a socket",
}


def read_bounded(path: Path, limit: int, inside: Path | None = None) -> bytes:
    """The content of a regular file. It never waits: a named pipe is refused before anything is read.

    Args:
        path: the file.
        limit: the most bytes that it may have.
        inside: the folder that it must be in once all symbolic links are followed; None where it may be anywhere.

    Raises:
        InputError: it can't be read, is no regular file, is larger, or a link leads out of the folder.
    """
    try:
        if inside is not None and not is_inside(path, inside):
            raise InputError(f"it leads out of {inside}; expected a file in that folder", place=path)
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            mode = os.fstat(handle).st_mode
            if not stat.S_ISREG(mode):
                kind = _KINDS.get(stat.S_IFMT(mode), "something else")
                raise InputError(f"can't be read: expected a regular file, found {kind}", place=path)
            content = file.read(limit + 1)
    except (OSError, ValueError) as error:
        raise InputError(f"can't be read: {getattr(error, 'strerror', None) or error}", place=path) from None
    if len(content) > limit:
        raise InputError(f"larger than {limit:,} bytes, the most that is read", place=path)
    return content


def is_inside(path: Path, folder: Path) -> bool:
    """Whether a path is in a folder once all symbolic links are followed."""
    return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
