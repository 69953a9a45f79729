"""Secrets are had once, from where they are kept, and show up nowhere."""

from __future__ import annotations

import os
import pickle
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.inventory.credentials import Credentials, Secret
from sse_compliance.inventory.device import CredentialKind, CredentialRef
from sse_compliance.inventory.masking import MASK


def resolve(kind: CredentialKind, value: object) -> str:
    return Credentials().resolve(CredentialRef(kind, str(value)), "ftd-1").reveal()


def refusal(kind: CredentialKind, value: object) -> str:
    with pytest.raises(InputError) as caught:
        resolve(kind, value)
    assert "s3cret" not in str(caught.value)
    assert str(caught.value).startswith("ftd-1: no password from ")
    return str(caught.value)


def private_file(path: Path, content: bytes, mode: int = 0o600) -> Path:
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_secret_shows_as_asterisks() -> None:
    secret = Secret("s3cret")
    assert [repr(secret), str(secret), f"{secret}", f"{secret!s:>3}", repr({"p": secret})] == [MASK] * 4 + [
        f"{{'p': {MASK}}}"
    ]
    assert secret.mask("login with s3cret failed") == f"login with {MASK} failed"
    with pytest.raises(TypeError):
        pickle.dumps(secret)


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSE_PW", "s3cret with blanks ")
    assert resolve(CredentialKind.ENV, "SSE_PW") == "s3cret with blanks "
    monkeypatch.setenv("SSE_PW", "")
    assert refusal(CredentialKind.ENV, "SSE_PW").endswith("env SSE_PW: it is empty")
    monkeypatch.delenv("SSE_PW")
    assert refusal(CredentialKind.ENV, "SSE_PW").endswith("the variable is not set")


@pytest.mark.parametrize("mode", [0o600, 0o400])
@pytest.mark.parametrize("content", [b"s3cret", b"s3cret\n", b"s3cret\r\n", b"s3cret\nsecond line\n"])
def test_file(content: bytes, mode: int, tmp_path: Path) -> None:
    assert resolve(CredentialKind.FILE, private_file(tmp_path / "pw", content, mode)) == "s3cret"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660])
def test_file_that_others_may_read(mode: int, tmp_path: Path) -> None:
    text = refusal(CredentialKind.FILE, private_file(tmp_path / "pw", b"s3cret", mode))
    assert f"others may read it (mode {mode:04o}); run `chmod 600 {tmp_path}/pw`" in text


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\ns3cret", "it is empty"),
        (b"s3\x00cret", "control character"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_file_with_nothing_to_type(content: bytes, reason: str, tmp_path: Path) -> None:
    assert reason in refusal(CredentialKind.FILE, private_file(tmp_path / "pw", content))


def test_file_that_is_none(tmp_path: Path) -> None:
    assert "No such file" in refusal(CredentialKind.FILE, tmp_path / "none")
    assert "not a regular file" in refusal(CredentialKind.FILE, tmp_path)
    os.mkfifo(tmp_path / "fifo", 0o600)
    assert "not a regular file" in refusal(CredentialKind.FILE, tmp_path / "fifo")


def test_file_of_somebody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = private_file(tmp_path / "pw", b"s3cret")
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    assert "another user" in refusal(CredentialKind.FILE, file)


def test_command_runs_without_a_shell() -> None:
    assert resolve(CredentialKind.COMMAND, "printf '%s\\n' 's3cret $HOME; `id`' more") == "s3cret $HOME; `id`"


@pytest.mark.parametrize(
    ("command", "reason"),
    [
        ("sh -c 'echo s3cret; exit 3'", "command `sh …`: it ended with exit status 3"),
        ("true s3cret", "command `true …`: it is empty"),
        ("/no/such/program s3cret", "No such file"),
        ("echo 's3cret", "quoting"),
        ("", "quoting"),
    ],
)
def test_command_that_gives_none(command: str, reason: str) -> None:
    assert reason in refusal(CredentialKind.COMMAND, command)


def test_command_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sse_compliance.inventory.credentials.COMMAND_SECONDS", 0.1)
    assert "did not end" in refusal(CredentialKind.COMMAND, "sleep 5")


@pytest.mark.parametrize("exit_status", [0, 1])
def test_a_command_runs_once_for_the_whole_fleet(exit_status: int, tmp_path: Path) -> None:
    script = tmp_path / "ask"
    script.write_text(f"#!/bin/sh\necho asked >>{tmp_path}/count; sleep 0.1; echo s3cret; exit {exit_status}\n")
    script.chmod(0o755)
    credentials, ref = Credentials(), CredentialRef(CredentialKind.COMMAND, str(script))

    def ask(number: int) -> str:
        try:
            return credentials.resolve(ref, f"ftd-{number}").reveal()
        except InputError as error:
            return str(error)

    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(ask, range(20)))
    assert (tmp_path / "count").read_text() == "asked\n"
    for number, answer in enumerate(answers):
        assert answer == "s3cret" if exit_status == 0 else answer.startswith(f"ftd-{number}: ")
