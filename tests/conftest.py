"""What all of the project's own tests share."""

from __future__ import annotations

import os
import signal
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import HealthCheck, settings

from sse_compliance.collect import one_device
from sse_compliance.lab.cell import NoCellError
from sse_compliance.lab.lab import LabRefusedError

# A script that runs the tests in the background hands on "ignore Ctrl-C"; tests of Ctrl-C, and the programs that they
# start, need it as it is for a person.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A program that writes into a pipe buffers, where no developer's or CI's setting says otherwise; so it is tested.
os.environ.pop("PYTHONUNBUFFERED", None)

if "MUTANT_UNDER_TEST" in os.environ:
    # `make mutants`: mutmut forks every run from one process, and asks for the same verdict each time. Threads do not
    # come along: a pool that believes it has some would let every test that collects wait for ever, and look as killed.
    os.register_at_fork(after_in_child=lambda: setattr(one_device, "_MASKING", ThreadPoolExecutor(2, "masking")))
    settings.register_profile(
        "mutants",
        suppress_health_check=[HealthCheck.differing_executors],
        deadline=None,
        derandomize=True,
        database=None,
    )
    settings.load_profile("mutants")
else:
    # Whether a property holds does not hang on how fast the machine is.
    settings.register_profile("any pace", suppress_health_check=[HealthCheck.too_slow], deadline=None)
    settings.load_profile("any pace")


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test that needs the lab is skipped where the system refuses it; with SSE_REQUIRE_LAB=1, as in CI, it fails."""
    if (
        call.excinfo is not None
        and isinstance(call.excinfo.value, (NoCellError, LabRefusedError))
        and os.environ.get("SSE_REQUIRE_LAB") != "1"
    ):
        reason = f"this system has no lab: {call.excinfo.value.lacking}"
        skipped = pytest.skip.Exception(reason, _use_item_location=True)
        call.excinfo = pytest.ExceptionInfo.from_exception(skipped.with_traceback(call.excinfo.tb))
    return (yield)
