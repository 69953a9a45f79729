"""``inventory import fmc``: a file to review, and later what it lacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.cli import main
from sse_compliance.inventory.load import load_inventory
from sse_compliance.lab.fmc.state import Container, ContainerKind, FmcState, Managed, Release
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import PASSWORD, USER, StartFmc, start_fmc, trust

__all__ = ["start_fmc", "trust"]

PAIR = [
    Managed(
        f"ftd-{side}", f"192.0.2.{n}", groups=("Edge sites",), container=Container(ContainerKind.PAIR, "pair 1", role)
    )
    for n, (side, role) in enumerate((("a", "PRIMARY"), ("b", "SECONDARY")), 1)
]
STATE = FmcState(
    devices=(*PAIR, Managed("Frankfurt 1", "192.0.2.8"), Managed("sfr", "192.0.2.9", model="ASA5516", kind="sfr")),
    domains=(("north", (Managed("ftd-n", "192.0.2.20", version="7.2.5"),)),),
)


@pytest.fixture
def command(start_fmc: StartFmc, trust: Trust, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)
    server = start_fmc(STATE)
    return [
        "inventory", "import", "fmc", server.base, "--user", USER, "--password-env", "LAB_FMC_PASSWORD",
        "--name", "fra-fmc", "--ca-file", str(trust.ca_file), "--region", "eu",
        "--output", str(tmp_path / "inventory.yaml"),
    ]  # fmt: skip


def test_the_fleet_is_written_for_review_and_loads(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert main(command) == 4
    assert "'Frankfurt 1' is no device name here; 'Frankfurt-1' would be" in capfd.readouterr().err
    assert main([*command, "--rename"]) == 0
    path = tmp_path / "inventory.yaml"
    found = {target.device.name: target for target in load_inventory(path, load_regions().profiles).targets}
    assert {name: one.device.platform.value for name, one in found.items()} == {
        "fra-fmc": "fmc", "ftd-a": "ftd", "ftd-b": "ftd", "Frankfurt-1": "ftd", "sfr": "sfr", "ftd-n": "ftd",
    }  # fmt: skip
    assert {one.device.fmc for one in found.values()} == {"fra-fmc"}
    assert found["ftd-a"].device.tags == ("Edge-sites", "pair-1")
    assert found["Frankfurt-1"].access.fmc_name == "Frankfurt 1"
    text = path.read_text()
    assert "DeviceHAPair pair 1 SECONDARY" in text
    assert "Cisco Firepower 1120 Threat Defense 7.2.5" in text
    assert PASSWORD not in text + "".join(capfd.readouterr())


def test_a_later_run_shows_what_the_file_lacks(
    command: list[str], tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main([*command, "--rename"]) == 0
    before = (tmp_path / "inventory.yaml").read_text()
    assert main([*command, "--rename"]) == 0
    assert "has all that" in capfd.readouterr().out
    changed = before.replace("192.0.2.20", "192.0.2.21").replace("name: sfr", "name: gone")
    (tmp_path / "inventory.yaml").write_text(changed)
    assert main([*command, "--rename"]) == 1
    out = capfd.readouterr().out
    assert "+ sfr: not in the file (192.0.2.9, sfr;" in out
    assert "~ ftd-n: address is 192.0.2.21 in the file, 192.0.2.20 there" in out
    assert "- gone: in the file, not there any more" in out
    assert (tmp_path / "inventory.yaml").read_text() == changed


def test_a_model_that_is_not_known_is_not_guessed(
    start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)
    server = start_fmc(FmcState(devices=(replace(PAIR[0], model="NGIPSv for VMware"),)))
    command = ["inventory", "import", "fmc", server.base, "--user", USER, "--password-env", "LAB_FMC_PASSWORD"]
    command += ["--ca-file", str(trust.ca_file), "--region", "us"]
    assert main(command) == 4
    assert "NGIPSv for VMware" in capfd.readouterr().err
    assert main([*command, "--platform", "ftd-a=ftd"]) == 0


def test_members_of_a_pair_that_the_fmc_does_not_name_are_told(
    start_fmc: StartFmc,
    trust: Trust,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("LAB_FMC_PASSWORD", PASSWORD)
    unnamed = tuple(replace(device, container_named=False) for device in PAIR)
    server = start_fmc(FmcState(Release.FMC_67, devices=(*unnamed, Managed("ftd-c", "192.0.2.3"))))
    # An FMC that has no such field at all.
    own = server.api._config
    monkeypatch.setattr(server.api, "_config", lambda domain, name: _without_metadata("ftd-c", own(domain, name)))
    path = tmp_path / "inventory.yaml"
    command = ["inventory", "import", "fmc", server.base, "--user", USER, "--password-env", "LAB_FMC_PASSWORD"]
    assert main([*command, "--ca-file", str(trust.ca_file), "--region", "us", "--output", str(path)]) == 0
    assert "ftd-a, ftd-b: part of a pair or cluster that the FMC does not name" in "".join(capfd.readouterr())
    sources = {entry["name"]: entry["source"] for entry in yaml.safe_load(path.read_text())["devices"]}
    assert "part of a pair or cluster that the FMC does not name" in sources["ftd-a"]
    assert "part of a pair or cluster that the FMC does not name" in sources["ftd-b"]
    assert "does not tell whether it is part of a pair" in sources["ftd-c"]
    # Nothing is asked for each pair.
    assert len(server.seen) < 6


def _without_metadata(name: str, found: object) -> object:
    if not isinstance(found, list):
        return found
    return [{k: v for k, v in item.items() if item["name"] != name or k != "metadata"} for item in found]


@pytest.mark.parametrize("source", ["http://fmc.example.com", "https://user:pw@fmc.example.com", "fmc.example.com"])
def test_an_address_without_tls_or_with_a_password_is_refused(source: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["inventory", "import", "fmc", source, "--user", "u", "--password-env", "P"]) == 4
    assert "pw" not in capfd.readouterr().err
