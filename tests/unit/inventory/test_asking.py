"""``--ask-password``: each password is asked for once, and kept nowhere but in the run."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace

import pytest

from sse_compliance.errors import InputError
from sse_compliance.inventory.asking import ask_passwords, references, with_password
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import (
    Access,
    CredentialKind,
    CredentialRef,
    Device,
    JumpHost,
    Platform,
    RestAccess,
    Target,
)
from tests.integration.suite_run import ROOT

SHARED = CredentialRef(CredentialKind.ENV, "FTD_PASSWORD")
OF_JUMP = CredentialRef(CredentialKind.ENV, "JUMP_PASSWORD")
OF_REST = CredentialRef(CredentialKind.ENV, "FMC_TOKEN")
IN_FILE = CredentialRef(CredentialKind.FILE, "~/password")


def target(name: str, **access: object) -> Target:
    return with_password(Target(Device(name, Platform.FTD, "us"), replace(Access("192.0.2.1"), **access)))  # type: ignore[arg-type]


def test_each_is_asked_for_once_and_no_variable_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FTD_PASSWORD", "from the environment")
    prompts = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return f"typed-{len(prompts)}"

    credentials = Credentials()
    fleet = [target(f"ftd-{n}", password=SHARED, jump=(JumpHost("192.0.2.9", password=OF_JUMP),)) for n in range(1, 6)]
    reached = [*fleet, target("sfr", sudo_password=SHARED), target("fmc", password=IN_FILE)]
    manager = target("cdfmc", rest=RestAccess("https://192.0.2.8", OF_REST, "cdfmc", "", None))
    ask_passwords(references(reached, [manager]), credentials, ask)
    assert prompts == [
        "password JUMP_PASSWORD of ftd-1, ftd-2, ftd-3 and 2 more: ",
        "password FTD_PASSWORD of ftd-1, ftd-2, ftd-3 and 3 more: ",
        "password of sfr: ",
        "password FMC_TOKEN of cdfmc: ",
    ]
    assert credentials.resolve(SHARED, "ftd-1").reveal() == "typed-2"
    unnamed = target("sfr").access.password
    assert unnamed is not None
    assert credentials.resolve(unnamed, "sfr").reveal() == "typed-3"
    assert "typed" not in " ".join(os.environ.values())
    assert credentials.mask("it was typed-2") == "it was ********"


def test_a_key_needs_no_password() -> None:
    with pytest.raises(InputError, match="nothing to ask for"):
        ask_passwords(references([target("ftd", key_file="~/.ssh/id")]), Credentials(), lambda _: "typed")


@pytest.mark.parametrize("typed", ["", "a\x03b"])
def test_what_is_no_password_is_refused(typed: str) -> None:
    with pytest.raises(InputError, match="no password for FTD_PASSWORD"):
        ask_passwords(references([target("ftd", password=SHARED)]), Credentials(), lambda _: typed)


def test_the_end_of_input_is_no_password() -> None:
    def ask(_: str) -> str:
        raise EOFError

    with pytest.raises(InputError, match="no password FTD_PASSWORD was typed"):
        ask_passwords(references([target("ftd", password=SHARED)]), Credentials(), ask)


@pytest.mark.parametrize("verb", ["run", "collect"])
def test_without_a_terminal_it_is_refused_and_no_device_is_asked(tmp_path: object, verb: str) -> None:
    command = [sys.executable, "-m", "sse_compliance", verb, "--hosts=firepower://192.0.2.1", "--ask-password"]
    ended = subprocess.run(
        [*command, f"--reports={tmp_path}"],
        cwd=ROOT,
        input="typed\n",
        capture_output=True,
        text=True,
        start_new_session=True,
        timeout=120,
    )
    assert ended.returncode == 4, ended.stdout + ended.stderr
    assert "there is no terminal to ask on" in ended.stdout + ended.stderr
