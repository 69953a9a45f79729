"""Evidence files: what is written is read again, whatever it holds; what is broken is refused with its place."""

from __future__ import annotations

import json
import resource
import stat
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.evidence.evidence_files import read, read_directory, write
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.device import Device, Platform

DEVICE = Device("ftd-1", Platform.FTD, "us", proxy="http://proxy:8080", address="10.0.0.1", tags=("lab",))
EVIDENCE = Evidence(
    DEVICE,
    "2026-11-21T12:00:00+00:00",
    {
        "lsof": ProbeResult("lsof -nP -i", 0, "COMMAND\n", "", 0.5, "2026-11-21T12:00:00.000+00:00"),
        "pmtool": NotObtained("the session ended while it was read"),
    },
    seconds=1.25,
)

TEXT = st.text(max_size=60)
NAMES = st.from_regex(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}", fullmatch=True).filter(lambda name: name != "runner")
MOMENTS = st.datetimes(timezones=st.just(UTC)).map(datetime.isoformat)
RESULTS = st.builds(
    ProbeResult,
    TEXT,
    st.integers(0, 255),
    TEXT,
    TEXT,
    st.floats(0, 1e6, allow_nan=False),
    MOMENTS | st.just(""),
    st.booleans(),
)
EVIDENCES = st.builds(
    Evidence,
    st.builds(
        Device,
        NAMES,
        st.sampled_from(Platform),
        NAMES,
        NAMES,
        st.booleans(),
        st.booleans(),
        st.none() | st.just("http://proxy:1"),
        st.sampled_from(["", "10.0.0.1", "2001:db8::1", "ftd.example.com"]),
        st.integers(1, 65535),
        st.lists(NAMES, max_size=3).map(tuple),
    ),
    MOMENTS,
    st.dictionaries(TEXT, RESULTS | st.builds(NotObtained, TEXT), max_size=4),
    st.floats(0, 1e6, allow_nan=False),
)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(evidence=EVIDENCES)
def test_round_trip(evidence: Evidence, tmp_path: Path) -> None:
    path = write(evidence, tmp_path)
    assert path == tmp_path / f"{evidence.device.name}.json"
    assert read(path) == evidence
    path.unlink()


def test_a_device_that_could_not_be_collected_keeps_what_the_runner_asked(tmp_path: Path) -> None:
    evidence = Evidence(
        DEVICE,
        "2026-11-21T12:00:00+00:00",
        {"resolver:api-sse.cisco.com": ProbeResult("dig", 0, "NOERROR\n"), "lsof": NotObtained("no session")},
        error="unreachable",
    )
    assert read(write(evidence, tmp_path)) == evidence


def test_no_secret_is_written(tmp_path: Path) -> None:
    said = "password=s3cret"
    evidence = replace(
        EVIDENCE,
        probes={
            f"command:x --{said}": ProbeResult(f"x --{said}", 1, f"{said}\n", f"{said}\n"),
            "pmtool": ProbeResult("pmtool status", 0, f"Command: x --{said}\n"),
            "connector-log": NotObtained(f"the session ended after {said}"),
        },
    )
    path = write(evidence, tmp_path)
    assert "s3cret" not in path.read_text()
    assert list(read(path).probes) == ["command:x --password=********", "pmtool", "connector-log"]
    path = write(Evidence(DEVICE, "", error=f"it said {said}"), tmp_path)
    assert "s3cret" not in path.read_text()


def test_the_format_is_the_public_one(tmp_path: Path) -> None:
    data = json.loads(write(EVIDENCE, tmp_path).read_text())
    assert list(data)[:6] == ["schema", "device", "collected_at", "probes", "seconds", "error"]
    assert data["schema"] == 1
    assert data["device"]["platform"] == "ftd"
    assert data["probes"]["lsof"]["exit_status"] == 0
    assert data["probes"]["pmtool"] == {"unavailable": "the session ended while it was read"}


def test_the_same_evidence_gives_the_same_bytes(tmp_path: Path) -> None:
    assert write(EVIDENCE, tmp_path / "a").read_bytes() == write(EVIDENCE, tmp_path / "b").read_bytes()


def test_only_the_owner_may_read_it_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = write(EVIDENCE, tmp_path / "new" / "directory")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(path.parent.iterdir()) == [path]


def test_a_proxys_password_is_not_written(tmp_path: Path) -> None:
    path = write(replace(EVIDENCE, device=replace(DEVICE, proxy="http://user:s3cret@proxy:8080")), tmp_path)
    assert "s3cret" not in path.read_text()
    assert read(path).device.proxy == "http://proxy:8080"


@pytest.mark.parametrize("name", ["..", ".hidden", "a/b", "", "x" * 64, "a\n"])
def test_a_name_that_is_no_file_name(name: str, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be a file's name"):
        write(replace(EVIDENCE, device=replace(DEVICE, name=name)), tmp_path)


def test_a_full_disk_leaves_the_earlier_file(tmp_path: Path) -> None:
    path = write(EVIDENCE, tmp_path)
    before = path.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        with pytest.raises(InputError, match=r"ftd-1\.json: the evidence can't be written: File too large"):
            write(replace(EVIDENCE, seconds=2.0), tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_directory_that_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(InputError, match="can't be written: "):
        write(EVIDENCE, tmp_path / "file")
    with pytest.raises(InputError, match="expected a directory"):
        read_directory(tmp_path / "file")
    with pytest.raises(InputError, match="holds no evidence file"):
        read_directory(tmp_path)


def test_a_directory_is_read_by_name(tmp_path: Path) -> None:
    others = [replace(EVIDENCE, device=replace(DEVICE, name=name)) for name in ("b", "a")]
    for evidence in others:
        write(evidence, tmp_path)
    (tmp_path / ".a.x.tmp").write_text("{")
    (tmp_path / "note.txt").write_text("not evidence")
    assert list(read_directory(tmp_path).items()) == [("a", others[1]), ("b", others[0])]


def test_two_files_for_one_device(tmp_path: Path) -> None:
    write(EVIDENCE, tmp_path)
    (tmp_path / "other.json").write_text((tmp_path / "ftd-1.json").read_text())
    with pytest.raises(InputError, match=r"other\.json: a second file for device ftd-1"):
        read_directory(tmp_path)


def _set(*keys: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(data: dict[str, Any]) -> None:
        for key in keys[:-1]:
            data = data[key]
        data[keys[-1]] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_set("schema", value=2), "schema is 2, expected 1"),
        (_set("schema", value="1"), "schema is '1', expected 1"),
        (_set("colour", value=1), "colour: unknown key; expected collected_at, device, "),
        (_set("device", "password", value="x"), "device.password: unknown key"),
        (_set("device", "platform", value="asa"), "device.platform: expected 'ftd', 'fmc' or 'sfr'"),
        (_set("device", value=None), "device: "),
        (_set("probes", value=[]), "probes: "),
        (_set("probes", "lsof", value=3), "probes.lsof"),
        (_set("probes", "lsof", "exit_status", value="0"), "probes.lsof"),
        (_set("probes", "lsof", "colour", value=1), "probes.lsof.colour: unknown key"),
        (_set("probes", "pmtool", "stdout", value=""), "probes.pmtool.stdout: unknown key; expected unavailable"),
        (_set("probes", "pmtool", value={}), "probes.pmtool"),
        (
            _set("device", "name", value="../../evil"),
            "json:4: device.name: found '../../evil', expected a name of letters",
        ),
        (_set("device", "name", value="a[b]::c\x1b<script>"), "device.name: found 'a[b]::c\\x1b<script>', expected"),
        (_set("device", "name", value="ftd\n"), "device.name: found 'ftd\\n', expected"),
        (_set("device", "name", value="runner"), "json:4: device.name: the name 'runner' is kept for what the runner"),
        (_set("device", "region", value="<b>"), "device.region: found '<b>', expected"),
        (_set("device", "profile", value=""), "device.profile: found '', expected"),
        (_set("device", "address", value="-oProxyCommand=x"), "device.address: found '-oProxyCommand=x', expected"),
        (_set("device", "proxy", value="http://proxy:notaport"), "json:10: device.proxy: expected http://HOST:PORT"),
        (_set("device", "proxy", value="http://proxy:\u00b2"), "device.proxy: expected http://HOST:PORT"),
        (_set("device", "proxy", value="http://u:p@proxy:1"), "device.proxy: expected http://HOST:PORT"),
        (_set("device", "port", value=0), "device.port: found 0, expected 1 to 65535"),
        (_set("device", "tags", value=["ok", "<b>"]), "device.tags[1]: found '<b>', expected"),
        (_set("collected_at", value=""), "collected_at: expected a date with time and zone"),
        (_set("collected_at", value="2026-11-21"), "collected_at: expected a date with time and zone"),
        (_set("collected_at", value="2026-11-21T12:00:00"), "collected_at: expected a date with time and zone"),
        (_set("probes", "lsof", "read_at", value="now"), "probes.lsof.read_at: expected a date with time and zone"),
        (
            _set("error", value="unreachable"),
            "error: the device as a whole could not be collected, but probe 'lsof' was",
        ),
        (_set("seconds", value=float("inf")), ": expected a finite number, found Infinity"),
    ],
)
def test_a_file_that_is_wrong(change: Callable[[dict[str, Any]], None], said: str, tmp_path: Path) -> None:
    path = write(EVIDENCE, tmp_path)
    data = json.loads(path.read_text())
    change(data)
    path.write_text(json.dumps(data, indent=1))
    with pytest.raises(InputError) as caught:
        read_directory(tmp_path)
    assert str(path) in str(caught.value)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "x.json:1: expected JSON: Expecting value in column 1"),
        (b"[]", "schema is none"),
        (b'{"schema": 1, "schema": 1}', "x.json:1: key 'schema' stands twice"),
        (b"\xff\xfe", "x.json:1: not UTF-8 text"),
        (b'{"schema": 1, "seconds": 1', "is the file cut short?"),
        (b"[" * 100_000, "too deep"),
        (b'{"schema": 1, "probes": ' + b'{"a": ' * 900 + b"1" + b"}" * 901, "probes"),
    ],
)
def test_a_file_that_is_no_json(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(InputError, match=r"x\.json") as caught:
        read_directory(tmp_path)
    assert said in str(caught.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2000))
def test_a_truncated_file_is_never_taken_for_whole(cut: int, tmp_path: Path) -> None:
    path = write(EVIDENCE, tmp_path)
    whole = path.read_text().rstrip("\n")
    path.write_text(whole[: min(cut, len(whole) - 1)])
    with pytest.raises(InputError, match=r"ftd-1\.json:\d+: expected JSON: .* in column \d+"):
        read(path)


def test_a_file_that_can_not_be_read(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        read(tmp_path / "none.json")
