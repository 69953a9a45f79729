"""SSE-PRX: the management proxy."""

from __future__ import annotations

from sse_compliance.errors import Unavailable
from sse_compliance.host import FirepowerHost
from sse_compliance.inventory.device import Platform
from sse_compliance.regions import Regions
from sse_compliance.requirement import not_applicable, requirement


def _proxy_set_on_device(host: FirepowerHost) -> str | None:
    """``host:port`` of the proxy that the device itself shows; None where it shows none, or does not tell."""
    if host.device.platform is Platform.FMC:
        conf = host.proxy_conf
        return f"{conf.host}:{conf.port}" if conf.host else None
    state = host.show_network.proxy
    return f"{state.host}:{state.port}" if state.known and state.enabled else None


@requirement("SSE-PRX-01")
def test_cloud_is_reachable_through_the_proxy(host: FirepowerHost, regions: Regions) -> None:
    proxy = host.device.proxy
    if proxy is None:
        shown = _proxy_set_on_device(host)
        if shown is None:
            not_applicable("no management proxy is set")
        raise Unavailable(f"the device uses the proxy {shown}, which the inventory does not name: add `proxy:` to it")
    names = [endpoint.fqdn for endpoint in regions.endpoints(host.device.region, host.device.profile)]
    failures = {name: call.error for name in names if not (call := host.curl_insecure(name)).http_status}
    ntlm = any("ntlm" in host.curl_insecure(name).proxy_methods for name in names)
    host.note(
        expected=f"every host of the region answers through {proxy}, without NTLM",
        observed="; ".join(f"{name}: {error}" for name, error in failures.items())
        or ("the proxy asks for NTLM" if ntlm else f"all {len(names)} hosts answer through {proxy}"),
    )
    assert not failures
    assert not ntlm
