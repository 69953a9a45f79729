"""The real lab's fixtures. Run them with ``make e2e``; elsewhere they skip, or fail where the lab is required."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.e2e.lab import outer
from tests.e2e.lab.site import Site


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The site, up; one for the session."""
    if not outer.is_inside():
        reason = os.environ.get(outer.REFUSED, "the real lab runs in namespaces of its own: make e2e")
        if os.environ.get(outer.REQUIRED) == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with Site() as site:
        yield site
