"""known_hosts files: what counts, what is told of lines that nobody understands, and how a line is added."""

from __future__ import annotations

import os
from pathlib import Path

import asyncssh
import pytest

from sse_compliance.collect.ssh.known_hosts import add, known_hosts, pattern, stray_lines
from sse_compliance.errors import InputError


def public() -> str:
    return asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()


ONE, TWO, THREE = public(), public(), public()


def keys(found: object, place: int) -> list[str]:
    assert isinstance(found, tuple)
    return [key.export_public_key().decode().strip() for key in found[place]]


def read(tmp_path: Path, *lines: str) -> asyncssh.SSHKnownHosts:
    file = tmp_path / "known"
    file.write_text("\n".join(lines) + "\n")
    return known_hosts((str(file),), must_exist=True)


TRUSTED, REVOKED = 0, 2


@pytest.mark.parametrize(
    ("port", "trusted"),
    [(None, [ONE]), (22, [ONE]), (2222, [TWO]), (23, [ONE])],
)
def test_a_line_with_the_port_goes_before_one_without(port: int | None, trusted: list[str], tmp_path: Path) -> None:
    held = read(tmp_path, f"10.0.0.1 {ONE}", f"[10.0.0.1]:2222 {TWO}")
    assert keys(held.match("10.0.0.1", "", port), TRUSTED) == trusted
    assert keys(held.match("", "10.0.0.1", port), TRUSTED) == trusted


@pytest.mark.parametrize("revoked", ["10.0.0.1", "[10.0.0.1]:2222", "fp", "[fp]:2222"])
@pytest.mark.parametrize("trusted", ["10.0.0.1", "[10.0.0.1]:2222", "fp"])
def test_what_is_revoked_is_so_with_and_without_the_port(revoked: str, trusted: str, tmp_path: Path) -> None:
    held = read(tmp_path, f"@revoked {revoked} {TWO}", f"{trusted} {ONE}")
    found = held.match("fp", "10.0.0.1", 2222)
    assert set(keys(found, REVOKED)) == {TWO}
    assert keys(found, TRUSTED) == [ONE]
    other = held.match("another", "10.0.0.9", 2222)
    assert keys(other, REVOKED) == keys(other, TRUSTED) == []


def test_without_a_port_a_match_is_asyncsshs_own(tmp_path: Path) -> None:
    held = read(tmp_path, f"@revoked [10.0.0.1]:2222 {TWO}", f"10.0.0.1 {ONE}")
    assert keys(held.match("10.0.0.1", "10.0.0.1", None), REVOKED) == []


def test_the_first_file_must_be_there_where_the_inventory_names_it(tmp_path: Path) -> None:
    missing, there = str(tmp_path / "missing"), tmp_path / "there"
    there.write_text(f"10.0.0.1 {ONE}\n")
    with pytest.raises(InputError) as caught:
        known_hosts((missing, str(there)), must_exist=True)
    assert str(caught.value) == f"known_hosts file {missing}: there is no such file"
    for files, must_exist in (((missing, str(there)), False), ((str(there), missing), True)):
        held = known_hosts(files, must_exist=must_exist)
        assert keys(held.match("10.0.0.1", "", None), TRUSTED) == [ONE]


def test_all_files_count_and_the_home_folder_may_be_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "one").write_text(f"10.0.0.1 {ONE}")
    (tmp_path / "two").write_text(f"10.0.0.1 {TWO}")
    held = known_hosts(("~/one", "~/two"), must_exist=True)
    assert keys(held.match("10.0.0.1", "", None), TRUSTED) == [ONE, TWO]
    (tmp_path / "one").write_text("?\n")
    assert stray_lines(("~/one", "~/no", "~/two")) == "~/one:1".replace("~", str(tmp_path))


def test_a_file_that_can_not_be_read_is_told() -> None:
    with pytest.raises(InputError) as caught:
        known_hosts(("/proc/self/mem",), must_exist=True)
    assert str(caught.value) == "known_hosts file /proc/self/mem: can't be read: Input/output error"


def test_lines_that_nobody_understands_are_passed_over_and_told_with_their_numbers(tmp_path: Path) -> None:
    file = tmp_path / "known"
    held = read(
        tmp_path, "# mine \N{LATIN SMALL LETTER E WITH ACUTE}", "?", f"10.0.0.1 {ONE}", *"??????", f"10.0.0.1 {TWO}"
    )
    assert keys(held.match("10.0.0.1", "", None), TRUSTED) == [ONE, TWO]
    assert stray_lines((str(file),)) == ", ".join(f"{file}:{number}" for number in (2, 4, 5, 6, 7))
    # A byte that is no UTF-8 stands in a remark.
    file.write_bytes(b"# \xff\n?\n" + f"10.0.0.1 {THREE}\n".encode())
    os.utime(file, ns=(1, 1))
    assert keys(known_hosts((str(file),), must_exist=True).match("10.0.0.1", "", None), TRUSTED) == [THREE]
    assert stray_lines((str(file),)) == f"{file}:2"


def test_a_file_without_a_stray_line_has_none_to_tell(tmp_path: Path) -> None:
    read(tmp_path, f"10.0.0.1 {ONE}")
    assert stray_lines((str(tmp_path / "known"), str(tmp_path / "missing"))) == ""


@pytest.mark.parametrize(("port", "name"), [(22, "10.0.0.1"), (2222, "[10.0.0.1]:2222")])
def test_how_a_host_is_named(port: int, name: str) -> None:
    assert pattern("10.0.0.1", port) == name


@pytest.mark.parametrize(
    ("held", "after"),
    [(None, "a\nb\n"), ("", "a\nb\n"), ("x", "x\na\nb\n"), ("x\n", "x\na\nb\n")],
)
def test_lines_are_added_at_the_end(held: str | None, after: str, tmp_path: Path) -> None:
    file = tmp_path / "new/folder/known"
    if held is not None:
        file.parent.mkdir(parents=True)
        file.write_text(held)
    add(file, ["a", "b"])
    assert file.read_text() == after
    if held is None:
        assert file.stat().st_mode & 0o777 == 0o600


def test_the_mode_of_a_file_stays_and_a_link_is_followed(tmp_path: Path) -> None:
    (tmp_path / "settings").mkdir()
    real, link = tmp_path / "settings/known", tmp_path / "known"
    real.write_text("x\n")
    real.chmod(0o644)
    link.symlink_to(real)
    add(link, ["a"])
    assert link.is_symlink()
    assert real.read_text() == "x\na\n"
    assert real.stat().st_mode & 0o777 == 0o644
