"""An emulated FMC for each test that asks for one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sse_compliance.collect.fmc.client import FmcClient
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import CredentialKind, CredentialRef, RestAccess
from sse_compliance.lab.fmc.server import FmcServer
from sse_compliance.lab.fmc.state import FmcState
from sse_compliance.lab.fmc.trust import Trust

USER, PASSWORD = "api-reader", "correct-horse-battery"
REFERENCE = CredentialRef(CredentialKind.ENV, "LAB_FMC_PASSWORD")

StartFmc = Callable[..., FmcServer]


@pytest.fixture(scope="session")
def trust(tmp_path_factory: pytest.TempPathFactory) -> Trust:
    return Trust.make(tmp_path_factory.mktemp("fmc-ca"))


@pytest.fixture
def start_fmc(trust: Trust) -> Iterator[StartFmc]:
    servers: list[FmcServer] = []

    def start(state: FmcState | None = None, **more: str) -> FmcServer:
        servers.append(FmcServer(state or FmcState(), USER, PASSWORD, trust, **more))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def access(server: FmcServer, trust: Trust) -> RestAccess:
    """How the suite reads a server."""
    return RestAccess(server.base, REFERENCE, "fmc", USER, str(trust.ca_file))


def client(server: FmcServer, trust: Trust, pauses: list[float] | None = None, password: str = PASSWORD) -> FmcClient:
    """A client that notes its pauses instead of making them."""
    return FmcClient(access(server, trust), Secret(password), pause=(pauses if pauses is not None else []).append)


def host_and_port(server: FmcServer) -> str:
    """``127.0.0.1:PORT``."""
    return f"127.0.0.1:{server.port}"


def ca_file(trust: Trust) -> Path:
    """The lab's CA."""
    return trust.ca_file
