"""SSE-HLT: what FMC's health monitor says of the device."""

from __future__ import annotations

from collections.abc import Callable

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.errors import Unavailable
from sse_compliance.facts.fmc.health_alerts import Alert
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.judgement import Causes
from sse_compliance.judge.mark import requirement


@requirement("SSE-HLT-01")
def test_no_alert_on_the_cloud_configuration(
    host: FirepowerHost, parameters: Parameters, open_causes: Callable[[], Causes]
) -> None:
    # TechNote 217616 says that the alert clears after "a short delay".
    clearing = parameters.time("clearing").total_seconds()
    alert = host.fmc.alerts.cloud_configuration
    host.note(
        expected="no standing alert on the Cisco Cloud Configuration",
        observed=alert.shown if alert else "there is no such alert",
    )
    if alert is not None:
        age = host.fmc.age_seconds(alert)
        # By FMC's clock and the runner's, which may differ: an alert is no less young for being a little in the future.
        if age is not None and abs(age) < clearing and not (causes := open_causes()).unmet:
            raise Unavailable(_settling(alert, max(age, 0), clearing, causes))
    assert alert is None


def _settling(alert: Alert, age: float, clearing: float, causes: Causes) -> str:
    """Why an alert that is younger than its clearing delay is not held against a device."""
    named = ", ".join(causes.unknown[:5]) + (", …" if len(causes.unknown) > 5 else "")
    left = (
        f"whether its cause is gone can't be told ({named} not assessed)" if named else "no cause is left on the device"
    )
    return (
        f"settling: {alert.shown}; it is {age / 60:.0f} min old, and {left}. It clears after a short delay; look again "
        f"within {clearing / 60:.0f} min, or run with --wait"
    )


@requirement("SSE-HLT-02")
def test_health_module_is_off_where_the_cloud_is_off(host: FirepowerHost) -> None:
    alerts = host.fmc.alerts
    alert = None if alerts.threat_data_is_off else alerts.cloud_configuration
    expected = "the module Threat Data Updates on Devices is off"
    try:
        policy = host.fmc.health_policy
    except Unavailable:
        host.note(expected=expected, observed=f"it is on, for its alert stands: {alert.shown if alert else ''}")
        assert alert is None
        raise
    pending = "; FMC has changes for the device that are not deployed" if host.fmc.undeployed else ""
    stands = f"; the alert stands: {alert.shown}" if alert else ""
    if alert is not None and not policy.threat_data:
        pending = "; the policy is saved, but not applied to the device"
    host.note(
        expected=expected,
        observed=f"it is {'on' if policy.threat_data else 'off'} in the policy {policy.name}{stands}{pending}",
    )
    assert not policy.threat_data
    assert alert is None


@requirement("SSE-HLT-03")
def test_no_alert_on_the_connection_to_sse(host: FirepowerHost) -> None:
    alert = host.fmc.alerts.sse_connection
    host.note(
        expected="no standing alert on the connection to SSE",
        observed=alert.shown if alert else "there is no such alert",
    )
    assert alert is None
