"""Waiting for a device to say something: until when, how much, and what is told where it does not."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import asyncssh
import pytest

from sse_compliance.collect.ssh.errors import DeviceError, SessionLostError, StepTimeoutError
from sse_compliance.collect.ssh.lines import ENTER, NEXT_PAGE, WHO
from sse_compliance.collect.ssh.terminal import Terminal, clean
from sse_compliance.inventory.credentials import Secret
from tests.unit.collect.ssh.hurried import hurried

PLACE = "ftd-1 (10.0.0.1:22)"
T = TypeVar("T")


class Peer:
    """Says piece after piece; a number is a pause, an exception is raised, and None is the end."""

    def __init__(self, *says: str | bytes | float | Exception | None) -> None:
        self._says = list(says)
        self.sent: list[bytes] = []
        self.asked: list[int] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data)

    async def read(self, n: int = -1) -> bytes:
        self.asked.append(n)
        while self._says and isinstance(self._says[0], float):
            pause = self._says[0]
            await asyncio.sleep(pause)
            self._says.pop(0)
        if not self._says:
            await asyncio.sleep(60)
        said = self._says.pop(0)
        if isinstance(said, Exception):
            raise said
        return b"" if said is None else said.encode() if isinstance(said, str) else said  # type: ignore[return-value]


def of(*says: str | bytes | float | Exception | None) -> Terminal:
    peer = Peer(*says)
    return Terminal(peer, peer, PLACE, (Secret("s3cret"), Secret("hunter2")))


def run(work: Coroutine[Any, Any, T]) -> T:
    return hurried(work)


def ends(word: str) -> Any:
    return lambda text: text if text.endswith(word) else None


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("a\x1bEb\x1bDc", "a\nb\nc"),
        ("a\x1b]0;t\x1b\\b\x1b]2;u\x07c", "abc"),
        ("a\x1b[1;31mb\x1b[?25hc\x1b=d\x1b>e\x1b7f", "abcdef"),
        ("ab\x08c\n\x08d", "ac\nd"),
        ("a\r\r\nb\rc\r", "a\nb\nc"),
        ("\x00a\x07", "a"),
    ],
)
def test_text_without_controls(said: str, expected: str) -> None:
    assert clean(said) == expected


def test_it_reads_until_what_it_looks_for_has_come() -> None:
    terminal = of("one ", b"tw", b"o \xff", " three", "rest")
    assert run(terminal.expect("a step", 5, ends("three"))) == "one two � three"
    assert terminal.said == "one two � three"


def test_nothing_may_follow_for_a_while() -> None:
    assert run(of("> ", 0.01, "more\n> ").expect("a step", 5, ends("> "), 0.2)) == "> more\n> "
    assert run(of("> ", 0.4, "more\n> ").expect("a step", 5, ends("> "), 0.05)) == "> "


def test_only_the_end_is_looked_at() -> None:
    terminal = of("first" + "x" * 4000, "y" * 96 + "\nlast")
    seen: list[str] = []
    run(terminal.expect("a step", 5, lambda text: seen.append(text) or (True if "last" in text else None)))  # type: ignore[func-returns-value]
    assert len(seen[-1]) == 4096
    assert seen[-1].startswith("x")
    assert len(terminal.said) == 4106


def test_what_was_said_is_forgotten_when_a_line_is_typed_and_kept_when_a_key_is_pressed() -> None:
    peer = Peer("one", "two", "three")
    terminal = Terminal(peer, peer, PLACE)

    async def talk() -> list[str]:
        said = [await terminal.expect("a step", 5, ends("one"))]
        terminal.press(NEXT_PAGE)
        said.append(await terminal.expect("a step", 5, ends("two")))
        terminal.send(WHO)
        said.append(terminal.said)
        said.append(await terminal.expect("a step", 5, ends("three")))
        return said

    assert run(talk()) == ["one", "onetwo", "", "three"]
    assert peer.sent == [b" ", b"id -u\n"]
    assert set(peer.asked) == {65536}


@pytest.mark.parametrize(
    ("says", "ending"),
    [
        (("a\nyou typed s3cret\n",), "; the last it said was: you typed ********."),
        ((), " and it said nothing."),
        ((" \n",), " and it said nothing."),
    ],
)
def test_a_step_that_takes_too_long(says: tuple[str, ...], ending: str) -> None:
    with pytest.raises(StepTimeoutError) as caught:
        run(of(*says).expect("a step", 0.05, lambda _: None))
    assert (caught.value.place, caught.value.what) == (PLACE, f"no answer within 0.05 s while a step{ending}")


@pytest.mark.parametrize("end", [None, OSError("gone"), asyncssh.ConnectionLost("gone")])
@pytest.mark.parametrize(
    ("said", "ending"),
    [
        ("", ""),
        ("Last login: x\nno more\n", ": no more"),
        ("Last login: x\n", ": Last login: x"),
        ("one\ntwo\n\nhunter2 is it\nLast login: y\nfour\n", ": two / ******** is it / four"),
    ],
)
def test_a_session_that_ends(said: str, ending: str, end: Exception | None) -> None:
    with pytest.raises(SessionLostError) as caught:
        run(of(*([said] if said else []), end).expect("a step", 5, lambda _: None))
    assert (caught.value.place, caught.value.what) == (PLACE, f"the session ended while a step{ending}.")


def test_a_flood_without_a_prompt() -> None:
    terminal = of(*["x" * (1 << 16)] * 4, "y")
    with pytest.raises(DeviceError) as caught:
        run(terminal.expect("a step", 5, lambda _: None))
    assert (caught.value.place, caught.value.what, caught.value.advice) == (
        PLACE,
        "more than 262144 characters without a prompt while a step.",
        "",
    )
    assert len(terminal.said) == (1 << 18) + 1


def test_a_session_that_takes_no_more_lines() -> None:
    class Gone(Peer):
        def write(self, data: bytes) -> None:
            raise BrokenPipeError

    gone = Gone()
    with pytest.raises(SessionLostError) as caught:
        Terminal(gone, gone, PLACE).send(ENTER)
    assert (caught.value.place, caught.value.what) == (PLACE, "the session has ended.")


def test_it_settles_when_nothing_more_comes() -> None:
    async def settled(*says: str | float) -> str:
        return await of(*says).settle("a step", 0.05, 0.3)

    assert run(settled("a\r\n", 0.01, "b")) == "a\nb"
    # It waits longer for the first word than for the next.
    assert run(settled(0.15, "a", 0.15, "b")) == "a"
    assert run(settled(0.6, "a")) == ""

    async def twice() -> str:
        terminal = of("a", 0.15, "b")
        await terminal.settle("a step", 0.05, 0.3)
        return await terminal.settle("a step", 0.05, 0.3)

    assert run(twice()) == "a"
    assert len(run(settled("x" * 5000))) == 4096


@pytest.mark.parametrize(("pause", "speaks"), [(0.01, True), (0.5, False)])
def test_whether_it_says_anything_more(pause: float, speaks: bool) -> None:
    assert run(of(pause, "a").speaks("a step", 0.1)) is speaks


@pytest.mark.parametrize("call", ["settle", "speaks"])
def test_a_session_that_ends_names_the_step_whatever_waits(call: str) -> None:
    terminal = of(None)
    with pytest.raises(SessionLostError, match="ended while a step"):
        run(terminal.settle("a step", 0.1, 0.1) if call == "settle" else terminal.speaks("a step", 0.1))


@pytest.mark.parametrize("end", [None, OSError("gone")])
def test_a_stream_is_what_arrives_until_the_end(end: Exception | None) -> None:
    async def pieces() -> list[bytes]:
        return [piece async for piece in of("a", "b", end, "c").stream()]

    assert run(pieces()) == [b"a", b"b"]


def test_what_is_shown_of_a_device_holds_no_secret() -> None:
    terminal = of()
    assert terminal.safe("a\n s3cret and hunter2 \x1b\n") == "******** and ******** ?"
    assert terminal.lines("\n one s3cret\n\n two \n") == "one ******** / two"
    assert terminal.lines("\n") == ""
