"""Whether a run is one of several processes; what that takes is loaded only then."""

from __future__ import annotations

import sys
from argparse import Namespace

import pytest

from sse_compliance.errors import SseError
from sse_compliance.plugin.settings import settle

#: Options with which nothing is judged.
_NO_RUN = ("help", "version", "collectonly", "markers", "showfixtures", "show_fixtures_per_test", "setupplan")


def status_of_jobs(config: pytest.Config) -> int | None:
    """The exit status of all processes together; None where the run is made in this one."""
    option = config.option
    if any(getattr(option, name, None) for name in _NO_RUN):
        return None
    settled = Namespace(**vars(option))
    try:
        settle(settled, config.invocation_params.dir)
    except SseError:
        return None  # the run itself tells it
    if settled.jobs in (None, 1):
        return None
    from sse_compliance.plugin.jobs.run import run_in_processes

    try:
        return run_in_processes(config, settled)
    except SseError as error:
        sys.stderr.write(f"ERROR: {error}\n")
        return int(pytest.ExitCode.USAGE_ERROR)
    except KeyboardInterrupt:
        return int(pytest.ExitCode.INTERRUPTED)
