"""A small lab, and one Dask cluster with three workers at two sites, for all tests of this folder."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sse_compliance.lab.lab import Lab
from tests.integration.cluster.dask_cluster import DaskCluster, ended, scheduler
from tests.integration.suite_run import SuiteRun

#: The site of each device; a faulty one is at each.
SITES = {"ftd-us": "fra", "ftd-wrong-port": "fra", "ftd-eu": "fra", "sfr": "nyc", "ftd-old-software": "nyc"}


@dataclass(frozen=True, slots=True)
class Fleet:
    """A lab's devices, and the cluster that judges them."""

    lab: Lab
    cluster: DaskCluster
    #: Two of site fra, one of nyc.
    workers: list[subprocess.Popen[bytes]]

    @property
    def folder(self) -> Path:
        """Where the cluster's processes keep what they have and say."""
        return self.cluster.folder

    def begin(self, reports: Path, *arguments: str) -> subprocess.Popen[bytes]:
        """A run that begins, by a client with a certificate."""
        own = (f"--cluster={self.cluster.address}", *self.cluster.ca.options("client"))
        return self.cluster.fleet(reports, *arguments, *own)

    def run(self, reports: Path, *arguments: str) -> SuiteRun:
        """A run that ended."""
        return ended(self.begin(reports, *arguments), reports)

    def inventory(self, path: Path, **changed: dict[str, object]) -> str:
        """An inventory of the lab's devices with their sites, the entries of some changed; gives its path."""
        inventory: dict[str, Any] = yaml.safe_load(self.lab.inventory_file.read_text())
        for entry in inventory["devices"]:
            entry |= {"site": SITES[entry["name"]]} | changed.get(entry["name"].replace("-", "_"), {})
        path.write_text(yaml.safe_dump(inventory), encoding="utf-8")
        return str(path)


@pytest.fixture(scope="package")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """Five devices; workers ``fra-0``, ``fra-1`` and ``nyc-2``."""
    with (
        Lab.start(list(SITES)) as lab,
        scheduler(tmp_path_factory.mktemp("dask"), lab.environment) as cluster,
        cluster.workers("fra", "fra", "nyc") as workers,
    ):
        yield Fleet(lab, cluster, workers)
