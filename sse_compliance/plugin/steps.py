"""``--log-level=DEBUG``: the steps of collecting as they are taken, where one sentence does not explain a failure.

Pytest shows captured logs beside failing tests only, and collecting is no test.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sse_compliance.files.text import one_line
from sse_compliance.inventory.credentials import Credentials

_LOG = logging.getLogger("sse_compliance")


class _Masking(logging.Formatter):
    """One line a step, without any secret and without what a terminal obeys, whatever a device put into it."""

    def __init__(self, credentials: Credentials) -> None:
        super().__init__("%(asctime)s %(message)s", "%H:%M:%S")
        self._credentials = credentials

    def format(self, record: logging.LogRecord) -> str:
        record.exc_info = None
        return one_line(self._credentials.mask(super().format(record)), 1_000)


@contextmanager
def steps_told(level: str | None, credentials: Credentials) -> Iterator[None]:
    """Writes what is logged from a level on (``DEBUG``) to standard error; nothing where it is None."""
    number = logging.getLevelName(level.upper()) if level else None
    if not isinstance(number, int):
        yield
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Masking(credentials))
    before = _LOG.level
    _LOG.addHandler(handler)
    _LOG.setLevel(number)
    try:
        yield
    finally:
        _LOG.setLevel(before)
        _LOG.removeHandler(handler)
