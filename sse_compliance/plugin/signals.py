"""SIGTERM ends a run as Ctrl-C does; and no signal cuts the writing of its reports short."""

from __future__ import annotations

import signal
import threading
from types import FrameType
from typing import Any

_ENDING = (signal.SIGINT, signal.SIGTERM)


class Signals:
    """What the signals of a run's end do; from :meth:`take` to :meth:`give_back`."""

    def __init__(self) -> None:
        self._before: dict[signal.Signals, Any] = {}

    def take(self) -> None:
        """SIGTERM interrupts from now on. Signals belong to the main thread; elsewhere nothing changes."""
        if threading.current_thread() is not threading.main_thread():
            return
        self._before = {number: signal.getsignal(number) for number in _ENDING}
        signal.signal(signal.SIGTERM, _interrupt)

    def defer(self) -> None:
        """The reports are being written: nothing but SIGKILL ends that, and it takes seconds."""
        for number in self._before:
            signal.signal(number, signal.SIG_IGN)

    def give_back(self) -> None:
        """As it was before."""
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise KeyboardInterrupt
