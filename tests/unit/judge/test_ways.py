"""The way that the connector goes, against the way that was tried: nobody is blamed for a way that is not its own."""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.curl import Curl
from sse_compliance.facts.network.proxy_conf import ProxyConf
from sse_compliance.facts.network.show_network import ProxyState, ShowNetwork
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.ways import (
    ensure_connectors_way,
    ensure_let_through,
    proxy_shown,
    unnamed_proxy,
    wants_password,
)

UNKNOWN = "the proxy section of `show network` is not understood, so the proxy in use can't be told"
USED = ProxyState(known=True, enabled=True, host="proxy.example.com", port=8080)


class Silent:
    """A device that did not answer."""

    def __init__(self, device: Device) -> None:
        self.device = device

    @property
    def show_network(self) -> ShowNetwork:
        raise Unavailable("timed out")


def ftd(state: ProxyState | None, **device: object) -> FirepowerHost:
    known = Device("ftd-1", Platform.FTD, "us", **device)  # type: ignore[arg-type]  # options vary
    if state is None:
        return cast(FirepowerHost, Silent(known))
    return cast(FirepowerHost, SimpleNamespace(device=known, show_network=ShowNetwork("h", (), (), None, state)))


def fmc(host: str | None = None, port: int | None = None) -> FirepowerHost:
    device = Device("fmc-1", Platform.FMC, "us")
    return cast(FirepowerHost, SimpleNamespace(device=device, proxy_conf=ProxyConf(host, port)))


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        (fmc("p.example.com", 3128), "p.example.com:3128"),
        (fmc(), "no proxy"),
        (ftd(USED), "proxy.example.com:8080"),
        (ftd(ProxyState(known=True)), "no proxy"),
        (ftd(ProxyState(known=True, shown=False)), None),
        (ftd(ProxyState(known=False, shown=False)), None),
    ],
)
def test_what_the_device_shows(asked: FirepowerHost, shown: str | None) -> None:
    assert proxy_shown(asked) == shown


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (fmc("p.example.com"), "iprep_proxy.conf names the proxy p.example.com without a port"),
        (ftd(ProxyState(known=False)), UNKNOWN),
        (ftd(None), "timed out"),
    ],
)
def test_what_can_not_be_told_is_no_proxy_and_no_direct_way(asked: FirepowerHost, reason: str) -> None:
    with pytest.raises(Unavailable) as caught:
        proxy_shown(asked)
    assert caught.value.reason == reason
    assert unnamed_proxy(asked) is None


@pytest.mark.parametrize(
    ("asked", "proxy"),
    [
        (ftd(USED), "proxy.example.com:8080"),
        (ftd(USED, proxy="http://proxy.example.com:8080"), None),
        (ftd(ProxyState(known=True)), None),
        (ftd(ProxyState(known=True, shown=False)), None),
    ],
)
def test_a_proxy_that_the_inventory_does_not_name(asked: FirepowerHost, proxy: str | None) -> None:
    assert unnamed_proxy(asked) == proxy
    if proxy is None:
        ensure_connectors_way(asked)
        return
    with pytest.raises(Unavailable) as caught:
        ensure_connectors_way(asked)
    assert caught.value.reason == (
        "the device uses the proxy proxy.example.com:8080, which the inventory does not name, so the direct way that "
        "was tried is not the connector's: add `proxy:` to the inventory"
    )


def login(authentication: str | None) -> ProxyState:
    return ProxyState(known=True, enabled=True, host="p", port=1, authentication=authentication)


@pytest.mark.parametrize(
    ("asked", "status", "methods", "wants"),
    [
        (ftd(login(None)), 407, ("basic",), True),
        (ftd(login("Enabled")), 407, ("basic",), True),
        (ftd(login("Disabled")), 407, ("basic",), False),
        (ftd(login("disabled")), 407, (), False),
        (ftd(None), 407, ("basic",), True),
        (fmc("p", 1), 407, ("basic",), True),
        (fmc("p", 1), 407, ("basic", "ntlm"), True),
        (fmc("p", 1), 407, ("ntlm",), False),
        (fmc("p", 1), 403, (), False),
        (fmc("p", 1), None, (), False),
        (ftd(login(None), proxy="http://p:1", proxy_login=True), 407, ("basic",), False),
    ],
)
def test_a_proxy_that_asks_for_a_password(
    asked: FirepowerHost, status: int | None, methods: tuple[str, ...], wants: bool
) -> None:
    call = Curl(56, proxy="http://p:1", proxy_status=status, proxy_methods=methods)
    assert wants_password(asked, call) is wants
    if not wants:
        ensure_let_through(asked, call)
        return
    with pytest.raises(Unavailable) as caught:
        ensure_let_through(asked, call)
    assert caught.value.reason == (
        "the proxy asks for a user and a password (407), which the device may have and this call had not: refer to "
        "them in the inventory by `proxy_user` and `proxy_password`"
    )
