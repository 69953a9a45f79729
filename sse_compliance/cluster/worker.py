"""What a worker does: it runs a shard in a process of its own, which ends when the worker does."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sse_compliance
from sse_compliance.catalogue.regions import load_regions
from sse_compliance.cluster.lease import Lease
from sse_compliance.cluster.order import MOST_BYTES, Answer, Order
from sse_compliance.errors import SseError
from sse_compliance.files.shipped import shipped
from sse_compliance.inventory.device import CredentialKind, CredentialRef, Target
from sse_compliance.inventory.load import load_inventory
from sse_compliance.plugin.ending.results import RESULTS_FILE
from sse_compliance.plugin.jobs.processes import OUTPUT, Job, start
from sse_compliance.plugin.options import run_arguments

#: The process of each shard that runs here, by its run; and the runs that were told to stop.
_RUNNING: dict[str, set[subprocess.Popen[bytes]]] = defaultdict(set)
_STOPPED: set[str] = set()
_LOCK = threading.Lock()


def version() -> str:
    """The release that is installed here."""
    return sse_compliance.__version__


def lacking(order: Order) -> list[str]:
    """What is not there that reaching the devices takes, before any is asked. No secret is read."""
    with tempfile.TemporaryDirectory(prefix="sse-fleet-") as folder:
        files = _laid_out(order, Path(folder))
        try:
            profiles = load_regions(override=files.get("regions-file")).profiles
            inventory = load_inventory(files["inventory"], profiles, Path.cwd())
        except SseError as error:
            return [str(error)]
    found = dict[str, None]()
    for target in inventory.targets:
        if target.device.name in order.devices:
            found |= dict.fromkeys(_lacking(target))
    return list(found)


def _lacking(target: Target) -> Iterator[str]:
    access, rest = target.access, target.access.rest
    rule_sets = (("rulesets", ref.path) for ref in target.rulesets if ref.fmc is None)
    own = (
        ("known_hosts", access.known_hosts),
        ("key_file", access.key_file),
        ("ca_file", rest.ca_file if rest else None),
    )
    for key, path in (*own, *rule_sets):
        if path is not None and not Path(path).is_file():
            yield f"{key}: there is no file {path}"
    hops = (hop.password for hop in access.jump)
    for ref in (access.password, access.sudo_password, access.proxy_password, *hops, rest.secret if rest else None):
        if ref is not None and not _is_there(ref):
            yield f"password: there is no {'variable' if ref.kind is CredentialKind.ENV else 'file'} {ref.value}"


def _is_there(ref: CredentialRef) -> bool:
    if ref.kind is CredentialKind.COMMAND:
        return True  # it is run once, when the secret is needed
    return ref.value in os.environ if ref.kind is CredentialKind.ENV else Path(ref.value).is_file()


def run_shard(order: Order) -> Answer:
    """Runs a shard; gives what it brought.

    Raises:
        LeaseLostError: the run was stopped, or nobody can be reached who waits for it.
        RuntimeError: another release is installed here than the order is of.
    """
    if order.version != version():
        raise RuntimeError(f"the worker has release {version()}, and the run is of {order.version}")
    with (
        Lease(order.run, order.key, lambda: order.run in _STOPPED) as lease,
        tempfile.TemporaryDirectory(prefix="sse-fleet-") as name,
    ):
        folder = Path(name)
        job = Job(order.key, (), folder, tuple(_arguments(order, folder)))
        with _running(order.run, job) as process:
            while (status := _ended(process)) is None:
                if order.run not in _STOPPED:
                    lease.check()
        return status, _files(folder)


def stop(run: str, *, kill: bool = False) -> None:
    """Ends the shards of a run that run here; each writes what it has, unless it is killed."""
    with _LOCK:
        _STOPPED.add(run)
        for process in _RUNNING[run]:
            process.send_signal(signal.SIGKILL if kill else signal.SIGTERM)


@contextmanager
def _running(run: str, job: Job) -> Iterator[subprocess.Popen[bytes]]:
    process = start(job, Path.cwd())
    try:
        with _LOCK:
            _RUNNING[run].add(process)
            if run in _STOPPED:
                process.kill()
        yield process
    finally:
        process.kill()
        process.wait()
        with _LOCK:
            _RUNNING[run].discard(process)


def _ended(process: subprocess.Popen[bytes]) -> int | None:
    try:
        return process.wait(0.2)
    except subprocess.TimeoutExpired:
        return None


def _laid_out(order: Order, folder: Path) -> dict[str, Path]:
    """The files that were sent along, each in a folder of its own."""
    files = {}
    for option, file in order.files.items():
        files[option] = folder / option / Path(file.name).name
        files[option].parent.mkdir()
        files[option].write_bytes(file.content)
    return files


def _arguments(order: Order, folder: Path) -> Iterator[str]:
    names = folder / "devices.txt"
    names.write_text("\n".join(order.devices), encoding="utf-8")
    yield from run_arguments(shipped("tests_sse"), Path.cwd())
    yield from (f"--{option}={path}" for option, path in _laid_out(order, folder).items())
    yield from (f"--relative-to={Path.cwd()}", f"--devices=@{names}", f"--reports={folder}")
    yield from (f"--save-evidence={folder / 'evidence'}", "--jobs=1", *order.options)
    yield from ("-p", "no:junitxml", "-p", "no:html", "-p", "no:cacheprovider", "--color=no")


def _files(folder: Path) -> dict[str, bytes]:
    brought = [path for path in (folder / OUTPUT, folder / RESULTS_FILE) if path.is_file()]
    brought += sorted((folder / "evidence").glob("*.json"))
    if (size := sum(path.stat().st_size for path in brought)) > MOST_BYTES:
        return {OUTPUT: f"it has {size:,} bytes, at most {MOST_BYTES:,} are sent: make more shards".encode()}
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in brought}
