"""Files are written whole or not at all, privately, and never through a link."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from sse_compliance.files.writing import (
    aside,
    make_folder,
    make_folder_inside,
    open_to_all,
    remove_left_behind,
    write_whole,
)


@pytest.fixture(params=[0o000, 0o022, 0o277], ids=["000", "022", "277"])
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.mark.usefixtures("umask")
def test_files_and_folders_are_private_whatever_the_umask(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    make_folder(folder)
    write_whole(folder / "c", "text")
    assert [mode(folder.parent), mode(folder), mode(folder / "c")] == [0o700, 0o700, 0o600]


def test_a_folder_that_exists_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert mode(tmp_path) == 0o755


def test_a_link_is_replaced_and_what_it_leads_to_is_left_alone(tmp_path: Path) -> None:
    victim, place = tmp_path / "victim", tmp_path / "report"
    victim.write_text("mine")
    place.symlink_to(victim)
    write_whole(place, b"new")
    assert (victim.read_text(), place.is_symlink(), place.read_bytes()) == ("mine", False, b"new")


def test_a_folder_of_the_programs_own_is_no_link(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "evidence").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic link"):
        make_folder_inside(tmp_path, "evidence")


def test_a_link_of_another_users_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "reports").symlink_to(tmp_path / "elsewhere")
    make_folder(tmp_path / "reports")
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)
    if os.getuid():
        with pytest.raises(OSError, match="another user"):
            make_folder(tmp_path / "reports")


def test_what_was_there_stays_until_the_new_file_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "report"
    write_whole(place, "yesterday")

    def cut_short() -> None:
        with aside(place) as beside:
            beside.write_text("half")
            assert place.read_text() == "yesterday"
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        cut_short()
    assert place.read_text() == "yesterday"
    assert list(tmp_path.iterdir()) == [place]


def test_what_can_not_be_written_is_named() -> None:
    with pytest.raises(OSError, match="/proc/self/report") as caught:
        write_whole(Path("/proc/self/report"), "text")
    assert caught.value.filename == "/proc/self/report"


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / ".compliance.json.a1b2c3d4.aside").touch()
    (tmp_path / ".aside").touch()
    (tmp_path / "notes.aside").touch()
    remove_left_behind(tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {".aside", "notes.aside"}


def test_publishing_opens_a_folder_and_follows_no_link(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    write_whole(victim, "mine")
    make_folder(tmp_path / "page" / "evidence")
    write_whole(tmp_path / "page" / "evidence" / "a.json", "{}")
    (tmp_path / "page" / "link").symlink_to(victim)
    open_to_all(tmp_path / "page")
    assert (mode(tmp_path / "page"), mode(tmp_path / "page" / "evidence" / "a.json")) == (0o755, 0o644)
    assert mode(victim) == 0o600


def test_a_lone_surrogate_is_no_reason_to_lose_a_file(tmp_path: Path) -> None:
    write_whole(tmp_path / "report", "a\ud800b")
    assert (tmp_path / "report").read_bytes() == b"a?b"
