"""Processes of one machine ask an FMC one after the other: a second login of its user would end the first."""

from __future__ import annotations

import multiprocessing
import os
import tempfile
from pathlib import Path

import pytest

from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.collect.fmc.turn import turn
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.inventory.device import CredentialKind, CredentialRef, RestAccess
from sse_compliance.lab.fmc.state import Fault, FmcState, Managed
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import PASSWORD, StartFmc
from tests.integration.fmc.test_source import PROBES, manager, source, target

ACCESS = RestAccess("https://fmc.example.net", CredentialRef(CredentialKind.ENV, "NAME"), "fmc", "api")


@pytest.fixture(autouse=True)
def folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def look(server: object, trust: Trust, begin: object, looks: int, told: object) -> None:
    """What a process does: looks at the FMC again and again; tells how many answers it had, and the first reason."""
    own = source(manager(server, trust), target("ftd-1"))
    begin.wait()  # type: ignore[attr-defined]
    answers = [a for _ in range(looks) for a in own.ask({"ftd-1": PROBES})["ftd-1"].values()]
    reasons = [str(a) for a in answers if not isinstance(a, ProbeResult)]
    told.put((len(answers) - len(reasons), reasons[:1]))  # type: ignore[attr-defined]


def test_three_processes_that_ask_at_once_all_have_their_answers(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc(FmcState(devices=(Managed("ftd-1", "192.0.2.99"),), faults=(Fault.SLOW,)))
    fork = multiprocessing.get_context("fork")
    begin, told = fork.Barrier(3), fork.Queue()
    processes = [fork.Process(target=look, args=(server, trust, begin, 2, told)) for _ in range(3)]
    for process in processes:
        process.start()
    found = [told.get(timeout=60) for _ in processes]
    for process in processes:
        process.join(10)
    assert len(set(map(str, found))) == 1, found
    assert found[0][0] > 0
    assert "another login" not in str(found)


def test_a_turn_is_had_by_one_and_told_to_the_next(folder: Path) -> None:
    with turn(ACCESS) as others:
        assert others
    with turn(ACCESS) as others:
        assert not others
    (file,) = folder.iterdir()
    assert (file.stat().st_mode & 0o777, file.read_text()) == (0o600, str(os.getpid()))
    file.write_text("1")
    with turn(ACCESS) as others:
        assert others


def test_who_takes_too_long_is_not_waited_for(folder: Path) -> None:
    now = [0.0]

    def pause(seconds: float) -> None:
        now[0] += seconds

    with (
        turn(ACCESS),
        pytest.raises(FmcError, match="other runs have been reading it as api for 900 s"),
        turn(ACCESS, pause=pause, now=lambda: now[0]),
    ):
        pytest.fail("two have the turn")
    assert now[0] > 900


def test_a_link_in_the_way_is_not_followed(folder: Path, tmp_path: Path) -> None:
    with turn(ACCESS):
        (file,) = folder.iterdir()
    file.unlink()
    file.symlink_to(tmp_path / "elsewhere")
    with turn(ACCESS) as others:
        assert not others
    assert not (tmp_path / "elsewhere").exists()
