"""Editing a line as clish does, on a real terminal and on pipes."""

from __future__ import annotations

import os

import pytest

from sse_compliance.lab.console import Console


def _read_until(master: int, end: str) -> str:
    # A terminal hands over its output in pieces, some time after it was written.
    said = ""
    while not said.endswith(end):
        said += os.read(master, 4096).decode()
    return said


@pytest.mark.parametrize(
    "typed, line",
    [
        ("show network\r", "show network"),
        ("show network\n", "show network"),
        ("shox\x7fw\x08w network\r", "show network"),
        ("rubbish\x15show version\r", "show version"),
        ("rubbish\x03show version\r", "show version"),
        ("\r", ""),
        ("\x04", None),
    ],
)
def test_line_typed_on_a_terminal(typed: str, line: str | None) -> None:
    master, slave = os.openpty()
    console = Console(slave, slave, slave)
    try:
        console.raw()
        os.write(master, typed.encode())
        assert console.read_line("> ") == line
        console.write("done")
        echoed = _read_until(master, "done")
    finally:
        console.close()
        os.close(master)
    assert echoed.startswith("> ")
    assert echoed.count("\r\n") == typed.count("\r") + typed.count("\n") + typed.count("\x03")


def test_a_refused_command_stands_on_the_next_line_with_a_bell() -> None:
    master, slave = os.openpty()
    console = Console(slave, slave, slave)
    try:
        console.raw()
        os.write(master, b" more\r")
        assert console.read_line("> ", "foo") == "foo more"
        assert _read_until(master, "\r\n") == "> foo\a more\r\n"
    finally:
        console.close()
        os.close(master)


def test_a_pipe_is_not_echoed() -> None:
    reading, feeding = os.pipe()
    output, writing = os.pipe()
    console = Console(reading, writing, writing)
    os.write(feeding, b"show network\n")
    os.close(feeding)
    assert console.read_line("> ") == "show network"
    assert console.read_line("> ") is None
    console.close()
    assert os.read(output, 100) == b"> \n> "
    os.close(output)
