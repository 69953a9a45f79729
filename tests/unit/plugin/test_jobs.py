"""What ``--jobs`` can't do honestly is refused, in one line that says why."""

from __future__ import annotations

from argparse import Namespace

import pytest

from sse_compliance.errors import InputError
from sse_compliance.plugin.jobs.run import _REFUSED, MOST_JOBS, _check


@pytest.mark.parametrize(("name", "attribute", "why"), _REFUSED)
def test_each_is_refused(name: str, attribute: str, why: str) -> None:
    _check(Namespace(jobs=2))
    with pytest.raises(InputError) as refused:
        _check(Namespace(jobs=2, **{attribute: 1}))
    assert str(refused.value) == f"--jobs: leave out {name}: {why}"


@pytest.mark.parametrize("jobs", [0, -1, MOST_JOBS + 1])
def test_a_number_that_can_not_be_meant_is_refused(jobs: int) -> None:
    with pytest.raises(InputError, match=f"--jobs {jobs}: expected 1 to {MOST_JOBS}"):
        _check(Namespace(jobs=jobs))
