"""One look at an FMC at a time, whichever process of this machine's user makes it.

An FMC has one session per user: a second login would end the first.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep

from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.inventory.device import RestAccess

#: How long others may take before it is given up, in seconds.
PATIENCE = 900.0
_PAUSE = 0.1


@contextmanager
def turn(
    access: RestAccess, *, pause: Callable[[float], None] = sleep, now: Callable[[], float] = monotonic
) -> Iterator[bool]:
    """Holds the turn with an FMC's user; gives whether another process had it since this one did.

    Where no file can be had that all of them know, there are no turns.

    Raises:
        FmcError: the others take too long.
    """
    handle = _file(access)
    if handle is None:
        yield False
        return
    try:
        end = now() + PATIENCE
        while not _locked(handle):
            if now() > end:
                raise FmcError(f"{access.base}: other runs have been reading it as {access.user} for {PATIENCE:g} s")
            pause(_PAUSE)
        last, own = os.pread(handle, 20, 0), str(os.getpid()).encode()
        os.ftruncate(handle, 0)
        os.pwrite(handle, own, 0)
        yield last != own
    finally:
        os.close(handle)


def _file(access: RestAccess) -> int | None:
    """A file of this user's own; None where none can be had, for example because somebody else has put one there."""
    digest = sha256(f"{access.base} {access.user}".encode()).hexdigest()[:16]
    path = Path(tempfile.gettempdir()) / f"sse-compliance-{os.getuid()}-{digest}.lock"
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC, 0o600)
    except OSError:
        return None
    if os.fstat(handle).st_uid == os.getuid():
        return handle
    os.close(handle)
    return None


def _locked(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
