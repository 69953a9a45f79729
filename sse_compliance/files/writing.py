"""Writing files: whole or not at all, private, and never through a symbolic link.

Everything that the project keeps is written here. A file is readable by its owner only whatever the umask says, until
:func:`open_to_all` opens it.
"""

from __future__ import annotations

import errno
import os
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

#: The mode of a folder that nobody else may look into, and of one that is published.
_PRIVATE_FOLDER, _OPEN_FOLDER = 0o700, 0o755
_PRIVATE_FILE, _OPEN_FILE = 0o600, 0o644

#: What a file is called until it is whole; the name that it will have stands within.
_ASIDE = re.compile(r"\..+\.[a-z0-9_]{8}\.aside")


def write_whole(path: Path, content: str | bytes) -> None:
    """Writes a file beside its place and puts it there when it is whole; until then, what was there stays.

    A symbolic link at the place is replaced: what it leads to is left alone. A lone surrogate of a text is written as
    ``?``. The folder must exist.

    Raises:
        OSError: it can't be written (disk full, no permission); ``filename`` is the path.
    """
    try:
        with aside(path) as beside:
            beside.write_bytes(content.encode("utf-8", "replace") if isinstance(content, str) else content)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """An empty private file beside a place; when the block ends well, it is put there, else it is removed.

    Raises:
        OSError: it can't be made or put in place.
    """
    if path.is_dir() and not path.is_symlink():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(path))
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".aside", dir=path.parent)
    os.fchmod(handle, _PRIVATE_FILE)
    os.close(handle)
    try:
        yield Path(name)
        Path(name).replace(path)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def make_folder(path: Path) -> None:
    """Makes a folder and those above it that are missing, for their owner only; one that exists stays as it is.

    Raises:
        OSError: it can't be made, or a symbolic link of another user's stands in its place.
    """
    path = path.absolute()
    for folder in (*reversed(path.parents), path):
        try:
            folder.mkdir(_PRIVATE_FOLDER)
        except FileExistsError:
            if folder.is_symlink() and folder.lstat().st_uid not in (0, os.geteuid()):
                raise OSError(errno.ELOOP, "a symbolic link of another user's", str(folder)) from None
        except OSError:
            # A root that is read-only or not ours, above a folder that exists.
            if not folder.is_dir():
                raise
        else:
            # The umask may have taken away even what the owner needs.
            folder.chmod(_PRIVATE_FOLDER)
    if not path.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), str(path))


def make_folder_inside(parent: Path, name: str) -> Path:
    """Makes a folder of the project's own in one of the user's; gives its path.

    Raises:
        OSError: it can't be made, or a symbolic link stands in its place: it would lead elsewhere.
    """
    make_folder(parent)
    path = parent / name
    if path.is_symlink():
        raise OSError(errno.ELOOP, "a symbolic link, where a folder of this program's is expected", str(path))
    make_folder(path)
    return path


def remove_left_behind(folder: Path) -> None:
    """Removes what a killed process has left of files that it was writing in a folder.

    Raises:
        OSError: one can't be removed.
    """
    if folder.is_dir():
        for path in folder.iterdir():
            if _ASIDE.fullmatch(path.name):
                path.unlink(missing_ok=True)


def open_to_all(path: Path) -> None:
    """Opens a file, or a folder with all that is in it, to everybody's eyes.

    Raises:
        OSError: the mode can't be changed.
    """
    for each in (path, *(path.rglob("*") if path.is_dir() else ())):
        if not each.is_symlink():
            each.chmod(_OPEN_FOLDER if each.is_dir() else _OPEN_FILE)


def leave_unwritten() -> None:
    """What is still buffered for a standard output that can't be written goes nowhere: else it fails once more at the
    very end, where Python gives a status of its own."""
    with suppress(OSError, ValueError, AttributeError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
