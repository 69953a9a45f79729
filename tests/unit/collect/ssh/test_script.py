"""The script is run by real shells; what it prints is then torn, mixed and spoilt before it is read."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from base64 import b64encode
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sse_compliance.catalogue.probes import ProbeSpec, Where, probe_specs
from sse_compliance.collect.ssh.script.build import (
    LANES,
    PATH,
    STDERR_BYTES,
    STDOUT_BYTES,
    build,
    proxy_login_line,
)
from sse_compliance.collect.ssh.script.frames import FrameReader
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Device, Platform

MARKER = "5f2e8a91c3d7b604"

SHELLS = [pytest.param([path], id=Path(path).name) for name in ("dash", "bash") if (path := shutil.which(name))]
if busybox := shutil.which("busybox"):
    SHELLS.append(pytest.param([busybox, "sh"], id="busybox"))

Answers = dict[str, ProbeResult | NotObtained]


def output_of(shell: Sequence[str], specs: Sequence[ProbeSpec], **options: object) -> bytes:
    """What the script prints, run as the agent runs it."""
    command = [*shell, "-c", '(eval "$1") </dev/null', "sh", build(specs, MARKER)]
    return subprocess.run(command, capture_output=True, timeout=60, **options).stdout  # type: ignore[call-overload, no-any-return]  # options vary


def read(output: bytes, specs: Sequence[ProbeSpec]) -> Answers:
    reader = FrameReader(specs, MARKER, lambda: "2026-11-21T12:00:00+00:00")
    reader.feed(output)
    return reader.finish()


def run(shell: Sequence[str], *specs: ProbeSpec, **options: object) -> Answers:
    return read(output_of(shell, specs, **options), specs)


def result(answers: Answers, name: str) -> ProbeResult:
    answer = answers[name]
    assert isinstance(answer, ProbeResult), answer
    return answer


@pytest.mark.parametrize("shell", SHELLS)
class TestInARealShell:
    def test_curl_reads_the_proxys_password_from_its_standard_input_and_it_is_nowhere_else(
        self, shell: list[str]
    ) -> None:
        line = proxy_login_line("svc", "a'b \"c\\\\$(id)")
        arguments = "cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -c 'a.b .[c]' >&2"
        told = f"cat; tr '\\0' '\\n' </proc/self/environ; {arguments}"
        specs = [ProbeSpec("p", told, proxy_login=True), ProbeSpec("q", "cat")]
        # The script comes by standard input, as an agent's does not stand in an argument either.
        done = subprocess.run(
            [*shell, "-c", 'x=$(cat); (eval "$x") </dev/null'],
            input=build(specs, MARKER, Secret(line)).encode(),
            capture_output=True,
            timeout=60,
        )
        answers = read(done.stdout, specs)
        read_by_it = result(answers, "p")
        assert read_by_it.stdout.startswith(f"{line}\n")
        assert line not in read_by_it.stdout.removeprefix(line)
        assert read_by_it.stderr == "0\n"
        assert result(answers, "q").stdout == ""

    def test_status_stdout_and_stderr_are_kept_apart(self, shell: list[str]) -> None:
        answer = result(run(shell, ProbeSpec("p", "echo out; echo err >&2; exit 7")), "p")
        assert (answer.exit_status, answer.stdout, answer.stderr) == (7, "out\n", "err\n")
        assert answer.command == "echo out; echo err >&2; exit 7"
        assert answer.read_at == "2026-11-21T12:00:00+00:00"
        assert not answer.truncated

    @pytest.mark.parametrize("command", ["printf 'no newline'; printf e >&2", "cat {file}"])
    def test_text_without_last_newline_is_kept_as_it_is(self, shell: list[str], command: str, tmp_path: Path) -> None:
        file = tmp_path / "file"
        file.write_text("no newline")
        answer = result(run(shell, ProbeSpec("p", command, files=(str(file),))), "p")
        assert answer.stdout == "no newline"

    def test_every_byte_of_stdout_arrives(self, shell: list[str], tmp_path: Path) -> None:
        content = bytes(range(256)) * 40 + b"\r\n> \x1b[2J\x07\n\n\n"
        (tmp_path / "file").write_bytes(content)
        specs = [
            ProbeSpec("quick", "cat {file}", files=(str(tmp_path / "file"),)),
            ProbeSpec("own", f"cat '{tmp_path}/file'; :"),
        ]
        answers = run(shell, *specs)
        assert result(answers, "quick").stdout == result(answers, "own").stdout == content.decode(errors="replace")

    def test_output_that_looks_like_frames_is_only_output(self, shell: list[str]) -> None:
        other = MARKER[::-1]
        text = f"{other} 0 0 1.0\\n{other} 0 . 3\\n{other} end\\n> \\n"
        answers = run(shell, ProbeSpec("p", f"printf '{text}'; printf '{text}' >&2; :"), ProbeSpec("q", "date -u +%s"))
        assert result(answers, "p").stdout == result(answers, "p").stderr == text.replace("\\n", "\n")
        assert result(answers, "q").exit_status == 0

    @pytest.mark.parametrize("command", ["sleep 30", "echo begun; echo why >&2; sleep 30"])
    def test_time_limit(self, shell: list[str], command: str) -> None:
        began = time.monotonic()
        answers = run(shell, ProbeSpec("slow", command, seconds=1), ProbeSpec("good", "echo ok"))
        assert time.monotonic() - began < 10
        slow = result(answers, "slow")
        assert slow.exit_status == 124
        assert slow.stdout == ("begun\n" if "begun" in command else "")
        assert slow.stderr == ("why\n" if "why" in command else "")
        assert 0.9 <= slow.seconds < 4
        assert result(answers, "good").stdout == "ok\n"

    def test_a_command_that_ignores_its_end_is_killed(self, shell: list[str]) -> None:
        answers = run(shell, ProbeSpec("stubborn", "trap '' TERM; while :; do sleep 1; done", seconds=1))
        assert result(answers, "stubborn").exit_status == 124

    def test_a_read_that_hangs_ends_with_its_lane(self, shell: list[str], tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "fifo")
        specs = [
            ProbeSpec("before", "date -u +%s", seconds=1),
            ProbeSpec("hangs", "cat {file}", seconds=1, files=(str(tmp_path / "fifo"),)),
            ProbeSpec("after", "cat {file}", seconds=1, files=("/etc/hostname",)),
            ProbeSpec("beside", "echo ok"),
        ]
        answers = run(shell, *specs)
        assert result(answers, "before").exit_status == 0
        assert result(answers, "hangs").exit_status == 124
        assert answers["after"] == NotObtained("the script ended without its result")
        assert result(answers, "beside").stdout == "ok\n"

    @pytest.mark.parametrize("stream", ["stdout", "stderr"])
    def test_a_flood_is_cut_and_marked(self, shell: list[str], stream: str) -> None:
        command = "yes" if stream == "stdout" else "yes >&2"
        answers = run(shell, ProbeSpec("flood", command, seconds=20), ProbeSpec("good", "echo ok"))
        flood = result(answers, "flood")
        assert flood.truncated
        assert flood.exit_status == 141
        assert len(getattr(flood, stream)) == (STDOUT_BYTES if stream == "stdout" else STDERR_BYTES)
        assert flood.seconds < 15
        assert result(answers, "good").stdout == "ok\n"

    def test_a_long_output_within_the_bound_is_whole(self, shell: list[str]) -> None:
        answer = result(run(shell, ProbeSpec("p", f"head -c {STDOUT_BYTES} /dev/zero | tr '\\0' x")), "p")
        assert (len(answer.stdout), answer.truncated, answer.exit_status) == (STDOUT_BYTES, False, 0)

    def test_the_first_file_that_exists_is_read_and_named(self, shell: list[str], tmp_path: Path) -> None:
        there = tmp_path / "it's here"
        there.write_text("x")
        specs = [
            ProbeSpec("second", "cat {file}", files=("/no/such/file", str(there))),
            ProbeSpec("none", "cat {file}", files=("/no/such/file", "/nor/this")),
            ProbeSpec("shell", "cat {file} | tr x y", files=("/no/such/file", str(there))),
        ]
        answers = run(shell, *specs)
        assert result(answers, "second").stdout == "x"
        assert result(answers, "shell").stdout == "y"
        assert str(tmp_path) in result(answers, "second").command
        assert result(answers, "none").command == "cat /no/such/file"
        assert "/no/such/file" in result(answers, "none").stderr
        assert result(answers, "none").exit_status == 1

    def test_a_missing_tool_says_so(self, shell: list[str]) -> None:
        answers = run(shell, ProbeSpec("pmtool", "pmtool status"), ProbeSpec("sh", "nosuchtool; exit $?"))
        assert result(answers, "pmtool").exit_status == result(answers, "sh").exit_status == 127
        assert "pmtool" in result(answers, "pmtool").stderr

    def test_hosts_go_side_by_side(self, shell: list[str]) -> None:
        specs = [ProbeSpec(f"curl:host{number}", "sleep 1; exit 28") for number in range(15)]
        specs += [ProbeSpec(f"other{number}", "echo ok") for number in range(20)]
        began = time.monotonic()
        answers = run(shell, *specs)
        assert time.monotonic() - began < 4
        assert [result(answers, f"curl:host{number}").exit_status for number in range(15)] == [28] * 15

    def test_more_probes_than_lanes(self, shell: list[str]) -> None:
        specs = [ProbeSpec(f"p{number}", f"echo {number}; :") for number in range(LANES * 2 + 5)]
        answers = run(shell, *specs)
        assert [result(answers, spec.name).stdout for spec in specs] == [f"{n}\n" for n in range(len(specs))]

    TAKEN_OUT = (
        "http_proxy", "all_proxy", "no_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY",
        "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE", "HISTFILE",
    )  # fmt: skip

    def test_the_environment_has_no_proxy_and_plain_language(self, shell: list[str]) -> None:
        environment = {
            **os.environ,
            "https_proxy": "http://user:pw@proxy:1",
            "LC_ALL": "de_DE.UTF-8",
            **dict.fromkeys(self.TAKEN_OUT, "/x"),
        }
        answer = result(run(shell, ProbeSpec("env", "env; :"), env=environment), "env")
        told = {line.partition("=")[0] for line in answer.stdout.splitlines()}
        assert told & {*self.TAKEN_OUT, "https_proxy"} == set()
        assert "LC_ALL=C\n" in answer.stdout
        assert f"\nPATH={PATH}\n" in answer.stdout

    def test_probes_read_nothing_from_the_terminal(self, shell: list[str]) -> None:
        answer = result(run(shell, ProbeSpec("p", 'read -r x; echo "$?:$x"')), "p")
        assert answer.stdout == "1:\n"

    def test_nothing_is_written(self, shell: list[str], tmp_path: Path) -> None:
        environment = {
            **os.environ,
            "TMPDIR": str(tmp_path),
            "HOME": str(tmp_path),
            "HISTFILE": str(tmp_path / "history"),
        }
        answers = run(
            shell,
            ProbeSpec("p", "date; yes | head -c 100000"),
            ProbeSpec("q", "cat {file}", files=("/etc/hostname",)),
            cwd=tmp_path,
            env=environment,
        )
        assert result(answers, "p").exit_status == 0
        assert list(tmp_path.iterdir()) == []

    def test_a_device_without_timeout(self, shell: list[str], tmp_path: Path) -> None:
        for tool in ("sh", "bash", "base64", "head", "sleep", "cat", "date", "true"):
            (tmp_path / tool).symlink_to(shutil.which(tool) or "")
        specs = [ProbeSpec("slow", "bash -c 'exec sleep 20'", seconds=1), ProbeSpec("good", "echo ok; exit 3")]
        # The script adds the usual directories to PATH, where `timeout` is.
        script = re.sub(r'PATH="[^"]*"', f'PATH="{tmp_path}"', build(specs, MARKER))
        began = time.monotonic()
        done = subprocess.run([*shell, "-c", script], capture_output=True, timeout=30)
        answers = read(done.stdout, specs)
        assert time.monotonic() - began < 10
        assert result(answers, "slow").exit_status == 124
        assert result(answers, "good").exit_status == 3

    def test_a_base64_that_knows_no_width(self, shell: list[str], tmp_path: Path) -> None:
        (tmp_path / "base64").write_text('#!/bin/sh\n[ "$1" ] && exit 1\nexec /usr/bin/base64\n')
        (tmp_path / "base64").chmod(0o755)
        environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
        answer = result(run(shell, ProbeSpec("p", "yes x | head -c 5000"), env=environment), "p")
        assert answer.stdout == "x\n" * 2500


def test_the_script_redirects_to_no_file_and_uses_no_here_document() -> None:
    device = Device("d", Platform.FTD, "us")
    names = ["connector-properties", "connector-log", "lsof", "date", "curl:h", "tcp:h:443", "nslookup:h", "context"]
    own = re.sub(r"exec 3<>/dev/tcp/h/443", "", build(probe_specs(device, names), MARKER))
    assert "<<" not in own
    assert set(re.findall(r"(?<![0-9%])[0-9]?>[^ \n)};]*", own)) <= {
        ">/dev/null",
        "2>/dev/null",
        ">&4",
        "4>&-",
        "4>&1",
        "2>&1",
    }


def test_the_limits_of_a_lane_add_up_to_little() -> None:
    specs = [ProbeSpec(f"p{n}", f"echo {n}; :", seconds=seconds) for n, seconds in enumerate([20, 18, 10, 12] * 15)]
    lanes = re.findall(r"^\{\n(.*?)^\} 4>&1", build(specs, MARKER), re.MULTILINE | re.DOTALL)
    limits = [sum(int(seconds) for seconds in re.findall(r"^probe \d+ (\d+)", lane, re.MULTILINE)) for lane in lanes]
    assert len(limits) == LANES
    assert sum(limits) == sum(spec.seconds for spec in specs)
    assert max(limits) <= sum(limits) / LANES + 10


def test_documented_probes_need_no_shell_of_their_own() -> None:
    names = [
        "connector-properties",
        "connector-ca",
        "connector-log",
        "resolv-conf",
        "sf-version",
        "proxy-conf",
        "context",
    ]
    names += ["pmtool", "lsof", "netstat", "date", "nslookup:h", "ping:h", "tcp:h:443", "curl:h", "curl-clients:h"]
    for platform in Platform:
        specs = probe_specs(Device("d", platform, "us", proxy="http://proxy:8080"), names)
        assert all(spec.where is Where.SHELL for spec in specs)
        assert "sh -c '{" not in build(specs, MARKER)
        assert build(specs, MARKER).count(" sh -c") == 1  # the lane of those that return at once


SPECS = [
    ProbeSpec("a", "printf 'x\\0\\377\\n'; printf e >&2; exit 3"),
    ProbeSpec("b:h", "echo b; :"),
    ProbeSpec("c", "date -u +%s"),
    ProbeSpec("d", "yes | head -c 20000"),
]


@pytest.fixture(scope="module")
def recorded() -> bytes:
    return output_of(["sh"], SPECS)


class TestReading:
    @settings(max_examples=60, deadline=None)
    @given(cuts=st.lists(st.integers(0, 40_000), max_size=12))
    def test_pieces_of_any_size_give_the_same(self, recorded: bytes, cuts: list[int]) -> None:
        expected = read(recorded, SPECS)
        reader = FrameReader(SPECS, MARKER, lambda: "2026-11-21T12:00:00+00:00")
        places = [0, *sorted(cuts), len(recorded)]
        arrived = [item for a, b in pairwise(places) for item in reader.feed(recorded[a:b])]
        assert reader.finish() == expected == dict(sorted(arrived, key=lambda item: item[0]))
        assert reader.ended

    @settings(max_examples=60, deadline=None)
    @given(seed=st.randoms(use_true_random=False), noise=st.binary(max_size=80))
    def test_interleaved_lanes_terminal_line_ends_and_noise(self, recorded: bytes, seed: object, noise: bytes) -> None:
        lanes: dict[bytes, list[bytes]] = {}
        for line in recorded.splitlines()[:-1]:
            lanes.setdefault(line.split()[1], []).append(line)
        mixed = []
        while lanes:
            lane = seed.choice(sorted(lanes))  # type: ignore[attr-defined]  # hypothesis gives a Random
            mixed += [noise, b"\x1b[?2004h> " + lanes[lane].pop(0) + b"\r"]
            if not lanes[lane]:
                del lanes[lane]
        spoilt = b"echo of a script\r\n" + b"\n".join(mixed) + b"\n> \n" + MARKER.encode() + b" end\r\n"
        assert read(spoilt, SPECS) == read(recorded, SPECS)

    @settings(max_examples=60, deadline=None)
    @given(end=st.integers(0, 40_000))
    def test_a_cut_link_keeps_what_was_complete_and_invents_nothing(self, recorded: bytes, end: int) -> None:
        whole, cut = read(recorded, SPECS), read(recorded[:end], SPECS)
        for name, answer in cut.items():
            assert answer in (whole[name], NotObtained("the session ended while it was read"))

    def test_a_lane_that_lacks_a_line_is_not_had(self, recorded: bytes) -> None:
        long_lane = max(recorded.splitlines(), key=len)
        answers = read(recorded.replace(long_lane + b"\n", b""), SPECS)
        assert answers["d"] == NotObtained("the script ended without its result")
        assert isinstance(answers["a"], ProbeResult)

    def test_a_lane_that_is_not_base64_is_not_had(self) -> None:
        frames = f"{MARKER} 0 A\n{MARKER} 0 . 1\n{MARKER} 7 QUJD\n{MARKER} 7 . 1\n{MARKER} end\n".encode()
        assert set(read(frames, SPECS).values()) == {NotObtained("the script ended without its result")}

    @settings(max_examples=100, deadline=None)
    @given(data=st.binary(max_size=400))
    def test_no_bytes_break_it(self, data: bytes) -> None:
        mark = MARKER.encode()
        assert set(read(data + mark + b" 0 " + data + b"\n" + mark + b" 1 . 99\n", SPECS)) == {"a", "b:h", "c", "d"}

    def test_a_flood_of_frames_is_not_kept(self) -> None:
        reader = FrameReader(SPECS, MARKER)
        for _ in range(200):
            reader.feed((f"{MARKER} 0 " + "A" * 4000 + "\n").encode() * 100)
        assert len(reader._lanes[0]._text) < 3 << 20
        reader.feed(f"{MARKER} 0 . 20000\n".encode())
        assert set(reader.finish().values()) == {NotObtained("the session ended while it was read")}

    def test_lanes_that_the_script_does_not_have_are_not_kept(self) -> None:
        reader = FrameReader(SPECS, MARKER)
        for lane in range(2000):
            reader.feed(f"{MARKER} {lane} AAAA\n{MARKER} {lane}{lane:09d} AAAA\n".encode())
        assert len(reader._lanes) <= len(SPECS) + 1

    def test_a_lane_speaks_once(self) -> None:
        reader = FrameReader(SPECS, MARKER)
        reader.feed(f"{MARKER} 0 . 0\n{MARKER} 0 AAAA\n".encode())
        assert not reader._lanes

    @pytest.mark.parametrize("ended", ["1e999", "nan", "-1e999", "1e300", "9" * 30, "1_000", "x"])
    def test_a_number_that_is_none_is_no_time(self, ended: str) -> None:
        reader = FrameReader(SPECS, MARKER)
        blob = f"{MARKER} 0 0 1.0\nout\n{MARKER} 0\n\n{MARKER} {ended}\n".encode()
        found = dict(reader.feed(f"{MARKER} 0 {b64encode(blob).decode()}\n{MARKER} 0 . 1\n".encode()))
        (answer,) = found.values()
        assert isinstance(answer, ProbeResult)
        assert 0 <= answer.seconds < 86_400

    def test_a_number_of_many_digits_is_no_frame(self) -> None:
        reader = FrameReader(SPECS, MARKER)
        many = "9" * 5000
        blob = f"{MARKER} {many} {many} 1.0\nout\n{MARKER} {many}\n\n{MARKER} 1\n".encode()
        said = f"{MARKER} {many} AAAA\n{MARKER} 0 . {many}\n{MARKER} 0 {b64encode(blob).decode()}\n{MARKER} 0 . 1\n"
        assert reader.feed(said.encode()) == []

    def test_a_flood_without_a_line_end_is_not_kept(self) -> None:
        reader = FrameReader(SPECS, MARKER)
        for _ in range(100):
            reader.feed(b"x" * 100_000)
        assert len(reader._rest) <= 8192
