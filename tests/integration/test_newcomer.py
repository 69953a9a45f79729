"""What a newcomer does in the first minutes: mistypes, interrupts, has an old terminal, types a password."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from sse_compliance.findings.results_file import read_results
from sse_compliance.lab.lab import Lab
from sse_compliance.lab.server import PASSWORD_VARIABLE
from tests.integration.suite_run import ROOT, run_suite

RECORDED = f"--evidence={ROOT / 'fixtures' / 'evidence'}"
REPORTS = ("compliance.json", "compliance.html", "junit.xml", "tests.html")


def without_own(**more: str) -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if not k.startswith(("SSE_", "PYTEST_"))}, **more}


def run(
    *command: str, at: Path = ROOT, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """A command of the module's or pytest's, its output as bytes."""
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=at,
        env=without_own(**{"PYTHONPATH": str(ROOT), **(variables or {})}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=170,
    )


def test_k_that_selects_nothing_says_what_was_meant(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, RECORDED, "--devices=ftd-us", "-k", "SSE-DSN-01")
    assert ended.status == 5, ended.output
    assert "SSE-DSN-01 is no requirement, area or device; did you mean SSE-DNS-01?" in ended.output
    assert "SSE-VERDICT" not in ended.output


def test_a_region_that_no_device_is_in(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, RECORDED, "--region=uz")
    assert ended.status == 4
    assert "no device is in this region; there are " in ended.output


def test_some_devices_are_told_beside_the_verdict(tmp_path: Path) -> None:
    ended = run_suite(tmp_path, RECORDED, "--devices=ftd-us")
    whole = len(list((ROOT / "fixtures" / "evidence").glob("*.json")))
    assert f" on 1 of {whole} devices  " in ended.output
    assert f"{ended.results.run.of_devices}" == f"{whole}"


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [
        (("pytest", RECORDED, "--no-such-option"), {}),
        (("pytest", RECORDED, "--waivers=none.yaml"), {}),
        (("pytest", RECORDED, "-m", "not ("), {}),
        (("sse_compliance", "run", "--no-such-option"), {"SSE_EVIDENCE": "EVIDENCE"}),
        (("sse_compliance", "run", "--devices=nobody"), {"SSE_EVIDENCE": "EVIDENCE"}),
        (("sse_compliance", "run"), {}),
    ],
    ids=["option", "file", "marker", "option of the verb", "device", "no place"],
)
def test_after_exit_4_no_earlier_report_stays_and_no_verdict_is_printed(
    tmp_path: Path, arguments: tuple[str, ...], variables: dict[str, str]
) -> None:
    reports = tmp_path / "reports"
    reports.mkdir()
    for name in REPORTS:
        (reports / name).write_text("an earlier run's", encoding="utf-8")
    (reports / "before.json").write_text("a baseline", encoding="utf-8")
    settings = {name: str(ROOT / "fixtures" / "evidence") for name in variables}
    ended = run(*arguments, f"--reports={reports}", variables=settings)
    assert ended.returncode == 4, ended.stdout.decode()
    assert b"SSE-VERDICT" not in ended.stdout
    assert {path.name for path in reports.iterdir()} >= {"UNFINISHED.txt", "before.json"}
    # pytest's own reports of a run without a test may be there.
    assert [path.name for path in reports.iterdir() if path.read_text("utf-8") == "an earlier run's"] == []


def test_the_docs_say_exactly_that() -> None:
    page = " ".join((ROOT / "docs" / "verdict.md").read_text("utf-8").split())
    assert "no `SSE-VERDICT` line is printed. The reports of an earlier run never stay in the folder then" in page


OLD_TERMINAL = {"PYTHONIOENCODING": "", "PYTHONUTF8": "0", "LC_ALL": "C", "LANG": "C", "PYTHONCOERCECLOCALE": "0"}


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (("pytest", RECORDED, "--devices=ftd-wrong-port", "-p", "no:cacheprovider"), 1),
        (("sse_compliance", "run", RECORDED, "--devices=ftd-wrong-port"), 1),
        (("sse_compliance", "requirements"), 0),
        (("sse_compliance", "inventory", "fixtures/inventory.example.yaml"), 0),
    ],
    ids=["pytest", "run", "requirements", "inventory"],
)
def test_a_latin_1_terminal(tmp_path: Path, command: tuple[str, ...], status: int) -> None:
    reports = [f"--reports={tmp_path}"] if RECORDED in command else []
    ended = run(*command, *reports, variables={**OLD_TERMINAL, "PYTHONIOENCODING": "latin-1"})
    assert ended.returncode == status, ended.stdout.decode("latin-1")
    assert b"Traceback" not in ended.stdout
    assert b"Error" not in ended.stdout.replace(b"InputError", b"")


#: Ctrl-C at the moment that a module is looked for: as early as our first one, as late as the libraries' last.
INTERRUPT = """
import os, signal, sys
left = [os.environ["INTERRUPT_AT"]]
def look(event, arguments):
    if event == "import" and arguments[0] in left:
        left.clear()
        os.kill(os.getpid(), signal.SIGINT)
sys.addaudithook(look)
"""


@pytest.mark.parametrize(
    ("command", "modules"),
    [
        (
            ("pytest",),
            (
                "sse_compliance.catalogue.parameters",
                "pydantic",
                "sse_compliance.plugin.gather",
                "sse_compliance.plugin.suite",
            ),
        ),
        (("sse_compliance", "run"), ("sse_compliance.cli", "argparse", "sse_compliance.plugin.options", "pydantic")),
        (("sse_compliance", "inventory", "fixtures/inventory.example.yaml"), ("sse_compliance.errors", "pydantic")),
    ],
    ids=["pytest", "run", "inventory"],
)
def test_ctrl_c_while_the_program_is_loaded(tmp_path: Path, command: tuple[str, ...], modules: tuple[str, ...]) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPT, encoding="utf-8")
    arguments = [RECORDED, f"--reports={tmp_path / 'reports'}"] if "inventory" not in command else []
    for module in modules:
        path = f"{tmp_path}{os.pathsep}{ROOT}"
        ended = run(*command, *arguments, variables={"PYTHONPATH": path, "INTERRUPT_AT": module})
        assert ended.returncode in (2, 130, -signal.SIGINT), (module, ended.returncode, ended.stdout.decode())
        assert b"Traceback" not in ended.stdout, (module, ended.stdout.decode())
        assert not (tmp_path / "reports" / "compliance.json").exists()


def test_an_inventory_in_a_pipe_is_not_cut() -> None:
    long = "a-very-long-name-of-a-management-host.of-some-department.example.com"
    inventory = (
        f"devices:\n  - {{name: ftd-{'x' * 50}, address: {long}, platform: ftd, region: us, tags: [{'t' * 60}]}}\n"
    )
    command = f'printf %s "$FLEET" > "$0" && {sys.executable} -m sse_compliance inventory "$0" | cat'
    ended = subprocess.run(
        ["bash", "-c", command, "/dev/shm/fleet-in-a-pipe.yaml"],
        cwd=ROOT, env=without_own(FLEET=inventory, COLUMNS="40"), capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert f"ftd-{'x' * 50}" in ended.stdout, ended.stderr
    assert f"{long}:22" in ended.stdout
    assert "t" * 60 in ended.stdout


def typed_at_a_terminal(command: list[str], environment: Mapping[str, str], password: str) -> tuple[int, str]:
    """Runs a command on a terminal of its own, types the password after each prompt; gives status and screen."""
    process, terminal = pty.fork()
    if process == 0:
        os.chdir(ROOT)
        os.execve(command[0], command, environment)
    screen, answered = b"", 0
    while True:
        try:
            piece = os.read(terminal, 65536)
        except OSError:
            break
        if not piece:
            break
        screen += piece
        if screen.count(b"password SSE_LAB_PASSWORD of ") > answered:
            answered += 1
            os.write(terminal, password.encode() + b"\n")
    os.close(terminal)
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), screen.decode()


def test_a_password_is_typed_once_and_shown_nowhere(lab: Lab, tmp_path: Path) -> None:
    password = lab.environment[PASSWORD_VARIABLE]
    command = [sys.executable, "-m", "sse_compliance", "run", f"--inventory={lab.inventory_file}", "--ask-password"]
    command += ["--devices=ftd-us,ftd-wrong-port", f"--reports={tmp_path}", "-p", "no:cacheprovider"]
    status, screen = typed_at_a_terminal(command, without_own(TERM="dumb"), password)
    assert status == 1, screen
    assert screen.count("password SSE_LAB_PASSWORD of ftd-us, ftd-wrong-port: ") == 1
    assert {device.error for device in read_results(tmp_path / "compliance.json").devices} == {None}
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and password.encode() in path.read_bytes()]
    assert (password in screen, kept) == (False, [])


def test_the_steps_are_told_and_no_secret(lab: Lab, tmp_path: Path) -> None:
    chosen = "--devices=ftd-us,ftd-wrong-password,fmc-clish"
    ended = run_suite(
        tmp_path, f"--inventory={lab.inventory_file}", chosen, "--log-level=DEBUG", environment=lab.environment
    )
    for step in ("connecting to ftd-us (127.0.0.1:", "logged in by SSH", "a root shell is open"):
        assert f"ftd-us: {step}" in ended.output, ended.output
    assert "ftd-wrong-password: connecting to" in ended.output
    assert lab.environment[PASSWORD_VARIABLE] not in ended.output
    quiet = run_suite(tmp_path, f"--inventory={lab.inventory_file}", "--devices=ftd-us", environment=lab.environment)
    assert "connecting to" not in quiet.output
