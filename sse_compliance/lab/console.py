"""Both ends of a conversation with a client: a terminal, or plain pipes where the client asked for none."""

from __future__ import annotations

import os
import termios
from typing import Any

_BACKSPACES = (0x08, 0x7F)


class HungUp(Exception):  # noqa: N818  an event, not a fault
    """The client is gone."""


class Console:
    """The file descriptors of a session; with a terminal all three are its slave side."""

    def __init__(self, input_: int, output: int, error: int) -> None:
        self.input = input_
        self.output = output
        self.error = error
        #: How the terminal was at first: it echoes, and edits whole lines.
        self._cooked = termios.tcgetattr(input_) if os.isatty(input_) else None

    @property
    def is_terminal(self) -> bool:
        return self._cooked is not None

    def raw(self) -> None:
        """From now on the terminal hands over each byte as it comes, without echo. Output still gets its returns."""
        if self._cooked is not None:
            attributes = [*self._cooked]
            attributes[0] &= ~(termios.ICRNL | termios.INLCR | termios.IGNCR | termios.IXON)
            attributes[3] &= ~(termios.ECHO | termios.ICANON | termios.ISIG | termios.IEXTEN)
            self._set(attributes)

    def cooked(self) -> None:
        """From now on the terminal is as at first."""
        if self._cooked is not None:
            self._set(self._cooked)

    def _set(self, attributes: list[Any]) -> None:
        try:
            termios.tcsetattr(self.input, termios.TCSANOW, attributes)
        except termios.error as error:
            raise HungUp from error

    def close(self) -> None:
        """Close all descriptors; whoever reads from them meets the end."""
        for descriptor in {self.input, self.output, self.error}:
            os.close(descriptor)

    def write(self, text: str) -> None:
        """Send text.

        Raises:
            HungUp: nobody listens any more.
        """
        data = text.encode()
        try:
            while data:
                data = data[os.write(self.output, data) :]
        except OSError as error:
            raise HungUp from error

    def read_byte(self) -> int | None:
        """The next byte; None at the end of input."""
        try:
            data = os.read(self.input, 1)
        except OSError as error:
            raise HungUp from error
        return data[0] if data else None

    def read_line(self, prompt: str, start: str = "") -> str | None:
        """Let the client edit one line as clish does: echoed, Backspace, Ctrl-U, Ctrl-C.

        Args:
            prompt: printed in front.
            start: what already stands on the line, as after a refused command; a bell draws the eye to it.

        Returns:
            The line; None at the end of input (Ctrl-D on an empty line).
        """
        line = bytearray(start.encode())
        self.write(f"{prompt}{start}\a" if start else prompt)
        while True:
            byte = self.read_byte()
            if byte is None or (byte == 0x04 and not line):
                return None
            if byte in (0x0A, 0x0D):
                self.write("\n")
                return line.decode(errors="replace")
            if byte == 0x03:
                line.clear()
                self.write(f"\n{prompt}")
            elif byte == 0x15:
                self._echo("\b \b" * len(line))
                line.clear()
            elif byte in _BACKSPACES:
                if line:
                    line.pop()
                    self._echo("\b \b")
            elif byte >= 0x20:
                line.append(byte)
                self._echo(chr(byte))

    def _echo(self, text: str) -> None:
        if self.is_terminal:
            self.write(text)
