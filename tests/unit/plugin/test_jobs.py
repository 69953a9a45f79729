"""What ``--jobs`` can't do honestly is refused, in one line that says why; limits are for all processes."""

from __future__ import annotations

import re
from argparse import Namespace
from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Access, Device, Platform, Target
from sse_compliance.plugin.jobs.collected import Collected
from sse_compliance.plugin.jobs.processes import Job
from sse_compliance.plugin.jobs.run import _REFUSED, MOST_JOBS, _check, _jobs
from sse_compliance.plugin.suite import Suite


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


def job(folder: Path, *names: str) -> Job:
    (folder / "evidence").mkdir(parents=True)
    return Job("process", tuple(Device(name, Platform.FTD, "us") for name in names), folder, ())


def test_how_far_the_processes_are_is_told_after_each_tenth(tmp_path: Path) -> None:
    names = [f"ftd-{number:02}" for number in range(40)]
    jobs = [job(tmp_path / "1", *names[:20]), job(tmp_path / "2", *names[20:])]
    (tmp_path / "1" / "evidence" / "left.json").touch()
    told: list[str] = []
    collected = Collected(jobs, told.append)
    for number, name in enumerate(names[1:]):
        (tmp_path / f"{number % 2 + 1}" / "evidence" / f"{name}.json").touch()
        (tmp_path / "1" / "evidence" / ".run.journal").touch()
        collected.look()
        collected.look()
    assert [line.split(",")[0] for line in told] == [f"{n} of 39 devices collected" for n in range(4, 40, 4)]
    assert re.fullmatch(r"4 of 39 devices collected, 35 waiting, [0-9,.]+/s, [0-9]+ (s|min) left", told[0])


@pytest.mark.parametrize("limit", ["concurrency", "per_jump_host"])
def test_limits_are_for_all_processes_together(limit: str, tmp_path: Path) -> None:
    devices = {f"ftd-{n}": Device(f"ftd-{n}", Platform.FTD, "us") for n in range(30)}
    targets = {name: Target(device, Access("192.0.2.1")) for name, device in devices.items()}
    suite = Suite(load_catalogue(), load_regions(), devices, targets=targets)
    times = {f"{name}_timeout": None for name in ("connect", "login", "probe", "device")}
    given: dict[str, object] = {"jobs": 4, "shard": None, "save_baseline": None, "report_dir": None, "xmlpath": None}
    option = Namespace(**given, **times, **({"concurrency": 100, "per_jump_host": 50} | {limit: 10}))
    name = f"--{limit.replace('_', '-')}="
    parts = [next(a for a in job.arguments if a.startswith(name)) for job in _jobs(suite, option, tmp_path, ())]
    assert parts == [f"{name}2"] * 4
    with pytest.raises(InputError, match=f"--jobs 4 is more than {name[:-1]} 3, which is for all processes together"):
        list(_jobs(suite, Namespace(**vars(option) | {limit: 3}), tmp_path, ()))
