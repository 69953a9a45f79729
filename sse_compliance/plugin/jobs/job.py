"""One process of a run that has several (``--jobs``): pytest over a shard, ended when the process that began it is.

Whatever ends that one, SIGKILL included, no session of this one outlives it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time
from collections.abc import Sequence

import pytest

from sse_compliance.plugin.jobs import OneOfSeveral

#: ``prctl``'s number for "send me this signal when my parent dies" (Linux, ``<sys/prctl.h>``).
_PR_SET_PDEATHSIG = 1


def main(arguments: Sequence[str]) -> int:
    """Runs pytest.

    Args:
        arguments: the number of the process that begins this one, then pytest's.
    """
    _end_with(int(arguments[0]))
    return int(pytest.main(list(arguments[1:]), plugins=[OneOfSeveral()]))


def _end_with(parent: int) -> None:
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    else:
        threading.Thread(target=_watch, args=(parent,), daemon=True).start()
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def _watch(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.2)
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
