"""What all of the project's own tests share."""

from __future__ import annotations

import os
import signal

from hypothesis import HealthCheck, settings

# A script that runs the tests in the background hands on "ignore Ctrl-C"; tests of Ctrl-C, and the programs that they
# start, need it as it is for a person.
signal.signal(signal.SIGINT, signal.default_int_handler)

if "MUTANT_UNDER_TEST" in os.environ:
    # `make mutants`: mutmut forks every run from one process, and asks for the same verdict each time.
    settings.register_profile(
        "mutants", suppress_health_check=[HealthCheck.differing_executors], derandomize=True, database=None
    )
    settings.load_profile("mutants")
