"""One device at a time, against a double: every login that is known, every refusal, every way to lose the link."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import socket
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from sse_compliance.catalogue.probes import ProbeSpec, Where, probe_specs
from sse_compliance.collect.fleet import collect_fleet
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.one_device import Ask
from sse_compliance.collect.ssh.connection import Secrets, place_of
from sse_compliance.collect.ssh.session import Answers, open_session
from sse_compliance.errors import InputError, Unavailable
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.credentials import Credentials, Secret
from sse_compliance.inventory.device import Access, CredentialKind, CredentialRef, Device, JumpHost, Platform, Target
from tests.integration.device_double import SHOW_NETWORK, Double, serving

PASSWORD = "login-s3cret"
LIMITS = Limits(connect=3, login=5, device=20, backoff=0.01)
PLAN = ("show-network", "show-version", "date", "resolv-conf", "tcp:127.0.0.1:1")


def reference(name: str, value: str) -> CredentialRef:
    os.environ[name] = value
    return CredentialRef(CredentialKind.ENV, name)


def target(double: Double, **access: Any) -> Target:
    options: dict[str, Any] = {
        "port": double.port,
        "password": reference("SSE_TEST_LOGIN", PASSWORD),
        "known_hosts": str(double.home / "known_hosts"),
    }
    return Target(Device("ftd-1", Platform.FTD, "us"), Access(double.host, **{**options, **access}))


async def collected(one: Target, plan: Sequence[str] = PLAN, limits: Limits = LIMITS) -> Evidence:
    found = await collect_fleet([one], {"ftd-1": plan}, ask=Ask(limits, Credentials()), on_done=lambda evidence: None)
    return found["ftd-1"]


def collect(double: Double, home: Path, plan: Sequence[str] = PLAN, limits: Limits = LIMITS, **access: Any) -> Evidence:
    home.mkdir(exist_ok=True)

    async def run() -> Evidence:
        async with serving(double, home):
            return await collected(target(double, **access), plan, limits)

    return asyncio.run(run())


def refusal(double: Double, home: Path, **access: Any) -> str:
    """The error of a device that could not be collected: it names the device and hides the password."""
    evidence = collect(double, home, **access)
    assert evidence.error is not None
    assert not evidence.probes
    assert evidence.error_kind
    with pytest.raises(Unavailable, match=re.escape(evidence.error)):
        evidence.probe("date")
    assert "ftd-1" not in evidence.error, "what is alike on many devices is told alike"
    assert PASSWORD not in evidence.error
    assert "wrong-s3cret" not in evidence.error
    return evidence.error


def assert_whole(evidence: Evidence, *, clish: bool = True) -> None:
    assert evidence.error is None
    assert evidence.probe("date").stdout.strip().isdigit()
    assert evidence.probe("tcp:127.0.0.1:1").exit_status == 1
    if clish:
        assert evidence.probe("show-network").stdout == SHOW_NETWORK


LOGINS = {
    "FTD": Double(),
    "FTD without the notice": Double(expert="ok"),
    "password method": Double(auth="password"),
    "both methods": Double(auth="both"),
    "sudo asks nothing": Double(sudo="free"),
    "sudo warns of DNS first": Double(sudo="warned"),
    "module prompt": Double(start="module"),
    "chassis prompt": Double(start="fxos"),
    "no banner": Double(banner=""),
    "banner with boxes and prompts": Double(
        banner="# # # # # #\n#  KEEP OUT  #\n###########\n> not a prompt\n$ 5 fee\n"
    ),
    "prompt without user": Double(root_prompt=r"FTD01:/home/ldap/abbac# "),
    "prompt as short as can be": Double(root_prompt="# "),
    "prompt like a chassis's": Double(root_prompt="firepower# "),
    "prompt with colours and title": Double(root_prompt=r"\[\e]0;t\a\e[1;31m\]root@fp:\w#\[\e[0m\] "),
    "other processes write into the terminal": Double(noise="\r\n\a*** System going down ***\r\n> \r\n"),
}


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


class TestHostKeys:
    def test_unknown(self, tmp_path: Path) -> None:
        (tmp_path / "none").touch()
        double = Double()
        error = refusal(double, tmp_path, known_hosts=str(tmp_path / "none"))
        assert "its host key is not known; offered: ssh-ed25519 SHA256:" in error
        assert f"ssh-keyscan -p {double.port} 127.0.0.1 >> {tmp_path}/none" in error
        assert "Compare the fingerprint" in error
        assert double.logins == []

    @pytest.mark.parametrize("kind", ["ssh-ed25519", "ecdsa-sha2-nistp256"])
    def test_changed(self, kind: str, tmp_path: Path) -> None:
        async def run() -> Evidence:
            async with serving(Double(), tmp_path) as double:
                other = asyncssh.generate_private_key(kind).export_public_key().decode()
                (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{double.port} {other}")
                evidence = await collected(target(double))
                assert double.logins == []
                return evidence

        error = asyncio.run(run()).error or ""
        assert "host key" in error
        assert "ssh-keygen -f" in error

    @pytest.mark.parametrize("revoked", ["[127.0.0.1]:{port}", "127.0.0.1", "*", "[127.0.0.1]:*"])
    @pytest.mark.parametrize("trusted", ["[127.0.0.1]:{port}", "127.0.0.1"])
    def test_revoked(self, revoked: str, trusted: str, tmp_path: Path) -> None:
        async def run() -> Evidence:
            async with serving(Double(), tmp_path) as double:
                key = (tmp_path / "known_hosts").read_text().split(None, 1)[1]
                lines = f"@revoked {revoked} {key}\n{trusted} {key}\n"
                (tmp_path / "known_hosts").write_text(lines.replace("{port}", str(double.port)))
                evidence = await collected(target(double))
                assert double.logins == []
                return evidence

        assert "its host key is revoked" in (asyncio.run(run()).error or "")

    def test_known_hosts_file_of_the_inventory_is_missing(self, tmp_path: Path) -> None:
        evidence = collect(Double(), tmp_path, known_hosts="/no/such/file")
        assert "/no/such/file: there is no such file" in (evidence.error or "")

    def test_the_users_configuration_can_not_switch_the_check_off(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / ".ssh").mkdir()
        (tmp_path / ".ssh/config").write_text(
            "Host *\n UserKnownHostsFile none\n GlobalKnownHostsFile none\n"
            " RemoteCommand reboot\n RequestTTY no\n SetEnv A=1\n"
        )
        monkeypatch.setenv("HOME", str(tmp_path))
        assert "not known" in refusal(Double(), tmp_path / "1", known_hosts=None)
        assert_whole(collect(Double(), tmp_path / "2"))


class TestIPv6:
    def test_a_whole_session(self, tmp_path: Path) -> None:
        assert_whole(collect(Double(host="::1"), tmp_path))

    def test_what_is_said_of_its_host_key(self, tmp_path: Path) -> None:
        (tmp_path / "none").touch()
        double = Double(host="::1")
        error = refusal(double, tmp_path / "1", known_hosts=str(tmp_path / "none"))
        assert f"ssh-keyscan -p {double.port} ::1 >> {tmp_path}/none" in error

        async def changed() -> Evidence:
            (tmp_path / "2").mkdir()
            async with serving(double, tmp_path / "2"):
                other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
                (tmp_path / "none").write_text(f"[::1]:{double.port} {other}")
                return await collected(target(double, known_hosts=str(tmp_path / "none")))

        error = asyncio.run(changed()).error or ""
        assert "its host key is not the one in known_hosts" in error
        assert f"-R '[::1]:{double.port}'" in error

    def test_nobody_listens(self, tmp_path: Path) -> None:
        nobody = Double(host="::1", port=9, home=tmp_path)
        (tmp_path / "known_hosts").touch()
        assert place_of(target(nobody)) == "ftd-1 ([::1]:9)"
        assert "refused" in (asyncio.run(collected(target(nobody))).error or "").lower()


class TestLinks:
    def test_nobody_listens(self, tmp_path: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        assert "Connection refused while connecting. Check address" in refusal(Double(), tmp_path, port=port)

    def test_a_peer_that_says_nothing(self, tmp_path: Path) -> None:
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            port = silent.getsockname()[1]
            evidence = collect(Double(), tmp_path, limits=replace(LIMITS, login=0.5), port=port)
        assert "within 0.5 s while waiting for the SSH handshake" in (evidence.error or "")

    def test_a_connection_that_is_dropped_before_the_login_is_tried_again(self, tmp_path: Path) -> None:
        async def run() -> tuple[Evidence, int]:
            async with serving(Double(), tmp_path) as double:
                seen = 0

                async def relay(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
                    nonlocal seen
                    seen += 1
                    if seen < 3:
                        writer.close()
                        return
                    there, back = await asyncio.open_connection("127.0.0.1", double.port)
                    await asyncio.gather(_pump(reader, back), _pump(there, writer))

                server = await asyncio.start_server(relay, "127.0.0.1", 0)
                port = server.sockets[0].getsockname()[1]
                known = (tmp_path / "known_hosts").read_text().replace(str(double.port), str(port), 1)
                (tmp_path / "known_hosts").write_text(known)
                evidence = await collected(target(double, port=port))
                server.close()
                assert double.logins == [PASSWORD]
                return evidence, seen

        evidence, seen = asyncio.run(run())
        assert_whole(evidence)
        assert seen == 3

    def test_a_connection_that_is_dropped_in_the_login_is_not_tried_again(self, tmp_path: Path) -> None:
        double = Double(auth="drop")
        assert "while logging in" in refusal(double, tmp_path)
        assert double.connections == 1
        assert double.logins == [PASSWORD]

    def test_cut_in_the_middle_keeps_what_has_arrived(self, tmp_path: Path) -> None:
        # Found by hand: in the login (some 550 bytes), between login and frames, and between frames.
        kept: set[str] = set()
        for number, cut in enumerate((200, 700, 850, 1000, 1100)):
            double = Double(cut_after=cut)
            evidence = collect(double, tmp_path / str(number))
            assert double.connections == 1
            arrived = {name for name, answer in evidence.probes.items() if isinstance(answer, ProbeResult)}
            kept |= arrived
            if evidence.error is None:
                assert set(evidence.probes) == set(PLAN)
                assert arrived & {"date", "tcp:127.0.0.1:1"}
                if "date" not in arrived:
                    with pytest.raises(Unavailable, match="the session ended"):
                        evidence.probe("date")
            else:
                assert "session" in evidence.error
                assert not evidence.probes
        assert kept

    def test_through_a_jump_host(self, tmp_path: Path) -> None:
        async def run() -> Evidence:
            async with serving(Double(), tmp_path) as double:
                key = asyncssh.generate_private_key("ssh-ed25519")
                user = asyncssh.generate_private_key("ssh-ed25519")
                (tmp_path / ".ssh").mkdir()
                user.write_private_key(tmp_path / ".ssh/id_ed25519")
                user.write_public_key(tmp_path / "authorized")
                jump = await asyncssh.listen(
                    "127.0.0.1",
                    0,
                    server_host_keys=[key],
                    authorized_client_keys=str(tmp_path / "authorized"),
                    server_factory=_Forwarding,
                )
                port = jump.sockets[0].getsockname()[1]
                with (tmp_path / "known_hosts").open("a") as file:
                    file.write(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
                evidence = await collected(target(double, jump=(JumpHost("127.0.0.1", port, "jumper"),)))
                jump.close()
                return evidence

        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("HOME", str(tmp_path))
            assert_whole(asyncio.run(run()))


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


class _Forwarding(asyncssh.SSHServer):
    def connection_requested(self, *where: object) -> bool:
        return True


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
