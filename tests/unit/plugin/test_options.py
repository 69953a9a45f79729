"""The options: what the light module spells out is what the program knows; settings fill in what is not given."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError, Namespace
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.catalogue.levels import Severity
from sse_compliance.collect.limits import Limits
from sse_compliance.errors import InputError
from sse_compliance.findings.finding import GateMode
from sse_compliance.plugin.options import OPTIONS, RUN_SETTINGS, path
from sse_compliance.plugin.settings import settle
from tests.integration.suite_run import ROOT

BY_NAME = {option.name: option for option in OPTIONS}


def settled(directory: Path, environment: dict[str, str] | None = None, **given: Any) -> Namespace:
    options = Namespace(**{option.dest: given.get(option.dest) for option in OPTIONS}, hosts=given.get("hosts"))
    settle(options, directory, environment or {})
    return options


def test_what_is_spelled_out_is_what_the_program_knows() -> None:
    assert set(BY_NAME["gate"].choices) == set(GateMode)
    assert list(BY_NAME["fail-on"].choices) == [str(severity) for severity in Severity]
    assert BY_NAME["concurrency"].default == Limits().devices_at_once


def test_the_docs_tell_every_option() -> None:
    told = set(re.findall(r"^\| `--([a-z-]+)", (ROOT / "docs" / "options.md").read_text("utf-8"), re.MULTILINE))
    assert told - {"hosts"} == BY_NAME.keys()


def test_the_verb_run_has_the_settings_of_a_clone() -> None:
    clone = (ROOT / "pytest.ini").read_text("utf-8").splitlines()
    own = RUN_SETTINGS.read_text("utf-8").splitlines()
    without = {"testpaths = tests_sse", "pythonpath = ."}
    assert [line for line in clone if line not in without] == [line for line in own if not line.startswith("#")]


def test_the_command_line_first_then_variables_then_the_file(tmp_path: Path) -> None:
    (tmp_path / "sse-compliance.toml").write_text('devices = "file"\nregion = "eu"\nconcurrency = 7\nportals = true\n')
    options = settled(tmp_path, {"SSE_DEVICES": "variable", "SSE_FAIL_ON": "high"}, devices="given")
    assert (options.devices, options.region, options.concurrency, options.portals) == ("given", "eu", 7, True)
    assert (options.fail_on, options.gate) == ("high", "strict")
    assert settled(tmp_path, {"SSE_DEVICES": "variable"}).devices == "variable"
    assert settled(tmp_path, {"SSE_PORTALS": "0"}).portals is False


def test_paths_of_the_file_are_relative_to_it_and_know_the_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", "/home/nora")
    (tmp_path / "pyproject.toml").write_text('[tool.sse-compliance]\ninventory = "fleet.yaml"\nwaivers = "~/w.yaml"\n')
    options = settled(tmp_path)
    assert (options.inventory, options.waivers) == (tmp_path / "fleet.yaml", Path("/home/nora/w.yaml"))


@pytest.mark.parametrize("given", [{"evidence": Path("e")}, {"hosts": "firepower://a@b"}])
def test_a_place_that_is_given_puts_the_others_aside(tmp_path: Path, given: dict[str, Any]) -> None:
    (tmp_path / "sse-compliance.toml").write_text('inventory = "fleet.yaml"\nregion = "eu"\n')
    options = settled(tmp_path, **given)
    assert (options.inventory, options.region) == (None, "eu")


@pytest.mark.parametrize(
    ("text", "environment", "told"),
    [
        ('devcies = "a"', {}, "devcies: there is no such option; did you mean devices?"),
        ('colour = "a"', {}, "colour: there is no such option$"),
        ("devices = 3", {}, "devices: expected a text"),
        ("concurrency = true", {}, "concurrency: expected a number"),
        ('portals = "yes"', {}, "portals: expected true or false"),
        ('gate = "lax"', {}, "gate: expected one of strict, regressions, found 'lax'"),
        ('wait = "10"', {}, "wait: '10' is no time"),
        ("devices = ", {}, "not valid TOML"),
        ("", {"SSE_DEVICE": "a"}, "SSE_DEVICE: there is no such variable; did you mean SSE_DEVICES?"),
        ("", {"SSE_CONCURRENCY": "many"}, "SSE_CONCURRENCY: expected a number, found 'many'"),
        ("", {"SSE_PORTALS": "maybe"}, "SSE_PORTALS: expected 1 or 0, true or false, found 'maybe'"),
    ],
)
def test_mistakes(tmp_path: Path, text: str, environment: dict[str, str], told: str) -> None:
    (tmp_path / "sse-compliance.toml").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        settled(tmp_path, environment)


def test_settings_in_two_files_are_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "sse-compliance.toml").write_text("")
    (tmp_path / "pyproject.toml").write_text("[tool.sse-compliance]\n")
    with pytest.raises(InputError, match="keep them in one of the two"):
        settled(tmp_path)


def test_variables_of_others_are_left_alone(tmp_path: Path) -> None:
    assert settled(tmp_path, {"SSE_PASSWORD": "x", "SSE_REQUIRE_E2E": "1", "SSE_CUSTOMER_KEY": "x"}).devices is None


@pytest.mark.parametrize("text", ["", "~nobody-of-that-name/x"])
def test_no_path(text: str) -> None:
    with pytest.raises(ArgumentTypeError):
        path(text)
