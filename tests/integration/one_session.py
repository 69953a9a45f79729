"""Collecting one device, a double, with short limits; what is said of it."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from sse_compliance.collect.fleet import collect_fleet
from sse_compliance.collect.limits import Limits
from sse_compliance.collect.one_device import Ask
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.record import Evidence
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import Access, CredentialKind, CredentialRef, Device, Platform, Target
from tests.integration.device_double import SHOW_NETWORK, Double, serving

PASSWORD = "login-s3cret"
LIMITS = Limits(connect=3, login=5, device=20, backoff=0.01)
PLAN = ("show-network", "show-version", "date", "resolv-conf", "tcp:127.0.0.1:1")


def reference(name: str, value: str) -> CredentialRef:
    os.environ[name] = value
    return CredentialRef(CredentialKind.ENV, name)


def target(double: Double, **access: Any) -> Target:
    options: dict[str, Any] = {
        "port": double.port,
        "password": reference("SSE_TEST_LOGIN", PASSWORD),
        "known_hosts": str(double.home / "known_hosts"),
    }
    return Target(Device("ftd-1", Platform.FTD, "us"), Access(double.host, **{**options, **access}))


async def collected(one: Target, plan: Sequence[str] = PLAN, limits: Limits = LIMITS) -> Evidence:
    found = await collect_fleet([one], {"ftd-1": plan}, ask=Ask(limits, Credentials()), on_done=lambda evidence: None)
    return found["ftd-1"]


def collect(double: Double, home: Path, plan: Sequence[str] = PLAN, limits: Limits = LIMITS, **access: Any) -> Evidence:
    home.mkdir(exist_ok=True)

    async def run() -> Evidence:
        async with serving(double, home):
            return await collected(target(double, **access), plan, limits)

    return asyncio.run(run())


def refusal(double: Double, home: Path, **access: Any) -> str:
    """The error of a device that could not be collected: it names the device and hides the password."""
    evidence = collect(double, home, **access)
    assert evidence.error is not None
    assert not evidence.probes
    assert evidence.error_kind
    with pytest.raises(Unavailable, match=re.escape(evidence.error)):
        evidence.probe("date")
    assert "ftd-1" not in evidence.error, "what is alike on many devices is told alike"
    assert PASSWORD not in evidence.error
    assert "wrong-s3cret" not in evidence.error
    return evidence.error


def assert_whole(evidence: Evidence, *, clish: bool = True) -> None:
    assert evidence.error is None
    assert evidence.probe("date").stdout.strip().isdigit()
    assert evidence.probe("tcp:127.0.0.1:1").exit_status == 1
    if clish:
        assert evidence.probe("show-network").stdout == SHOW_NETWORK


LOGINS = {
    "FTD": Double(),
    "FTD without the notice": Double(expert="ok"),
    "password method": Double(auth="password"),
    "both methods": Double(auth="both"),
    "sudo asks nothing": Double(sudo="free"),
    "sudo warns of DNS first": Double(sudo="warned"),
    "module prompt": Double(start="module"),
    "chassis prompt": Double(start="fxos"),
    "no banner": Double(banner=""),
    "banner with boxes and prompts": Double(
        banner="# # # # # #\n#  KEEP OUT  #\n###########\n> not a prompt\n$ 5 fee\n"
    ),
    "prompt without user": Double(root_prompt=r"FTD01:/home/ldap/abbac# "),
    "prompt as short as can be": Double(root_prompt="# "),
    "prompt like a chassis's": Double(root_prompt="firepower# "),
    "prompt with colours and title": Double(root_prompt=r"\[\e]0;t\a\e[1;31m\]root@fp:\w#\[\e[0m\] "),
    "other processes write into the terminal": Double(noise="\r\n\a*** System going down ***\r\n> \r\n"),
}
