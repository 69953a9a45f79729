"""FMCs in an inventory: where they are, who asks, and that no secret stands in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import CredentialKind, CredentialRef, RestAccess, Target
from sse_compliance.inventory.load import load_inventory

PROFILES = load_regions().profiles
FMC = "{name: fmc, address: 192.0.2.1, platform: fmc, rest: {user: api, password: {env: PW}}}"


def load(tmp_path: Path, *devices: str) -> dict[str, Target]:
    path = tmp_path / "inventory.yaml"
    lines = "".join(f"  - {device}\n" for device in devices)
    path.write_text(f"defaults: {{region: us}}\ndevices:\n{lines}", encoding="utf-8")
    return {target.device.name: target for target in load_inventory(path, PROFILES).targets}


def test_an_fmc_answers_for_itself_and_for_those_that_name_it(tmp_path: Path) -> None:
    ftd = "{name: ftd, address: 192.0.2.2, platform: ftd, fmc: fmc, fmc_name: Frankfurt 1, login: fmc, source: by hand}"
    found = load(tmp_path, ftd, FMC, "{name: alone, address: 192.0.2.3, platform: ftd}")
    assert {name: target.device.fmc for name, target in found.items()} == {"ftd": "fmc", "fmc": "fmc", "alone": None}
    reference = CredentialRef(CredentialKind.ENV, "PW")
    assert found["fmc"].access.rest == RestAccess("https://192.0.2.1", reference, "fmc", "api")
    assert (found["ftd"].access.fmc_name, found["ftd"].access.login) == ("Frankfurt 1", "fmc")


@pytest.mark.parametrize(
    ("address", "more", "base"),
    [
        ("api.us.security.cisco.com", "", "https://api.us.security.cisco.com/firewall/v1/cdfmc"),
        ("tenant.app.example.com", "", "https://tenant.app.example.com"),
        ("tenant.app.example.com", ", path: /x/y, port: 8443", "https://tenant.app.example.com:8443/x/y"),
    ],
)
def test_a_cloud_delivered_fmc_has_a_token_and_no_ssh(tmp_path: Path, address: str, more: str, base: str) -> None:
    rest = f"{{kind: cdfmc, token: {{file: token}}{more}}}"
    one = load(tmp_path, f"{{name: cd, address: {address}, platform: fmc, rest: {rest}}}")["cd"]
    assert one.device.cloud_delivered
    assert one.access.login == "fmc"
    assert one.access.rest is not None
    assert one.access.rest.base == base
    assert one.access.rest.secret == CredentialRef(CredentialKind.FILE, str(tmp_path / "token"))


@pytest.mark.parametrize(
    ("device", "message"),
    [
        ("{name: a, address: h, platform: ftd, fmc: fmcc}", ":4: devices[1].fmc: 'fmcc' is no FMC with `rest`"),
        ("{name: a, address: h, platform: ftd, login: fmc}", "login: fmc needs the FMC that is asked"),
        ("{name: a, address: h, platform: ftd, rest: {user: u, password: {env: P}}}", "only an FMC has it"),
        ("{name: a, address: h, platform: fmc, rest: {user: u, password: hunter2}}", "never a password itself"),
        ("{name: a, address: h, platform: fmc, rest: {user: u}}", "kind fmc: expected user and password"),
        ("{name: a, address: h, platform: fmc, rest: {kind: cdfmc, user: u, password: {env: P}}}", "expected token"),
        ("{name: a, address: h, platform: fmc, rest: {kind: fdm, user: u, password: {env: P}}}", "rest.kind"),
    ],
)
def test_what_does_not_fit_together_is_told(tmp_path: Path, device: str, message: str) -> None:
    with pytest.raises(InputError) as refused:
        load(tmp_path, FMC, device)
    assert message in str(refused.value)
    assert "hunter2" not in str(refused.value)
