"""The hosts that a connection goes through: how ProxyJump is read, and that one connection to each serves all."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from sse_compliance.collect.ssh.errors import LoginRefusedError, UnreachableError
from sse_compliance.collect.ssh.jump import JumpHosts, hops, user_config
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Access, JumpHost
from tests.unit.collect.ssh.hurried import hurried

PLACE = "your OpenSSH configuration (~/.ssh/config)"


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Writes the user's OpenSSH configuration."""
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / ".ssh").mkdir()

    def write(text: str) -> None:
        (tmp_path / ".ssh/config").write_text(text, errors="surrogateescape")
        user_config.cache_clear()

    user_config.cache_clear()
    yield write
    user_config.cache_clear()


Config = Callable[[str], None]


@pytest.mark.parametrize(
    ("text", "chain"),
    [
        ("a", [("a", 22, None)]),
        ("ops@a", [("a", 22, "ops")]),
        ("ops@a:2222", [("a", 2222, "ops")]),
        ("ops@corp@a", [("a", 22, "ops@corp")]),
        ("ssh://ops@a:2222", [("a", 2222, "ops")]),
        ("10.0.0.1:1", [("10.0.0.1", 1, None)]),
        ("10.0.0.1:65535", [("10.0.0.1", 65535, None)]),
        ("[2001:db8::1]:2222", [("2001:db8::1", 2222, None)]),
        ("ops@[2001:db8::1]", [("2001:db8::1", 22, "ops")]),
        ("2001:db8::1", [("2001:db8::1", 22, None)]),
        ("ops@a:2222,b,[::1]:23", [("a", 2222, "ops"), ("b", 22, None), ("::1", 23, None)]),
        ("none", []),
        ("None", []),
    ],
)
def test_how_proxy_jump_is_read(text: str, chain: list[tuple[str, int, str | None]], config: Config) -> None:
    config(f"Host 192.0.2.9\n ProxyJump {text}\n")
    assert hops(Access("192.0.2.9")) == tuple(JumpHost(*hop) for hop in chain)
    assert hops(Access("192.0.2.8")) == ()


def test_the_inventorys_own_hosts_go_before_the_users(config: Config) -> None:
    config("Host *\n ProxyJump a\n")
    own = (JumpHost("b", 23, "ops"),)
    assert hops(Access("192.0.2.9", jump=own)) == own


def test_a_jump_host_may_have_jump_hosts_of_its_own(config: Config) -> None:
    config("Host 192.0.2.9\n ProxyJump b,c\nHost b\n ProxyJump a\n")
    assert hops(Access("192.0.2.9")) == (JumpHost("a"), JumpHost("b"), JumpHost("c"))


def test_the_configuration_may_go_by_the_user(config: Config) -> None:
    config("Match user ops\n ProxyJump a\n")
    assert hops(Access("192.0.2.9", user="ops")) == (JumpHost("a"),)
    assert hops(Access("192.0.2.9", user="admin")) == ()


@pytest.mark.parametrize("text", ["a:0", "a:65536", "a:b:c", "ops@", ":22", "a:b"])
def test_what_is_no_host(text: str, config: Config) -> None:
    config(f"Host 192.0.2.9\n ProxyJump b,{text}\n")
    with pytest.raises(InputError) as caught:
        hops(Access("192.0.2.9"))
    assert str(caught.value) == f"ProxyJump b,{text} in ~/.ssh/config: '{text}' is no [user@]host[:port]"


@pytest.mark.parametrize(
    "text",
    [
        "Host *\n ProxyJump 192.0.2.9\n",
        "Host 192.0.2.9\n ProxyJump a\nHost a\n ProxyJump b\nHost b\n ProxyJump a\n",
        "Host 192.0.2.9\n ProxyJump " + ",".join("abcdefghi") + "\n",
    ],
)
def test_a_circle_and_a_chain_that_is_too_long(text: str, config: Config) -> None:
    config(text)
    with pytest.raises(InputError, match=r"ProxyJump .* in ~/\.ssh/config"):
        hops(Access("192.0.2.9"))
    config("Host 192.0.2.9\n ProxyJump " + ",".join("abcdefgh") + "\n")
    assert len(hops(Access("192.0.2.9"))) == 8


def test_what_is_of_use_to_us_in_the_users_configuration(config: Config) -> None:
    config("Host *\n Ciphers aes256-ctr\n MACs hmac-sha2-256\n KexAlgorithms curve25519-sha256\n Compression yes\n")
    found = user_config("192.0.2.9", 22, None)
    assert found.keys() == {"Ciphers", "MACs", "KexAlgorithms"}
    config("Host *\n HostKeyAlgorithms ssh-ed25519\n ProxyJump a\n")
    assert user_config("192.0.2.9", 22, None).keys() == {"HostKeyAlgorithms", "ProxyJump"}
    config("Host 192.0.2.8\n Ciphers aes256-ctr\n")
    assert user_config("192.0.2.9", 22, "admin") == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Match localnetwork 2001:db8::/32\n", "can't be read: "),
        ("# \udcff\n", "can't be used for 192.0.2.9: "),
    ],
)
def test_a_configuration_that_is_of_no_use(text: str, what: str, config: Config) -> None:
    config(text)
    with pytest.raises(InputError) as caught:
        user_config("192.0.2.9", 22, "admin")
    assert caught.value.place == PLACE
    assert caught.value.what.startswith(what)
    assert len(caught.value.what) > len(what)
    assert "None" not in caught.value.what


class Link:
    """A connection to a jump host."""

    def __init__(self) -> None:
        self.closed = self.aborted = False

    def is_closed(self) -> bool:
        return self.closed

    def abort(self) -> None:
        self.aborted = True


class Dialled:
    """What is called to open a connection: how often, and how it ends."""

    def __init__(self, *ends: Link | BaseException) -> None:
        self._ends = list(ends)
        self.count = 0
        self.go = asyncio.Event()
        self.go.set()

    async def __call__(self) -> Any:
        self.count += 1
        end = self._ends.pop(0)
        await self.go.wait()
        if isinstance(end, BaseException):
            raise end
        return end


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    hurried(test())


async def got(jump_hosts: JumpHosts, key: str, dialled: Dialled) -> Any:
    return await jump_hosts.get(key, dialled)


def test_one_connection_serves_all_until_it_is_closed() -> None:
    async def test() -> None:
        first, second, other = Link(), Link(), Link()
        dialled, elsewhere, jump_hosts = Dialled(first, second), Dialled(other), JumpHosts()
        assert [await got(jump_hosts, "a", dialled) for _ in range(2)] == [first, first]
        assert await got(jump_hosts, "b", elsewhere) is other
        first.closed = True
        assert [await got(jump_hosts, "a", dialled) for _ in range(2)] == [second, second]
        assert dialled.count == 2
        await jump_hosts.close()
        assert (first.aborted, second.aborted, other.aborted) == (False, True, True)

    run(test)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (LoginRefusedError("a", "no"), False),
        (UnreachableError("a", "no"), True),
        (InputError("no"), True),
        (asyncssh.ConnectionLost("no"), True),
    ],
)
def test_what_stays_until_somebody_acts_is_not_tried_again(error: Exception, again: bool) -> None:
    async def test() -> None:
        link = Link()
        dialled, jump_hosts = Dialled(error, link), JumpHosts()
        with pytest.raises(type(error)):
            await got(jump_hosts, "a", dialled)
        if again:
            assert await got(jump_hosts, "a", dialled) is link
        else:
            with pytest.raises(type(error)):
                await got(jump_hosts, "a", dialled)
        await jump_hosts.close()

    run(test)


def test_a_device_whose_time_is_up_does_not_take_the_connection_from_the_others() -> None:
    async def test() -> None:
        link = Link()
        dialled, jump_hosts = Dialled(link), JumpHosts()
        dialled.go.clear()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(got(jump_hosts, "a", dialled), 0.01)
        dialled.go.set()
        assert await got(jump_hosts, "a", dialled) is link
        assert dialled.count == 1

    run(test)


def test_closing_ends_what_is_still_being_opened() -> None:
    async def test() -> None:
        dialled, jump_hosts = Dialled(Link(), Link()), JumpHosts()
        dialled.go.clear()
        waiting = asyncio.create_task(got(jump_hosts, "a", dialled))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        await jump_hosts.close()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        # It is not kept: the next one opens it anew.
        dialled.go.set()
        assert await got(jump_hosts, "a", dialled)
        assert dialled.count == 2

    run(test)
