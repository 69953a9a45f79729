"""What is looked at before any device is asked: who the scheduler is, and what the workers have."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import sse_compliance
from sse_compliance.cluster import worker
from sse_compliance.cluster.connect import connect
from sse_compliance.cluster.order import File, Order
from sse_compliance.cluster.ready import await_workers, check_files, check_releases
from sse_compliance.errors import InputError

NONE: dict[str, Path | None] = {"tls_ca_file": None, "tls_cert": None, "tls_key": None}
OWN = sse_compliance.__version__


def order(inventory: str = "") -> Order:
    return Order("r", "r-1", OWN, ("ftd-1",), {"inventory": File("fleet.yaml", inventory.encode())}, ())


class Client:
    """A client whose workers answer what they are given."""

    def __init__(self, **answers: object) -> None:
        self._answers = answers

    def run(self, _what: Callable[..., object], *_: object, workers: list[str], on_error: str) -> dict[str, object]:
        assert on_error == "return"
        return {address: self._answers[address] for address in workers}

    def scheduler_info(self, n_workers: int) -> dict[str, Any]:
        assert n_workers == -1
        return {"workers": {"a": {"resources": {"fra": 1}}}}


@pytest.mark.parametrize("address", ["tcp://s:8786", "s:8786", "ucx://s:8786", "TLS:s", ""])
def test_nothing_but_tls_is_used(address: str) -> None:
    with pytest.raises(InputError, match=r"expected tls://HOST:PORT.*start scheduler and workers with --protocol tls"):
        connect(address, NONE, 1)


def test_what_a_client_proves_itself_by_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"give --tls-ca-file FILE \(or set distributed\.comm\.tls\.ca-file"):
        connect("tls://s:8786", NONE, 1)
    ca = tmp_path / "ca.pem"
    with pytest.raises(InputError, match=re.escape(f"--tls-ca-file {ca}: there is no such file")):
        connect("tls://s:8786", NONE | {"tls_ca_file": ca}, 1)
    ca.write_text("none")
    with pytest.raises(InputError, match="give --tls-cert FILE"):
        connect("tls://s:8786", NONE | {"tls_ca_file": ca}, 1)
    with pytest.raises(InputError, match="can't be used together"):
        connect("tls://s:8786", {"tls_ca_file": ca, "tls_cert": ca, "tls_key": ca}, 1)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("0.1", "there it is 0.1"),
        (ModuleNotFoundError("No module named 'sse_compliance'"), "there it cannot be loaded: No module named"),
        (None, "there it is None"),
    ],
)
def test_a_worker_of_another_release_is_told_with_both(answer: object, told: str) -> None:
    client: Any = Client(a=OWN, b=answer)
    check_releases(client, {None: ["a"], "syd": []})
    with pytest.raises(InputError) as refused:
        check_releases(client, {"fra": ["a", "b"]})
    assert str(refused.value).startswith(f"worker b of site fra: expected sse-compliance {OWN}, as here; {told}")


@pytest.mark.parametrize("answer", [["key_file: there is no file /k"], RuntimeError("key_file: there is no file /k")])
def test_what_a_worker_lacks_is_told(answer: object) -> None:
    client: Any = Client(a=[], b=answer)
    check_files(client, {None: (["a"], order())})
    with pytest.raises(InputError, match=r"worker b: key_file: there is no file /k\. known_hosts, keys and passwords"):
        check_files(client, {None: (["a", "b"], order())})


def test_a_site_without_worker_is_not_waited_for_for_ever() -> None:
    client: Any = Client()
    assert await_workers(client, ["fra", "nyc", None], 0.0) == {"fra": ["a"], "nyc": [], None: ["a"]}


FLEET = """
defaults: {platform: ftd, region: us}
devices:
  - name: ftd-1
    address: 192.0.2.1
    known_hosts: known_hosts
    password: {env: NO_SUCH_VARIABLE}
    jump: {address: jump, password: {command: ls-nothing}}
    sudo_password: {file: secret}
    key_file: /no/key
    rulesets: [{file: rules.cfg}]
  - {name: ftd-2, address: 192.0.2.2, key_file: /no/other}
"""


def test_each_file_and_variable_is_looked_for_and_none_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert set(worker.lacking(order(FLEET))) == {
        f"known_hosts: there is no file {tmp_path}/known_hosts",
        "key_file: there is no file /no/key",
        f"rulesets: there is no file {tmp_path}/rules.cfg",
        "password: there is no variable NO_SUCH_VARIABLE",
        f"password: there is no file {tmp_path}/secret",
    }
    for name in ("known_hosts", "rules.cfg", "secret"):
        (tmp_path / name).touch(0o000)
    monkeypatch.setenv("NO_SUCH_VARIABLE", "x")
    assert worker.lacking(order(FLEET)) == ["key_file: there is no file /no/key"]


def test_a_worker_that_knows_another_form_of_inventory_says_so() -> None:
    (told,) = worker.lacking(order("devices: 3"))
    assert "fleet.yaml:1" in told


def test_a_worker_does_nothing_for_another_release() -> None:
    with pytest.raises(RuntimeError, match=f"the worker has release {OWN}, and the run is of 0.0"):
        worker.run_shard(Order("r", "r-1", "0.0", (), {}, ()))


def test_what_is_sent_stands_in_no_log() -> None:
    assert "known_hosts" not in repr(order(FLEET))
