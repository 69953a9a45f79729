"""One device at a time, against a double: its host key, and every way to lose the link."""

from __future__ import annotations

import asyncio
import socket
from dataclasses import replace
from pathlib import Path

import asyncssh
import pytest

from sse_compliance.collect.ssh.connection import place_of
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.device import JumpHost
from tests.integration.device_double import Double, serving
from tests.integration.one_session import (
    LIMITS,
    PASSWORD,
    PLAN,
    assert_whole,
    collect,
    collected,
    refusal,
    target,
)


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


class _Forwarding(asyncssh.SSHServer):
    def connection_requested(self, *where: object) -> bool:
        return True


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
        await writer.drain()
    writer.close()
