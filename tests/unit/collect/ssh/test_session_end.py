"""How a session is held, and how it ends: what the agent hears, the console, the connection."""

from __future__ import annotations

import asyncio

import asyncssh
import pytest

from sse_compliance.collect.ssh import session as sessions
from sse_compliance.collect.ssh.lines import BEAT, CONSOLE_WAY_OUT
from tests.unit.collect.ssh.scripted_shell import Firepower
from tests.unit.collect.ssh.test_session import bare, run


def test_the_agent_hears_now_and_then_that_somebody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "BEAT_SECONDS", 0.02)

    async def wait() -> list[str]:
        device = Firepower()
        session = bare(device)
        while len(device.sent) < 2:
            await asyncio.sleep(0.01)
        await session.close()
        heard = device.sent.copy()
        await asyncio.sleep(0.1)
        assert device.sent == heard
        assert device.ended == ["closed", "waited", "aborted"]
        return heard

    assert set(run(wait())) == {BEAT}


def test_a_console_on_the_way_is_left_as_it_was_found() -> None:
    async def close() -> list[str]:
        device = Firepower()
        session = bare(device)
        session._terminal.way_out = CONSOLE_WAY_OUT
        device._state = "root"
        await session.close()
        return device.sent

    assert run(close()) == list(CONSOLE_WAY_OUT)


def test_a_console_that_takes_no_more_keys_is_left_to_itself() -> None:
    class Gone(Firepower):
        def write(self, data: bytes) -> None:
            raise BrokenPipeError

    async def close() -> list[str]:
        device = Gone()
        session = bare(device)
        session._terminal.way_out = CONSOLE_WAY_OUT
        await session.close()
        return device.ended

    assert run(close()) == ["closed", "waited", "aborted"]


def test_the_end_of_a_connection_is_waited_for_two_seconds() -> None:
    class Slow(Firepower):
        async def wait_closed(self) -> None:
            await asyncio.sleep(60)

    async def close() -> float:
        device, loop = Slow(), asyncio.get_running_loop()
        began = loop.time()
        await bare(device).close()
        assert device.ended == ["closed", "aborted"]
        return loop.time() - began

    assert run(close()) == pytest.approx(2)


@pytest.mark.parametrize("error", [TimeoutError(), asyncssh.ConnectionLost("x"), OSError("x")])
def test_a_connection_that_does_not_end_by_itself_is_cut(error: Exception) -> None:
    class Stubborn(Firepower):
        async def wait_closed(self) -> None:
            raise error

    async def close() -> list[str]:
        device = Stubborn()
        await bare(device).close()
        return device.ended

    assert run(close()) == ["closed", "aborted"]
