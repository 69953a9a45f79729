"""The lab's temporary directory: gone when the lab ends, and at the next start at the latest where it was killed."""

from __future__ import annotations

import fcntl
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_PREFIX = "sse-lab-"
_LOCK = "lock"
#: A directory without a lock is being made, or was left before it had one; it is old after this many seconds.
_YOUNG = 60


@contextmanager
def home() -> Iterator[Path]:
    """A directory of a lab's own; those that killed labs left behind are removed first."""
    _sweep(Path(tempfile.gettempdir()))
    path = Path(tempfile.mkdtemp(prefix=_PREFIX))
    try:
        with (path / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def _sweep(parent: Path) -> None:
    for path in parent.glob(f"{_PREFIX}*"):
        try:
            if _abandoned(path):
                shutil.rmtree(path, ignore_errors=True)
        except OSError:
            # Another user's, or another lab was quicker.
            continue


def _abandoned(path: Path) -> bool:
    if not (path / _LOCK).exists():
        return time.time() - path.stat().st_mtime > _YOUNG
    with (path / _LOCK).open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
