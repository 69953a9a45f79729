"""The agent in a real shell: nothing of the login's surroundings reaches the programs, and it does not stay alone."""

from __future__ import annotations

import os
import subprocess
import time
from pathlib import Path

import pytest

from sse_compliance.catalogue.probes import ProbeSpec
from sse_compliance.collect.ssh.lines import _start, agent, script
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
