"""Dialling: what is asked of asyncssh for whom, how often it is tried, and over which hosts."""

from __future__ import annotations

import asyncio
import errno
from collections.abc import Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import asyncssh
import pytest

from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh.connection import Secrets, connect, offered_key, peer_of, peer_of_hop, place_of
from sse_compliance.collect.ssh.errors import (
    DeviceError,
    HostKeyUnknownError,
    LoginRefusedError,
    NotTriedError,
    StepTimeoutError,
    UnreachableError,
)
from sse_compliance.collect.ssh.jump import user_config
from sse_compliance.collect.ssh.known_hosts import DEFAULT_FILES
from sse_compliance.collect.ssh.refusal import PeerAddress
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.errors import InputError
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access, CredentialKind, CredentialRef, Device, JumpHost, Platform, Target
from tests.unit.collect.ssh.hurried import hurried

DEVICE = Device("ftd-1", Platform.FTD, "us")
REF = CredentialRef(CredentialKind.ENV, "LOGIN")
LIMITS = Limits(connect=0.2, login=0.4, retries=2, backoff=0.01)
KEY = asyncssh.generate_private_key("ssh-ed25519")
SHORT = asyncssh.generate_private_key("ssh-rsa", key_size=1024)
T = TypeVar("T")


class Dialled:
    """asyncssh's ``connect``: what each call asked for, and how it ends."""

    def __init__(self) -> None:
        self.calls: list[dict[str, Any]] = []
        self.ends: list[BaseException] = []
        self.aborted = 0
        #: Whether TCP stands, and the host key that the peer shows.
        self.stands = True
        self.key: asyncssh.SSHKey | None = KEY.convert_to_public()
        #: How long the peer takes after that.
        self.takes = 0.0

    async def __call__(self, host: str, port: int, **options: Any) -> Dialled:
        client = options.pop("client_factory")()
        self.calls.append({"host": host, "port": port, **options})
        if self.stands:
            client.connection_made(self)
        if self.takes:
            await asyncio.sleep(self.takes)
        if self.ends:
            raise self.ends.pop(0)
        client.begin_auth("admin")
        return self

    def get_extra_info(self, name: str) -> Any:
        return ("10.0.0.9", 22) if name == "peername" else None

    def get_server_host_key(self) -> asyncssh.SSHKey | None:
        return self.key

    def data_received(self, data: bytes, datatype: Any = None) -> None:
        pass

    def abort(self) -> None:
        self.aborted += 1

    def is_closed(self) -> bool:
        return False


@pytest.fixture
def dialled(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Dialled]:
    monkeypatch.setenv("HOME", str(tmp_path))
    user_config.cache_clear()
    made = Dialled()
    monkeypatch.setattr(asyncssh, "connect", made)
    (tmp_path / "known").write_text("")
    yield made
    user_config.cache_clear()


def run(work: Coroutine[Any, Any, T]) -> T:
    return hurried(work)


def target(**access: Any) -> Target:
    return Target(DEVICE, Access("10.0.0.1", **access))


def to(one: Target, secrets: Secrets | None = None, limits: Limits = LIMITS) -> Coroutine[Any, Any, Any]:
    return connect(one, secrets or Secrets(), limits, Shared())


def test_what_is_asked_for(dialled: Dialled) -> None:
    assert run(to(target(port=2222, user="ops", password=REF), Secrets(Secret("s3cret")))) is dialled
    (call,) = dialled.calls
    assert call.pop("known_hosts") is not None
    algorithms = {key for key in call if key.endswith("_algs")}
    assert algorithms == {"kex_algs", "encryption_algs", "mac_algs", "compression_algs", "server_host_key_algs"}
    assert {key: value for key, value in call.items() if key not in algorithms} == {
        "host": "10.0.0.1",
        "port": 2222,
        "username": "ops",
        "client_keys": None,
        "tunnel": None,
        "connect_timeout": None,
        "keepalive_interval": 15,
        "agent_forwarding": False,
        "x11_forwarding": False,
        "gss_auth": False,
        "gss_kex": False,
    }


def test_keys_are_offered_where_there_is_no_password_or_a_file_of_one(dialled: Dialled, tmp_path: Path) -> None:
    run(to(target()))
    assert "client_keys" not in dialled.calls[0]
    KEY.write_private_key(tmp_path / "key")
    run(to(target(key_file="~/key"), Secrets(Secret("s3cret"))))
    (offered,) = dialled.calls[1]["client_keys"]
    assert offered.export_public_key() == KEY.export_public_key()


@pytest.mark.filterwarnings("ignore:bcrypt")
def test_a_key_file_that_is_of_no_use(dialled: Dialled, tmp_path: Path) -> None:
    KEY.write_private_key(tmp_path / "locked", passphrase="x", rounds=1)
    (tmp_path / "none").write_text("no key")
    for name, what in (
        ("locked", "it needs a passphrase; load it into ssh-agent instead"),
        ("none", "Invalid private key"),
        ("missing", f"[Errno 2] No such file or directory: '{tmp_path}/missing'"),
    ):
        with pytest.raises(InputError) as caught:
            run(to(target(key_file=f"{tmp_path}/{name}")))
        assert (caught.value.place, caught.value.what) == (f"key file {tmp_path}/{name}", what)
    assert not dialled.calls


def test_algorithms_that_the_inventory_or_the_user_allows(dialled: Dialled, tmp_path: Path) -> None:
    run(to(target(algorithms=("hmac-sha1",))))
    assert "hmac-sha1" in dialled.calls[0]["mac_algs"]
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/config").write_text("Host 10.0.0.1\n MACs hmac-sha1\n")
    user_config.cache_clear()
    run(to(target()))
    assert "mac_algs" not in dialled.calls[1]


REFUSED = ConnectionRefusedError(errno.ECONNREFUSED, "no")


def test_what_may_pass_is_tried_again_with_longer_pauses(dialled: Dialled, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    sleep = asyncio.sleep

    async def slept(seconds: float) -> None:
        pauses.append(seconds)
        await sleep(0)

    monkeypatch.setattr(asyncio, "sleep", slept)
    dialled.stands = False
    dialled.ends = [REFUSED, REFUSED]
    assert run(to(target())) is dialled
    assert pauses == [0.01, 0.02]
    dialled.ends = [REFUSED] * 3
    with pytest.raises(UnreachableError, match="Connection refused while connecting"):
        run(to(target()))
    assert len(dialled.calls) == 6
    assert pauses == [0.01, 0.02] * 2


@pytest.mark.parametrize("error", [asyncssh.PermissionDenied("no"), asyncssh.ChannelOpenError(1, "no")])
def test_what_does_not_pass_is_tried_once(error: Exception, dialled: Dialled) -> None:
    dialled.ends = [error]
    with pytest.raises(DeviceError):
        run(to(target()))
    assert len(dialled.calls) == 1


@pytest.mark.parametrize(
    ("stands", "takes", "kind", "what"),
    [
        (False, 2.0, UnreachableError, "no TCP connection within 0.2 s."),
        (True, 2.0, StepTimeoutError, "no answer within 0.4 s while waiting for the SSH handshake."),
    ],
)
def test_each_step_has_its_time(
    stands: bool, takes: float, kind: type[DeviceError], what: str, dialled: Dialled
) -> None:
    dialled.stands, dialled.takes = stands, takes
    with pytest.raises(kind) as caught:
        run(to(target()))
    assert (caught.value.place, caught.value.what) == ("ftd-1 (10.0.0.1:22)", what)
    # Between the two limits it goes well.
    dialled.stands, dialled.takes = True, 0.3
    assert run(to(target())) is dialled


def test_a_short_key_is_refused_unless_it_is_allowed(dialled: Dialled) -> None:
    dialled.key = SHORT.convert_to_public()
    with pytest.raises(UnreachableError, match="its RSA host key is shorter"):
        run(to(target()))
    assert run(to(target(algorithms=("rsa1024",)))) is dialled


def test_a_password_that_was_refused_is_sent_to_no_other_device(dialled: Dialled) -> None:
    async def two(*users: str) -> None:
        shared = Shared()
        for user in users:
            await connect(target(password=REF, user=user), Secrets(Secret("s3cret")), LIMITS, shared)

    class Refuses(Dialled):
        async def __call__(self, host: str, port: int, **options: Any) -> Dialled:
            options["client_factory"]().password_auth_requested()
            raise asyncssh.PermissionDenied("no")

    dialled.ends = []
    run(two("admin", "admin", "ops"))

    async def refused() -> None:
        shared, one = Shared(), target(password=REF)
        error = LoginRefusedError("ftd-0", "no")
        error.wrong_password = True
        with pytest.raises(LoginRefusedError):
            async with shared.passwords.tried(("login", "admin", REF), "ftd-0"):
                raise error
        await connect(one, Secrets(Secret("s3cret")), LIMITS, shared)

    with pytest.raises(NotTriedError, match=r"^ftd-1 \(10\.0\.0\.1:22\): .* refused on ftd-0"):
        run(refused())


A, B = JumpHost("192.0.2.1", 22, "ops", REF), JumpHost("192.0.2.2", 2222)


def test_over_jump_hosts(dialled: Dialled, tmp_path: Path) -> None:
    hops = Secrets(jump=(Secret("one"), None))
    run(to(target(jump=(A, B), known_hosts=str(tmp_path / "known")), hops))
    first, second, device = dialled.calls
    assert [(call["host"], call["port"], call.get("username")) for call in dialled.calls] == [
        ("192.0.2.1", 22, "ops"),
        ("192.0.2.2", 2222, None),
        ("10.0.0.1", 22, "admin"),
    ]
    assert [call["tunnel"] for call in dialled.calls] == [None, dialled, dialled]
    # With a password no key is tried; without one, the user's are.
    assert first["client_keys"] is None
    assert "client_keys" not in second
    assert "client_keys" not in device


def test_a_jump_host_that_refuses_is_named(dialled: Dialled) -> None:
    dialled.ends = [asyncssh.PermissionDenied("no")]
    with pytest.raises(LoginRefusedError) as caught:
        run(to(target(jump=(A,)), Secrets(jump=(Secret("one"),))))
    assert caught.value.place == "jump host 192.0.2.1:22"
    assert caught.value.what == "jump host 192.0.2.1:22: the login of ops was refused (no)."


def test_the_key_that_a_peer_offers(dialled: Dialled) -> None:
    peer = PeerAddress("ftd-1", "10.0.0.1", 22, None, DEFAULT_FILES)
    allowed: tuple[str, ...] = ("hmac-sha1",)

    class Offers(Dialled):
        async def __call__(self, host: str, port: int, **options: Any) -> Dialled:
            client = options["client_factory"]()
            client.connection_made(self)
            client.validate_host_public_key(host, host, port, KEY.convert_to_public())
            self.calls.append(options)
            raise asyncssh.HostKeyNotVerifiable("no")

    offers = Offers()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(asyncssh, "connect", offers)
        key, address = run(offered_key(peer, {"tunnel": None, "client_keys": "x"}, LIMITS, allowed))
    assert (key.export_public_key(), address) == (KEY.export_public_key(), "10.0.0.9")
    (call,) = offers.calls
    assert call["client_keys"] is None
    assert "hmac-sha1" in call["mac_algs"]
    assert call["known_hosts"].match("10.0.0.1", "", None)[0] == []
    dialled.ends = [asyncssh.HostKeyNotVerifiable("no")]
    with pytest.raises(DeviceError) as caught:
        run(offered_key(peer, {}, LIMITS, ()))
    assert not isinstance(caught.value, HostKeyUnknownError)


def test_who_a_device_and_a_jump_host_are() -> None:
    one = target(port=2222, user="ops", known_hosts="/known")
    assert place_of(one) == "ftd-1 (10.0.0.1:2222)"
    assert peer_of(one) == PeerAddress("ftd-1 (10.0.0.1:2222)", "10.0.0.1", 2222, "ops", ("/known",), named_file=True)
    assert peer_of(target()) == PeerAddress("ftd-1 (10.0.0.1:22)", "10.0.0.1", 22, "admin", DEFAULT_FILES)
    assert peer_of_hop(B, one.access) == PeerAddress(
        "jump host 192.0.2.2:2222", "192.0.2.2", 2222, None, ("/known", *DEFAULT_FILES), named_file=True
    )
    assert peer_of_hop(A, Access("x")) == PeerAddress("jump host 192.0.2.1:22", "192.0.2.1", 22, "ops", DEFAULT_FILES)


def test_every_secret_of_a_session() -> None:
    one, two, three, four = (Secret(text) for text in "1234")
    assert Secrets(one, two, (three, None), four).all == (one, two, three, four)
    assert Secrets().all == ()
