"""A pytest plugin (``-p fast_clock``, this folder being on PYTHONPATH): ``--wait`` goes by a clock that runs fast."""

from __future__ import annotations

from functools import partial
from time import monotonic, sleep

import pytest

#: Seconds of waiting that pass in one second.
SPEED = 20


def pytest_configure(config: pytest.Config) -> None:
    # Not before pytest has put the project on the path.
    from sse_compliance.plugin import wait

    clock = partial(wait.Clock, now=lambda: monotonic() * SPEED, sleep=lambda seconds: sleep(seconds / SPEED))
    wait.Clock = clock  # type: ignore[misc, assignment]  # for the length of a test
