"""Which SSH algorithms are offered: modern ones, and what the inventory or the user's OpenSSH configuration adds."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

import asyncssh
from asyncssh.encryption import get_default_encryption_algs, get_encryption_algs
from asyncssh.kex import get_default_kex_algs, get_kex_algs
from asyncssh.mac import get_default_mac_algs, get_mac_algs

from sse_compliance.errors import InputError

#: An RSA host key below this many bits is refused, unless the inventory allows `rsa1024`.
RSA_BITS = 2048
SHORT_RSA = "rsa1024"

#: What is old: SHA-1, MD5, 64-bit blocks, CBC. Nothing of it is offered by itself.
_OLD = re.compile(r"sha1|md5|-cbc|arcfour|3des|umac-64")
_HOST_KEYS = ("ssh-rsa", "ssh-dss")

#: What OpenSSH's configuration calls each, and the words of the message where none is common.
CONFIG_KEYS = {"key exchange": "KexAlgorithms", "encryption": "Ciphers", "mac": "MACs", "host key": "HostKeyAlgorithms"}

_LISTS = {
    "kex_algs": ("KexAlgorithms", get_kex_algs, get_default_kex_algs),
    "encryption_algs": ("Ciphers", get_encryption_algs, get_default_encryption_algs),
    "mac_algs": ("MACs", get_mac_algs, get_default_mac_algs),
}


def check(names: Collection[str]) -> None:
    """Makes sure that the old algorithms that an inventory allows are known.

    Raises:
        InputError: one is not.
    """
    known = {name.decode() for _, possible, _ in _LISTS.values() for name in possible()} | {*_HOST_KEYS, SHORT_RSA}
    for name in names:
        if name not in known:
            raise InputError(f"algorithms: {name!r} is no SSH algorithm that can be allowed; see docs/inventory.md")


def offered(allowed: Collection[str], config: Mapping[str, object]) -> dict[str, object]:
    """Options of asyncssh's.

    Args:
        allowed: old algorithms that the inventory allows for the device.
        config: what the user's OpenSSH configuration says for it; its choice of algorithms is the user's own.
    """
    options: dict[str, object] = {"compression_algs": ["none"]}
    for option, (key, possible, default) in _LISTS.items():
        names = [name.decode() for name in possible()]
        extra = [name for name in names if name in allowed]
        if key in config and not extra:
            continue
        usual = [name.decode() for name in default()]
        modern = [name for name in usual if not _OLD.search(name) and not name.startswith("gss-")]
        options[option] = modern + [name for name in extra if name not in modern]
    if "HostKeyAlgorithms" not in config or set(_HOST_KEYS) & set(allowed):
        # Relative to the types that known_hosts holds, so that the key that is known is the one that is asked for.
        options["server_host_key_algs"] = (
            "+ssh-dss" if "ssh-dss" in allowed else "-ssh-dss" if "ssh-rsa" in allowed else "-ssh-rsa,ssh-dss"
        )
    return options


def is_short(key: asyncssh.SSHKey | None) -> bool:
    """Whether a host key is RSA and shorter than it may be."""
    size = getattr(getattr(key, "pyca_key", None), "key_size", None)
    return key is not None and b"rsa" in key.algorithm and isinstance(size, int) and size < RSA_BITS


def missing(text: str) -> tuple[str, str] | None:
    """What a failed negotiation says: the kind of algorithm, and what the device offers (comma-separated)."""
    found = re.search(r"No matching (.+?) algorithm found, sent .* and received (\S+)", text, re.DOTALL)
    return (found[1], found[2]) if found else None
