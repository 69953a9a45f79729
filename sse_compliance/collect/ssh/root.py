"""From a Linux shell's prompt to the agent: a shell loop, run as root, that takes the place of the prompt."""

from __future__ import annotations

import re
from collections.abc import Callable
from secrets import token_hex
from typing import Literal, TypeVar, cast

from sse_compliance.collect.ssh.clish import prove_shell
from sse_compliance.collect.ssh.errors import NotRootError, SessionLostError, SudoRefusedError, WrongPeerError
from sse_compliance.collect.ssh.lines import (
    BECOME_ROOT,
    BUSY_SECONDS,
    SUDO_PROMPT,
    exec_command,
    password_line,
    start_agent,
)
from sse_compliance.collect.ssh.prompt import Peer, peer
from sse_compliance.collect.ssh.terminal import QUIET, Terminal, clean
from sse_compliance.inventory.credentials import Secret

#: `sudo: unable to resolve host` is a warning, and common where DNS is what is broken.
_SUDO_REFUSAL = re.compile(
    r"^(?:sorry, .*|.*(?:incorrect password attempt|not in the sudoers|is not allowed to execute|may not run sudo"
    r"|sudo: (?:command )?not found|must have a tty|no tty present|a terminal is required|a password is required"
    r"|no valid sudoers sources|must be setuid root|must be owned by uid 0|effective uid is not 0|sudo: .*PAM .*error"
    r"|not authorized on host|account is currently not available|su: .*(?:failure|denied|incorrect)"
    r"|(?:account|password) (?:or password )?(?:is|has) expired|required to change your password).*)",
    re.IGNORECASE | re.MULTILINE,
)

#: What the agent says first.
_AGENT = re.compile(r"^(?P<marker>\w+) (?P<user>\S*)$", re.MULTILINE)

T = TypeVar("T")


async def become_root(
    terminal: Terminal, start: Peer, password: Secret | None, seconds: float, busy: int = BUSY_SECONDS
) -> None:
    """From a Linux shell's prompt to the agent running as root. The password is sent once at most.

    Raises:
        SudoRefusedError: sudo asks for a password that the inventory does not give, or refuses.
        NotRootError: the shell that came is not root's.
    """
    marker = token_hex(8)
    if start is Peer.USER_SHELL:
        terminal.send(BECOME_ROOT)
        await _through_sudo(terminal, password, seconds, _shell_prompt, QUIET)
        if await prove_shell(terminal, seconds) is None:
            raise SudoRefusedError(terminal.place, f"`sudo su -` gave no shell: {terminal.excerpt()}")
    terminal.send(start_agent(marker, busy))
    await prove_root(terminal, marker, None, seconds)


def _shell_prompt(text: str) -> Peer | None:
    """A shell's prompt that the cursor stands behind; a broadcast message may hold the CLI's, and ends its line."""
    found = None if text.endswith("\n") else peer(text)
    return None if found is Peer.CLISH else found


async def prove_root(
    terminal: Terminal,
    marker: str,
    password: Secret | None,
    seconds: float,
    *,
    by_exec: bool = False,
    busy: int = BUSY_SECONDS,
) -> None:
    """Waits for the agent and makes sure that it is root.

    Raises:
        WrongPeerError: the exec request was answered by something else than a shell.
        SudoRefusedError, NotRootError: as in :func:`become_root`.
    """

    def find(text: str) -> str | None:
        return next((found["user"] for found in _AGENT.finditer(text) if found["marker"] == marker), None)

    try:
        user = await _through_sudo(terminal, password, seconds, find, quiet=0)
    except SessionLostError:
        if not by_exec:
            raise
        said = clean(terminal.said).replace(exec_command(marker, busy), "…")
        raise WrongPeerError(
            terminal.place,
            f"it did not run the exec request: {terminal.lines(said) or 'it ended without a word'}",
            "`login: exec` is for a host whose login is a POSIX shell; take `login` out of its inventory entry.",
        ) from None
    if user != "0":
        raise NotRootError(terminal.place, f"the shell's user id is {user or 'not known'}, not 0")


def _is_sudo_prompt(text: str) -> bool:
    """Whether a text ends with the very prompt that sudo was told to give, alone on its line."""
    return text.rsplit("\n", 1)[-1] == SUDO_PROMPT


async def _through_sudo(
    terminal: Terminal, password: Secret | None, seconds: float, find: Callable[[str], T | None], quiet: float
) -> T:
    """Waits for what is looked for, and answers one password prompt on the way."""
    sent = False

    def look(text: str) -> T | Literal["asked"] | None:
        if refused := _SUDO_REFUSAL.search(text):
            expired = "the password has expired: " if "expired" in refused[0].lower() else ""
            error = SudoRefusedError(terminal.place, f"sudo refused: {expired}{terminal.safe(refused[0])}")
            error.wrong_password = sent and not expired
            raise error
        return "asked" if _is_sudo_prompt(text) else find(text)

    while (found := await terminal.expect("becoming root with sudo", seconds, look, quiet)) == "asked":
        if sent:
            error = SudoRefusedError(terminal.place, "sudo did not accept the password")
            error.wrong_password = True
            raise error
        if password is None:
            raise SudoRefusedError(
                terminal.place,
                "sudo asks for a password",
                "Give the device a password or a sudo_password in the inventory.",
            )
        terminal.send(password_line(password))
        sent = True
    return cast(T, found)
