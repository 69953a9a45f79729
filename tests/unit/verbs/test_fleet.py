"""The verb `fleet`: what it takes, and that nothing of the cluster is loaded for any other."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from sse_compliance.cli import main
from sse_compliance.plugin.options import OPTIONS, Option, duration

ROOT = Path(__file__).parents[3]
ENGINE = ("distributed", "dask", "tornado")


def test_nothing_of_the_engine_is_loaded_for_another_verb_or_a_run() -> None:
    code = (
        "import sys; from sse_compliance import cli; cli.make_parser(); import sse_compliance.plugin.jobs.run; "
        f"print([m for m in {ENGINE} if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def fleet(*arguments: str) -> int:
    return main(["fleet", "fleet.yaml", "--cluster=tls://s:8786", *arguments])


def test_without_the_engine_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("sse_compliance.cluster")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "distributed", None)
    assert fleet() == 4
    assert "pip install 'sse-compliance[cluster]'" in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["--shards-per-site=0", "--shards-per-site=-1", "--retries=-1"])
def test_a_number_that_can_not_be_meant_is_refused(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert fleet(argument) == 4
    assert "expected 1 or more, and 0 or more" in capsys.readouterr().err


@pytest.mark.parametrize("argument", ["--jobs=2", "--ask-password", "--resume", "--evidence=e"])
def test_what_it_can_not_keep_is_no_option_of_it(argument: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        fleet(argument)
    assert "unrecognized arguments" in capsys.readouterr().err


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
def test_each_option_is_read_again_as_it_is_written(option: Option) -> None:
    value = True if option.flag else 90.0 if option.type is duration else option.default
    written = option.written(value if value is not None else option.type("3"))
    name, _, text = written.partition("=")
    assert name == f"--{option.name}"
    if not option.flag:
        assert option.type(text) == (value if value is not None else option.type("3"))
