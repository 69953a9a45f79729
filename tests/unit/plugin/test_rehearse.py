"""Which tests may run commands of their own."""

from __future__ import annotations

import pytest

from sse_compliance.judge.host import FirepowerHost
from sse_compliance.plugin.rehearse import may_run_commands
from tests_sse import test_configuration, test_name_resolution


def by_itself(host: FirepowerHost) -> None:
    assert host.run("id -u").rc == 0


def by_a_module_of_testinfras(host: FirepowerHost) -> None:
    assert host.file("/etc/passwd").exists


def by_a_helper(host: FirepowerHost) -> None:
    _helper(host)


def within(host: FirepowerHost) -> None:
    assert all(host.socket(name).is_listening for name in ("tcp://22",))


def facts_only(host: FirepowerHost) -> None:
    assert host.dns_servers


def _helper(host: FirepowerHost) -> None:
    by_itself(host)


@pytest.mark.parametrize("test", [by_itself, by_a_module_of_testinfras, by_a_helper, within])
def test_one_that_may(test: object) -> None:
    assert may_run_commands(test)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "test",
    [
        facts_only,
        test_name_resolution.test_dns_server_is_configured,
        test_configuration.test_connector_port_is_8989,
    ],
)
def test_one_that_does_not(test: object) -> None:
    assert not may_run_commands(test)  # type: ignore[arg-type]
