"""A password that many devices take is tried on one first; one that is refused there goes to no other."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from sse_compliance.collect.ssh import shared_login
from sse_compliance.collect.ssh.errors import DeviceError, LoginRefusedError, NotTriedError, UnreachableError
from sse_compliance.collect.ssh.shared_login import SharedPasswords
from tests.unit.collect.ssh.hurried import hurried


def refused(wrong: bool = True) -> LoginRefusedError:
    error = LoginRefusedError("ftd-1", "refused")
    error.wrong_password = wrong
    return error


class Fleet:
    """Devices that try one password; each ends as it is told to."""

    def __init__(self) -> None:
        self.passwords = SharedPasswords()
        self.trying: list[str] = []

    async def device(self, name: str, end: asyncio.Future[None], key: str | None = "k") -> None:
        async with self.passwords.tried(key, name):
            self.trying.append(name)
            await end

    def start(self, *names: str, key: str | None = "k") -> list[tuple[asyncio.Task[None], asyncio.Future[None]]]:
        loop = asyncio.get_running_loop()
        return [
            (asyncio.create_task(self.device(name, end, key)), end) for name in names for end in [loop.create_future()]
        ]


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def run(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    hurried(test())


def test_one_device_first_then_all() -> None:
    async def test() -> None:
        fleet = Fleet()
        (one, first), *others = fleet.start("1", "2", "3")
        await turns()
        assert fleet.trying == ["1"]
        first.set_result(None)
        await one
        await turns()
        assert fleet.trying == ["1", "2", "3"]
        # Once it was taken, a refusal is that device's own matter.
        others[0][1].set_exception(refused())
        with pytest.raises(LoginRefusedError):
            await others[0][0]
        ((last, end),) = fleet.start("4")
        end.set_result(None)
        await last
        assert fleet.trying[-1] == "4"

    run(test)


def test_a_wrong_password_is_tried_on_no_other_device() -> None:
    async def test() -> None:
        fleet = Fleet()
        (one, first), (two, _), (three, _) = fleet.start("1", "2", "3")
        await turns()
        first.set_exception(refused())
        with pytest.raises(LoginRefusedError):
            await one
        for task, name in ((two, "2"), (three, "3")):
            with pytest.raises(NotTriedError) as caught:
                await task
            assert (caught.value.place, caught.value.what) == (
                name,
                "not tried: the same password was refused on 1.",
            )
        assert fleet.trying == ["1"]
        # Another password is another matter.
        fleet.start("4", key="other")
        await turns()
        assert fleet.trying == ["1", "4"]

    run(test)


@pytest.mark.parametrize("error", [refused(wrong=False), UnreachableError("1", "no")])
def test_what_says_nothing_of_the_password_lets_the_next_one_try(error: DeviceError) -> None:
    async def test() -> None:
        fleet = Fleet()
        (one, first), (_, _), (_, _) = fleet.start("1", "2", "3")
        await turns()
        first.set_exception(error)
        with pytest.raises(type(error)):
            await one
        await turns()
        assert fleet.trying == ["1", "2"]

    run(test)


def test_without_a_password_nobody_waits() -> None:
    async def test() -> None:
        fleet = Fleet()
        fleet.start("1", "2", key=None)
        await turns()
        assert fleet.trying == ["1", "2"]

    run(test)


def test_a_silent_device_holds_the_others_up_for_a_while_and_then_twice_as_many_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shared_login, "PATIENCE", 0.05)

    async def test() -> None:
        fleet = Fleet()
        fleet.start(*"12345678")
        await turns()
        seen = [len(fleet.trying)]
        while len(fleet.trying) < 8:
            await asyncio.sleep(0.005)
            if len(fleet.trying) != seen[-1]:
                seen.append(len(fleet.trying))
        assert seen[0] == 1
        # Nobody is let in before the number has doubled once more.
        assert all(number in {1, 2, 4, 8} for number in seen), seen

    run(test)


def test_the_first_device_that_refused_is_the_one_that_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_login, "PATIENCE", 0.01)

    async def test() -> None:
        fleet = Fleet()
        (one, first), (two, second) = fleet.start("1", "2")
        while len(fleet.trying) < 2:
            await asyncio.sleep(0.005)
        for task, end in ((two, second), (one, first)):
            end.set_exception(refused())
            with pytest.raises(LoginRefusedError):
                await task
        ((three, _),) = fleet.start("3")
        with pytest.raises(NotTriedError, match="refused on 2"):
            await three

    run(test)
