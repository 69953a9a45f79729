"""SSE-PRX: the management proxy."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Regions
from sse_compliance.errors import Unavailable
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import not_applicable, requirement
from sse_compliance.judge.ways import NO_PROXY, ensure_let_through, proxy_shown


@requirement("SSE-PRX-01")
def test_cloud_is_reachable_through_the_proxy(host: FirepowerHost, regions: Regions) -> None:
    proxy = host.device.proxy
    if proxy is None:
        shown = proxy_shown(host)
        if shown in (None, NO_PROXY):
            not_applicable("no management proxy is set")
        raise Unavailable(f"the device uses the proxy {shown}, which the inventory does not name: add `proxy:` to it")
    unclear: Unavailable | None = None
    shown = None
    try:
        shown = proxy_shown(host)
    except Unavailable as reason:
        unclear = reason
    agrees = shown is None or shown.lower() == proxy.partition("://")[2].lower()
    names = [endpoint.fqdn for endpoint in regions.endpoints(host.device.region, host.device.profile)]
    failures = {name: call.error for name in names if not (call := host.curl_insecure(name)).http_status}
    for name in failures:
        ensure_let_through(host, host.curl_insecure(name))
    ntlm = any("ntlm" in host.curl_insecure(name).proxy_methods for name in names)
    faults = [f"{name}: {error}" for name, error in failures.items()]
    if ntlm:
        faults.append("the proxy asks for NTLM")
    if not agrees:
        faults.append(f"the inventory names the proxy {proxy}, the device shows {shown}")
    host.note(
        expected=f"every host of the region answers through {proxy}, without NTLM",
        observed="; ".join(faults) or f"all {len(names)} hosts answer through {proxy}",
    )
    assert not failures
    assert not ntlm
    assert agrees
    if unclear is not None:
        raise unclear
