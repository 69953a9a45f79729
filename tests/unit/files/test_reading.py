"""Files from elsewhere: only regular ones are read, below a size, and from the folder that they are of."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import pytest

from sse_compliance.errors import InputError
from sse_compliance.evidence.evidence_files import read_directory
from sse_compliance.files.json_file import JsonFile
from sse_compliance.files.reading import read_bounded
from sse_compliance.files.yaml_file import YamlFile


def test_a_regular_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"1234")
    assert read_bounded(tmp_path / "a", 4, inside=tmp_path) == b"1234"


def test_a_file_above_the_size_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"12345")
    with pytest.raises(InputError, match=r"a: larger than 4 bytes"):
        read_bounded(tmp_path / "a", 4)


@pytest.mark.parametrize("reader", [lambda path: read_bounded(path, 9), JsonFile, YamlFile])
def test_what_is_no_regular_file_is_refused_and_not_waited_for(tmp_path: Path, reader: type[JsonFile]) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path, kind in ((tmp_path / "pipe", "a named pipe"), (Path("/dev/zero"), "a device"), (tmp_path, "a folder")):
        with pytest.raises(InputError, match=f"expected a regular file, found {kind}|Is a directory"):
            reader(path)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s"))
        with pytest.raises(InputError, match="can't be read"):
            reader(tmp_path / "s")


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.json").write_text("{}")
    folder = tmp_path / "evidence"
    folder.mkdir()
    (folder / "own").write_text("x")
    (folder / "to-own").symlink_to("own")
    (folder / "out.json").symlink_to("../secret.json")
    assert read_bounded(folder / "to-own", 9, inside=folder) == b"x"
    with pytest.raises(InputError, match="leads out of"):
        read_bounded(folder / "out.json", 9, inside=folder)
    with pytest.raises(InputError, match="leads out of"):
        read_directory(folder)
