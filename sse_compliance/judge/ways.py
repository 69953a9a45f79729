"""The way that the connector goes to the cloud, against the way that the probes went.

What the probes met is no evidence against a device whose connector goes another way: through a proxy that the inventory
does not name, or with a password that the suite was not given.
"""

from __future__ import annotations

from sse_compliance.errors import Unavailable
from sse_compliance.facts.network.curl import Curl
from sse_compliance.inventory.device import Platform
from sse_compliance.judge.host import FirepowerHost

NO_PROXY = "no proxy"
#: The status with which a proxy asks for a user and a password.
PROXY_AUTHENTICATION = 407


def proxy_shown(host: FirepowerHost) -> str | None:
    """What the device itself shows: ``host:port`` or ``no proxy``; None where its output has nothing on proxies, which
    is the case on some versions (TechNote 212420).

    Raises:
        Unavailable: it shows something that is not understood.
    """
    if host.device.platform is Platform.FMC:
        conf = host.proxy_conf
        if conf.host is not None and conf.port is None:
            raise Unavailable(f"iprep_proxy.conf names the proxy {conf.host} without a port")
        return f"{conf.host}:{conf.port}" if conf.host else NO_PROXY
    state = host.show_network.proxy
    if state.shown and not state.known:
        raise Unavailable("the proxy section of `show network` is not understood, so the proxy in use can't be told")
    if not state.shown:
        return None
    return f"{state.host}:{state.port}" if state.enabled else NO_PROXY


def unnamed_proxy(host: FirepowerHost) -> str | None:
    """The proxy that the device uses and the inventory does not name; None where there is none, or none is known."""
    if host.device.proxy is not None:
        return None
    try:
        shown = proxy_shown(host)
    except Unavailable:
        return None
    return None if shown in (None, NO_PROXY) else shown


def ensure_connectors_way(host: FirepowerHost) -> None:
    """Nothing, where the probes went the connector's way; asked before a device is blamed for what they met.

    Raises:
        Unavailable: the connector goes through a proxy that the inventory does not name.
    """
    if proxy := unnamed_proxy(host):
        raise Unavailable(
            f"the device uses the proxy {proxy}, which the inventory does not name, so the direct way that was tried "
            "is not the connector's: add `proxy:` to the inventory"
        )


def wants_password(host: FirepowerHost, call: Curl) -> bool:
    """Whether the proxy asked our call for a password that the device may well have and the suite has not.

    A device that shows that it uses no password with its proxy has none.
    """
    if call.proxy_status != PROXY_AUTHENTICATION or set(call.proxy_methods) == {"ntlm"} or host.device.proxy_login:
        return False
    if host.device.platform is Platform.FMC:
        return True
    try:
        return (host.show_network.proxy.authentication or "").lower() != "disabled"
    except Unavailable:
        return True


def ensure_let_through(host: FirepowerHost, call: Curl) -> None:
    """Nothing, where the proxy did not turn our call away for want of a password.

    Raises:
        Unavailable: it did.
    """
    if wants_password(host, call):
        raise Unavailable(
            "the proxy asks for a user and a password (407), which the device may have and this call had not: refer "
            "to them in the inventory by `proxy_user` and `proxy_password`"
        )
