"""The lab that the docs' commands are run against."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sse_compliance.lab.lab import Lab
from tests.docs.stage import STATES


@pytest.fixture(scope="session")
def docs_lab() -> Iterator[Lab]:
    """A device in each state that a page may need."""
    with Lab.start(STATES) as lab:
        yield lab
