"""One session from its first prompt to its end, on a device of tables: what is opened, asked, told and left behind."""

from __future__ import annotations

import asyncio
import logging
from base64 import b64decode
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import asyncssh
import pytest

from sse_compliance.catalogue.probes import ProbeSpec, Where, probe_specs
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.ssh import session as sessions
from sse_compliance.collect.ssh.connection import Secrets
from sse_compliance.collect.ssh.errors import (
    DeviceError,
    LoginRefusedError,
    NotInTheTableError,
    NotRootError,
    NotTriedError,
    SessionLostError,
    StepTimeoutError,
    SudoRefusedError,
)
from sse_compliance.collect.ssh.lines import BEAT, BECOME_ROOT, CONSOLE_WAY_OUT, EXPERT
from sse_compliance.collect.ssh.session import Session, open_session
from sse_compliance.collect.ssh.shared_login import Shared
from sse_compliance.collect.ssh.terminal import Terminal
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Access, CredentialKind, CredentialRef, Device, Platform, Target
from tests.unit.collect.ssh.hurried import hurried
from tests.unit.collect.ssh.scripted_shell import Firepower

DEVICE = Device("ftd-1", Platform.FTD, "us")
PLACE = "ftd-1 (10.0.0.1:22)"
LIMITS = Limits(login=0.5, device=20)
SHOW = probe_specs(DEVICE, ["show-network"])
REF, OTHER = CredentialRef(CredentialKind.ENV, "LOGIN"), CredentialRef(CredentialKind.ENV, "SUDO")
T = TypeVar("T")


def run(work: Coroutine[Any, Any, T]) -> T:
    return hurried(work)


def target(**access: Any) -> Target:
    return Target(DEVICE, Access("10.0.0.1", password=REF, **access))


@pytest.fixture
def firepower(monkeypatch: pytest.MonkeyPatch) -> Firepower:
    """The device that is reached, whatever is dialled."""
    device = Firepower()

    async def connect(*_: object) -> Firepower:
        return device

    monkeypatch.setattr(sessions, "connect", connect)
    return device


async def opened(
    *, secrets: Secrets | None = None, clish: Sequence[ProbeSpec] = SHOW, shared: Shared | None = None, **options: Any
) -> Session:
    own = options.pop("own_commands", False)
    return await open_session(
        target(**options), secrets or Secrets(Secret("s3cret")), LIMITS, clish, shared, own_commands=own
    )


def failed(error: type[DeviceError], **options: Any) -> DeviceError:
    with pytest.raises(error) as caught:
        run(opened(**options))
    assert caught.value.place == PLACE
    return caught.value


def test_from_the_cli_to_root_in_one_terminal(firepower: Firepower, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "sse_compliance.collect"):
        session = run(opened())
    shown = session.clish["show-network"]
    assert isinstance(shown, ProbeResult)
    assert shown.stdout == "DNS: 1.1.1.1\n"
    assert [line for line in firepower.sent if "stty" not in line and line != "\n"] == [
        "show network\n", EXPERT, "id -u\n", BECOME_ROOT, "s3cret\n", "id -u\n",
    ]  # fmt: skip
    assert firepower.options == {
        "command": None,
        "request_pty": True,
        "term_type": "dumb",
        "term_size": (512, 1000),
        "env": None,
        "send_env": None,
        "stderr": asyncssh.STDOUT,
        "encoding": None,
    }
    assert [record.message for record in caplog.records if record.name == "sse_compliance.collect"] == [
        f"ftd-1: connecting to {PLACE}",
        "ftd-1: logged in by SSH",
        "ftd-1: the login gives CLISH",
        "ftd-1: asked show-network in the CLI",
        "ftd-1: a root shell is open",
    ]
    assert firepower.ended == []


def test_a_login_that_gives_a_shell_has_no_cli_to_ask(firepower: Firepower) -> None:
    firepower._state = "shell"
    session = run(opened())
    assert session.clish == {"show-network": NotObtained("the login gives a Linux shell, not the CLI")}
    assert EXPERT not in firepower.sent


def test_an_exec_request_needs_no_terminal(firepower: Firepower, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "sse_compliance.collect"):
        session = run(opened(login="exec"))
    assert session.clish == {"show-network": NotObtained("the login gives a Linux shell, not the CLI")}
    command = firepower.options.pop("command")
    assert "exec sudo -S" in command
    assert "guard 75 " in command
    assert firepower.options == {
        "request_pty": False,
        "term_type": None,
        "term_size": (512, 1000),
        "env": None,
        "send_env": None,
        "stderr": asyncssh.STDOUT,
        "encoding": None,
    }
    assert firepower.sent == []
    assert caplog.messages[-1] == "ftd-1: root by exec"


@pytest.mark.parametrize("login", ["auto", "exec"])
def test_an_agent_of_a_slow_device_may_take_longer(login: str, firepower: Firepower) -> None:
    limits = replace(LIMITS, device=300)
    run(open_session(target(login=login), Secrets(Secret("s3cret")), limits))
    assert "guard 285 " in (firepower.options["command"] or "".join(firepower.sent))


@pytest.mark.parametrize("login", ["auto", "exec"])
def test_a_shell_that_is_not_roots_ends_the_connection(login: str, firepower: Firepower) -> None:
    firepower.root_id = "7"
    assert failed(NotRootError, login=login).what == "the shell's user id is 7, not 0."
    assert firepower.ended == ["aborted"]


def test_sudo_may_have_a_password_of_its_own(firepower: Firepower) -> None:
    firepower.password = "sudo-s3cret"
    run(opened(secrets=Secrets(Secret("s3cret"), Secret("sudo-s3cret")), sudo_password=OTHER))
    assert "sudo-s3cret\n" in firepower.sent
    assert "s3cret\n" not in firepower.sent


@pytest.mark.parametrize(("own", "kept"), [(None, REF), (OTHER, OTHER)])
def test_a_password_that_sudo_refused_elsewhere_is_not_typed(
    own: CredentialRef | None, kept: CredentialRef, firepower: Firepower
) -> None:
    async def refused_elsewhere(shared: Shared) -> None:
        error = SudoRefusedError("ftd-0", "no")
        error.wrong_password = True
        with pytest.raises(SudoRefusedError):
            async with shared.passwords.tried(("sudo", "admin", kept), "ftd-0"):
                raise error

    async def both() -> None:
        shared = Shared()
        await refused_elsewhere(shared)
        await opened(shared=shared, sudo_password=own)

    with pytest.raises(NotTriedError) as caught:
        run(both())
    assert (caught.value.place, caught.value.what) == (PLACE, "not tried: the same password was refused on ftd-0.")
    assert "s3cret\n" not in firepower.sent


@pytest.mark.parametrize(
    ("refuses", "kind", "what"),
    [
        (TimeoutError(), StepTimeoutError, "no channel within 0.5 s after the login."),
        (OSError("gone"), SessionLostError, "the device opened no channel: gone."),
        (asyncssh.ChannelOpenError(1, "no pty"), SessionLostError, "the device opened no channel: no pty."),
    ],
)
def test_a_device_that_opens_no_channel(
    refuses: Exception, kind: type[DeviceError], what: str, firepower: Firepower
) -> None:
    firepower.refuses = refuses
    assert failed(kind).what == what
    assert firepower.ended == ["aborted"]


def test_no_secret_of_the_session_is_shown(firepower: Firepower) -> None:
    firepower.password = "another"
    secrets = Secrets(Secret("s3cret"), jump=(Secret("admin@fp"),))
    assert failed(SudoRefusedError, secrets=secrets).what == "sudo refused: Sorry, ********, try again."


def test_nothing_is_dialled_for_a_command_that_the_table_does_not_hold(firepower: Firepower) -> None:
    wrong = ProbeSpec("show-network", "reboot", Where.CLISH)
    assert failed(NotInTheTableError, clish=[wrong]).what == "`reboot` is not in the table of commands."
    assert firepower.options == {}


def bare(device: Firepower, **options: Any) -> Session:
    """A session at its agent."""
    device._state = "agent"
    return Session(device, Terminal(device, device, PLACE), {}, DEVICE, **options)  # type: ignore[arg-type]


def test_probes_are_answered_in_one_script() -> None:
    async def collect() -> tuple[dict[str, Any], dict[str, Any], list[str]]:
        device = Firepower()
        session, kept = bare(device), dict[str, Any]()
        return await session.collect(probe_specs(DEVICE, ["date", "resolv-conf"]), kept), kept, device.sent

    answers, kept, sent = run(collect())
    assert answers is kept
    assert answers.keys() == {"date", "resolv-conf"}
    assert answers["date"].stdout.strip().isdigit()
    assert len(sent) == 1


@pytest.fixture
def any_command(monkeypatch: pytest.MonkeyPatch) -> None:
    """For probes that are made up here."""
    monkeypatch.setattr(sessions, "is_of_the_table", lambda device, spec: True)


@pytest.mark.usefixtures("any_command")
@pytest.mark.parametrize(
    ("exits", "then"),
    [
        (3, "second"),
        (4, "second"),
        (5, NotObtained("not needed: first ended with exit status 5")),
    ],
)
def test_a_second_question_is_asked_where_the_first_calls_for_it(exits: int, then: str | NotObtained) -> None:
    further = ProbeSpec("second", "echo second; :")
    first = ProbeSpec("first", f"exit {exits}", then=further, then_on_exits=(3, 4))

    async def collect() -> tuple[dict[str, Any], int]:
        device = Firepower()
        answers = await bare(device).collect([ProbeSpec("plain", "true; :"), first])
        return answers, len(device.sent)

    answers, scripts = run(collect())
    assert answers["first"].exit_status == exits
    if isinstance(then, NotObtained):
        assert (answers["second"], scripts) == (then, 1)
    else:
        assert (answers["second"].stdout, scripts) == (f"{then}\n", 2)


@pytest.mark.usefixtures("any_command")
def test_where_the_first_was_not_had_neither_is_the_second() -> None:
    first = ProbeSpec("first", "x; :", then=ProbeSpec("second", "y"), then_on_exits=(0,))

    class Cut(Firepower):
        def _run(self, text: str) -> None:
            super()._run(text)
            lines = self._out.get_nowait().splitlines(keepends=True)
            self._out.put_nowait(b"".join(line for line in lines if line.split()[1:2] == [b"0"]))
            self._out.put_nowait(b"")

    async def collect() -> dict[str, Any]:
        return await bare(Cut()).collect([ProbeSpec("plain", "true; :"), first])

    answers = run(collect())
    gone = NotObtained("the session ended while it was read")
    assert (answers["first"], answers["second"]) == (gone, gone)
    assert isinstance(answers["plain"], ProbeResult)


def test_a_session_that_ends_before_a_probe_was_answered() -> None:
    async def collect() -> None:
        await bare(Firepower(lost=True)).collect(probe_specs(DEVICE, ["date"]))

    with pytest.raises(SessionLostError) as caught:
        run(collect())
    assert (caught.value.place, caught.value.what) == (PLACE, "the session ended before a probe was answered.")


def test_nothing_to_ask_sends_nothing() -> None:
    async def collect() -> list[str]:
        device = Firepower(lost=True)
        assert await bare(device).collect([]) == {}
        return device.sent

    assert run(collect()) == []


def test_a_tests_own_command() -> None:
    async def ask() -> ProbeResult:
        return await bare(Firepower(), own_commands=True).run("echo out; echo err >&2; exit 3", 5)

    answer = run(ask())
    assert (answer.exit_status, answer.stdout, answer.stderr) == (3, "out\n", "err\n")

    async def lost() -> None:
        await bare(Firepower(lost=True), own_commands=True).run("true", 5)

    with pytest.raises(SessionLostError, match=r"^ftd-1 \(10\.0\.0\.1:22\): "):
        run(lost())

    async def refused() -> None:
        await bare(Firepower()).run("true", 5)

    with pytest.raises(Unavailable) as caught:
        run(refused())
    assert caught.value.reason == (
        "`true` was not sent: no probe runs it, and --allow-commands, by which tests may run commands of their own, is "
        "not given"
    )


def test_the_proxys_login_goes_with_the_script(firepower: Firepower) -> None:
    async def ask() -> str:
        secrets = Secrets(Secret("s3cret"), proxy=Secret('a"b'))
        session = await opened(secrets=secrets, proxy_user="svc", own_commands=True)
        return (await session.run('printf %s "$P"', 5)).stdout

    # The variable is the script's own; a program that it starts does not see it.
    assert run(ask()) == ""
    assert any("proxy-user" in _decoded(line) for line in firepower.sent)


def _decoded(line: str) -> str:
    return b64decode(line.partition("\n")[2]).decode() if line[:1].isdigit() else ""


def test_the_agent_hears_now_and_then_that_somebody_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "BEAT_SECONDS", 0.02)

    async def wait() -> list[str]:
        device = Firepower()
        session = bare(device)
        while len(device.sent) < 2:
            await asyncio.sleep(0.01)
        await session.close()
        device.sent.clear()
        await asyncio.sleep(0.1)
        assert device.sent == []
        assert device.ended == ["closed", "waited", "aborted"]
        return [BEAT]

    assert run(wait()) == [BEAT]


def test_a_console_on_the_way_is_left_as_it_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sessions, "_KEY_SECONDS", 0.001)

    async def close() -> list[str]:
        device = Firepower()
        session = bare(device)
        session._terminal.way_out = CONSOLE_WAY_OUT
        device._state = "root"
        await session.close()
        return device.sent

    assert run(close()) == list(CONSOLE_WAY_OUT)


@pytest.mark.parametrize("error", [TimeoutError(), asyncssh.ConnectionLost("x"), OSError("x")])
def test_a_connection_that_does_not_end_by_itself_is_cut(error: Exception) -> None:
    class Stubborn(Firepower):
        async def wait_closed(self) -> None:
            raise error

    async def close() -> list[str]:
        device = Stubborn()
        await bare(device).close()
        return device.ended

    assert run(close()) == ["closed", "aborted"]


def test_a_login_that_is_refused_is_nobody_elses(monkeypatch: pytest.MonkeyPatch) -> None:
    async def connect(*_: object) -> None:
        raise LoginRefusedError(PLACE, "no")

    monkeypatch.setattr(sessions, "connect", connect)
    assert failed(LoginRefusedError).what == "no."
