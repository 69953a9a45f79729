"""What tests ask by themselves is masked as what was planned is."""

from __future__ import annotations

import asyncio
from typing import cast

import pytest

from sse_compliance.collect.one_device import run_live
from sse_compliance.collect.ssh.session import Session
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import CredentialKind, CredentialRef


class Answering:
    """A session that repeats passwords in each answer."""

    async def run(self, command: str, seconds: int) -> ProbeResult:
        assert (command, seconds) == ("cat /etc/x", 7)
        return ProbeResult(command, 3, "typed login-s3cret\nproxy.password=hunter2\nport=8989\n", "login-s3cret?")


def test_a_live_answer_is_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSE_TEST_LOGIN", "login-s3cret")
    credentials = Credentials()
    credentials.resolve(CredentialRef(CredentialKind.ENV, "SSE_TEST_LOGIN"), "ftd-1")
    answer = asyncio.run(run_live(cast(Session, Answering()), "cat /etc/x", credentials, 7))
    said = "typed ********\nproxy.password=********\nport=8989\n"
    assert answer == ProbeResult("cat /etc/x", 3, said, "********?")
