"""A plugin for pytest (``-p tests.integration.short_pauses``): ``--wait`` looks again after a moment."""

from __future__ import annotations

from sse_compliance import waiting

waiting.PAUSES = (0.3, 0.6)
