"""Becoming root: the password is sent once at most, and only to sudo's own prompt; a refusal is told in its words."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from sse_compliance.collect.ssh.errors import (
    DeviceError,
    NotRootError,
    SessionLostError,
    StepTimeoutError,
    SudoRefusedError,
    WrongPeerError,
)
from sse_compliance.collect.ssh.lines import BECOME_ROOT, SUDO_PROMPT, exec_command
from sse_compliance.collect.ssh.prompt import Peer
from sse_compliance.collect.ssh.root import become_root, prove_root
from sse_compliance.inventory.credentials import Secret
from tests.unit.collect.ssh.hurried import hurried
from tests.unit.collect.ssh.test_login import Scripted, terminal

PASSWORD = Secret("s3cret")
MARKER = "0123456789abcdef"
PLACE = r"^ftd-1 \(10\.0\.0\.1:22\): "


def becoming(*answers: str, password: Secret | None = PASSWORD, end: bool = False) -> tuple[DeviceError, list[str]]:
    """How becoming root ends on a device that answers each line with the next of the texts; what was typed for it."""
    scripted = Scripted(end=end)
    scripted._answers = [answer.encode() for answer in answers]

    async def run() -> DeviceError:
        with pytest.raises(DeviceError) as caught:
            await become_root(terminal(scripted), Peer.USER_SHELL, password, 0.3)
        return caught.value

    return hurried(run()), scripted.sent


@pytest.mark.parametrize(
    ("answers", "what", "wrong_password", "sent"),
    [
        (
            (f"\r\n{SUDO_PROMPT}", f"\r\n{SUDO_PROMPT}", f"\r\n{SUDO_PROMPT}"),
            "sudo did not accept the password.",
            True,
            1,
        ),
        ((f"\r\n{SUDO_PROMPT}", f"\r\nSorry, try again.\r\n{SUDO_PROMPT}"), "sudo refused: Sorry, try again.", True, 1),
        (("\r\nadmin is not in the sudoers file.\r\n",), "sudo refused: admin is not in the sudoers file.", False, 0),
        (
            (f"\r\n{SUDO_PROMPT}", "\r\nsudo: 3 incorrect password attempts\r\n"),
            "sudo refused: sudo: 3 incorrect password attempts.",
            True,
            1,
        ),
        (
            (f"\r\n{SUDO_PROMPT}", "\r\nsudo: Account or password is expired, reset your password\r\n"),
            "sudo refused: the password has expired: sudo: Account or password is expired, reset your password.",
            False,
            1,
        ),
        *(
            ((f"\r\n{said}\r\n$ ",), f"sudo refused: {said}.", False, 0)
            for said in (
                "sudo: a terminal is required to read the password; either use the -S option",
                "sudo: no tty present and no askpass program specified",
                "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set",
                "sudo: no valid sudoers sources found, quitting",
                "sudo: PAM account management error: Permission denied",
                "This account is currently not available",
            )
        ),
        (("\r\nbash: sudo: command not found\r\n$ ",), "sudo refused: bash: sudo: command not found.", False, 0),
    ],
)
def test_the_password_is_sent_once_at_most(
    answers: tuple[str, ...], what: str, wrong_password: bool, sent: int
) -> None:
    error, typed = becoming(*answers)
    assert (type(error), error.what, error.wrong_password) == (SudoRefusedError, what, wrong_password)
    assert typed == [BECOME_ROOT, *["s3cret\n"] * sent]


def test_without_a_password_none_is_sent() -> None:
    error, typed = becoming(f"\r\n{SUDO_PROMPT}", password=None)
    assert (type(error), error.what) == (SudoRefusedError, "sudo asks for a password.")
    assert error.advice == "Give the device a password or a sudo_password in the inventory."
    assert (error.wrong_password, typed) == (False, [BECOME_ROOT])


@pytest.mark.parametrize(
    "question",
    ["\r\nadmin's password: ", "\r\nNew Password: ", "\r\nPassword: \r\nVerification code: ", "\r\n password: "],
)
def test_the_password_goes_to_no_other_question(question: str) -> None:
    error, typed = becoming(question)
    assert (type(error), typed) == (StepTimeoutError, [BECOME_ROOT])
    assert error.what.startswith("no answer within 0.3 s while becoming root with sudo; the last it said was: ")


def test_a_session_that_ends_is_lost() -> None:
    error, _ = becoming("\r\nbye\r\n", end=True)
    assert (type(error), error.what) == (
        SessionLostError,
        "the session ended while becoming root with sudo: bye.",
    )


def proving(said: str, *, by_exec: bool = False, end: bool = True) -> None:
    async def run() -> None:
        await prove_root(terminal(Scripted(said, end=end)), MARKER, None, 0.3, by_exec=by_exec)

    hurried(run())


@pytest.mark.parametrize("before", ["", "motd\r\n", "sudo: unable to resolve host x\r\n"])
def test_the_agent_says_that_it_is_root(before: str) -> None:
    proving(f"{before}{MARKER} 0\r\n")


@pytest.mark.parametrize(
    ("said", "what"),
    [
        (f"{MARKER} 1000\r\n", "the shell's user id is 1000, not 0."),
        (f"{MARKER} 00\r\n", "the shell's user id is 00, not 0."),
        (f"{MARKER} \r\n", "the shell's user id is not known, not 0."),
    ],
)
def test_any_other_user_is_not_root(said: str, what: str) -> None:
    with pytest.raises(NotRootError) as caught:
        proving(said)
    assert caught.value.what == what


@pytest.mark.parametrize("said", [f"echo {MARKER} 0", f"{MARKER[:-1]} 0", f"x{MARKER} 0", f"{MARKER} 0 x"])
def test_an_echo_does_not_pass_for_the_answer(said: str) -> None:
    with pytest.raises(SessionLostError):
        proving(f"{said}\r\n")


def test_an_exec_request_that_something_else_answers() -> None:
    with pytest.raises(WrongPeerError) as caught:
        proving(f"{exec_command(MARKER)}\r\nSyntax error: Illegal command line\r\n", by_exec=True)
    assert caught.value.what == "it did not run the exec request: … / Syntax error: Illegal command line."
    assert caught.value.advice == (
        "`login: exec` is for a host whose login is a POSIX shell; take `login` out of its inventory entry."
    )
    with pytest.raises(WrongPeerError, match=r"exec request: it ended without a word\."):
        proving("", by_exec=True)


def test_the_line_that_becomes_root_leaves_no_history(tmp_path: Path) -> None:
    """A bash that would write each line that it was given; nothing runs as root here."""
    bash = shutil.which("bash")
    assert bash
    (tmp_path / "sudo").write_text("#!/bin/sh\nexit 0\n")
    (tmp_path / "sudo").chmod(0o755)
    environment = {**os.environ, "HOME": str(tmp_path), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    for first, written in ((BECOME_ROOT, False), ("true\n", True)):
        history = tmp_path / f"history-{written}"
        subprocess.run(
            [bash, "--norc", "--noprofile", "-i"],
            input=f"{first}exit\n",
            env={**environment, "HISTFILE": str(history)},
            capture_output=True,
            text=True,
            timeout=60,
            start_new_session=True,
        )
        assert history.exists() is written
