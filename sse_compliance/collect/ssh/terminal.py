"""A terminal on a device: what it has said since the last line that was typed, and waiting for it to say something."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from typing import Protocol, TypeVar

import asyncssh

from sse_compliance.collect.ssh.errors import DeviceError, SessionLostError, StepTimeoutError, excerpt
from sse_compliance.collect.ssh.lines import Typed
from sse_compliance.inventory.credentials import Secret

#: How much a device may say before it gives a prompt, and how much of the end is looked at, in characters.
_MOST = 1 << 18
_TAIL = 4096

#: How long a prompt must stand alone before it is taken for one, in seconds.
QUIET = 0.05

#: ESC E and ESC D begin a new line; kickstart writes the first before each prompt.
_NEXT_LINE = re.compile(r"\x1b[ED]")
_CONTROLS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]"  # ANSI control sequences
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"  # window titles
    r"|\x1b[@-Z\\^_a-z78=>]"  # two-character sequences
    r"|[\x00\x07]"
)

T = TypeVar("T")


class Reader(Protocol):
    """What is read from: asyncssh's reader."""

    async def read(self, n: int = -1) -> bytes: ...


class Writer(Protocol):
    """What is written to: asyncssh's writer."""

    def write(self, data: bytes) -> None: ...


def clean(said: str) -> str:
    """Text without terminal controls, with plain line ends. One pass, whatever the text."""
    said = _CONTROLS.sub("", _NEXT_LINE.sub("\n", said))
    lines = (line.rstrip("\r") for line in said.split("\n"))
    text = "\n".join(lines).replace("\r", "\n")
    return _rubbed_out(text) if "\x08" in text else text


def _rubbed_out(text: str) -> str:
    """Text in which each backspace takes away the character before it, never a line end."""
    kept: list[str] = []
    for char in text:
        if char != "\x08":
            kept.append(char)
        elif kept and kept[-1] != "\n":
            kept.pop()
    return "".join(kept)


class Terminal:
    """One end of a session's channel.

    Args:
        place: the device, for the texts of errors.
        secrets: what must not show up in such a text, should the device echo it.
    """

    def __init__(self, reader: Reader, writer: Writer, place: str, secrets: tuple[Secret, ...] = ()) -> None:
        self._reader = reader
        self._writer = writer
        self.place = place
        self._secrets = secrets
        self._said = ""
        #: What leaves the console that was gone through, one after the other.
        self.way_out: tuple[Typed, ...] = ()

    def send(self, text: Typed) -> None:
        """Types a text. What was said before it is forgotten."""
        self._said = ""
        self.press(text)

    def press(self, key: Typed) -> None:
        """Types a key in the middle of an answer."""
        try:
            self._writer.write(key.encode())
        except OSError:
            raise SessionLostError(self.place, "the session has ended") from None

    @property
    def said(self) -> str:
        """All that the device has said since the last text was sent."""
        return self._said

    def excerpt(self) -> str:
        """The last line that the device said, fit for an error's text."""
        return self.safe(clean(self._said[-_TAIL:]))

    def lines(self, said: str) -> str:
        """The last few lines of a text of the device's, fit for an error's text: a reason may stand before the end."""
        kept = [line for line in said.splitlines() if line.strip() and not line.startswith("Last login:")]
        return " / ".join(self.safe(line) for line in (kept or said.splitlines())[-3:])

    def safe(self, text: str) -> str:
        """The last line of a text of the device's, fit for an error's text: short, printable, without a secret."""
        for secret in self._secrets:
            text = secret.mask(text)
        return excerpt(text)

    async def expect(self, step: str, seconds: float, find: Callable[[str], T | None], quiet: float = 0.0) -> T:
        """Reads until ``find`` sees what it looks for in the end of what was said, and nothing follows for ``quiet`` s.

        Raises:
            StepTimeoutError: it did not come in time.
            SessionLostError: the device ended the session.
        """
        try:
            async with asyncio.timeout(seconds):
                while True:
                    found = find(clean(self._said[-_TAIL:]))
                    if found is None:
                        await self._more(step)
                    elif not quiet or not await self._more_within(step, quiet):
                        return found
        except TimeoutError:
            raise self.late(step, seconds) from None

    def late(self, step: str, seconds: float) -> StepTimeoutError:
        """That a step took too long, with the last words that were said."""
        said = self.excerpt()
        ending = f"; the last it said was: {said}" if said else " and it said nothing"
        return StepTimeoutError(self.place, f"no answer within {seconds:g} s while {step}{ending}")

    async def speaks(self, step: str, seconds: float) -> bool:
        """Whether the device says anything more within a time."""
        return await self._more_within(step, seconds)

    async def settle(self, step: str, quiet: float, first: float) -> str:
        """What the device has said once it says no more for ``quiet`` s; waits up to ``first`` s for a first word.

        Returns:
            The end of what was said, cleaned. Empty where nothing came.

        Raises:
            SessionLostError: the device ended the session.
        """
        pause = quiet if self._said else first
        while await self._more_within(step, pause):
            pause = quiet
        return clean(self._said[-_TAIL:])

    async def stream(self) -> AsyncIterator[bytes]:
        """What arrives from now on, as it comes, until the device ends the session."""
        while data := await self._read():
            yield data

    async def _more_within(self, step: str, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds):
                await self._more(step)
        except TimeoutError:
            return False
        return True

    async def _more(self, step: str) -> None:
        data = await self._read()
        if not data:
            said = self.lines(clean(self._said[-_TAIL:]))
            raise SessionLostError(self.place, f"the session ended while {step}" + (f": {said}" if said else ""))
        self._said += data.decode(errors="replace")
        if len(self._said) > _MOST:
            raise DeviceError(self.place, f"more than {_MOST} characters without a prompt while {step}", "")

    async def _read(self) -> bytes:
        try:
            return await self._reader.read(1 << 16)
        except (OSError, asyncssh.Error):
            return b""
