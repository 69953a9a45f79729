"""The Containerfile, as far as a machine without a container engine goes: its steps, then its command as a nobody."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.suite_run import ROOT

#: A user that owns nothing.
NOBODY = 65534


@dataclass(frozen=True, slots=True)
class Image:
    """What the steps made, below a directory that stands for the image's root."""

    root: Path
    user: str
    path: str
    directory: str
    entrypoint: list[str]
    command: list[str]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What a container of the image runs, as an ordinary user."""
        as_nobody = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"] if os.geteuid() == 0 else []
        return subprocess.run(
            [*as_nobody, *self.entrypoint, *(arguments or self.command)],
            cwd=self.directory, env={"PATH": self.path, "HOME": self.directory},
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=170,
        )  # fmt: skip


def steps() -> list[tuple[str, str]]:
    """The instructions and what they say."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return [(line.split(" ", 1)[0], line.split(" ", 1)[1]) for line in lines]


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """The steps, done below a directory of its own: the image's own directories are there."""
    root = Path(tempfile.mkdtemp(prefix="sse-image-"))
    root.chmod(0o755)

    def inside(text: str) -> str:
        return re.sub(r"(?<![\w/])/(src|opt|work)\b", rf"{root}/\1", text)

    directory, made = root, {"PATH": os.environ["PATH"]}
    users: dict[str, int] = {}
    found: dict[str, str] = {}
    try:
        for instruction, says in steps():
            match instruction:
                case "WORKDIR":
                    directory = Path(inside(says))
                    directory.mkdir(parents=True, exist_ok=True)
                case "COPY":
                    assert says == ". ."
                    ignored = (ROOT / ".containerignore").read_text("utf-8").split()
                    names = shutil.ignore_patterns(*(name.removeprefix("**/") for name in ignored))
                    shutil.copytree(ROOT, directory, ignore=names, dirs_exist_ok=True)
                case "RUN" if user := re.fullmatch(r"useradd --uid (\d+) --create-home (\w+)", says):
                    # A new user of this machine is not a test's to make.
                    users[user[2]] = int(user[1])
                case "RUN":
                    ended = subprocess.run(
                        ["sh", "-c", inside(says).replace("python3 ", f"{sys.executable} ")],
                        cwd=directory, env={**os.environ, **made, "PIP_NO_COMPILE": "1"},
                        capture_output=True, text=True,
                    )  # fmt: skip
                    assert ended.returncode == 0, ended.stdout + ended.stderr
                case "ENV":
                    name, value = says.split("=", 1)
                    made[name] = inside(value)
                case "FROM" | "USER" | "ENTRYPOINT" | "CMD":
                    found[instruction] = says
                case _:
                    raise AssertionError(f"{instruction}: the test does not know this instruction")
        assert users[found["USER"]] > 0
        directory.chmod(0o777)
        yield Image(
            root, found["USER"], made["PATH"], str(directory), json.loads(found["ENTRYPOINT"]), json.loads(found["CMD"])
        )
    finally:
        shutil.rmtree(root)


def test_it_is_built_on_a_python_that_the_project_knows() -> None:
    (base,) = [says for instruction, says in steps() if instruction == "FROM"]
    version = re.fullmatch(r"docker\.io/library/python:3\.(\d+)-slim", base)
    assert version is not None
    assert int(version[1]) >= 11


def test_engines_of_either_name_leave_the_same_out() -> None:
    assert (ROOT / ".dockerignore").read_bytes() == (ROOT / ".containerignore").read_bytes()


def test_it_tells_how_to_use_it(image: Image) -> None:
    ended = image.run()
    assert ended.returncode == 0, ended.stdout
    assert "usage: sse-compliance" in ended.stdout


def test_it_judges_as_an_ordinary_user(image: Image) -> None:
    evidence = Path(image.directory, "evidence")
    evidence.mkdir()
    shutil.copy(ROOT / "fixtures" / "evidence" / "ftd-us.json", evidence)
    ended = image.run("run", "--evidence", "evidence")
    assert ended.returncode == 0, ended.stdout
    assert "SSE-VERDICT: passed exit=0 devices=1 " in ended.stdout
    assert Path(image.directory, "reports", "compliance.html").is_file()
    if os.geteuid() == 0:
        assert Path(image.directory, "reports", "compliance.html").stat().st_uid == NOBODY
