"""The audit log: whole lines, its owner's alone, told where something is lost."""

from __future__ import annotations

import json
import os
import resource
import signal
import stat
from datetime import datetime
from pathlib import Path

import pytest

from sse_compliance.collect.audit import AuditLog
from sse_compliance.errors import InputError, SseError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.device import Access, Device, JumpHost, Platform, Target

DEVICE = Device("ftd-1", Platform.FTD, "us")
TARGET = Target(DEVICE, Access("2001:db8::1", user="ops", jump=(JumpHost("10.0.0.1"),)))
EVIDENCE = Evidence(
    DEVICE,
    "2026-01-01T00:00:00Z",
    {
        "date": ProbeResult("date -u +%s", 0, "secret output", read_at="2026-01-01T00:00:01.000Z"),
        "lsof": NotObtained("the session\nended"),
    },
)


def test_one_line_for_each_session_and_command(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    before = os.umask(0)
    try:
        log = AuditLog(file)
    finally:
        os.umask(before)
    log.connects(TARGET)
    log.collected(TARGET, EVIDENCE)
    log.check()
    way = {"device": "ftd-1", "address": "[2001:db8::1]:22", "user": "ops", "through": "10.0.0.1:22"}
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines[1].pop("time") == "2026-01-01T00:00:01.000Z"
    assert all(datetime.fromisoformat(line.pop("time")).tzinfo for line in (lines[0], *lines[2:]))
    assert lines == [
        {"event": "connect", **way},
        {"event": "command", "device": "ftd-1", "probe": "date", "command": "date -u +%s", "outcome": "exit status 0"},
        {"event": "command", "device": "ftd-1", "probe": "lsof", "outcome": "no answer: the session\nended"},
        {"event": "session", **way, "outcome": "collected"},
    ]
    assert "secret output" not in file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_was_there_stays_and_is_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "audit.jsonl"
    file.write_text("{}\n")
    file.chmod(0o644)
    AuditLog(file).connects(TARGET)
    assert len(file.read_text().splitlines()) == 2
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_only_a_plain_file(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe")
    for name in ("link", "pipe", ".", "missing/file"):
        with pytest.raises(InputError, match="--audit"):
            AuditLog(tmp_path / name)
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_is_told(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit.jsonl")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (10, before[1]))
        log.connects(TARGET)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)
    with pytest.raises(SseError, match="it is not whole"):
        log.check()
