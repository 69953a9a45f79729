"""Steps are told on standard error, without secrets and control characters."""

from __future__ import annotations

import logging

import pytest

from sse_compliance.inventory.credentials import Credentials
from sse_compliance.inventory.device import CredentialKind, CredentialRef
from sse_compliance.plugin.steps import steps_told

LOG = logging.getLogger("sse_compliance.collect")


def test_a_secret_that_a_step_would_tell_is_masked(capsys: pytest.CaptureFixture[str]) -> None:
    credentials = Credentials()
    credentials.put(CredentialRef(CredentialKind.ENV, "FTD_PASSWORD"), "s3cret-Word")
    with steps_told("debug", credentials):
        LOG.debug("%s: it said %s", "ftd-1", "s3cret-Word\x1b[2J\nand more")
        try:
            raise ValueError("s3cret-Word")
        except ValueError:
            LOG.exception("lost")
    LOG.debug("afterwards")
    told = capsys.readouterr().err
    assert told.splitlines()[0].endswith("ftd-1: it said ********\\x1b[2J and more")
    assert len(told.splitlines()) == 2
    assert "s3cret" not in told


@pytest.mark.parametrize("level", [None, "", "WARNING", "louder"])
def test_nothing_is_told_unless_asked_for(level: str | None, capsys: pytest.CaptureFixture[str]) -> None:
    with steps_told(level, Credentials()):
        LOG.debug("a step")
    assert capsys.readouterr().err == ""
