"""Which devices a run is over: never none, and never fewer than it says."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.findings.finding import State
from sse_compliance.findings.results_file import write_results
from sse_compliance.findings.terms import Terms
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.inventory.sharding import Shard
from sse_compliance.plugin.loading.choice import choose
from tests.unit.findings.made import finding, results

FLEET = [Device(f"ftd-{number}", Platform.FTD, "us") for number in range(1, 9)]


def options(**given: object) -> Namespace:
    return Namespace(**{"devices": None, "region": None, "failed_from": None, "shard": None, **given})


@pytest.fixture
def report(tmp_path: Path) -> Path:
    """A run over the first five devices; the third is unmet, the fourth was let through, the fifth not assessed."""
    met = [finding(state=State.COMPLIANT, device=f"ftd-{number}") for number in (1, 2)]
    others = [
        finding(device="ftd-3"),
        finding(state=State.WAIVED, device="ftd-4"),
        finding(state=State.NOT_ASSESSED, device="ftd-5"),
    ]
    write_results(results([*met, *others]), tmp_path / "compliance.json")
    return tmp_path / "compliance.json"


def test_what_was_not_compliant_or_not_judged_is_run_again(report: Path) -> None:
    choice = choose(FLEET, options(failed_from=report))
    assert list(choice.devices) == ["ftd-3", "ftd-4", "ftd-5", "ftd-6", "ftd-7", "ftd-8"]
    assert choice.of_devices == 8


def test_where_all_was_compliant_there_is_nothing_to_run(report: Path) -> None:
    with pytest.raises(InputError, match=r"--failed-from .*: it shows each device compliant"):
        choose(FLEET[:2], options(failed_from=report))


def test_a_part_without_a_device_is_an_error_and_never_a_passed_run() -> None:
    empty = next(part for part in range(1, 100) if not any(Shard(part, 99).holds(device.name) for device in FLEET))
    with pytest.raises(InputError, match=rf"--shard {empty}/99: none of the 8 devices is in this part"):
        choose(FLEET, options(shard=f"{empty}/99"))


def test_what_the_options_left_out_is_not_gone_from_the_baseline() -> None:
    earlier = results(finding(device=name) for name in [device.name for device in FLEET] + ["left-the-fleet"])
    terms = Terms(baseline=(earlier, "before.json"))

    def compared(**given: object) -> set[str]:
        held = choose(FLEET, options(**given)).over(terms).baseline
        assert held is not None
        assert {device.name for device in held[0].devices} == {finding.device for finding in held[0].findings}
        return {device.name for device in held[0].devices}

    assert compared(devices="ftd-1,ftd-2") == {"ftd-1", "ftd-2", "left-the-fleet"}
    parts = [compared(shard=f"{part}/2") for part in (1, 2)]
    assert parts[0] | parts[1] == {finding.device for finding in earlier.findings}
    assert not parts[0] & parts[1]
    assert choose(FLEET, options()).over(replace(terms, baseline=None)).baseline is None
