"""The steps of a login, by a clock of their own: where each one stops, what is said of it, how long it was waited."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import pytest

from sse_compliance.collect.ssh.errors import DeviceError, LoginRefusedError, StepTimeoutError, WrongPeerError
from sse_compliance.collect.ssh.lines import CONSOLE_WAY_OUT
from sse_compliance.collect.ssh.login import log_in
from sse_compliance.collect.ssh.prompt import Peer, is_repeated, last_line, peer
from sse_compliance.collect.ssh.terminal import Terminal
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access
from tests.unit.collect.ssh.hurried import hurried
from tests.unit.collect.ssh.test_login import ASA_REFUSAL, FXOS_REFUSAL, SUPERVISOR, Device, State

PLACE = "ftd-1 (10.0.0.1:22)"
ACCESS = Access("10.0.0.1")
LATE = "no answer within 20 s while "


class Talk:
    """A login to a device of states: what was found, typed, and how long it took by the loop's clock."""

    def __init__(
        self, states: Mapping[str, State], start: str, *greeting: str | float, access: Access = ACCESS
    ) -> None:
        self._device_of: Callable[[], Device] = lambda: Device(greeting, {**SUPERVISOR, **states}, start)
        self._access = access
        self.seconds = 0.0
        self.sent: list[str] = []
        self.terminal: Terminal | None = None

    async def _run(self) -> Peer:
        device = self._device_of()
        self.terminal, self.sent = Terminal(device, device, PLACE, (Secret("s3cret"),)), device.sent
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await log_in(self.terminal, 20, self._access)
        finally:
            self.seconds = loop.time() - began

    def found(self) -> Peer:
        return hurried(self._run())

    def fails(self, kind: type[DeviceError]) -> DeviceError:
        with pytest.raises(kind) as caught:
            hurried(self._run())
        assert caught.value.place == PLACE
        return caught.value


def silent(prompt: str = "") -> State:
    return prompt, {"*": ("", "silent")}


@pytest.mark.parametrize(
    ("states", "start", "step", "said"),
    [
        ({"silent": silent()}, "silent", "waiting for the first prompt", None),
        (
            {"mio": ("fw# ", {"connect ftd": ("so\n", "silent"), "*": ("", "mio")}), "silent": silent()},
            "mio",
            "waiting for a prompt after `connect ftd`",
            "so",
        ),
        (
            {
                "module": ("Firepower-module1>", {"connect ftd": ("> ", "silent"), "*": ("", "module")}),
                "silent": silent(),
            },
            "module",
            "waiting for the CLI after `connect ftd`",
            "",
        ),
        ({"console": silent()}, "mio", "waiting for the module after `connect module 1 console`", ""),
        (
            {
                "shell": ("fp# ", {"connect ftd": ("bash: connect: not found\n", "shell"), "id -u": ("", "silent")}),
                "silent": silent(),
            },
            "shell",
            "asking the shell for the user's id",
            "id -u",
        ),
        (
            {"first": ("odd$ ", {"id -u": ("", "silent")}), "silent": silent()},
            "first",
            "asking the shell for the user's id",
            "id -u",
        ),
    ],
)  # fmt: skip
def test_each_step_is_waited_for_so_long_and_named(
    states: Mapping[str, State], start: str, step: str, said: str | None
) -> None:
    talk = Talk(states, start)
    error = talk.fails(StepTimeoutError)
    assert error.what.startswith(f"{LATE}{step}")
    if said:
        assert error.what == f"{LATE}{step}; the last it said was: {said}."
    assert talk.seconds >= 20
    assert (error.advice, error.lasting) == (StepTimeoutError.advice, False)


def test_enter_is_tried_six_times() -> None:
    # A prompt that is another each time is none.
    other = {f"{n}": (f"{'x' * n} $ 5 $ ", {"": ("more\n", f"{n + 1}"), "*": ("", f"{n}")}) for n in range(20)}
    talk = Talk(other, "0")
    error = talk.fails(StepTimeoutError)
    assert talk.sent == ["\n"] * 6
    assert error.what.startswith(f"{LATE}waiting for the first prompt; the last it said was: ")


@pytest.mark.parametrize(
    ("start", "states", "least", "most"),
    [
        ("ftd", {}, 0, 0.5),
        # Enter is tried after three seconds of silence, and once more, for a prompt that came alone must stand again.
        ("mute", {"mute": ("", {"": ("", "ftd"), "*": ("", "mute")})}, 6, 6.5),
        # The module at the other end of a console is given a second.
        ("mio", {"console": ("", {"": ("", "mute")}), "mute": ("", {"": ("", "module"), "*": ("", "mute")})}, 1, 2.9),
    ],
)
def test_how_long_it_is_waited_for(start: str, states: Mapping[str, State], least: float, most: float) -> None:
    talk = Talk(states, start)
    assert talk.found() is Peer.CLISH
    assert least <= talk.seconds <= most


def test_a_question_must_stand_for_a_second() -> None:
    assert Talk({}, "ftd", "Who?", 0.9, " I.\n").found() is Peer.CLISH
    talk = Talk({}, "ftd", "Who?", 1.2, " I.\n")
    assert talk.fails(LoginRefusedError).what == "the device asks a question and gives no prompt: Who?."
    assert talk.sent == []


@pytest.mark.parametrize(
    ("greeting", "what"),
    [
        (
            "Your password has expired s3cret.\nNew password: ",
            "the account is not ready for use: password has expired; the device asks: New password:.",
        ),
        ("Choose s3cret (1/2)?", "the device asks a question and gives no prompt: Choose ******** (1/2)?."),
    ],
)
def test_a_question_is_told_with_what_to_do(greeting: str, what: str) -> None:
    error = Talk({"silent": silent()}, "silent", greeting).fails(LoginRefusedError)
    assert (error.what, error.advice) == (what, "Log in by hand once and finish what the device asks for.")


def test_what_is_neither_the_clis_prompt_nor_a_shells() -> None:
    odd: dict[str, State] = {"odd": ("odd s3cret$ ", {"*": ("what?\n", "odd")})}
    error = Talk(odd, "odd").fails(WrongPeerError)
    assert error.what == "the prompt 'odd ********$' is neither the CLI's nor a shell's."


def test_the_console_is_left_the_way_it_was_entered() -> None:
    through, straight = Talk({}, "mio"), Talk({}, "module")
    assert through.found() is straight.found() is Peer.CLISH
    assert through.terminal is not None
    assert straight.terminal is not None
    assert (through.terminal.way_out, straight.terminal.way_out) == (CONSOLE_WAY_OUT, ())


def test_a_console_that_does_not_greet_is_spoken_to_all_the_same() -> None:
    quiet: dict[str, State] = {
        "mio": ("fw-0-A# ", {"connect module 1 console": ("", "console"), "*": (FXOS_REFUSAL, "mio")})
    }
    talk = Talk(quiet, "mio")
    assert talk.found() is Peer.CLISH
    assert talk.seconds >= 20


def test_a_console_that_asks_in_its_greeting_is_no_question() -> None:
    console = ("Connected. Escape character is: ", "console")
    asks: dict[str, State] = {
        "mio": ("fw-0-A# ", {"connect module 1 console": console, "*": (FXOS_REFUSAL, "mio")}),
    }
    talk = Talk(asks, "mio")
    assert talk.found() is Peer.CLISH
    assert talk.seconds < 5


def test_a_question_after_connect_ftd_is_an_answer() -> None:
    asks: dict[str, State] = {
        "module": ("Firepower-module1>", {"connect ftd": ("Which instance?", "silent"), "*": ("", "module")}),
        "silent": silent(),
    }
    error = Talk(asks, "module").fails(WrongPeerError)
    assert error.what == "the prompt 'Which instance?' is a CLI of the chassis or of a switch, not of the FTD."


@pytest.mark.parametrize(
    ("prompt", "said", "what"),
    [
        ("asa# ", ASA_REFUSAL, "is the CLI of an ASA (or the diagnostic CLI), not of the Firepower: ERROR: % Invalid"),
        ("asa> ", "Type help or '?' for a list\n", "is the CLI of an ASA (or the diagnostic CLI)"),
        ("sw> ", FXOS_REFUSAL, "is a CLI of the chassis or of a switch, not of the FTD; `connect ftd` gave: % Invalid"),
        ("fp(local-mgmt)# ", "", "is the local-mgmt CLI of the chassis or of a switch, not of the FTD."),
        ("fw# ", "hm\n", "is a CLI of the chassis or of a switch, not of the FTD; `connect ftd` gave: hm."),
    ],
)
def test_nothing_further_is_typed_to_what_leads_nowhere(prompt: str, said: str, what: str) -> None:
    talk = Talk({"x": (prompt, {"*": (said, "x")})}, "x")
    assert f"the prompt '{prompt.strip()}' {what}" in talk.fails(WrongPeerError).what
    assert {line for line in talk.sent if line != "\n"} <= {"connect ftd\n"}


def test_the_first_line_names_the_instances() -> None:
    many = "Multiple instances are running: ftd1 ftd2\nGive a name of these.\n"
    error = Talk({"m": ("fp>", {"*": (many, "m")})}, "m").fails(WrongPeerError)
    assert error.what.endswith("and it needs the name of an instance: Multiple instances are running: ftd1 ftd2.")


@pytest.mark.parametrize(
    ("text", "last"), [("a\nb\nc ", "c"), ("a\n", ""), ("a", "a"), (" X\n aX ", "aX"), ("a b c", "a b c")]
)
def test_the_last_line(text: str, last: str) -> None:
    assert last_line(text) == last


@pytest.mark.parametrize(
    ("text", "whose"),
    [
        ("a\nb c\n> \n \n", Peer.CLISH),
        ("a\nb\nadmin@fp dir:~$ ", Peer.USER_SHELL),
        ("> X", None),
        ("a\n>\t", Peer.CLISH),
        ("a\n>\n\t", None),
    ],
)
def test_whose_prompt_a_text_of_several_lines_ends_with(text: str, whose: Peer | None) -> None:
    assert peer(text) is whose


def test_a_refused_command_that_stands_again() -> None:
    assert is_repeated("Syntax error: x\n> show network ", "show network")
    assert not is_repeated("Syntax error: x\n> show network ", "network")
    assert not is_repeated("fine\n> show network", "show network")
