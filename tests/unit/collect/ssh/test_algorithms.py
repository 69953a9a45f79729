"""Which algorithms are offered: modern ones, and what somebody has allowed by name."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import asyncssh
import pytest
from asyncssh.encryption import get_default_encryption_algs
from asyncssh.kex import get_default_kex_algs
from asyncssh.mac import get_default_mac_algs

from sse_compliance.collect.ssh.algorithms import check, is_short, missing, offered
from sse_compliance.errors import InputError

KINDS = {"kex_algs": "KexAlgorithms", "encryption_algs": "Ciphers", "mac_algs": "MACs"}
DEFAULTS = {
    "kex_algs": get_default_kex_algs,
    "encryption_algs": get_default_encryption_algs,
    "mac_algs": get_default_mac_algs,
}
OLD = ("sha1", "md5", "cbc", "arcfour", "3des", "umac-64")


def lists(allowed: Collection[str] = (), config: dict[str, object] | None = None) -> dict[str, Any]:
    return offered(allowed, config or {})


def test_what_is_old_is_not_offered_and_the_rest_is_in_its_order() -> None:
    options = lists()
    assert options.keys() == {*KINDS, "compression_algs", "server_host_key_algs"}
    assert options["compression_algs"] == ["none"]
    assert options["server_host_key_algs"] == "-ssh-rsa,ssh-dss"
    for option, default in DEFAULTS.items():
        names = [name.decode() for name in default()]
        kept = [n for n in names if not any(old in n for old in OLD) and not n.startswith("gss-")]
        assert options[option] == kept
        assert kept


@pytest.mark.parametrize(
    ("option", "name"),
    [("kex_algs", "diffie-hellman-group1-sha1"), ("encryption_algs", "aes128-cbc"), ("mac_algs", "hmac-sha1")],
)
def test_an_old_one_that_is_allowed_comes_last(option: str, name: str) -> None:
    usual, options = lists(), lists((name,))
    assert options.pop(option) == [*usual.pop(option), name]
    assert options == usual


def test_a_modern_one_that_is_allowed_is_offered_once() -> None:
    assert lists(("aes256-ctr",)) == lists()


@pytest.mark.parametrize(("option", "key"), KINDS.items())
def test_the_users_own_choice_is_left_alone_unless_the_inventory_adds_to_it(option: str, key: str) -> None:
    usual = lists()
    chosen = lists(config={key: "x"})
    assert usual.pop(option)
    assert chosen == usual
    old = {"kex_algs": "diffie-hellman-group1-sha1", "encryption_algs": "3des-cbc", "mac_algs": "hmac-md5"}[option]
    assert lists((old,), {key: "x"}) == lists((old,))


@pytest.mark.parametrize(
    ("allowed", "algorithms"),
    [
        ((), "-ssh-rsa,ssh-dss"),
        (("ssh-rsa",), "-ssh-dss"),
        (("ssh-dss",), "+ssh-dss"),
        (("hmac-sha1",), "-ssh-rsa,ssh-dss"),
    ],
)
def test_types_of_host_keys(allowed: tuple[str, ...], algorithms: str) -> None:
    assert lists(allowed)["server_host_key_algs"] == algorithms
    by_user = lists(allowed, {"HostKeyAlgorithms": "x"}).get("server_host_key_algs")
    assert by_user == (algorithms if {"ssh-rsa", "ssh-dss"} & {*allowed} else None)


def test_names_that_may_be_allowed() -> None:
    check(["diffie-hellman-group1-sha1", "3des-cbc", "hmac-md5", "ssh-rsa", "ssh-dss", "rsa1024"])
    with pytest.raises(InputError) as caught:
        check(["ssh-rsa", "rot13"])
    assert str(caught.value) == "algorithms: 'rot13' is no SSH algorithm that can be allowed; see docs/inventory.md"


@pytest.mark.parametrize(
    ("kind", "options", "short"),
    [
        ("ssh-rsa", {"key_size": 1024}, True),
        ("ssh-rsa", {"key_size": 2048}, False),
        ("ecdsa-sha2-nistp256", {}, False),
        ("ssh-ed25519", {}, False),
    ],
)
def test_a_key_is_short_where_it_is_rsa(kind: str, options: dict[str, Any], short: bool) -> None:
    assert is_short(asyncssh.generate_private_key(kind, **options).convert_to_public()) is short


def test_no_key_is_not_short() -> None:
    assert is_short(None) is False


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("No matching MAC algorithm found, sent a,b and received c,d", ("MAC", "c,d")),
        ("No matching key exchange algorithm found, sent a,\nb and received c", ("key exchange", "c")),
        ("No matching nothing", None),
    ],
)
def test_what_a_failed_negotiation_says(text: str, found: tuple[str, str] | None) -> None:
    assert missing(text) == found
