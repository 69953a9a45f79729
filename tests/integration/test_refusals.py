"""What is said of a peer that does not let us in: the words name what is wrong, and what to do about it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from sse_compliance.collect.fleet import collect_fleet
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.one_device import Ask
from sse_compliance.collect.ssh import jump
from sse_compliance.errors import InputError
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import Access, CredentialKind, CredentialRef, Device, JumpHost, Platform, Target
from tests.integration.device_double import Double, serving

LIMITS = Limits(connect=3, login=4, device=20, retries=0)
PASSWORD = CredentialRef(CredentialKind.ENV, "SSE_TEST_LOGIN")


@pytest.fixture(autouse=True)
def own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's files: none, unless a test writes them."""
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    monkeypatch.setenv("SSE_TEST_LOGIN", "login-s3cret")
    (tmp_path / "user/.ssh").mkdir(parents=True)
    jump.user_config.cache_clear()


async def evidence_of(*accesses: Access) -> list[Evidence]:
    targets = [Target(Device(f"ftd-{n}", Platform.FTD, "us"), access) for n, access in enumerate(accesses, 1)]
    plan = {target.device.name: ("date",) for target in targets}
    found = await collect_fleet(targets, plan, ask=Ask(LIMITS, Credentials()), on_done=lambda _: None)
    return list(found.values())


async def error_of(port: int, home: Path, **options: Any) -> str:
    access = {"password": PASSWORD, "known_hosts": str(home / "known_hosts"), **options}
    (evidence,) = await evidence_of(Access("127.0.0.1", port, **access))
    return evidence.error or "collected"


@asynccontextmanager
async def raw(*pieces: bytes) -> AsyncIterator[int]:
    """A peer that says something and hangs up when it has read a line."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"".join(pieces))
        await reader.readline()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


@asynccontextmanager
async def sshd(home: Path, factory: Callable[[], asyncssh.SSHServer], **options: Any) -> AsyncIterator[int]:
    key = options.pop("key", None) or asyncssh.generate_private_key("ssh-ed25519")
    server = await asyncssh.listen("127.0.0.1", 0, server_factory=factory, server_host_keys=[key], **options)
    port = server.sockets[0].getsockname()[1]
    with (home / "known_hosts").open("a") as file:
        file.write(f"[127.0.0.1]:{port} {key.export_public_key().decode()}")
    try:
        yield port
    finally:
        server.close()


class _Expired(asyncssh.SSHServer):
    """Takes the password, then asks for a new one."""

    def __init__(self, instruction: str, prompts: list[tuple[str, bool]]) -> None:
        self._rounds = [("", [("Password: ", False)]), (instruction, prompts)]
        self.answers: list[Sequence[str]] = []

    def kbdint_auth_supported(self) -> bool:
        return True

    def get_kbdint_challenge(self, username: str, lang: str, submethods: str) -> Any:
        return "", self._rounds[0][0], "", self._rounds[0][1]

    def validate_kbdint_response(self, username: str, responses: Sequence[str]) -> Any:
        self.answers.append(responses)
        return ("", *self._rounds[1][:1], "", self._rounds[1][1])


class _MustChange(asyncssh.SSHServer):
    def kbdint_auth_supported(self) -> bool:
        return False

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        raise asyncssh.PasswordChangeRequired("Enter a new one")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (b"Exceeded MaxStartups\r\n", "takes no connection now: Exceeded MaxStartups"),
        (b"Not allowed at this time\r\n", "takes no connection now: Not allowed at this time"),
        (b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\n\r\n", "speaks HTTP, not SSH: HTTP/1.1 400 Bad Request"),
        (b"220 mail.example.net ESMTP\r\n", "in place of an SSH greeting it said: 220 mail.example.net ESMTP"),
    ],
)
def test_a_peer_that_is_no_ssh_server_or_not_now(said: bytes, expected: str, tmp_path: Path) -> None:
    async def run() -> str:
        (tmp_path / "known_hosts").touch()
        async with raw(said) as port:
            return await error_of(port, tmp_path)

    assert expected in asyncio.run(run())


@pytest.mark.parametrize(
    ("instruction", "prompt"),
    [
        ("You are required to change your password immediately (password expired).", "Current password: "),
        ("", "New password: "),
        ("Your password has expired.", "(current) UNIX password: "),
    ],
)
def test_an_expired_password_is_told_and_nothing_more_is_sent(instruction: str, prompt: str, tmp_path: Path) -> None:
    server = _Expired(instruction, [(prompt, False)])

    async def run() -> str:
        async with sshd(tmp_path, lambda: server) as port:
            return await error_of(port, tmp_path)

    assert "has expired or must be changed" in asyncio.run(run())
    assert server.answers == [["login-s3cret"]]


def test_a_password_change_that_ssh_itself_asks_for(tmp_path: Path) -> None:
    async def run() -> str:
        async with sshd(tmp_path, _MustChange) as port:
            return await error_of(port, tmp_path)

    assert "has expired or must be changed" in asyncio.run(run())


@pytest.mark.parametrize(
    ("options", "kind", "name"),
    [
        ({"kex_algs": ["diffie-hellman-group14-sha1"]}, "KexAlgorithms", "diffie-hellman-group14-sha1"),
        ({"kex_algs": ["diffie-hellman-group1-sha1"]}, "KexAlgorithms", "diffie-hellman-group1-sha1"),
        ({"mac_algs": ["hmac-sha1"], "encryption_algs": ["aes128-ctr"]}, "MACs", "hmac-sha1"),
        ({"encryption_algs": ["aes128-cbc"]}, "Ciphers", "aes128-cbc"),
    ],
)
def test_old_algorithms_are_refused_named_and_can_be_allowed(
    options: dict[str, Any], kind: str, name: str, tmp_path: Path
) -> None:
    async def run() -> tuple[str, str]:
        async with sshd(tmp_path, _MustChange, **options) as port:
            return await error_of(port, tmp_path), await error_of(port, tmp_path, algorithms=(name,))

    refused, allowed = asyncio.run(run())
    assert f"the device offers only {name}" in refused
    assert f"`algorithms: [{name}]`" in refused
    assert f"`{kind} +{name}`" in refused
    assert "has expired" in allowed


def test_a_short_rsa_key_is_refused_before_the_password_is_sent(tmp_path: Path) -> None:
    key = asyncssh.generate_private_key("ssh-rsa", key_size=1024)

    async def run() -> tuple[str, str]:
        async with sshd(tmp_path, _MustChange, key=key) as port:
            return await error_of(port, tmp_path), await error_of(port, tmp_path, algorithms=("rsa1024",))

    refused, allowed = asyncio.run(run())
    assert "its RSA host key is shorter than 2048 bits" in refused
    assert "has expired" in allowed


def test_a_changed_key_is_told_with_both_fingerprints(tmp_path: Path) -> None:
    async def run() -> str:
        async with sshd(tmp_path, _MustChange) as port:
            other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
            (tmp_path / "known_hosts").write_text(f"[127.0.0.1]:{port} {other}")
            return await error_of(port, tmp_path)

    error = asyncio.run(run())
    assert "offered: ssh-ed25519 SHA256:" in error
    assert "known: ssh-ed25519 SHA256:" in error


def test_compression_is_not_offered(tmp_path: Path) -> None:
    async def run() -> str:
        async with sshd(tmp_path, _MustChange, compression_algs=["zlib@openssh.com"]) as port:
            return await error_of(port, tmp_path)

    assert "no common SSH algorithms: for compression the device offers only zlib@openssh.com" in asyncio.run(run())


def test_a_stray_line_of_known_hosts_is_passed_over_and_named_where_a_key_is_missing(tmp_path: Path) -> None:
    (tmp_path / "known_hosts").write_text("=\n")

    async def run() -> tuple[str, str]:
        async with sshd(tmp_path, _MustChange) as port:
            found = await error_of(port, tmp_path)
            (tmp_path / "known_hosts").write_text("# mine\n=\n")
            return found, await error_of(port, tmp_path)

    found, missing = asyncio.run(run())
    assert "has expired" in found
    assert f"(not understood: {tmp_path / 'known_hosts'}:2)" in missing


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ("Match localnetwork 2001:db8::/32\n ProxyJump a\n", r"ssh/config.* can't be read: .*line 1"),
        ("Host *\n ProxyJump ops@127.0.0.1:1\n", r"ProxyJump ops@127\.0\.0\.1:1 in .* leads in a circle"),
        ("Host 127.0.0.1\n ProxyJump a\nHost a\n ProxyJump b\nHost b\n ProxyJump a\n", "leads in a circle"),
        ("Host *\n ProxyJump a:b:c@d:e\n", "is no \\[user@\\]host"),
    ],
)
def test_a_mistake_in_the_users_ssh_config_is_told_once(config: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "user/.ssh/config").write_text(config)
    with pytest.raises(InputError, match=says):
        asyncio.run(evidence_of(Access("127.0.0.1", 9), Access("127.0.0.1", 9)))


def test_a_jump_host_that_is_dead_is_named(tmp_path: Path) -> None:
    (tmp_path / "user/.ssh/config").write_text("Host 192.0.2.9\n ProxyJump ops@127.0.0.1:1\n")
    (evidence,) = asyncio.run(evidence_of(Access("192.0.2.9", 22)))
    assert "jump host 127.0.0.1:1: Connection refused" in (evidence.error or "")


class _Bastion(asyncssh.SSHServer):
    """Takes a password and passes connections on."""

    def __init__(self, logins: list[str]) -> None:
        self._logins = logins

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        self._logins.append(f"{username} {password}")
        return password == "jump-s3cret"

    def connection_requested(self, *where: object) -> bool:
        return True


@pytest.mark.parametrize(("password", "logins"), [("jump-s3cret", 2), ("wrong", 1)])
def test_one_login_to_each_jump_host_serves_all_devices(
    password: str, logins: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSE_TEST_JUMP", password)
    seen: list[str] = []

    async def run() -> list[Evidence]:
        async with (
            sshd(tmp_path, lambda: _Bastion(seen)) as first,
            sshd(tmp_path, lambda: _Bastion(seen)) as second,
            serving(Double(), tmp_path / "device") as double,
        ):
            known = (tmp_path / "known_hosts").read_text() + (tmp_path / "device/known_hosts").read_text()
            (tmp_path / "known_hosts").write_text(known)
            ref = CredentialRef(CredentialKind.ENV, "SSE_TEST_JUMP")
            hops = tuple(JumpHost("127.0.0.1", port, "ops", ref) for port in (first, second))
            known_hosts = str(tmp_path / "known_hosts")
            access = Access("127.0.0.1", double.port, password=PASSWORD, known_hosts=known_hosts, jump=hops)
            return await evidence_of(access, access, access)

    (tmp_path / "device").mkdir()
    found = asyncio.run(run())
    assert len(seen) == logins
    if password == "wrong":
        assert all("jump host" in (evidence.error or "") for evidence in found)
        assert "wrong" not in repr(found)
    else:
        assert [evidence.error for evidence in found] == [None] * 3


class _Refusing(asyncssh.SSHServer):
    def __init__(self, logins: list[str]) -> None:
        self._logins = logins

    def password_auth_supported(self) -> bool:
        return True

    def kbdint_auth_supported(self) -> bool:
        return False

    def validate_password(self, username: str, password: str) -> bool:
        self._logins.append(username)
        return False


def test_a_wrong_password_that_fifty_devices_share_is_refused_once(tmp_path: Path) -> None:
    logins: list[str] = []

    async def run() -> list[Evidence]:
        async with sshd(tmp_path, lambda: _Refusing(logins)) as port:
            known = str(tmp_path / "known_hosts")
            return await evidence_of(*[Access("127.0.0.1", port, password=PASSWORD, known_hosts=known)] * 50)

    found = asyncio.run(run())
    assert logins == ["admin"]
    refused = [evidence for evidence in found if "was refused" in (evidence.error or "")]
    not_tried = [e for e in found if "not tried: the same password was refused on ftd-" in (e.error or "")]
    assert (len(refused), len(not_tried)) == (50, 49)
    assert all(evidence.error_is_lasting for evidence in found)
