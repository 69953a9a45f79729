"""Prompts and terminal noise, as they were seen on devices (device-facts 3.1 to 3.4)."""

from __future__ import annotations

import asyncio

import pytest

from sse_compliance.catalogue.probes import ProbeSpec, Where
from sse_compliance.collect.ssh.errors import SessionLostError, StepTimeoutError, excerpt
from sse_compliance.collect.ssh.login import Peer, agent, log_in, peer, run_clish
from sse_compliance.collect.ssh.terminal import Terminal, clean
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import Secret

SHOW = ProbeSpec("show-network", "show network", Where.CLISH, seconds=1)


class Scripted:
    """A peer that answers each text it is sent with the next of its lines."""

    def __init__(self, *answers: str, end: bool = False) -> None:
        self._answers = [answer.encode() for answer in answers]
        self._ready = [self._answers.pop(0)] if answers else []
        self._end = end
        self.sent: list[str] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data.decode())
        if self._answers:
            self._ready.append(self._answers.pop(0))

    async def read(self, n: int = -1) -> bytes:
        while not self._ready:
            if self._end:
                return b""
            await asyncio.sleep(0.01)
        return self._ready.pop(0)


def terminal(scripted: Scripted) -> Terminal:
    return Terminal(scripted, scripted, "ftd-1 (10.0.0.1:22)", (Secret("s3cret"),))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cisco Firepower 1010 Threat Defense v7.4.2 (build 172)\n\n> ", Peer.CLISH),
        (">", Peer.CLISH),
        ("\n> \n", Peer.CLISH),
        ("Firepower-module1>", Peer.CHASSIS),
        ("firepower# ", Peer.CHASSIS),
        ("firepower /ssa # ", Peer.CHASSIS),
        ("admin@firepower:~$ ", Peer.USER_SHELL),
        ("admin@firepower:/opt/cisco/csp/applications $ ", Peer.USER_SHELL),
        ("admin@Firepower-module1:/opt/bootcli/cisco/cli/bin$", Peer.USER_SHELL),
        ("$ ", Peer.USER_SHELL),
        ("root@firepower:~# ", Peer.ROOT_SHELL),
        ("root@lab-ftd-01:/#", Peer.ROOT_SHELL),
        ("root@firepower:/Volume/home/admin# ", Peer.ROOT_SHELL),
        ("root@Firepower-module1:sf# ", Peer.ROOT_SHELL),
        ("root@firepower:# ", Peer.ROOT_SHELL),
        ("FTD01:/home/ldap/abbac# ", Peer.ROOT_SHELL),
        ("root@ftd:/ngfw/var/log/sf/Cisco_FTD_SSP_FP1K_Upgrade-7.0.5# ", Peer.ROOT_SHELL),
        ("sh-4.2# ", Peer.ROOT_SHELL),
        ("# ", Peer.ROOT_SHELL),
        ("", None),
        ("Password: ", None),
        ("    #1) Respect the privacy of others.\n    #", None),
        ("> show network", None),
        ("> GET / HTTP/1.1\n> \nmore", None),
        ("##########\n#  KEEP OUT  #", None),
        ("*****#", None),
        ("it costs 5 $$", None),
        ("Last login: Thu Jul 10 09:11:54 UTC 2025 from 10.42.1.2 on pts/0", None),
    ],
)
def test_prompts(text: str, expected: Peer | None) -> None:
    assert peer(text) is expected


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("\x1bE\x1b[J\x07> ", "> "),
        ("\x1b[12D\x1b[J> ", "> "),
        ("\x1b[?2004h\x1b]0;title\x07root@fp:~# ", "root@fp:~# "),
        ("one\r\ntwo\r\r\nthree\rfour", "one\ntwo\nthree\nfour"),
        ("ab\x08\x08cd", "cd"),
        ("\x08\x00x", "x"),
    ],
)
def test_terminal_noise(said: str, expected: str) -> None:
    assert clean(said) == expected


def test_an_excerpt_is_one_short_printable_line() -> None:
    assert excerpt("first\n  last \x1b[31m\x00line\n\n") == "last ?[31m?line"
    assert excerpt("\n \n") == ""
    assert len(excerpt("x" * 10_000)) == 160


def test_what_a_device_echoes_of_a_password_is_not_shown() -> None:
    async def run() -> None:
        await terminal(Scripted("you typed s3cret")).expect("a step", 0.1, lambda _: None)

    with pytest.raises(
        StepTimeoutError, match=r"^ftd-1 \(10\.0\.0\.1:22\): no answer within 0\.1 s while a step"
    ) as caught:
        asyncio.run(run())
    assert "you typed ********" in str(caught.value)
    assert "s3cret" not in str(caught.value)


def test_a_session_that_ends_names_the_step() -> None:
    with pytest.raises(
        SessionLostError, match="the session ended while waiting for the first prompt: Too many sessions"
    ):
        asyncio.run(log_in(terminal(Scripted("Too many sessions\r\n", end=True)), 1))


def test_a_prompt_that_more_text_follows_is_none() -> None:
    async def run() -> Peer:
        scripted = Scripted("> ")
        asyncio.get_running_loop().call_later(0.02, scripted._ready.append, b"of 5\r\n\r\nadmin@fp:~$ ")
        return await log_in(terminal(scripted), 1)

    assert asyncio.run(run()) is Peer.USER_SHELL


def clish(*answers: str) -> tuple[ProbeResult | NotObtained, list[str]]:
    scripted = Scripted(*answers)

    async def run() -> ProbeResult | NotObtained:
        return await run_clish(terminal(scripted), SHOW, 0.5)

    scripted._answers[:0] = scripted._ready
    scripted._ready = []
    return asyncio.run(run()), scripted.sent


@pytest.mark.parametrize(
    ("answer", "stdout"),
    [
        ("show network\r\nDNS  : 1.1.1.1\r\n> ", "DNS  : 1.1.1.1\n"),
        ("show network\r\nDNS  : 1.1.1.1\r\n\r\n\x07> ", "DNS  : 1.1.1.1\n\n"),
        ("DNS  : 1.1.1.1\r\n> ", "DNS  : 1.1.1.1\n"),
        ("show network\r\n> ", ""),
        ("show network\r\na > b\r\n  > c\r\n> ", "a > b\n  > c\n"),
    ],
)
def test_between_echo_and_prompt(answer: str, stdout: str) -> None:
    found, sent = clish(answer)
    assert isinstance(found, ProbeResult)
    assert (found.stdout, found.exit_status, found.command) == (stdout, 0, "show network")
    assert sent == ["show network\n"]


@pytest.mark.parametrize("wipe", ["\r              \r", "\x08" * 14 + " " * 14 + "\x08" * 14, "\r\x1b[K", ""])
@pytest.mark.parametrize("pager", ["<--- More --->", "--More--", "--More--(45%)", "-- more --"])
def test_pagers(pager: str, wipe: str) -> None:
    found, sent = clish(f"show network\r\none\r\n{pager}", f"{wipe}  two\r\n{pager}", f"{wipe}three\r\n> ")
    assert isinstance(found, ProbeResult)
    assert found.stdout == "one\n  two\nthree\n"
    assert sent == ["show network\n", " ", " "]


@pytest.mark.parametrize(
    ("answers", "keys"),
    [
        (("show network\r\nSyntax error: Illegal parameter\r\n> show network\x07", "\r\n> "), ["\x15\n"]),
        (("show network\r\nSyntax error: Illegal parameter\r\n> ",), []),
        (("show network\r\n% Invalid command at '^' marker.\r\n> ",), []),
    ],
)
def test_a_command_that_the_cli_does_not_take(answers: tuple[str, ...], keys: list[str]) -> None:
    found, sent = clish(*answers)
    assert isinstance(found, NotObtained)
    assert found.unavailable.startswith("the CLI does not take `show network`: ")
    assert sent == ["show network\n", *keys]


def test_a_cli_that_does_not_come_back() -> None:
    with pytest.raises(StepTimeoutError, match="while getting the CLI back after Ctrl-C"):
        clish("show network\r\n")


def test_the_line_that_starts_the_agent_does_not_hold_its_answer() -> None:
    marker = "0123456789abcdef"
    assert marker not in agent(marker)
    assert len(agent(marker)) < 400
