"""The installed package beside others: inert in another project, and no second plugin beside a clone's."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.lab.lab import Lab
from tests.docs.shell import copy_project
from tests.package.conftest import Installed

OF_ANOTHER = """
import sys

def test_what_is_loaded(host):
    loaded = {name for name in sys.modules if name.split(".")[0] == "sse_compliance"}
    assert loaded == {"sse_compliance", "sse_compliance.plugin", "sse_compliance.plugin.options"}
    assert {"pydantic", "asyncssh", "rich", "cryptography"} & sys.modules.keys() == set()
    assert host.backend.get_connection_type() == "local"
"""


def test_inert_in_another_project(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text(OF_ANOTHER, encoding="utf-8")
    # Settings of ours in its directory ask for no run of the suite.
    (tmp_path / "sse-compliance.toml").write_text('inventory = "no-such-file.yaml"\n', encoding="utf-8")
    ended = installed.run(
        "pytest", "-p", "no:cacheprovider", at=tmp_path, variables={"SSE_INVENTORY": "no-such-file.yaml"}
    )
    assert ended.returncode == 0, ended.stdout
    assert "SSE-VERDICT" not in ended.stdout
    assert not (tmp_path / "reports").exists()


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of its own, so that reports of the developer's stay."""
    home = tmp_path_factory.mktemp("clone")
    copy_project(home)
    return home


@pytest.mark.parametrize("program", [("pytest",), ("python", "-m", "pytest")], ids=["pytest", "python -m"])
@pytest.mark.parametrize(
    "inventory", [("--inventory", "{home}/fleet.yaml"), ("--inventory={home}/fleet.yaml",)], ids=["blank", "equals"]
)
def test_a_clone_goes_on_working(
    installed: Installed, some_devices: Lab, clone: Path, program: tuple[str, ...], inventory: tuple[str, ...]
) -> None:
    options = [option.format(home=installed.home) for option in inventory]
    ended = installed.run(*program, *options, "--devices=ftd-us", at=clone, variables=some_devices.environment)
    assert ended.returncode == 0, ended.stdout
    assert "SSE-VERDICT: passed exit=0 devices=1 " in ended.stdout
    assert (clone / "reports" / "compliance.html").is_file()


def test_no_device_is_an_error_with_the_package_as_in_a_clone(
    installed: Installed, clone: Path, tmp_path: Path
) -> None:
    for at, arguments in ((clone, ()), (tmp_path, ("--pyargs", "sse_compliance.tests_sse"))):
        ended = installed.run("pytest", *arguments, at=at)
        assert ended.returncode == 4, ended.stdout
        assert "no device is named" in ended.stdout
