"""Commands of the device's CLI, and leaving it for the Linux shell by ``expert``."""

from __future__ import annotations

import re
from time import monotonic

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.errors import ExpertRefusedError, StepTimeoutError
from sse_compliance.collect.ssh.lines import EXPERT, INTERRUPT, NEXT_PAGE, WHO, WIPE, cli_command
from sse_compliance.collect.ssh.prompt import Peer, answer, is_question, is_repeated, last_line, peer, refusal
from sse_compliance.collect.ssh.terminal import QUIET, Terminal, clean
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.files.clock import stamp

_PAGER = re.compile(r"<--- More --->|--\s?[Mm]ore\s?--(?:\(\d+%\))?")
#: A pager's line and how it is wiped away: overwritten, backspaced over, or erased.
_PAGER_WIPED = re.compile(rf"(?:{_PAGER.pattern})(?:\r *\r|\x08+(?: +\x08+)?|\r?\x1b\[2?K\r?)?")
#: The answer to ``id -u``, on a line of its own.
_USER_ID = re.compile(r"^(\d{1,10}) *$", re.MULTILINE)


async def run_clish(terminal: Terminal, spec: ProbeSpec, login_seconds: float) -> ProbeResult | NotObtained:
    """Runs one command of the CLI and reads until the prompt stands alone again.

    A command that the CLI does not know gives NotObtained, as one that does not end in time does.

    Raises:
        StepTimeoutError: the CLI did not come back even after Ctrl-C.
    """
    began = monotonic()
    terminal.send(cli_command(spec))
    turned = 0

    def find(text: str) -> bool | None:
        nonlocal turned
        said = len(terminal.said)
        if _PAGER.search(text[-40:]) and _PAGER.search(terminal.said[max(turned, said - 200) :]):
            turned = said
            terminal.press(NEXT_PAGE)
        # A refused command is put behind the prompt again, to be corrected.
        return True if peer(text) is Peer.CLISH or is_repeated(text, spec.command) else None

    try:
        await terminal.expect(f"running `{spec.command}`", spec.seconds, find, QUIET)
    except StepTimeoutError:
        terminal.send(INTERRUPT)
        await terminal.expect("getting the CLI back after Ctrl-C", login_seconds, _is_clish, QUIET)
        return NotObtained(f"`{spec.command}` gave no prompt within {spec.seconds} s")
    text = clean(_PAGER_WIPED.sub("", terminal.said))
    if is_repeated(text, spec.command):
        terminal.send(WIPE)
        await terminal.expect("getting a fresh CLI prompt", login_seconds, _is_clish, QUIET)
    if refused := refusal(text):
        return NotObtained(f"the CLI does not take `{spec.command}`: {terminal.safe(refused)}")
    return ProbeResult(
        command=spec.command,
        exit_status=0,
        stdout=_between_echo_and_prompt(text, spec.command),
        seconds=round(monotonic() - began, 2),
        read_at=stamp("milliseconds"),
    )


def _is_clish(text: str) -> bool | None:
    return True if peer(text) is Peer.CLISH else None


def _between_echo_and_prompt(text: str, command: str) -> str:
    first, _, rest = text.partition("\n")
    body = rest if first.strip().endswith(command) else text
    return re.sub(r"^>\s*\Z", "", body, flags=re.MULTILINE)


async def enter_shell(terminal: Terminal, seconds: float) -> Peer:
    """From the CLI to the Linux shell, by ``expert``; that it is a shell is proved.

    Raises:
        ExpertRefusedError: the CLI does not give a shell to this account.
    """
    terminal.send(EXPERT)
    found = await terminal.expect("waiting for the shell after `expert`", seconds, _after_expert, QUIET)
    if found not in {"asked", Peer.CLISH} and (shell := await prove_shell(terminal, seconds)):
        return shell
    if found == "asked":
        reason = "it asks for a further password"
    else:
        reason = terminal.safe((answer(clean(terminal.said)).splitlines() or ["no reason given"])[0])
    raise ExpertRefusedError(terminal.place, f"`expert` gave no shell: {reason}")


def _after_expert(text: str) -> Peer | str | None:
    if is_repeated(text, "expert"):
        return Peer.CLISH
    if is_question(text) and "password" in last_line(text).lower():
        return "asked"
    return peer(text)


async def prove_shell(terminal: Terminal, seconds: float) -> Peer | None:
    """Asks who we are, as every shell answers and no CLI does: whose shell it is, None where it is none.

    ``id -u`` is harmless wherever it is typed; only behind its answer is anything typed that is meant for a shell.
    """
    terminal.send(WHO)

    def find(text: str) -> tuple[str | None] | None:
        number = _USER_ID.search(text)
        ended = peer(text) or is_repeated(text, "id -u")
        return (number[1] if number else None,) if ended else None

    (user,) = await terminal.expect("asking the shell for the user's id", seconds, find, QUIET)
    return None if user is None else Peer.ROOT_SHELL if user == "0" else Peer.USER_SHELL
