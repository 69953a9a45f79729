"""A toolbox and a way to run things in a cell, without any SSH."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import Regions, load_regions
from sse_compliance.lab.cell import Cell, Toolbox, check, make_disk
from sse_compliance.lab.console import Console
from sse_compliance.lab.image import DiskWriter
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.trust import LabTrust

#: Exit status and output (stdout and stderr together) of something run in a cell.
Ran = tuple[int, str]


@pytest.fixture(scope="session")
def regions() -> Regions:
    return load_regions()


@pytest.fixture(scope="session")
def toolbox(tmp_path_factory: pytest.TempPathFactory) -> Toolbox:
    box = Toolbox(tmp_path_factory.mktemp("toolbox") / "usr")
    box.fill()
    disk = tmp_path_factory.mktemp("disk")
    make_disk(disk, ())
    check(box, disk)
    return box


@pytest.fixture(scope="session")
def writer(regions: Regions) -> DiskWriter:
    return DiskWriter(regions, LabTrust.new(), "a password")


@pytest.fixture
def run_in_cell(toolbox: Toolbox) -> Callable[[Path, str], Ran]:
    """Runs a line of shell on a disk, as root of the cell with the PATH of root."""

    def run(disk: Path, line: str) -> Ran:
        reading, writing = os.pipe()
        null = os.open(os.devnull, os.O_RDONLY)
        root = f"PATH=${{PATH#/usr/libexec/lab/admin:}}; {line}"
        cell = Cell(toolbox, disk, ("/bin/sh", "-c", root), Console(null, writing, writing), home="/", term="dumb")
        os.close(writing)
        os.close(null)
        with os.fdopen(reading, encoding="utf-8", errors="replace") as output:
            said = output.read()
        return cell.wait(), said

    return run


@pytest.fixture
def device(
    tmp_path: Path, writer: DiskWriter, run_in_cell: Callable[[Path, str], Ran]
) -> Callable[[Scenario, str], Ran]:
    """Runs a line of shell on the device of a scenario."""

    def run(scenario: Scenario, line: str) -> Ran:
        disk = tmp_path / scenario.name
        writer.write(disk, scenario)
        return run_in_cell(disk, line)

    return run
