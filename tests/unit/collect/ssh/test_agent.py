"""The agent in a real shell: nothing of the login's surroundings reaches the programs, and it does not stay alone."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.lines import _start, agent, busy_seconds, script, start_agent
from sse_compliance.collect.ssh.script.frames import FrameReader
from sse_compliance.evidence.answer import ProbeResult

MARKER = "0123456789abcdef"
SPECS = (ProbeSpec("date", "date -u +%s"), ProbeSpec("env", "env; :"), ProbeSpec("nice", "nice; :"))


def test_functions_path_and_variables_of_the_login_change_nothing(tmp_path: Path) -> None:
    fake = tmp_path / "date"
    fake.write_text("#!/bin/sh\necho from-path\n")
    fake.chmod(0o755)
    hostile = f"""date() {{ echo from-function; }}; curl() {{ echo from-function; }}; export -f date curl
alias date='echo from-alias'; export PATH={tmp_path}:$PATH https_proxy=http://p:1 LD_BIND_NOW=1 ENV={tmp_path}/rc
"""
    (tmp_path / "rc").write_text("date() { echo from-rc; }\n")
    said = subprocess.run(
        ["bash", "--norc", "-c", f"{hostile}\n{_start(MARKER)}"],
        input=script(SPECS, MARKER),
        capture_output=True,
        text=True,
        timeout=30,
        env=dict(os.environ),
    )
    assert f"{MARKER} {os.getuid()}\n" in said.stdout
    reader = FrameReader(SPECS, MARKER)
    reader.feed(said.stdout.encode())
    found = {name: answer for name, answer in reader.finish().items() if isinstance(answer, ProbeResult)}
    assert found["date"].stdout.strip().isdigit()
    assert found["nice"].stdout.strip() == str(min(19, os.nice(0) + 10))
    names = {line.partition("=")[0] for line in found["env"].stdout.splitlines()}
    assert not names & {"https_proxy", "LD_BIND_NOW", "ENV", "HOME"}
    assert not [name for name in names if name.startswith("BASH_FUNC")]


@pytest.mark.parametrize("last", ["", "\n"])
def test_the_agent_ends_where_it_is_left_alone_or_told_to(last: str) -> None:
    process = subprocess.Popen(
        ["sh", "-c", agent(MARKER, alone=1), "sh", "0"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True
    )
    assert process.stdin
    process.stdin.write("0\n" + last)
    process.stdin.flush()
    began = time.monotonic()
    process.wait(timeout=20)
    assert time.monotonic() - began < 20
    process.stdin.close()


@pytest.mark.parametrize("what", ["writes to where nobody reads", "is still on its way"])
def test_the_agent_ends_with_a_script_that_does_not(what: str) -> None:
    process = subprocess.Popen(
        ["sh", "-c", agent(MARKER, alone=30, busy=1), "sh", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdin
    text = script([ProbeSpec("p", "yes | head -c 1000000", seconds=30)], MARKER)
    process.stdin.write(text if what.startswith("writes") else text[: len(text) // 2])
    process.stdin.flush()
    process.wait(timeout=20)
    assert group_is_gone(process.pid)


def test_nothing_is_left_of_an_agent_that_was_told_to_go() -> None:
    said = subprocess.Popen(
        ["sh", "-c", agent(MARKER), "sh", "0"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    output, _ = said.communicate(script(SPECS, MARKER) + "0\n" + script(SPECS, MARKER) + "\n", timeout=20)
    assert output.count(f"{MARKER} end\n") == 2
    assert group_is_gone(said.pid)


def group_is_gone(group: int) -> bool:
    """Whether no process of a group is left, within a few seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


def test_a_device_that_may_take_longer_has_an_agent_that_may() -> None:
    assert (busy_seconds(90), busy_seconds(20), busy_seconds(300)) == (75, 75, 285)
    assert "guard 285 " in start_agent(MARKER, busy_seconds(300))
    assert "guard 75 " in start_agent(MARKER)
