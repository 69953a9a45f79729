"""``ansible-inventory`` itself reads the inventories; the import says the same."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.cli import main
from sse_compliance.errors import InputError
from sse_compliance.importers.from_ansible import read

TODAY = date(2026, 11, 25)

INI = """\
[europe:children]
ftd
fmc

[ftd]
ftd-[01:03] ansible_port=2222
edge ansible_host=192.0.2.9 ansible_ssh_common_args='-o ProxyJump=ops@jump.example.net:2200'

[fmc]
fra-fmc ansible_host=192.0.2.10

[ftd:vars]
ansible_user=ops
sse_region=eu
ansible_password=hunter2-clear

[fmc:vars]
sse_region=eu
"""
YAML = """\
all:
  children:
    nested:
      children:
        inner:
          hosts:
            box-[1:2]: {sse_platform: ftd, sse_region: us, sse_cloud: false, sse_proxy: "http://proxy.example.net:3128"}
            manager: {ansible_network_os: cisco.fmcansible.fmc, ansible_port: 443, sse_region: us}
"""
VAULTED = """\
ansible_password: !vault |
  $ANSIBLE_VAULT;1.1;AES256
  66386439653236336462626566653063336164663966303231363934653561363964363833313662
"""


@pytest.fixture(autouse=True)
def _program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}:/usr/bin:/bin")


def listed(path: Path) -> dict[str, dict[str, Any]]:
    done = subprocess.run(["ansible-inventory", "-i", str(path), "--list"], capture_output=True, text=True, check=True)
    hostvars: dict[str, dict[str, Any]] = json.loads(done.stdout)["_meta"]["hostvars"]
    return hostvars


@pytest.mark.parametrize(("name", "text"), [("hosts.ini", INI), ("hosts.yml", YAML)])
def test_the_import_is_what_ansible_lists(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text)
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "all.yml").write_text("sse_profile: current\n")
    theirs = listed(path)
    ours = {one.name: one for one in read(path, TODAY).devices}
    assert set(ours) == set(theirs)
    for host, variables in theirs.items():
        one = ours[host]
        assert one.address == variables.get("ansible_host", host)
        assert one.more["region"] == variables["sse_region"]
        assert one.more["profile"] == variables["sse_profile"] == "current"
        assert one.more.get("user") == variables.get("ansible_user")
        assert one.more.get("proxy") == variables.get("sse_proxy")
        assert one.more.get("cloud") == variables.get("sse_cloud")


def test_platforms_tags_and_jump_hosts(tmp_path: Path) -> None:
    path = tmp_path / "hosts"
    path.write_text(INI)
    ours = {one.name: one for one in read(path, TODAY).devices}
    assert {name: one.platform for name, one in ours.items()} == {
        "edge": "ftd", "ftd-01": "ftd", "ftd-02": "ftd", "ftd-03": "ftd", "fra-fmc": "fmc",
    }  # fmt: skip
    assert ours["edge"].tags == ("europe",)
    assert ours["edge"].more["jump"] == {"address": "jump.example.net", "port": 2200, "user": "ops"}
    assert ours["ftd-01"].more["port"] == 2222


def test_an_fmc_of_the_collection_is_an_fmc_and_its_https_port_is_not_that_of_ssh(tmp_path: Path) -> None:
    path = tmp_path / "hosts.yml"
    path.write_text(YAML)
    ours = {one.name: one for one in read(path, TODAY).devices}
    assert ours["manager"].platform == "fmc"
    assert "port" not in ours["manager"].more


def test_no_password_is_imported_clear_or_vaulted(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hosts"
    path.write_text(INI)
    (tmp_path / "group_vars").mkdir()
    (tmp_path / "group_vars" / "fmc.yml").write_text(VAULTED)
    output = tmp_path / "inventory.yaml"
    assert main(["inventory", "import", "ansible", str(path), "--output", str(output)]) == 0
    told = "".join(capfd.readouterr()) + output.read_text()
    assert "hunter2" not in told
    assert "vault" not in told.lower()
    assert "not imported, for an inventory holds no secret: ansible_password" in told
    assert main(["inventory", str(output)]) == 0


def test_a_platform_is_never_guessed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "hosts"
    path.write_text("[firewalls]\nftd-1 sse_region=us\n")
    assert main(["inventory", "import", "ansible", str(path)]) == 4
    assert "'ftd-1': its platform is not told" in capfd.readouterr().err
    assert main(["inventory", "import", "ansible", str(path), "--platform", "ftd-1=ftd"]) == 0


@pytest.mark.parametrize("text", [None, "[broken\nnonsense: [", "{]"])
def test_a_missing_or_unreadable_inventory_is_an_error(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "hosts.ini"
    if text is not None:
        path.write_text(text)
    assert main(["inventory", "import", "ansible", str(path)]) == 4


def test_without_ansible_it_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "hosts"
    path.write_text(INI)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(InputError, match="ansible-inventory is not installed"):
        read(path, TODAY)
