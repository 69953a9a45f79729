"""An inventory gives its devices, or tells what is wrong with it: file, line, key, what was expected."""

from __future__ import annotations

from pathlib import Path

import pytest

from sse_compliance.catalogue.regions import load_regions
from sse_compliance.errors import InputError
from sse_compliance.inventory.device import CredentialKind, CredentialRef, JumpHost, Platform
from sse_compliance.inventory.from_url import target_from_url
from sse_compliance.inventory.load import load_inventory

REGIONS = load_regions().profiles


def write(directory: Path, text: str) -> Path:
    path = directory / "fleet.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_five_lines_are_enough(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "defaults: {password: {env: FTD_PASSWORD}}\n"
        "devices:\n"
        "  - {name: ftd-nyc-01, address: 192.0.2.10, platform: ftd, region: us}\n",
    )
    (target,) = load_inventory(path, REGIONS).targets
    device, access = target.device, target.access
    assert (device.name, device.platform, device.region, device.profile) == (
        "ftd-nyc-01",
        Platform.FTD,
        "us",
        "classic",
    )
    assert device.cloud
    assert device.proxy is None
    assert (access.address, access.port, access.user) == ("192.0.2.10", 22, "admin")
    assert access.password == CredentialRef(CredentialKind.ENV, "FTD_PASSWORD")


def test_a_device_overrides_its_group_and_the_group_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
defaults: {user: ops, port: 2222, platform: ftd, tags: [all], password: {command: pass show fleet}}
groups:
  europe:
    defaults: {region: eu, user: europe, tags: [dc], jump: {address: jump.example.net, user: j}}
    devices:
      - {name: "ftd-eu-[08-10]", address: "192.0.2.[18-20]", cloud: off}
      - {name: fmc-eu, address: fmc.example.net, platform: fmc, user: own, profile: current, amp: true, tags: [x]}
devices:
  - {name: sfr-1, address: "2001:db8::1", platform: sfr, region: apj, proxy: "http://proxy.example.net:3128"}
""",
    )
    targets = {target.device.name: target for target in load_inventory(path, REGIONS).targets}
    assert list(targets) == ["sfr-1", "ftd-eu-08", "ftd-eu-09", "ftd-eu-10", "fmc-eu"]
    last = targets["ftd-eu-10"]
    assert (last.device.address, last.device.region, last.device.cloud) == ("192.0.2.20", "eu", False)
    assert last.device.tags == ("europe", "all", "dc")
    assert (last.access.user, last.access.port) == ("europe", 2222)
    assert last.access.jump == (JumpHost("jump.example.net", 22, "j"),)
    fmc = targets["fmc-eu"]
    assert (fmc.device.platform, fmc.device.profile, fmc.device.amp) == (Platform.FMC, "current", True)
    assert (fmc.access.user, fmc.device.tags) == ("own", ("europe", "all", "dc", "x"))
    assert targets["sfr-1"].device.proxy == "http://proxy.example.net:3128"
    assert targets["sfr-1"].device.tags == ("all",)


def test_a_proxys_password_is_a_reference(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "defaults: {proxy: 'http://p:3128', proxy_user: svc, proxy_password: {file: secret}}\n"
        "devices:\n  - {name: a, address: b, platform: ftd, region: us}\n",
    )
    target = load_inventory(path, REGIONS).targets[0]
    assert target.device.proxy == "http://p:3128"
    assert target.device.proxy_login
    assert target.access.proxy_user == "svc"
    assert target.access.proxy_password == CredentialRef(CredentialKind.FILE, str(tmp_path / "secret"))


def test_the_way_to_a_device(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        """
defaults: {region: us, platform: ftd}
devices:
  - name: ftd-1
    address: "2001:db8::7"
    module: 2
    instance: ftd1
    algorithms: [diffie-hellman-group14-sha1]
    jump: [{address: outer.example.net}, {address: inner.example.net, user: ops, password: {file: jump.txt}}]
""",
    )
    (target,) = load_inventory(path, REGIONS).targets
    access = target.access
    assert (access.address, access.module, access.instance) == ("2001:db8::7", 2, "ftd1")
    assert access.algorithms == ("diffie-hellman-group14-sha1",)
    password = CredentialRef(CredentialKind.FILE, str(tmp_path / "jump.txt"))
    assert access.jump == (JumpHost("outer.example.net"), JumpHost("inner.example.net", 22, "ops", password))


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "defaults: {known_hosts: hosts, key_file: keys/id, password: {file: secret}}\n"
        "devices:\n  - {name: a, address: b, platform: ftd, region: us}\n",
    )
    access = load_inventory(path, REGIONS).targets[0].access
    assert access.known_hosts == str(tmp_path / "hosts")
    assert access.key_file == str(tmp_path / "keys/id")
    assert access.password == CredentialRef(CredentialKind.FILE, str(tmp_path / "secret"))


ONE = "devices:\n  - {name: a, address: b, platform: ftd, region: us}\n"

MISTAKES = {
    "empty file": ("", ":1:", "empty"),
    "not yaml": ("devices: [\n", ":2:", "not valid YAML"),
    "tab": ("devices:\n\t- x\n", ":2:", "not valid YAML"),
    "no device": ("devices: []\n", ":1:", "names no device"),
    "a list": ("- a\n", ":1:", "expected keys with values"),
    "a key with a typing mistake": (
        "devices:\n  - {name: a, address: b, platfrom: ftd, region: us}\n",
        ":2: devices[0].platfrom",
        "unknown key; did you mean platform?",
    ),
    "unknown key": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us}\nfoo: 1\n",
        ":3: foo",
        "unknown key",
    ),
    "unknown key of a device": (
        "devices:\n  - name: a\n    address: b\n    plattform: ftd\n    region: us\n",
        ":4: devices[0].plattform",
        "unknown key",
    ),
    "key twice": (
        "devices:\n  - name: a\n    address: b\n    name: c\n    platform: ftd\n    region: us\n",
        ":4:",
        "'name' stands twice (first in line 2)",
    ),
    "address twice": (
        ONE + "  - {name: z, address: B, platform: ftd, region: us}\n",
        ":3: devices[1].address",
        "the address B:22 stands twice (first in line 2, as 'a')",
    ),
    "address twice in two spellings of IPv6": (
        "devices:\n  - {name: a, address: '2001:db8::1', platform: ftd, region: us}\n"
        "  - {name: z, address: '2001:DB8:0::1', platform: ftd, region: us}\n",
        ":3: devices[1].address",
        "the address [2001:DB8:0::1]:22 stands twice (first in line 2, as 'a')",
    ),
    "no IPv6 address": (
        "devices:\n  - {name: a, address: '2001:db8::1::2', platform: ftd, region: us}\n",
        ":2: devices[0].address",
        "'2001:db8::1::2' is no host name or IP address",
    ),
    "no IPv4 address": (
        "devices:\n  - {name: a, address: 1.2.3.400, platform: ftd, region: us}\n",
        ":2: devices[0].address",
        "'1.2.3.400' is no host name or IP address",
    ),
    "name twice": (
        ONE + "  - {name: a, address: d, platform: ftd, region: us}\n",
        ":3: devices[1].name",
        "'a' stands twice (first in line 2)",
    ),
    "name missing": ("devices:\n  - {address: b, platform: ftd, region: us}\n", ":2: devices[0].name", "missing"),
    "platform missing": ("devices:\n  - {name: a, address: b, region: us}\n", ":2: devices[0]", "ftd, fmc, sfr"),
    "platform unknown": (
        "devices:\n  - name: a\n    address: b\n    platform: asa\n    region: us\n",
        ":4: devices[0].platform",
        "'ftd', 'fmc' or 'sfr'",
    ),
    "region missing": ("devices:\n  - {name: a, address: b, platform: ftd}\n", ":2: devices[0].region", "apj"),
    "region unknown": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: mars}\n",
        ":2: devices[0].region",
        "no region 'mars'",
    ),
    "profile unknown": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: in, profile: classic}\n",
        ":2: devices[0].profile",
        "expected current",
    ),
    "name of another alphabet": (
        "devices:\n  - {name: 'a b', address: b, platform: ftd, region: us}\n",
        ":2: devices[0].name",
        "no device name",
    ),
    "name that is a path": (
        "devices:\n  - {name: ../../etc/x, address: b, platform: ftd, region: us}\n",
        ":2: devices[0].name",
        "no device name",
    ),
    "name that is the folder above": (
        "devices:\n  - {name: .., address: b, platform: ftd, region: us}\n",
        ":2: devices[0].name",
        "no device name",
    ),
    "name that is the runner's": (
        "devices:\n  - {name: runner, address: b, platform: ftd, region: us}\n",
        ":2: devices[0].name",
        "the name 'runner' is kept for what the runner itself finds; expected another",
    ),
    "proxy without a port": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, proxy: 'http://h:notaport'}\n",
        ":2: devices[0].proxy",
        "expected http://HOST:PORT",
    ),
    "proxy with a port of another alphabet": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, proxy: 'http://h:²'}\n",
        ":2: devices[0].proxy",
        "expected http://HOST:PORT",
    ),
    "address that is an option": (
        "devices:\n  - {name: a, address: -oProxyCommand=x, platform: ftd, region: us}\n",
        ":2: devices[0].address",
        "no host name",
    ),
    "port of text": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, port: '22'}\n",
        ":2: devices[0].port",
        "expected a whole number",
    ),
    "port too large": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, port: 65536}\n",
        ":2: devices[0].port",
        "65535",
    ),
    "cloud of text": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, cloud: 'yes'}\n",
        ":2: devices[0].cloud",
        "expected true or false",
    ),
    "range of another length": (
        "devices:\n  - {name: 'a[1-3]', address: '10.0.0.[1-2]', platform: ftd, region: us}\n",
        ":2: devices[0]",
        "3 names but 2 addresses",
    ),
    "range backwards": (
        "devices:\n  - {name: 'a[3-1]', address: '10.0.0.[1-2]', platform: ftd, region: us}\n",
        ":2: devices[0].name",
        "not a range",
    ),
    "a proxy's password without its user": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, proxy: 'http://h:1', "
        "proxy_password: {env: P}}\n",
        ":2: devices[0].proxy_password",
        "expected proxy and proxy_user beside proxy_password",
    ),
    "proxy with a password": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, proxy: 'http://u:p@h:1'}\n",
        ":2: devices[0].proxy",
        "without user or password",
    ),
    "two credentials": (
        "defaults: {password: {env: A, file: b}}\n" + ONE,
        ":1: defaults.password",
        "exactly one of env, file, command",
    ),
    "a rule set's key": (
        "devices:\n  - {name: a, address: b, platform: ftd, region: us, rulesets: [{file: r, acll: x}]}\n",
        ":2: devices[0].rulesets[0].acll: unknown key",
        "did you mean acl?",
    ),
    "group without devices": ("groups:\n  x: {devices: []}\n", ":2: groups.x.devices", "at least 1"),
}


@pytest.mark.parametrize(("text", "where", "expected"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_with_file_line_and_key(tmp_path: Path, text: str, where: str, expected: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(InputError) as error:
        load_inventory(path, REGIONS)
    assert str(error.value).startswith(f"{path}{where}")
    assert expected in str(error.value)
    assert "function-" not in str(error.value)
    assert "constrained-" not in str(error.value)


def test_a_password_in_the_file_is_refused_and_not_repeated(tmp_path: Path) -> None:
    path = write(tmp_path, f"defaults: {{password: hunter2}}\n{ONE}")
    with pytest.raises(InputError, match="never a password itself") as error:
        load_inventory(path, REGIONS)
    assert "hunter2" not in str(error.value)


def test_a_missing_file_and_one_that_is_no_text(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="can't be read: No such file"):
        load_inventory(tmp_path / "none.yaml", REGIONS)
    path = tmp_path / "fleet.yaml"
    path.write_bytes(b"devices:\n  - \xff\n")
    with pytest.raises(InputError, match=":2: not UTF-8"):
        load_inventory(path, REGIONS)


def test_a_device_given_as_a_url(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SSE_PASSWORD", raising=False)
    target = target_from_url("firepower://ops@10.0.0.5:2222?platform=fmc&region=eu", REGIONS)
    assert (target.device.name, target.device.platform, target.device.region) == ("10.0.0.5", Platform.FMC, "eu")
    assert (target.access.user, target.access.port, target.access.password) == ("ops", 2222, None)
    assert target_from_url("firepower://corp%5Cops@10.0.0.5", REGIONS).access.user == "corp\\ops"
    six = target_from_url("firepower://admin@[fe80::1]:2222", REGIONS)
    assert (six.device.name, six.access.address, six.access.port) == ("fe80--1", "fe80::1", 2222)
    assert target_from_url("firepower://admin@[::1]", REGIONS).device.name == "1"
    assert target_from_url("firepower://u@runner?name=ftd-1", REGIONS).device.name == "ftd-1"
    monkeypatch.setenv("SSE_PASSWORD", "x")
    plain = target_from_url("firepower://10.0.0.5", REGIONS)
    assert (plain.access.user, plain.device.platform, plain.device.region) == ("admin", Platform.FTD, "us")
    assert plain.access.password == CredentialRef(CredentialKind.ENV, "SSE_PASSWORD")


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("firepower://u:hunter2@h", "a password never stands in a URL"),
        ("firepower://u@", "expected firepower://"),
        ("firepower://u@h:x", "not a URL"),
        ("firepower://u@h?platform=asa", "expected one of ftd, fmc, sfr"),
        ("firepower://u@h?region=mars", "expected one of apj"),
        ("firepower://u@h?colour=red", "unknown ['colour']"),
        ("firepower://u@h?profile=x", "no profile 'x'"),
        ("firepower://a%0ab@h", "what stands before @ is no user"),
        ("firepower://a%20b@h", "what stands before @ is no user"),
        ("firepower://$(x)@h", "what stands before @ is no user"),
        (
            "firepower://u@runner",
            "the name 'runner' is kept for what the runner itself finds; give it another with ?name",
        ),
        ("firepower://u@h?name=runner", "the name 'runner' is kept"),
    ],
)
def test_a_url_that_can_not_be_used(url: str, expected: str) -> None:
    with pytest.raises(InputError) as error:
        target_from_url(url, REGIONS)
    assert expected in str(error.value)
    assert "hunter2" not in str(error.value)
