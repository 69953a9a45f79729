"""SSE-CLD: what FMC has set for the cloud, and whether the device follows."""

from __future__ import annotations

from sse_compliance.catalogue.regions import Regions
from sse_compliance.errors import Unavailable
from sse_compliance.judge.exclusion import REASON
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import not_applicable, requirement


@requirement("SSE-CLD-01")
def test_intrusion_events_go_to_the_cloud(host: FirepowerHost) -> None:
    events = host.fmc.cloud_events
    others = f"; it sends only {', '.join(events.others)}" if events.others else "; it sends nothing"
    host.note(
        expected="FMC sends intrusion events to the cloud (sendIntrusionEvents)",
        observed="sendIntrusionEvents is true" if events.intrusion else f"sendIntrusionEvents is false{others}",
    )
    assert events.intrusion


@requirement("SSE-CLD-02")
def test_fmc_has_chosen_the_region(host: FirepowerHost, regions: Regions) -> None:
    chosen = host.fmc.cloud_region
    region = chosen.region(regions.hosts)
    host.note(
        expected=f"FMC has chosen the region {host.device.region}",
        observed=f"FMC has chosen {chosen.name} ({chosen.domain}), the region {region}",
    )
    assert region == host.device.region


@requirement("SSE-CLD-03")
def test_security_cloud_integration_is_online(host: FirepowerHost) -> None:
    integration = host.fmc.cloud_integration
    host.note(expected="the integration is enabled, connected and ONLINE", observed=f"it is {integration.shown}")
    assert integration.enabled
    assert integration.connected
    if integration.onboarding != "ONLINE":
        raise Unavailable(f"the FMC gives an onboardingStatus that no document names: {integration.onboarding[:80]!r}")


@requirement("SSE-CLD-04")
def test_device_follows_the_cloud_setting_of_fmc(host: FirepowerHost) -> None:
    events = host.fmc.cloud_events
    if events.excluded:
        not_applicable(REASON)
    connector = host.pmtool.process("SSEConnector")
    if connector is not None and not connector.understood:
        raise Unavailable(f"pmtool gives SSEConnector a state that no document names: {connector.state!r}")
    pending = "; FMC has changes for it that are not deployed" if host.fmc.undeployed else ""
    state = f"SSEConnector - {connector.state}" if connector else "pmtool does not list SSEConnector"
    host.note(
        expected=f"SSEConnector is {'enabled' if events.on else 'disabled'}: FMC's cloud events are "
        f"{'on' if events.on else 'off'}",
        observed=f"{state}{pending}",
    )
    if connector is None and not events.on:
        raise Unavailable("pmtool does not list SSEConnector: a disabled process is listed, so the list is not whole")
    assert (connector is not None and connector.enabled) == events.on
