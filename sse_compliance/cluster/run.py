"""A fleet run from its options to its reports: divide, check the workers, send out, wait, join."""

from __future__ import annotations

import argparse
import logging
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest
from distributed import Client, Lock

import sse_compliance
from sse_compliance.cluster.connect import connect
from sse_compliance.cluster.order import File, Order
from sse_compliance.cluster.ready import await_workers, check_files, check_releases
from sse_compliance.cluster.sites import SHARDS_PER_WORKER, Part, Site, by_site, divide
from sse_compliance.cluster.watch import Ended, Watch, without_worker
from sse_compliance.errors import SseError
from sse_compliance.files.reading import read_bounded
from sse_compliance.files.terminal import Terminal
from sse_compliance.files.text import one_line, plural
from sse_compliance.files.writing import make_folder, make_folder_inside, write_whole
from sse_compliance.files.yaml_file import MAX_BYTES
from sse_compliance.findings.results import Results
from sse_compliance.inventory.device import Device
from sse_compliance.plugin.ending.results import RESULTS_FILE
from sse_compliance.plugin.jobs.joining import Asked, Brought, run_as_one
from sse_compliance.plugin.jobs.processes import OUTPUT, Job
from sse_compliance.plugin.loading.load import load_suite
from sse_compliance.plugin.options import OPTIONS
from sse_compliance.report.progress import pace

#: The options that name a file, which is sent along.
_FILES = ("inventory", "regions-file", "parameters", "redact")
#: Those that each shard is given as they are.
_PASSED = (
    "resolver", "audit", "portals", "title", "change", "wait", "concurrency", "connect-timeout", "login-timeout",
    "probe-timeout", "device-timeout",
)  # fmt: skip
#: How long the scheduler may take to let a client in, in seconds.
_CONNECT_SECONDS = 20.0


def run_in_cluster(option: argparse.Namespace, directory: Path, selection: str) -> int:
    """Runs the suite on the workers of a cluster; gives the exit status of what they found together.

    Args:
        option: the options of a run, and those of the cluster.
        directory: what its paths are relative to.
        selection: what the user gave, in words.

    Raises:
        SseError: an option or a worker can't be used, or a file can't be written.
    """
    suite = load_suite(option, elsewhere=True)
    assert suite is not None  # the verb asks for an inventory
    asked = Asked(suite, option, directory, selection)
    sites = by_site(suite.targets.values())
    tls = {name: getattr(option, name) for name in ("tls_ca_file", "tls_cert", "tls_key")}
    client = connect(option.cluster, tls, _CONNECT_SECONDS)
    # What Dask would tell of a broken connection is told by the run, in words.
    logging.disable(logging.ERROR)
    try:
        return run_as_one(asked, lambda folder: _Fleet(client, asked, sites).run(folder))
    finally:
        with suppress(OSError, TimeoutError):
            client.close(timeout=5)
        logging.disable(logging.NOTSET)


class _Fleet:
    def __init__(self, client: Client, asked: Asked, sites: Mapping[Site, tuple[Device, ...]]) -> None:
        self._client, self._asked, self._sites = client, asked, sites
        self._name = f"sse-{uuid.uuid4().hex[:12]}"
        self._begun, self._done_devices = time.monotonic(), 0
        self._console = Terminal(quiet=asked.option.verbose < 0)
        options = {option.name: getattr(asked.option, option.dest) for option in OPTIONS}
        self._files = {
            name: File(Path(options[name]).name, read_bounded(Path(options[name]), MAX_BYTES))
            for name in _FILES
            if options[name] is not None
        }

    def run(self, folder: Path) -> Brought | int:
        """Runs all; gives what was brought, or the exit status where nothing was selected."""
        option = self._asked.option
        there = await_workers(self._client, self._sites, option.wait_for_workers)
        check_releases(self._client, there)
        check_files(
            self._client, {site: (own, self._order(site, 0, self._sites[site], 1)) for site, own in there.items()}
        )
        lost = {
            device.name: without_worker(site, option.wait_for_workers)
            for site, devices in self._sites.items()
            if not there[site]
            for device in devices
        }
        parts = [part for site, addresses in there.items() if addresses for part in self._parts(site, len(addresses))]
        jobs = {part: Job(part.name, part.devices, _folder(folder, number), ()) for number, part in enumerate(parts)}
        self._say(f"{plural(len(self._asked.suite.devices), 'device')} in {plural(len(parts), 'shard')}")
        ended, cut_short = self._done(parts)
        found: list[tuple[Job, Results]] = []
        for part, end in ended.items():
            results, why = _found(jobs[part], end)
            if results is not None:
                found.append((jobs[part], results))
                # Each device has findings, unless -k leaves out what it is judged by.
                told = {device.name for device in results.devices}
                why = None if option.keyword else "it brought nothing of this device"
            else:
                told = set()
            if why is not None:
                lost |= {device.name: f"{part.name}: {why}" for device in part.devices if device.name not in told}
        if not found and not lost:
            print("nothing was selected")
            return int(pytest.ExitCode.NO_TESTS_COLLECTED)
        self._tell_lost(lost)
        return Brought(list(jobs.values()), found, lost, cut_short)

    def _parts(self, site: Site, workers_there: int) -> list[Part]:
        devices = self._sites[site]
        most = self._asked.option.shards_per_site or SHARDS_PER_WORKER * workers_there
        return list(divide(site, devices, min(most, len(devices))))

    def _done(self, parts: list[Part]) -> tuple[Mapping[Part, Ended], str | None]:
        option, number_of = self._asked.option, {site: sum(p.site == site for p in parts) for site in self._sites}
        own = Lock(self._name, scheduler_rpc=self._client.scheduler, loop=self._client.loop)
        own.acquire()
        watch = Watch(self._client, self._name, option.wait_for_workers, self._told)
        try:
            try:
                for number, part in enumerate(parts):
                    watch.send(part, self._order(part.site, number, part.devices, number_of[part.site]), option.retries)
                return watch.wait(), None
            except KeyboardInterrupt:
                return watch.stop(), "it was interrupted"
        finally:
            with suppress(OSError):
                own.release()

    def _order(self, site: Site, number: int, devices: tuple[Device, ...], of: int) -> Order:
        option = self._asked.option
        given = {o.name: o.written(value) for o in OPTIONS if (value := getattr(option, o.dest)) not in (None, False)}
        options = [given[name] for name in _PASSED if name in given]
        options.append(f"--per-jump-host={max(1, option.per_jump_host // of)}")
        options += ["-k", option.keyword] if option.keyword else []
        names = tuple(device.name for device in devices)
        key = f"{self._name}-{number}" if site is None else f"{self._name}-{site}-{number}"
        return Order(self._name, key, sse_compliance.__version__, names, self._files, tuple(options))

    def _told(self, part: Part, ended: Ended) -> None:
        own = plural(len(part.devices), "device")
        how = f"exit status {ended.answer[0]}" if ended.answer else ended.why
        self._done_devices += len(part.devices)
        total = len(self._asked.suite.devices)
        rate = pace(self._done_devices, total, time.monotonic() - self._begun)
        self._say(f"{part.name}: {own}, {how}; {self._done_devices:,} of {total:,} devices{rate}")

    def _tell_lost(self, lost: Mapping[str, str]) -> None:
        for why in dict.fromkeys(lost.values()):
            self._say(f"not assessed: {', '.join(name for name in lost if lost[name] == why)}: {why}")

    def _say(self, text: str) -> None:
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)


def _found(job: Job, ended: Ended) -> tuple[Results | None, str | None]:
    """What a shard found, or why nothing is known of it; neither where nothing was selected in it."""
    if ended.answer is None:
        return None, ended.why
    status, files = ended.answer
    own = {f"evidence/{device.name}.json" for device in job.devices}
    make_folder(job.folder / "evidence")
    for name, content in files.items():
        if name in own or name in (OUTPUT, RESULTS_FILE):
            write_whole(job.folder / name, content)
    try:
        results = job.results()
    except SseError as error:
        return None, one_line(str(error), 300)
    if results is not None or status == pytest.ExitCode.NO_TESTS_COLLECTED:
        return results, None
    return None, f"it ended with {status} and left no results: {one_line(job.last_words(), 300)}"


def _folder(folder: Path, number: int) -> Path:
    return make_folder_inside(folder, f"shard-{number}")
