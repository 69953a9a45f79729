"""An event loop whose clock leaps to the next thing that is due: what waits for seconds takes none, on any machine."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

#: What takes longer than this by the loop's clock hangs, in seconds.
_HANGS = 600


class _Leaping(selectors.SelectSelector):
    """Waits for nothing: the clock is put forward by as long as it would have waited."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.now += timeout or 0.0
        return super().select(0)


class _Loop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._leaping = _Leaping()
        super().__init__(self._leaping)

    def time(self) -> float:
        return self._leaping.now


def hurried(work: Coroutine[Any, Any, T]) -> T:
    """``asyncio.run`` for what talks to nobody outside the process."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, _HANGS)

    with asyncio.Runner(loop_factory=_Loop) as runner:
        return runner.run(bounded())
