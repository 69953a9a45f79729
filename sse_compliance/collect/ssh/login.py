"""From a fresh channel to the CLI of the device, or to a Linux shell: whose prompt is it that has come?

A prompt is believed where it comes back alone after Enter, as a person tries it. Before that, nothing else is typed: a
banner may end in the signs of a prompt, and stand in front of the prompt on the same line. After authentication the
peer is the device's CLI (``> ``), a chassis, module or ASA prompt or, on an older FMC, a Linux shell at once.
"""

from __future__ import annotations

import asyncio

from sse_compliance.collect.ssh.clish import prove_shell
from sse_compliance.collect.ssh.errors import DeviceError, LoginRefusedError, StepTimeoutError, WrongPeerError
from sse_compliance.collect.ssh.lines import CONSOLE_WAY_OUT, ENTER, connect_ftd, connect_module
from sse_compliance.collect.ssh.prompt import Peer, answer, ends_like_prompt, is_question, last_line, not_ready, peer
from sse_compliance.collect.ssh.terminal import QUIET, Terminal, clean
from sse_compliance.inventory.device import Access

#: How long nothing may come before Enter is tried, and before a question is taken for one, in seconds.
_SILENCE = 3.0
_QUESTION_STANDS = 1.0
#: How often Enter is tried: a banner may have as many pauses.
_MOST_ENTERS = 6


async def log_in(terminal: Terminal, seconds: float, access: Access) -> Peer:
    """Waits for the first prompt; goes from a chassis or module prompt on to the CLI of the FTD.

    Raises:
        LoginRefusedError: the account is not set up yet (first run, password expired).
        WrongPeerError: it is the CLI of something else, or no way leads from it to the FTD.
        StepTimeoutError, SessionLostError: as they say.
    """
    prompt = await _prompt(terminal, "waiting for the first prompt", seconds)
    found = peer(prompt)
    if found is Peer.CHASSIS:
        return await _through_chassis(terminal, prompt, seconds, access)
    if found is Peer.CLISH:
        return found
    shell = await prove_shell(terminal, seconds)
    if shell is None:
        raise WrongPeerError(terminal.place, f"the prompt {terminal.safe(prompt)!r} is neither the CLI's nor a shell's")
    return shell


async def _prompt(terminal: Terminal, step: str, seconds: float, silence: float = _SILENCE) -> str:
    """The prompt that comes back alone after Enter."""
    enters, before = 0, ""
    try:
        async with asyncio.timeout(seconds):
            while True:
                text = await terminal.settle(step, QUIET, silence)
                if is_question(text) and not peer(text):
                    text = await terminal.settle(step, _QUESTION_STANDS, silence)
                    if is_question(text):
                        raise _asked(terminal, text)
                    continue
                if ends_like_prompt(text):
                    said = text.strip("\n")
                    if enters and (said == before or "\n" not in said) and peer(text):
                        return last_line(text)
                    before = said if enters else ""
                elif await terminal.speaks(step, silence):
                    continue
                if enters == _MOST_ENTERS:
                    await terminal.expect(step, seconds, lambda _: None)
                enters += 1
                terminal.send(ENTER)
    except TimeoutError:
        raise terminal.late(step, seconds) from None


def _asked(terminal: Terminal, text: str) -> DeviceError:
    """What it means that the device asks something instead of giving a prompt."""
    question = terminal.safe(last_line(text))
    reason = not_ready(text)
    return LoginRefusedError(
        terminal.place,
        f"the account is not ready for use: {terminal.safe(reason)}; the device asks: {question}"
        if reason
        else f"the device asks a question and gives no prompt: {question}",
        "Log in by hand once and finish what the device asks for.",
    )


async def _through_chassis(terminal: Terminal, prompt: str, seconds: float, access: Access) -> Peer:
    """Goes on from a prompt of one word: ``connect ftd``, from the supervisor of a 4100 or 9300 over the module."""
    if "(" in prompt:
        raise _wrong_cli(terminal, prompt, "")
    for supervisor in (True, False):
        line = connect_ftd(access.instance)
        terminal.send(line)
        command = line.strip()
        after = await _after(terminal, command, seconds)
        said = answer(after)
        if peer(after) is Peer.CLISH:
            await _prompt(terminal, f"waiting for the CLI after `{command}`", seconds)
            return Peer.CLISH
        if "not found" in said and (shell := await prove_shell(terminal, seconds)):
            return shell
        if not (supervisor and last_line(after).endswith("#") and "%" in said and "ERROR: %" not in said):
            raise _wrong_cli(terminal, last_line(after), said, access.instance)
        line = connect_module(access.module)
        terminal.send(line)
        console = line.strip()
        after = await _after(terminal, console, seconds, console=True)
        if "%" in answer(after) and last_line(after) == prompt:
            raise _wrong_cli(terminal, prompt, said)
        terminal.way_out = CONSOLE_WAY_OUT
        terminal.send(ENTER)
        prompt = await _prompt(terminal, f"waiting for the module after `{console}`", seconds, silence=1.0)
        if (found := peer(prompt)) is not Peer.CHASSIS:
            # Somebody left the console inside the FTD.
            return found if found is Peer.CLISH else await _shell_or_wrong(terminal, prompt, seconds)
    raise AssertionError("unreachable: the second turn returns or raises")


async def _shell_or_wrong(terminal: Terminal, prompt: str, seconds: float) -> Peer:
    if shell := await prove_shell(terminal, seconds):
        return shell
    raise _wrong_cli(terminal, prompt, "")


async def _after(terminal: Terminal, command: str, seconds: float, *, console: bool = False) -> str:
    """The answer to a command that may lead elsewhere, with the prompt behind it."""

    def find(text: str) -> str | None:
        if peer(text) or (is_question(text) and not console):
            return text
        return text if console and "Escape character" in text else None

    try:
        return await terminal.expect(f"waiting for a prompt after `{command}`", seconds, find, QUIET)
    except StepTimeoutError:
        if console:
            return clean(terminal.said)
        raise


def _wrong_cli(terminal: Terminal, prompt: str, said: str, instance: str | None = None) -> WrongPeerError:
    """What a CLI is that leads to no FTD, and what to do."""
    place, shown = terminal.place, terminal.safe(prompt)
    first = terminal.safe((said.splitlines() or [""])[0]) if "instance" in said else terminal.safe(said)
    if "instance" in said.lower():
        wrong = f"there is no instance {instance!r} here" if instance else "it needs the name of an instance"
        return WrongPeerError(
            place,
            f"the security module runs several FTD instances and {wrong}: {first}",
            "Give the device `instance: NAME` in the inventory, or the management address of the instance itself.",
        )
    if "ERROR: %" in said or "Type help or '?'" in said:
        return WrongPeerError(
            place,
            f"the prompt {shown!r} is the CLI of an ASA (or the diagnostic CLI), not of the Firepower: {first}",
            "The SFR module and the FTD have a management address of their own; put that one into the inventory.",
        )
    what = "the local-mgmt CLI" if "local-mgmt" in prompt else "a CLI"
    ending = f"; `connect ftd` gave: {first}" if first else ""
    return WrongPeerError(
        place,
        f"the prompt {shown!r} is {what} of the chassis or of a switch, not of the FTD{ending}",
        "The FTD has a management address of its own; put that one into the inventory. On a 4100 or 9300, `module: N` "
        "names the security module that the FTD runs on.",
    )
