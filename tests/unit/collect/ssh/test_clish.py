"""The CLI's commands and the way out of it: which step waits for what, and what is told where it does not come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest

from sse_compliance.catalogue.probes import ProbeSpec, Where
from sse_compliance.collect.ssh.clish import enter_shell, prove_shell, run_clish
from sse_compliance.collect.ssh.errors import DeviceError, ExpertRefusedError, StepTimeoutError, WrongPeerError
from sse_compliance.collect.ssh.lines import EXPERT, INTERRUPT, WHO, WIPE
from sse_compliance.collect.ssh.login import log_in
from sse_compliance.collect.ssh.prompt import Peer
from sse_compliance.collect.ssh.terminal import Terminal
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access
from tests.unit.collect.ssh.hurried import hurried
from tests.unit.collect.ssh.test_login import SUPERVISOR, Device

SHOW = ProbeSpec("show-network", "show network", Where.CLISH, seconds=1)
PLACE = "ftd-1 (10.0.0.1:22)"
SAID = "; the last it said was: "
T = TypeVar("T")


class Replies:
    """A peer that answers each thing it is sent with the next of its texts, and then says nothing more."""

    def __init__(self, *answers: str) -> None:
        self._answers, self._ready = list(answers), asyncio.Queue[bytes]()
        self.sent: list[str] = []

    def write(self, data: bytes) -> None:
        self.sent.append(data.decode())
        if self._answers:
            self._ready.put_nowait(self._answers.pop(0).encode())

    async def read(self, n: int = -1) -> bytes:
        return await self._ready.get()


def ask(work: Callable[[Terminal], Coroutine[Any, Any, T]], *answers: str) -> tuple[T, list[str]]:
    async def run() -> tuple[T, list[str]]:
        peer = Replies(*answers)
        found = await work(Terminal(peer, peer, PLACE, (Secret("s3cret"),)))
        return found, peer.sent

    return hurried(run())


def fails(
    error: type[DeviceError], work: Callable[[Terminal], Coroutine[Any, Any, object]], *answers: str
) -> DeviceError:
    with pytest.raises(error) as caught:
        ask(work, *answers)
    assert caught.value.place == PLACE
    return caught.value


def show(terminal: Terminal) -> Coroutine[Any, Any, ProbeResult | NotObtained]:
    return run_clish(terminal, SHOW, 0.3)


def test_an_answer_is_told_with_when_and_how_long() -> None:
    found, sent = ask(show, "show network\r\nDNS: 1.1.1.1\r\n> ")
    assert isinstance(found, ProbeResult)
    assert (found.command, found.exit_status, found.stdout, found.stderr) == ("show network", 0, "DNS: 1.1.1.1\n", "")
    assert 0 <= found.seconds < 1
    assert round(found.seconds, 2) == found.seconds
    assert len(found.read_at) == len("2026-11-21T12:00:00.000+00:00")
    assert sent == ["show network\n"]


@pytest.mark.parametrize(
    ("refused", "reason"),
    [
        ("Syntax error: Illegal parameter", "Syntax error: Illegal parameter"),
        ("% Invalid command s3cret", "% Invalid command ********"),
        ("ERROR: % Invalid input", "ERROR: % Invalid input"),
        ("Unknown command", "Unknown command"),
    ],
)
def test_a_command_that_is_not_taken_is_wiped_away_where_it_stands_again(refused: str, reason: str) -> None:
    not_had = NotObtained(f"the CLI does not take `show network`: {reason}")
    again = f"show network\r\n{refused}\r\n> show network"
    assert ask(show, again, "\r\n> ") == (not_had, ["show network\n", WIPE])
    assert ask(show, again[: -len("show network")]) == (not_had, ["show network\n"])
    late = fails(StepTimeoutError, show, again, "\r\nhm")
    assert late.what == f"no answer within 0.3 s while getting a fresh CLI prompt{SAID}hm."


def test_a_command_that_hangs_is_interrupted() -> None:
    hung = NotObtained("`show network` gave no prompt within 1 s")
    assert ask(show, "show network\r\npartly", "^C\r\n> ") == (hung, ["show network\n", INTERRUPT])
    late = fails(StepTimeoutError, show, "show network\r\n", "^C")
    assert late.what == f"no answer within 0.3 s while getting the CLI back after Ctrl-C{SAID}^C."


def test_what_looks_like_a_pager_in_the_middle_of_an_answer_is_text() -> None:
    text = "--More-- is a line\r\n" + "x" * 50 + "\r\n"
    found, sent = ask(show, f"show network\r\n{text}> ")
    assert isinstance(found, ProbeResult)
    assert sent == ["show network\n"]


def expert(terminal: Terminal) -> Coroutine[Any, Any, Peer]:
    return enter_shell(terminal, 0.3)


@pytest.mark.parametrize(
    ("prompt", "user", "peer"),
    [("admin@fp:~$ ", "1000", Peer.USER_SHELL), ("root@fp:~# ", "0", Peer.ROOT_SHELL), ("fp# ", "0", Peer.ROOT_SHELL)],
)
def test_expert_gives_a_shell(prompt: str, user: str, peer: Peer) -> None:
    assert ask(expert, f"expert\r\nNOTICE\r\n{prompt}", f"id -u\r\n{user}\r\n{prompt}") == (peer, [EXPERT, WHO])


@pytest.mark.parametrize(
    ("said", "reason", "typed"),
    [
        ("expert\r\nSyntax error: Illegal command s3cret\r\n> expert", "Syntax error: Illegal command ********", []),
        ("expert\r\nNot for you\r\nat all\r\n> ", "Not for you", []),
        ("expert\r\n> ", "no reason given", []),
        ("expert\r\nPassword: ", "it asks for a further password", []),
        ("expert\r\nhello\r\nfp# ", "no reason given", [WHO]),
    ],
)
def test_expert_is_refused(said: str, reason: str, typed: list[str]) -> None:
    peers: list[Replies] = []

    async def run() -> None:
        peers.append(Replies(said, "id -u\r\nfp# "))
        await expert(Terminal(peers[0], peers[0], PLACE, (Secret("s3cret"),)))

    with pytest.raises(ExpertRefusedError) as caught:
        hurried(run())
    assert (caught.value.place, caught.value.what) == (PLACE, f"`expert` gave no shell: {reason}.")
    assert peers[0].sent == [EXPERT, *typed]


def test_expert_without_an_answer() -> None:
    late = fails(StepTimeoutError, expert, "expert\r\n")
    assert late.what == f"no answer within 0.3 s while waiting for the shell after `expert`{SAID}expert."


@pytest.mark.parametrize(
    ("said", "peer"),
    [
        ("id -u\r\n0\r\n# ", Peer.ROOT_SHELL),
        ("id -u\r\n1000 \r\n$ ", Peer.USER_SHELL),
        ("id -u\r\nbroadcast\r\n00\r\n$ ", Peer.USER_SHELL),
        ("id -u\r\nuid=0\r\n# ", None),
        ("id -u\r\n12345678901\r\n# ", None),
        ("id -u\r\nSyntax error: x\r\n> id -u", None),
    ],
)
def test_whose_shell_it_is(said: str, peer: Peer | None) -> None:
    assert ask(lambda terminal: prove_shell(terminal, 0.3), said) == (peer, [WHO])


def test_a_shell_that_does_not_say_whose_it_is() -> None:
    late = fails(StepTimeoutError, lambda terminal: prove_shell(terminal, 0.2), "id -u\r\n0\r\n")
    assert late.what == f"no answer within 0.2 s while asking the shell for the user's id{SAID}0."


OF_THE_CHASSIS = (
    "The FTD has a management address of its own; put that one into the inventory. On a 4100 or 9300, `module: N` "
    "names the security module that the FTD runs on."
)
OF_THE_INSTANCES = (
    "Give the device `instance: NAME` in the inventory, or the management address of the instance itself."
)
MANY = "Multiple instances of ftd are running, please specify the name: ftd1 ftd2"


@pytest.mark.parametrize(
    ("start", "access", "what", "advice"),
    [
        (
            "mio",
            Access("10.0.0.1", module=2),
            "the prompt 'fw-0-A#' is a CLI of the chassis or of a switch, not of the FTD; `connect ftd` gave: "
            "% Invalid Command at '^' marker.",
            OF_THE_CHASSIS,
        ),
        (
            "local",
            Access("10.0.0.1"),
            "the prompt 'firepower(local-mgmt)#' is the local-mgmt CLI of the chassis or of a switch, not of the FTD.",
            OF_THE_CHASSIS,
        ),
        (
            "instances",
            Access("10.0.0.1"),
            f"the security module runs several FTD instances and it needs the name of an instance: {MANY}.",
            OF_THE_INSTANCES,
        ),
        (
            "instances",
            Access("10.0.0.1", instance="ftd9"),
            f"the security module runs several FTD instances and there is no instance 'ftd9' here: {MANY}.",
            OF_THE_INSTANCES,
        ),
        (
            "asa",
            Access("10.0.0.1"),
            "the prompt 'ciscoasa>' is the CLI of an ASA (or the diagnostic CLI), not of the Firepower: "
            "ERROR: % Invalid input detected at '^' marker.",
            "The SFR module and the FTD have a management address of their own; put that one into the inventory.",
        ),
        (
            "gone",
            Access("10.0.0.1"),
            "the prompt 'firepower#' is a CLI of the chassis or of a switch, not of the FTD; `connect ftd` gave: "
            "command not found.",
            OF_THE_CHASSIS,
        ),
    ],
)
def test_what_is_said_of_a_cli_that_leads_to_no_ftd(start: str, access: Access, what: str, advice: str) -> None:
    async def run() -> None:
        device = Device((), SUPERVISOR, start)
        await log_in(Terminal(device, device, PLACE), 5, access)

    with pytest.raises(WrongPeerError) as caught:
        hurried(run())
    assert (caught.value.place, caught.value.what, caught.value.advice) == (PLACE, what, advice)
