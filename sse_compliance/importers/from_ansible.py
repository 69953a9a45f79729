"""An Ansible inventory, read by Ansible's own program ``ansible-inventory``.

Conventions: ``ansible_host``, ``ansible_port``, ``ansible_user``, a ProxyJump in ``ansible_ssh_common_args``; the
platform from ``sse_platform`` or a group ``ftd``, ``fmc`` or ``sfr``; ``sse_region``, ``sse_profile``, ``sse_cloud``,
``sse_proxy``. Passwords, vaulted or not, are never taken.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from sse_compliance.errors import InputError
from sse_compliance.importers.entry import Import, Imported, tag
from sse_compliance.inventory.device import Platform

#: How long Ansible may take, in seconds; a dynamic inventory asks somebody else.
SECONDS = 300

_JUMP = re.compile(r"(?:-J[ =]?|ProxyJump[ =])['\"]?(?:(?P<user>[\w.@-]+)@)?(?P<host>[\w.-]+)(?::(?P<port>[0-9]+))?")
_TEXTS = {"sse_region": "region", "sse_profile": "profile", "sse_proxy": "proxy", "ansible_user": "user"}
_FLAGS = {"sse_cloud": "cloud", "sse_amp": "amp"}
_SECRET = re.compile(r"pass|secret|token|_key\b(?!_file)", re.IGNORECASE)


def read(path: Path, today: date) -> Import:
    """The hosts of an inventory file or directory.

    Raises:
        InputError: there is none, Ansible can't read it, or ``ansible-inventory`` is not installed.
    """
    listed = _listed(path)
    hostvars = listed.get("_meta", {}).get("hostvars", {})
    groups = _groups(listed)
    devices = []
    secrets: set[str] = set()
    for name in sorted(set(hostvars) | set(groups)):
        variables = hostvars.get(name, {})
        secrets |= {key for key in variables if _SECRET.search(key)}
        devices.append(_device(name, variables, groups[name], f"ansible {path.name} {today}"))
    notes = (f"not imported, for an inventory holds no secret: {', '.join(sorted(secrets))}",) if secrets else ()
    return Import(tuple(devices), notes)


def _listed(path: Path) -> dict[str, Any]:
    if not path.exists():
        raise InputError("there is no such inventory", place=path)
    try:
        done = subprocess.run(
            ["ansible-inventory", "-i", str(path), "--list"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            # Without this a file that can't be parsed is an empty inventory, and no error.
            env={**os.environ, "ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "true", "ANSIBLE_NOCOLOR": "1"},
        )
    except FileNotFoundError:
        raise InputError("ansible-inventory is not installed; install ansible-core") from None
    except subprocess.TimeoutExpired:
        raise InputError(f"ansible-inventory did not end within {SECONDS} s", place=path) from None
    if done.returncode:
        # What Ansible prints may repeat lines of the file, and with them passwords.
        raise InputError(
            f"ansible-inventory ended with exit status {done.returncode}; "
            f"run `ansible-inventory -i {path} --list` to see why",
            place=path,
        )
    try:
        listed = json.loads(done.stdout)
    except ValueError:
        raise InputError("ansible-inventory printed no JSON", place=path) from None
    if not isinstance(listed, dict):
        raise InputError("ansible-inventory printed no inventory", place=path)
    return listed


def _groups(listed: Mapping[str, Any]) -> dict[str, list[str]]:
    """The groups of each host, those around its own included; ``all`` and ``ungrouped`` say nothing."""
    found: dict[str, list[str]] = defaultdict(list)

    def walk(group: str, above: tuple[str, ...]) -> None:
        inside = above if group in ("all", "ungrouped") else (*above, group)
        entry = listed.get(group, {})
        for host in entry.get("hosts", ()):
            found[host] += [name for name in inside if name not in found[host]]
        for child in entry.get("children", ()):
            if child not in above:
                walk(child, inside)

    walk("all", ())
    return found


def _device(name: str, variables: Mapping[str, Any], groups: list[str], source: str) -> Imported:
    more: dict[str, object] = {}
    for key, ours in _TEXTS.items():
        if isinstance(variables.get(key), str):
            more[ours] = variables[key]
    for key, ours in _FLAGS.items():
        if isinstance(variables.get(key), bool):
            more[ours] = variables[key]
    port = variables.get("ansible_port")
    if port is not None and not _is_fmc_api(variables):
        more["port"] = int(port) if str(port).isdigit() else port
    jump = _JUMP.search(str(variables.get("ansible_ssh_common_args", "")))
    if jump:
        hop: dict[str, object] = {"address": jump["host"]}
        hop |= {"port": int(jump["port"])} if jump["port"] else {}
        more["jump"] = hop | ({"user": jump["user"]} if jump["user"] else {})
    return Imported(
        name=name,
        address=str(variables.get("ansible_host", name)),
        platform=_platform(variables, groups),
        source=source,
        tags=tuple(dict.fromkeys(tag(group) for group in groups if group not in set(Platform))),
        more=more,
    )


def _platform(variables: Mapping[str, Any], groups: list[str]) -> str | None:
    if "sse_platform" in variables:
        return str(variables["sse_platform"])
    named = [group for group in groups if group in set(Platform)]
    if len(named) == 1:
        return named[0]
    return "fmc" if _is_fmc_api(variables) and not named else None


def _is_fmc_api(variables: Mapping[str, Any]) -> bool:
    return str(variables.get("ansible_network_os", "")).endswith("fmcansible.fmc")
