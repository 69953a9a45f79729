"""A lab that was killed leaves a directory; the next one removes it, and never that of a lab that runs."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from sse_compliance.lab.directory import home


@pytest.fixture(autouse=True)
def _own_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


def test_it_is_gone_afterwards(tmp_path: Path) -> None:
    with home() as path:
        (path / "file").touch()
        assert path.parent == tmp_path
    assert not path.exists()


def test_it_is_gone_after_an_error() -> None:
    with pytest.raises(RuntimeError), home() as path:
        raise RuntimeError
    assert not path.exists()


def test_a_running_labs_directory_stays_and_an_abandoned_one_goes(tmp_path: Path) -> None:
    abandoned = tmp_path / "sse-lab-abandoned"
    abandoned.mkdir()
    (abandoned / "lock").touch()
    with home() as running:
        assert not abandoned.exists()
        with home():
            assert running.exists()


def test_one_without_a_lock_goes_when_it_is_old(tmp_path: Path) -> None:
    young, old = tmp_path / "sse-lab-young", tmp_path / "sse-lab-old"
    for path in (young, old):
        path.mkdir()
    os.utime(old, (time.time() - 3600,) * 2)
    with home():
        assert young.exists()
        assert not old.exists()
