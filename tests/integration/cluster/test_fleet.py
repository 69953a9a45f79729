"""``sse-compliance fleet`` on a real Dask cluster: what one run finds, whoever dies on the way."""

from __future__ import annotations

import signal
import socket
import ssl
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from sse_compliance.cli import main
from sse_compliance.findings.finding import State
from sse_compliance.findings.results import Verdict
from tests.integration.cluster.conftest import Fleet
from tests.integration.cluster.dask_cluster import ended, until
from tests.integration.cluster.trust import Authority
from tests.integration.suite_run import run_suite

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


def children_of(worker: subprocess.Popen[bytes]) -> list[int]:
    tasks = Path(f"/proc/{worker.pid}/task").glob("*/children")
    return [int(pid) for task in tasks for pid in task.read_text().split()]


def is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_worker_that_is_killed_changes_nothing_of_what_is_found(fleet: Fleet, tmp_path: Path) -> None:
    one = run_suite(tmp_path / "one", f"--inventory={fleet.lab.inventory_file}", environment=fleet.lab.environment)
    before, victim = dict(fleet.lab.connections), fleet.workers[0]
    process = fleet.begin(tmp_path / "all", fleet.inventory(tmp_path / "fleet.yaml"), "--shards-per-site=2")

    def at_work() -> bool:
        """Whether the victim has a session with one of its devices."""
        names = [n for file in fleet.folder.glob("fra-0/*/devices.txt") for n in file.read_text().split()]
        return any(fleet.lab.connections.get(name, 0) > before[name] for name in names)

    until(lambda: at_work() or process.poll() is not None)
    (child,) = children_of(victim)
    victim.kill()
    until(lambda: not is_running(child), 10)
    run = ended(process, tmp_path / "all")

    assert run.status == one.status == 1
    ours, theirs = run.results, one.results
    assert {(f.device, f.key, f.state, f.is_root) for f in ours.findings} == {
        (f.device, f.key, f.state, f.is_root) for f in theirs.findings
    }
    assert ours.summary == theirs.summary
    assert ours.root_causes == theirs.root_causes
    assert (ours.run.partial, ours.run.shard) == (None, None)
    for device in ours.devices:
        assert (run.reports / (device.evidence_file or "")).resolve().is_file()
        assert device.listed_at is not None
        assert device.listed_at.file == str(tmp_path / "fleet.yaml")
    assert set(fleet.lab.most_at_once.values()) == {1}
    assert sum(fleet.lab.connections.values()) - sum(before.values()) > len(ours.devices), "it was killed too late"
    for secret in fleet.lab.environment.values():
        assert secret not in run.output
        assert not any(secret.encode() in file.read_bytes() for file in fleet.folder.glob("**/dask.txt"))


def test_a_site_without_a_worker_is_not_assessed(fleet: Fleet, tmp_path: Path) -> None:
    inventory = fleet.inventory(tmp_path / "fleet.yaml", sfr={"site": "syd"})
    run = fleet.run(tmp_path, inventory, "--devices=ftd-eu,sfr", "--wait-for-workers=1s", "-k", "SSE-PLT-01")
    assert run.status == 10
    assert "not assessed: sfr: site syd had no worker for 1 s; start one with --resources syd=1" in run.output
    results = run.results
    assert {device.name: device.state for device in results.devices} == {
        "ftd-eu": State.COMPLIANT,
        "sfr": State.NOT_ASSESSED,
    }
    assert {f.reason for f in results.findings if f.device == "sfr" and f.state is State.NOT_ASSESSED} == {
        "site syd had no worker for 1 s; start one with --resources syd=1"
    }


def test_ctrl_c_ends_the_shards_and_tells_what_is_done(fleet: Fleet, tmp_path: Path) -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as silent:
        inventory = fleet.inventory(tmp_path / "fleet.yaml", sfr={"port": silent.getsockname()[1]})
        process = fleet.begin(tmp_path, inventory, "--devices=ftd-eu,sfr", "--login-timeout=60s", "-k", "SSE-PLT-01")
        until(lambda: b"shard 1/1 of site fra" in (tmp_path / "output.txt").read_bytes())
        until(lambda: children_of(fleet.workers[2]))
        (child,) = children_of(fleet.workers[2])
        process.send_signal(signal.SIGINT)
        run = ended(process, tmp_path)
    assert run.status == 2
    assert not is_running(child)
    assert run.results.summary.verdict is Verdict.INCOMPLETE
    assert {device.name: device.state for device in run.results.devices} == {
        "ftd-eu": State.COMPLIANT,
        "sfr": State.NOT_ASSESSED,
    }


def test_what_a_worker_lacks_is_told_before_any_device_is_asked(fleet: Fleet, tmp_path: Path) -> None:
    before = dict(fleet.lab.connections)
    inventory = fleet.inventory(tmp_path / "fleet.yaml", sfr={"known_hosts": "keys/known_hosts"})
    run = fleet.run(tmp_path, inventory)
    assert run.status == 4
    assert "of site nyc: known_hosts: there is no file " in run.output
    assert "nyc-2/keys/known_hosts. known_hosts, keys and passwords are the worker's own" in run.output
    assert fleet.lab.connections == before


def test_a_client_without_a_certificate_is_refused(fleet: Fleet) -> None:
    place = urlsplit(fleet.cluster.address)
    context = ssl.create_default_context(cafile=str(fleet.cluster.ca.file))
    context.check_hostname = False
    with (
        socket.create_connection((place.hostname or "", place.port or 0)) as plain,
        pytest.raises(ssl.SSLError, match="CERTIFICATE_REQUIRED"),
        context.wrap_socket(plain) as protected,
    ):
        protected.recv(1)


@pytest.mark.parametrize(
    ("scheme", "told"),
    [
        ("tcp", "expected tls://HOST:PORT"),
        ("tls", "no client without a certificate is let in: give --tls-ca-file"),
    ],
)
def test_a_client_that_proves_nothing_does_not_begin(
    scheme: str, told: str, fleet: Fleet, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    address = fleet.cluster.address.replace("tls", scheme)
    inventory = fleet.inventory(tmp_path / "fleet.yaml")
    assert main(["fleet", inventory, f"--cluster={address}", f"--reports={tmp_path / 'reports'}"]) == 4
    assert told in capsys.readouterr().err


def test_a_client_of_another_ca_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    stranger = Authority(tmp_path / "other").options("client")
    arguments = (fleet.inventory(tmp_path / "fleet.yaml"), f"--cluster={fleet.cluster.address}", *stranger)
    run = ended(fleet.cluster.fleet(tmp_path, *arguments), tmp_path)
    assert run.status == 4
    assert "no scheduler lets this client in" in run.output
