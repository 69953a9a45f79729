"""``sse-compliance hostkeys``: what is shown, what is written, and what never is."""

from __future__ import annotations

import asyncio
import io
import stat
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from pathlib import Path

import asyncssh
import pytest

from sse_compliance.cli import main

ED25519 = asyncssh.generate_private_key("ssh-ed25519")
ECDSA = asyncssh.generate_private_key("ecdsa-sha2-nistp256")
RSA = asyncssh.generate_private_key("ssh-rsa", key_size=2048)
SHORT = asyncssh.generate_private_key("ssh-rsa", key_size=1024)
OTHER = asyncssh.generate_private_key("ssh-ed25519")

PASSWORD = "jump-s3cret"


class Server(asyncssh.SSHServer):
    """Counts logins, and forwards for who gives the password."""

    logins: list[str]
    begun = 0

    def begin_auth(self, username: str) -> bool:
        type(self).begun += 1
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return password == PASSWORD

    def connection_requested(self, dest_host: str, dest_port: int, orig_host: str, orig_port: int) -> bool:
        return True


@contextmanager
def serving(*keys: asyncssh.SSHKey, host: str = "127.0.0.1") -> Iterator[int]:
    """An SSH server with these host keys, in a thread of its own; gives its port."""
    loop, started = asyncio.new_event_loop(), Future[int]()

    async def serve() -> asyncssh.SSHAcceptor:
        server = await asyncssh.listen(host, 0, server_factory=Server, server_host_keys=list(keys))
        started.set_result(server.sockets[0].getsockname()[1])
        return server

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    server = asyncio.run_coroutine_threadsafe(serve(), loop).result(20)
    try:
        yield started.result(20)
    finally:
        loop.call_soon_threadsafe(server.close)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(20)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own."""
    Server.begun = 0
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def inventory(folder: Path, *devices: str) -> str:
    file = folder / "fleet.yaml"
    entries = "".join(f"  - {{platform: ftd, region: us, {device}}}\n" for device in devices)
    file.write_text(f"defaults: {{known_hosts: known}}\ndevices:\n{entries}", encoding="utf-8")
    (folder / "known").touch()
    return str(file)


def line(key: asyncssh.SSHKey, port: int, host: str = "127.0.0.1") -> str:
    return f"[{host}]:{port} " + " ".join(key.export_public_key().decode().split()[:2])


def rows(said: str) -> list[list[str]]:
    return [row.split()[:5] for row in said.splitlines() if "SHA256:" in row]


def test_every_key_is_shown_and_written_once_it_is_confirmed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(ED25519, ECDSA, RSA) as port:
        file = inventory(tmp_path, f"name: ftd-1, address: 127.0.0.1, port: {port}")
        assert main(["hostkeys", file]) == 10, "without a terminal nothing is written"
        shown = capsys.readouterr().out
        assert (tmp_path / "known").read_text() == ""
        assert "run this again with --yes" in shown
        assert rows(shown) == [
            ["ftd-1", f"[127.0.0.1]:{port}", key.get_algorithm(), key.get_fingerprint(), "new"]
            for key in (ED25519, ECDSA, RSA)
        ]
        (tmp_path / "known").chmod(0o644)
        (tmp_path / "known").write_text("# ours")
        assert main(["hostkeys", file, "--yes"]) == 0
        assert (tmp_path / "known").read_text().splitlines() == [
            "# ours", *(line(key, port) for key in (ED25519, ECDSA, RSA)),
        ]  # fmt: skip
        assert stat.S_IMODE((tmp_path / "known").stat().st_mode) == 0o644
        capsys.readouterr()
        assert main(["hostkeys", file]) == 0
        assert {row[4] for row in rows(capsys.readouterr().out)} == {"known"}
    assert Server.begun == 0, "no login is begun"


@pytest.mark.parametrize(("answer", "status"), [("y\n", 0), ("n\n", 10), ("\n", 10)])
def test_it_asks(answer: str, status: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = io.StringIO(answer)
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stdin", terminal)
    with serving(ED25519) as port:
        file = inventory(tmp_path, f"name: ftd-1, address: 127.0.0.1, port: {port}")
        assert main(["hostkeys", file]) == status
        written = (tmp_path / "known").read_text().splitlines()
        assert written == ([line(ED25519, port)] if status == 0 else [])


@pytest.mark.parametrize(
    ("held", "standings"),
    [
        ([OTHER], ["CHANGED", "CHANGED"]),
        ([ED25519], ["known", "further"]),
        ([RSA], ["CHANGED", "CHANGED"]),
        ([ED25519, OTHER], ["known", "further"]),
    ],
    ids=["another of its type", "one of two", "a type that is offered no more", "one of several"],
)
def test_nothing_is_written_for_a_host_that_is_known_by_another_key(
    held: list[asyncssh.SSHKey], standings: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(ED25519, ECDSA) as port:
        file = inventory(tmp_path, f"name: ftd-1, address: 127.0.0.1, port: {port}")
        before = "".join(line(key, port) + "\n" for key in held)
        (tmp_path / "known").write_text(before)
        status = main(["hostkeys", file, "--yes"])
        said = capsys.readouterr().out
    assert [row[4] for row in rows(said)] == standings
    assert (tmp_path / "known").read_text() == before
    assert status == (10 if "CHANGED" in standings else 0)
    assert ("somebody may be in between" in said) == ("CHANGED" in standings)


def test_a_revoked_key_and_one_that_is_too_short_are_never_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(ED25519) as revoked, serving(SHORT) as short:
        file = inventory(
            tmp_path,
            f"name: ftd-1, address: 127.0.0.1, port: {revoked}",
            f"name: ftd-2, address: 127.0.0.1, port: {short}",
        )
        before = f"@revoked {line(ED25519, revoked)}\n"
        (tmp_path / "known").write_text(before)
        assert main(["hostkeys", file, "--yes"]) == 10
    said = capsys.readouterr().out
    assert [row[4] for row in rows(said)] == ["REVOKED", "too"]
    assert (tmp_path / "known").read_text() == before


def test_a_host_that_can_not_be_asked_holds_up_no_other(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(ED25519) as port, serving(ECDSA) as gone:
        pass
    with serving(ED25519) as port:
        file = inventory(
            tmp_path,
            f"name: ftd-gone, address: 127.0.0.1, port: {gone}",
            f"name: ftd-1, address: 127.0.0.1, port: {port}",
        )
        assert main(["hostkeys", file, "--yes"]) == 10
    said = capsys.readouterr().out
    assert "Connection refused" in said
    assert (tmp_path / "known").read_text().splitlines() == [line(ED25519, port)]
    assert "1 of 2 hosts can be trusted now" in said


def test_through_a_jump_host_that_is_known_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("JUMP", PASSWORD)
    with serving(ECDSA) as jump, serving(ED25519) as port, serving(ED25519) as other:
        way = f"jump: [{{address: 127.0.0.1, port: {jump}, user: ops, password: {{env: JUMP}}}}]"
        file = inventory(
            tmp_path, *(f"name: ftd-{n}, address: 127.0.0.1, port: {at}, {way}" for n, at in enumerate((port, other)))
        )
        assert main(["hostkeys", file, "--yes"]) == 10
        said = capsys.readouterr().out
        assert Server.begun == 0, "no password goes to a jump host that nobody knows"
        assert "host key is not known" in said
        assert (tmp_path / "known").read_text().splitlines() == [line(ECDSA, jump)]
        assert main(["hostkeys", file, "--yes"]) == 0
        assert Server.begun == 1, "one login to the jump host, none to a device"
        assert (tmp_path / "known").read_text().splitlines() == [
            line(ECDSA, jump), line(ED25519, port), line(ED25519, other),
        ]  # fmt: skip
        said = capsys.readouterr().out
        assert [row[0] for row in rows(said)] == ["jump", "ftd-0", "ftd-1"]
    assert PASSWORD not in said


def test_a_link_is_written_through_and_stays(tmp_path: Path) -> None:
    with serving(ED25519) as port:
        file = inventory(tmp_path, f"name: ftd-1, address: 127.0.0.1, port: {port}")
        (tmp_path / "known").unlink()
        (tmp_path / "settings").write_text("")
        (tmp_path / "known").symlink_to(tmp_path / "settings")
        assert main(["hostkeys", file, "--yes"]) == 0
        assert (tmp_path / "known").is_symlink()
        assert (tmp_path / "settings").read_text().splitlines() == [line(ED25519, port)]


def test_over_ipv6(tmp_path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(ED25519, host="::1") as port:
        file = inventory(tmp_path, f'name: ftd-1, address: "::1", port: {port}')
        assert main(["hostkeys", file, "--yes"]) == 0
        assert (tmp_path / "known").read_text().splitlines() == [line(ED25519, port, "::1")]
        capsys.readouterr()
        assert main(["hostkeys", file]) == 0
        assert rows(capsys.readouterr().out)[0][4] == "known"


def test_a_mistake_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = inventory(tmp_path, "name: ftd-1, address: 127.0.0.1")
    assert main(["hostkeys", file, "--devices=nobody"]) == 4
    assert main(["hostkeys", file, "--concurrency=0"]) == 4
    assert "--concurrency 0" in capsys.readouterr().err
