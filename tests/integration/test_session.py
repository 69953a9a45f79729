"""One device at a time, against a double: every login that is known, every refusal."""

from __future__ import annotations

import asyncio
import logging
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from sse_compliance.catalogue.probes import ProbeSpec, Where, probe_specs
from sse_compliance.collect.ssh.connection import Secrets
from sse_compliance.collect.ssh.session import Answers, open_session
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import CredentialKind, CredentialRef
from tests.integration.device_double import SHOW_NETWORK, Double, serving
from tests.integration.one_session import (
    LIMITS,
    LOGINS,
    PASSWORD,
    assert_whole,
    collect,
    collected,
    reference,
    refusal,
    target,
)


@pytest.mark.parametrize("double", LOGINS.values(), ids=LOGINS)
def test_a_login_that_works(double: Double, tmp_path: Path) -> None:
    double = deepcopy(double)
    assert_whole(collect(double, tmp_path))
    assert double.connections == 1
    assert double.logins == [PASSWORD]
    assert double.sudo_tries == (0 if double.sudo == "free" else 1)


def test_nothing_is_left_on_the_device(tmp_path: Path) -> None:
    assert_whole(collect(Double(), tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"bin", "rc", "known_hosts", "count"}


def test_an_older_fmc_gives_a_shell_at_once(tmp_path: Path) -> None:
    evidence = collect(Double(start="shell"), tmp_path)
    assert_whole(evidence, clish=False)
    assert evidence.probes["show-network"] == NotObtained("the login gives a Linux shell, not the CLI")


@pytest.mark.parametrize("sudo", ["asks", "free"])
def test_a_plain_exec_request(sudo: str, tmp_path: Path) -> None:
    double = Double(sudo=sudo)
    evidence = collect(double, tmp_path, login="exec")
    assert_whole(evidence, clish=False)
    assert double.connections == 1


def test_sudo_has_a_password_of_its_own(tmp_path: Path) -> None:
    own = reference("SSE_TEST_SUDO", "sudo-s3cret")
    assert_whole(collect(Double(sudo_password="sudo-s3cret"), tmp_path, sudo_password=own))


def test_clish_pages_unknown_commands_and_hostile_output(tmp_path: Path) -> None:
    paged = SHOW_NETWORK.replace("DNS", "<page>DNS", 1)
    evidence = collect(Double(commands={"show network": paged}), tmp_path)
    assert_whole(evidence)
    assert evidence.probes["show-version"] == NotObtained(
        "the CLI does not take `show version`: Syntax error: Illegal parameter"
    )
    hostile = "a > b\n> \n<script>\x1b[31m\n> show network\n>\nend\n"
    evidence = collect(Double(commands={"show network": hostile}), tmp_path / "2")
    assert evidence.probe("show-network").stdout.endswith("end\n")


def test_secrets_are_taken_out_before_anything_keeps_them(tmp_path: Path) -> None:
    said = SHOW_NETWORK.replace("\n", f"\necho {PASSWORD}\nproxy password: hunter2\n", 1)
    evidence = collect(Double(commands={"show network": said}), tmp_path)
    shown = evidence.probe("show-network").stdout
    assert "\necho ********\nproxy password: ********\n" in shown
    assert PASSWORD not in repr(evidence)
    assert "hunter2" not in repr(evidence)


def test_a_clish_command_that_hangs_costs_itself_only(tmp_path: Path) -> None:
    async def run() -> tuple[Answers, Answers]:
        async with serving(Double(commands={"show network": "partly<hang>"}), tmp_path) as double:
            spec = ProbeSpec("show-network", "show network", Where.CLISH, seconds=1)
            session = await open_session(target(double), Secrets(Secret(PASSWORD)), LIMITS, [spec])
            answers = await session.collect(probe_specs(target(double).device, ["date"]))
            await session.close()
            return session.clish, answers

    clish, answers = asyncio.run(run())
    assert clish == {"show-network": NotObtained("`show network` gave no prompt within 1 s")}
    assert isinstance(answers["date"], ProbeResult)


class TestRefusals:
    def test_wrong_password_is_tried_once(self, tmp_path: Path) -> None:
        for auth in ("kbdint", "password", "both"):
            double = Double(auth=auth)
            error = refusal(double, tmp_path / auth, password=reference("SSE_TEST_WRONG", "wrong-s3cret"))
            assert "the login of admin was refused" in error
            assert double.logins == ["wrong-s3cret"]
            assert double.connections == 1

    def test_no_password_in_the_inventory(self, tmp_path: Path) -> None:
        double = Double()
        assert "gives it no password" in refusal(double, tmp_path, password=None)
        assert double.logins == []

    def test_a_question_that_is_not_for_a_password(self, tmp_path: Path) -> None:
        double = Double(auth="otp")
        assert "the device asks: Verification code:" in refusal(double, tmp_path)
        assert double.logins == []

    def test_credential_that_can_not_be_had(self, tmp_path: Path) -> None:
        double = Double()
        with pytest.raises(InputError, match="ftd-1: no password from env SSE_TEST_UNSET: the variable is not set"):
            collect(double, tmp_path, password=CredentialRef(CredentialKind.ENV, "SSE_TEST_UNSET"))
        assert double.connections == 0

    @pytest.mark.parametrize("expert", ["refused", "refused-plain", "asks"])
    def test_expert(self, expert: str, tmp_path: Path) -> None:
        double = Double(expert=expert)
        assert "`expert` gave no shell" in refusal(double, tmp_path)
        assert double.sudo_tries == 0

    def test_sudo_password(self, tmp_path: Path) -> None:
        for login in ("auto", "exec"):
            double = Double(sudo_password="another")
            assert "sudo refused: Sorry, try again" in refusal(double, tmp_path / login, login=login)
            assert double.sudo_tries == 1

    def test_sudo_right(self, tmp_path: Path) -> None:
        assert "not allowed to execute" in refusal(Double(sudo="denied"), tmp_path)

    def test_sudo_password_is_needed_and_missing(self, tmp_path: Path) -> None:
        assert "sudo asks for a password" in refusal(Double(auth="none"), tmp_path, password=None)

    @pytest.mark.parametrize("login", ["auto", "exec"])
    def test_a_shell_that_is_not_roots(self, login: str, tmp_path: Path) -> None:
        assert "user id is 1000, not 0" in refusal(Double(root_id="1000"), tmp_path, login=login)

    def test_first_run(self, tmp_path: Path) -> None:
        assert "must change the password" in refusal(Double(start="first-run"), tmp_path)

    def test_silence_after_the_login_names_the_step(self, tmp_path: Path) -> None:
        evidence = collect(Double(start="silent", banner="hello\n"), tmp_path, limits=replace(LIMITS, login=0.5))
        assert "within 0.5 s while waiting for the first prompt; the last it said was: hello" in (evidence.error or "")

    def test_a_flood_instead_of_a_prompt(self, tmp_path: Path) -> None:
        assert "without a prompt" in refusal(Double(start="flood"), tmp_path)

    def test_the_deadline_of_the_device(self, tmp_path: Path) -> None:
        evidence = collect(Double(start="silent"), tmp_path, limits=replace(LIMITS, device=0.5))
        assert "it was not done within 0.5 s" in (evidence.error or "")


def test_a_key_logs_in_and_the_password_is_for_sudo(tmp_path: Path) -> None:
    async def run() -> Evidence:
        async with serving(Double(auth="none"), tmp_path) as double:
            key = asyncssh.generate_private_key("ssh-ed25519")
            key.write_private_key(tmp_path / "key")
            evidence = await collected(target(double, key_file=str(tmp_path / "key")))
            (tmp_path / "key").write_text("no key")
            assert "key file" in ((await collected(target(double, key_file=str(tmp_path / "key2")))).error or "")
            return evidence

    assert_whole(asyncio.run(run()))


def test_no_password_is_logged(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        asyncssh.set_debug_level(2)
        try:
            assert_whole(collect(Double(auth="password"), tmp_path))
        finally:
            asyncssh.set_debug_level(1)
    assert "Trying password auth" in caplog.text
    assert PASSWORD not in caplog.text


def test_the_script_and_the_password_are_not_echoed(tmp_path: Path) -> None:
    double = Double()
    assert_whole(collect(double, tmp_path))
    assert PASSWORD.encode() not in double.transcript
    assert len(double.transcript) < 8000
