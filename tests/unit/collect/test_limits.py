"""The limits of a run, and those of a device of its own."""

from __future__ import annotations

from argparse import Namespace

import pytest

from sse_compliance.catalogue.probes import CALL_SECONDS, probe_specs
from sse_compliance.collect.limits import Limits, limits_of
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Device, Platform, Timeouts

NONE = {f"{name}_timeout": None for name in ("connect", "login", "probe", "device")}


def options(**given: object) -> Namespace:
    return Namespace(**{"concurrency": 100, "per_jump_host": 50, **NONE, **given})


def test_options_say_each_limit_and_a_device_of_its_own_wins() -> None:
    assert limits_of(options()) == Limits()
    given = options(concurrency=7, per_jump_host=2, connect_timeout=1.0, login_timeout=2.0, device_timeout=4.0)
    limits = limits_of(given)
    assert limits == Limits(7, 2, connect=1.0, login=2.0, device=4.0)
    assert limits.of(Timeouts(probe=30.0, device=300.0)) == Limits(7, 2, 1.0, 2.0, 30.0, 300.0)
    assert limits.of(Timeouts()) is limits


@pytest.mark.parametrize("name", ["concurrency", "per_jump_host"])
def test_nobody_at_once_is_no_limit(name: str) -> None:
    with pytest.raises(InputError, match=f"--{name.replace('_', '-')} 0: expected 1 or more"):
        limits_of(options(**{name: 0}))


def test_a_probe_s_time_is_that_of_commands_without_one_of_their_own() -> None:
    date, curl = probe_specs(Device("ftd-1", Platform.FTD, "us"), ("date", "curl:api.example.com"))
    limits = Limits(probe=33.0)
    assert limits.timed(date).seconds == 33
    assert limits.timed(curl).seconds == curl.seconds > CALL_SECONDS
    assert curl.then is not None
    assert limits.timed(curl).then == limits.timed(curl.then)
