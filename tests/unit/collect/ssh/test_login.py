"""Prompts and terminal noise, as they were seen on devices (device-facts 3.1 to 3.4)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

import pytest

from sse_compliance.catalogue.probes import ProbeSpec, Where
from sse_compliance.collect.ssh.clish import run_clish
from sse_compliance.collect.ssh.errors import (
    LoginRefusedError,
    SessionLostError,
    StepTimeoutError,
    WrongPeerError,
    excerpt,
)
from sse_compliance.collect.ssh.lines import agent
from sse_compliance.collect.ssh.login import log_in
from sse_compliance.collect.ssh.prompt import Peer
from sse_compliance.collect.ssh.root import become_root
from sse_compliance.collect.ssh.terminal import Terminal, clean
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access
from tests.unit.collect.ssh.hurried import hurried

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
    ("said", "expected"),
    [
        ("\x1bE\x1b[J\x07> ", "\n> "),
        ("KEEP OUT\x1bE\x1b[J> ", "KEEP OUT\n> "),
        ("\r" * 9, "\n" * 0),
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
        hurried(run())
    assert "you typed ********" in str(caught.value)
    assert "s3cret" not in str(caught.value)


ACCESS = Access("10.0.0.1")


class Device:
    """A peer whose answers are a table: state, line -> what it says and the next state; it echoes what is typed."""

    def __init__(self, greeting: Sequence[str | float], states: Mapping[str, State], start: str) -> None:
        self._states, self._state = states, start
        self._out: asyncio.Queue[bytes] = asyncio.Queue()
        self._greeting = greeting
        self._lines: asyncio.Queue[str] = asyncio.Queue()
        self.sent: list[str] = []
        self._task: asyncio.Task[None] | None = None

    def write(self, data: bytes) -> None:
        for line in data.decode().splitlines(keepends=True):
            self.sent.append(line)
            self._lines.put_nowait(line.strip())

    async def read(self, n: int = -1) -> bytes:
        self._task = self._task or asyncio.create_task(self._talk())
        return await self._out.get()

    async def _talk(self) -> None:
        for piece in self._greeting:
            await (asyncio.sleep(piece) if isinstance(piece, float) else self._out.put(piece.encode()))
        while True:
            prompt, answers = self._states[self._state]
            if prompt:
                await self._out.put(prompt.encode())
            line = await self._lines.get()
            say, self._state = answers.get(line) or (("", self._state) if not line else answers["*"])
            await self._out.put(f"{line}\n{say}".encode())


State = tuple[str, Mapping[str, tuple[str, str]]]

CLI: dict[str, State] = {"ftd": ("> ", {"*": ("Syntax error: Illegal command line\n", "ftd")})}
FXOS_REFUSAL = "           ^\n% Invalid Command at '^' marker\n"
ASA_REFUSAL = "           ^\nERROR: % Invalid input detected at '^' marker.\n"
SUPERVISOR: dict[str, State] = {
    **CLI,
    "mio": (
        "fw-0-A# ",
        {
            "connect module 1 console": ("Telnet escape character is '~'.\nEscape character is '~'.\n", "console"),
            "*": (FXOS_REFUSAL, "mio"),
        },
    ),
    "console": ("", {"": ("", "module"), "*": ("", "console")}),
    "module": (
        "Firepower-module1>",
        {"connect ftd": ("Connecting to ftd console...\n", "ftd"), "*": ("?\n", "module")},
    ),
    "instances": (
        "Firepower-module1>",
        {
            "connect ftd ftd2": ("Connecting to container ftd(ftd2) console...\n", "ftd"),
            "*": ("Multiple instances of ftd are running, please specify the name: ftd1 ftd2\n", "instances"),
        },
    ),
    "asa": ("ciscoasa> ", {"*": (ASA_REFUSAL, "asa")}),
    "local": ("firepower(local-mgmt)# ", {"*": ("% Invalid command\n", "local")}),
    "shell": ("firepower# ", {"id -u": ("0\n", "shell"), "*": ("bash: connect: command not found\n", "shell")}),
    "gone": ("firepower# ", {"id -u": ("what?\n", "gone"), "*": ("command not found\n", "gone")}),
}


def login(start: str, *greeting: str | float, access: Access = ACCESS, seconds: float = 5) -> tuple[Peer, list[str]]:
    async def run() -> tuple[Peer, list[str]]:
        device = Device(greeting, SUPERVISOR, start)
        return await log_in(Terminal(device, device, "ftd-1 (10.0.0.1:22)"), seconds, access), device.sent

    return hurried(run())


@pytest.mark.parametrize(
    "greeting",
    [
        (),
        ("Cisco Firepower 1010 Threat Defense v7.4.2 (build 172)\n\n",),
        ("**DO NOT ATTEMPT LOGIN UNLESS AUTHORIZED!**",),
        ("ALL YOUR $",),
        ("site: nyc #\n", 0.3, "welcome\n"),
        ("root@site:~# ", 0.3, "\nwelcome\n"),
        ("> ", 0.3, "of 5\n"),
        ("Notice: you must change your password every 90 days. If your password has expired call 555.\n",),
        ("Questions?\nTel: 555\n", 0.2, "Mail:\n"),
        ("Who are you?", 0.3, "\n"),
        ("KEEP OUT\x1bE\x1b[J\x07",),
    ],
)
def test_banners_before_the_prompt(greeting: tuple[str | float, ...]) -> None:
    found, sent = login("ftd", *greeting)
    assert found is Peer.CLISH
    assert set(sent) == {"\n"}


def test_from_the_supervisor_over_the_module_to_the_ftd() -> None:
    found, sent = login("mio")
    assert found is Peer.CLISH
    typed = [line.strip() for line in sent if line.strip()]
    assert typed == ["connect ftd", "connect module 1 console", "connect ftd"]


def test_the_instance_that_the_inventory_names() -> None:
    found, sent = login("instances", access=Access("10.0.0.1", instance="ftd2"))
    assert found is Peer.CLISH
    assert "connect ftd ftd2\n" in sent


@pytest.mark.parametrize(
    ("start", "access", "says"),
    [
        ("mio", Access("10.0.0.1", module=2), "of the chassis or of a switch"),
        ("instances", ACCESS, "needs the name of an instance: Multiple instances of ftd .* ftd1 ftd2"),
        ("instances", Access("10.0.0.1", instance="ftd9"), "there is no instance 'ftd9' here"),
        ("asa", ACCESS, "is the CLI of an ASA"),
        ("local", ACCESS, "is the local-mgmt CLI of the chassis"),
        ("gone", ACCESS, "'firepower#' is a CLI of the chassis"),
    ],
)
def test_a_cli_that_leads_to_no_ftd(start: str, access: Access, says: str) -> None:
    with pytest.raises(WrongPeerError, match=says):
        login(start, access=access)


def test_a_shell_with_a_prompt_like_a_chassis() -> None:
    assert login("shell")[0] is Peer.ROOT_SHELL


@pytest.mark.parametrize(
    ("question", "says"),
    [
        ("You must change the password for 'admin' to continue.\nEnter new password: ", "not ready for use"),
        ("Your password has expired.\nCurrent password: ", "not ready for use"),
        ("Press <ENTER> to display the EULA: ", "not ready for use"),
        ("Choose a context (1/2)?", "asks a question and gives no prompt: Choose a context"),
    ],
)
def test_a_question_is_not_answered(question: str, says: str) -> None:
    async def run() -> list[str]:
        peer = Scripted(question)
        with pytest.raises(LoginRefusedError, match=says):
            await log_in(terminal(peer), 5, ACCESS)
        return peer.sent

    assert hurried(run()) == []


def test_a_session_that_ends_names_the_step_and_the_reason() -> None:
    with pytest.raises(
        SessionLostError,
        match="the session ended while waiting for the first prompt: Too many logins for 'admin'",
    ):
        hurried(log_in(terminal(Scripted("Too many logins for 'admin'.\r\nLast login: x\r\n", end=True)), 1, ACCESS))


def clish(*answers: str) -> tuple[ProbeResult | NotObtained, list[str]]:
    scripted = Scripted(*answers)

    async def run() -> ProbeResult | NotObtained:
        return await run_clish(terminal(scripted), SHOW, 0.5)

    scripted._answers[:0] = scripted._ready
    scripted._ready = []
    return hurried(run()), scripted.sent


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
    assert len(agent(marker)) < 2000


@pytest.mark.parametrize(
    ("asked", "is_sent"),
    [
        ("Password: ", True),
        ("sudo: unable to resolve host fp\nPassword: ", True),
        ("[sudo] password for admin: ", False),
        ("Enter your corporate Password: ", False),
        ("Password: \n", False),
        ("Password: and token: ", False),
        ("password: ", False),
    ],
)
def test_the_password_goes_only_to_the_prompt_that_sudo_was_told_to_give(asked: str, is_sent: bool) -> None:
    scripted = Scripted("welcome\n", asked)
    with pytest.raises(StepTimeoutError):
        hurried(become_root(terminal(scripted), Peer.USER_SHELL, Secret("s3cret"), 0.3))
    assert ("s3cret\n" in scripted.sent) is is_sent
    assert sum("s3cret" in sent for sent in scripted.sent) == is_sent
