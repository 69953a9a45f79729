"""Device output as text to be read: hostile bytes taken out, and the ways in which a tool did not run at all."""

from __future__ import annotations

import re
from ipaddress import ip_address

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult

#: What ``timeout`` and the shell say of a command that never gave an answer of its own.
TIME_LIMIT = 124
_CANNOT_RUN = 126
_NOT_FOUND = 127
_KILLED = 128

_ANSI = re.compile(
    r"\x1b(?:"
    r"\[[0-?]*[ -/]*[@-~]"  # colours, cursor movements
    r"|\][^\x07\x1b\n]*(?:\x07|\x1b\\)"  # window titles; one that never ends hides nothing
    r"|[^\[\n]?"
    r")"
)
#: Control characters other than tab and newline. Carriage returns are among them, as the first half of a line end and
#: alone: taken for a line break, one would let a server's header begin a line of curl's own.
_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")

_MISSING_TOOL = re.compile(r"\b(?:command )?not found$", re.MULTILINE)
_ERRNO = re.compile(r": (No such file or directory|Permission denied|Is a directory|Not a directory)\s*$", re.MULTILINE)


def clean(text: str) -> str:
    """The text without ANSI sequences and control characters, with ``\\n`` as its only line end."""
    if "\x1b" in text:
        text = _ANSI.sub("", text)
    return _CONTROLS.sub("", text)


def lines(text: str) -> list[str]:
    """The cleaned text's lines. Unlike ``str.splitlines``, U+2028 and the like end no line."""
    return clean(text).split("\n")


def excerpt(text: str, length: int = 80) -> str:
    """The beginning of a text, on one line, for a message."""
    first = clean(text[: 4 * length]).replace("\n", " ").strip()
    return first if len(first) <= length else f"{first[: length - 1]}…"


def is_address(text: str) -> bool:
    """Whether the text is an IPv4 or IPv6 address, a scope (``fe80::1%eth0``) allowed."""
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def ensure_ran(result: ProbeResult, tool: str) -> None:
    """Nothing, where the tool ran and ended by itself.

    Raises:
        Unavailable: it is not on the device, can't be executed, ran into its time limit, or was killed.
    """
    status = result.exit_status
    if status == TIME_LIMIT:
        raise Unavailable(f"{tool} did not end within its time limit")
    if status == _NOT_FOUND:
        raise Unavailable(f"there is no {tool} on the device")
    if status == _CANNOT_RUN:
        raise Unavailable(f"{tool} can't be executed on the device")
    if status < 0 or status >= _KILLED:
        raise Unavailable(f"{tool} was killed (exit status {status})")
    if status != 0 and not result.stdout.strip() and _MISSING_TOOL.search(clean(result.stderr)):
        raise Unavailable(f"there is no {tool} on the device")


def why_unreadable(result: ProbeResult) -> str | None:
    """Why a file could not be read (``No such file or directory``), None where it was read.

    Raises:
        Unavailable: reading failed in a way that says nothing of the file.
    """
    ensure_ran(result, "cat")
    if result.exit_status == 0:
        return None
    if said := _ERRNO.search(clean(result.stderr)):
        return said.group(1)
    raise Unavailable(
        f"reading the file failed with exit status {result.exit_status}: {excerpt(result.stderr) or 'no message'}"
    )


def path_read(result: ProbeResult) -> str:
    """The file that a ``cat`` or ``tail`` command named, as the last word of it."""
    words = result.command.split()
    return excerpt(words[-1].strip("'\""), 255) if words else ""
