"""From a fresh channel to a root shell that runs our scripts: the login state machine.

After authentication the peer is the device's CLI (``> ``), a chassis or module prompt (``firepower#``,
``Firepower-module1>``) or, on an older FMC, a Linux shell at once. CLI probes run in the CLI; then ``expert``, then
``sudo su -``, then *the agent*: a shell loop that takes the place of the prompt. From there on only the agent's marked
lines count, since the output of ``curl -v`` holds lines that look like the CLI's prompt.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum, auto
from secrets import token_hex
from shlex import quote
from time import monotonic
from typing import Literal, TypeVar, cast

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.errors import (
    ExpertRefusedError,
    LoginRefusedError,
    NotRootError,
    StepTimeoutError,
    SudoRefusedError,
)
from sse_compliance.collect.ssh.terminal import Terminal, clean
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.files.clock import stamp
from sse_compliance.inventory.credentials import Secret

#: How long a prompt must stand alone before it is taken for one, in seconds.
QUIET = 0.05

_PASSWORD_PROMPT = re.compile(r"password[^\n]{0,80}: *\Z", re.IGNORECASE)
_PAGER = re.compile(r"<--- More --->|--\s?[Mm]ore\s?--(?:\(\d+%\))?")
#: A pager's line and how it is wiped away: overwritten, backspaced over, or erased.
_PAGER_WIPED = re.compile(rf"(?:{_PAGER.pattern})(?:\r *\r|\x08+(?: +\x08+)?|\r?\x1b\[2?K\r?)?")
_CLISH_REFUSAL = re.compile(r"^(?:Syntax error|% ?Invalid|ERROR: %|Command not|Unknown command).*", re.MULTILINE)
_FIRST_RUN = re.compile(
    r"press <?enter>? to display the EULA|must change (?:the|your) password|password has expired|new password: *\Z",
    re.IGNORECASE,
)
#: `sudo: unable to resolve host` is a warning, and common where DNS is what is broken.
_SUDO_REFUSAL = re.compile(
    r"^(?:sorry, .*|.*(?:incorrect password attempt|not in the sudoers|is not allowed to execute|may not run sudo"
    r"|sudo: (?:command )?not found|must have a tty|a password is required|su: .*(?:failure|denied|incorrect)).*)",
    re.IGNORECASE | re.MULTILINE,
)

T = TypeVar("T")


class Peer(Enum):
    """What stands at the other end."""

    CLISH = auto()
    CHASSIS = auto()
    USER_SHELL = auto()
    ROOT_SHELL = auto()


def peer(text: str) -> Peer | None:
    """Whose prompt a cleaned text ends with, None where it ends with none."""
    last = text.rstrip("\n ").rsplit("\n", 1)[-1].rstrip()
    if last == ">":
        return Peer.CLISH
    if re.fullmatch(r"[\w.-]+>", last):
        return Peer.CHASSIS
    if re.fullmatch(r"(?!(?:ba|da|k)?sh-)[\w.-]+(?: /[\w/ -]*)?[* ]{0,2}#", last):
        return Peer.CHASSIS
    # Boxes of banners begin with the sign as well, and are longer.
    if re.fullmatch(r"#|(?![#*\s])[^\n]{0,200}[^\s#*] ?#", last):
        return Peer.ROOT_SHELL
    if re.fullmatch(r"\$|(?![$*\s])[^\n]{0,200}[^\s$*] ?\$", last):
        return Peer.USER_SHELL
    return None


async def log_in(terminal: Terminal, seconds: float) -> Peer:
    """Waits for the first prompt; goes from a chassis or module prompt on to the CLI of the FTD.

    Raises:
        LoginRefusedError: the account is not set up yet (first run, password expired).
        StepTimeoutError, SessionLostError: as they say.
    """

    def find(text: str) -> Peer | str | None:
        first_run = _FIRST_RUN.search(text)
        return first_run[0] if first_run else peer(text)

    found = await terminal.expect("waiting for the first prompt", seconds, find, QUIET)
    if found is Peer.CHASSIS:
        terminal.send("connect ftd\n")
        found = await terminal.expect("waiting for the CLI after `connect ftd`", seconds, find, QUIET)
    if isinstance(found, str):
        raise LoginRefusedError(
            terminal.place,
            f"the account is not ready for use: {found}",
            "Log in by hand once and finish what the device asks for.",
        )
    # A shell whose prompt looks like a chassis's answers `connect` with an error and the same prompt.
    return Peer.ROOT_SHELL if found is Peer.CHASSIS else cast(Peer, found)


async def run_clish(terminal: Terminal, spec: ProbeSpec, login_seconds: float) -> ProbeResult | NotObtained:
    """Runs one command of the CLI and reads until the prompt stands alone again.

    A command that the CLI does not know gives NotObtained, as one that does not end in time does.

    Raises:
        StepTimeoutError: the CLI did not come back even after Ctrl-C.
    """
    began = monotonic()
    terminal.send(spec.command + "\n")
    pages = 0

    def find(text: str) -> bool | None:
        nonlocal pages
        if _PAGER.search(text[-40:]) and (shown := len(_PAGER.findall(terminal.said))) > pages:
            pages = shown
            terminal.press(" ")
        # A refused command is put behind the prompt again, to be corrected.
        return True if peer(text) is Peer.CLISH or _is_repeated(text, spec.command) else None

    try:
        await terminal.expect(f"running `{spec.command}`", spec.seconds, find, QUIET)
    except StepTimeoutError:
        terminal.send("\x03\x15\n")
        await terminal.expect("getting the CLI back after Ctrl-C", login_seconds, _is_clish, QUIET)
        return NotObtained(f"`{spec.command}` gave no prompt within {spec.seconds} s")
    text = clean(_PAGER_WIPED.sub("", terminal.said))
    if _is_repeated(text, spec.command):
        terminal.send("\x15\n")
        await terminal.expect("getting a fresh CLI prompt", login_seconds, _is_clish, QUIET)
    if refused := _CLISH_REFUSAL.search(text):
        return NotObtained(f"the CLI does not take `{spec.command}`: {refused[0].strip()[:160]}")
    return ProbeResult(
        command=spec.command,
        exit_status=0,
        stdout=_between_echo_and_prompt(text, spec.command),
        seconds=round(monotonic() - began, 2),
        read_at=stamp("milliseconds"),
    )


def _is_clish(text: str) -> bool | None:
    return True if peer(text) is Peer.CLISH else None


def _is_repeated(text: str, command: str) -> bool:
    return bool(_CLISH_REFUSAL.search(text)) and text.rstrip().endswith(f"> {command}")


def _between_echo_and_prompt(text: str, command: str) -> str:
    first, _, rest = text.partition("\n")
    body = rest if first.strip().endswith(command) else text
    return re.sub(r"^>\s*\Z", "", body, flags=re.MULTILINE)


async def enter_shell(terminal: Terminal, seconds: float) -> Peer:
    """From the CLI to the Linux shell, by ``expert``.

    Raises:
        ExpertRefusedError: the CLI does not give a shell to this account.
    """
    terminal.send("expert\n")
    found = await terminal.expect(
        "waiting for the shell after `expert`",
        seconds,
        lambda text: "asked" if _PASSWORD_PROMPT.search(text) else _after_expert(text),
        QUIET,
    )
    if isinstance(found, Peer) and found is not Peer.CLISH:
        return found
    said = clean(terminal.said).partition("\n")[2].rsplit("\n", 1)[0].strip()
    reason = (
        "it asks for a further password" if found == "asked" else (said.splitlines() or ["no reason given"])[0][:160]
    )
    raise ExpertRefusedError(terminal.place, f"`expert` gave no shell: {reason}")


def _after_expert(text: str) -> Peer | None:
    if _CLISH_REFUSAL.search(text) and text.rstrip().endswith("expert"):
        return Peer.CLISH
    found = peer(text)
    return None if found is Peer.CHASSIS else found


def agent(marker: str) -> str:
    """The loop that stands in for a prompt, as one line of shell: it says who it is, then reads a length and that many
    bytes of base64, and runs what they hold. The marker is put together by the loop, so that an echo of this line does
    not pass for its answer."""
    half = len(marker) // 2
    return (
        f"printf '\\n%s%s %s\\n' {marker[:half]} {marker[half:]} \"$(id -u)\"; "
        'while read -r n; do x=$(head -c "$n" | base64 -d); (eval "$x") </dev/null; done'
    )


async def become_root(terminal: Terminal, start: Peer, password: Secret | None, seconds: float) -> None:
    """From a Linux shell's prompt to the agent running as root. The password is sent once at most.

    Raises:
        SudoRefusedError: sudo asks for a password that the inventory does not give, or refuses.
        NotRootError: the shell that came is not root's.
    """
    marker = token_hex(8)
    if start is Peer.USER_SHELL:
        # Without its history file: nothing that we type is left on the device.
        terminal.send("unset HISTFILE; sudo su -\n")

        await _through_sudo(terminal, password, seconds, peer, QUIET)
    terminal.send(f"unset HISTFILE; stty -echo; exec sh -c {quote(agent(marker))}\n")
    await prove_root(terminal, marker, None, seconds)


def exec_command(marker: str) -> str:
    """The command of an exec request that gives the agent without a terminal; ``sudo`` only where it is needed."""
    run = f"sh -c {quote(agent(marker))}"
    return f'if [ "$(id -u)" = 0 ]; then exec {run}; else exec sudo -S -p Password: {run}; fi'


async def prove_root(terminal: Terminal, marker: str, password: Secret | None, seconds: float) -> None:
    """Waits for the agent and makes sure that it is root.

    Raises:
        SudoRefusedError, NotRootError: as in :func:`become_root`.
    """
    pattern = re.compile(rf"^{marker} (\S*)$", re.MULTILINE)

    def find(text: str) -> str | None:
        found = pattern.search(text)
        return found[1] if found else None

    user = await _through_sudo(terminal, password, seconds, find, quiet=0)
    if user != "0":
        raise NotRootError(terminal.place, f"the shell's user id is {user or 'not known'}, not 0")


async def _through_sudo(
    terminal: Terminal, password: Secret | None, seconds: float, find: Callable[[str], T | None], quiet: float
) -> T:
    """Waits for what is looked for, and answers one password prompt on the way."""
    sent = False

    def look(text: str) -> T | Literal["asked"] | None:
        if refused := _SUDO_REFUSAL.search(text):
            raise SudoRefusedError(terminal.place, f"sudo refused: {terminal.safe(refused[0])}")
        return "asked" if _PASSWORD_PROMPT.search(text) else find(text)

    while (found := await terminal.expect("becoming root with sudo", seconds, look, quiet)) == "asked":
        if sent:
            raise SudoRefusedError(terminal.place, "sudo did not accept the password")
        if password is None:
            raise SudoRefusedError(
                terminal.place,
                "sudo asks for a password",
                "Give the device a password or a sudo_password in the inventory.",
            )
        terminal.send(password.reveal() + "\n")
        sent = True
    return cast(T, found)
