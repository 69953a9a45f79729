"""The documented faults, each planted in a running device by hand, for the tests and for ``make lab``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.lab import names, pki
from tests.e2e.lab.device import RealDevice
from tests.e2e.lab.dns import DnsMode
from tests.e2e.lab.shell import wait_until
from tests.e2e.lab.site import Site
from tests.e2e.lab.spec import Login

Plant = Callable[[Site, RealDevice], None]


@dataclass(frozen=True, slots=True)
class Fault:
    """A way to break a device."""

    name: str
    #: What is done to the running, healthy device.
    plant: Plant
    #: In what the device differs from the usual one from the start (fields of DeviceSpec).
    spec: Mapping[str, Any] = field(default_factory=dict)


def host(device: RealDevice, role: str) -> str:
    """The host of a role in the device's region."""
    return names.CLASSIC[device.spec.region][role]


def nothing(_: Site, __: RealDevice) -> None:
    """The device was made broken."""


def _reconnect(device: RealDevice, error: str) -> None:
    """Restart the connector, and wait until it has met the error."""
    seen = device.log_says(error)
    device.restart_connector()
    wait_until(seen, f"{device.name}'s connector logs {error!r}")


# -- firewall ---------------------------------------------------------------------------------------------------------


def drop(role: str) -> Plant:
    def plant(site: Site, device: RealDevice) -> None:
        site.firewall.drop(device.address, host(device, role))
        if role == "eventing":
            _reconnect(device, "connection timed out")

    return plant


def _reset(site: Site, device: RealDevice) -> None:
    site.firewall.reset(device.address, host(device, "eventing"))
    _reconnect(device, "connection refused")


def _unreachable(site: Site, device: RealDevice) -> None:
    site.firewall.unreachable(device.address, host(device, "eventing"))
    _reconnect(device, "no route to host")


def _drop_all(site: Site, device: RealDevice) -> None:
    site.firewall.drop_all(device.address)
    _reconnect(device, "connection timed out")


def _drop_behind_session(site: Site, device: RealDevice) -> None:
    device.be_idle()
    site.firewall.drop(device.address, host(device, "eventing"))


def _black_hole(site: Site, device: RealDevice) -> None:
    site.firewall.black_hole(device.address)
    _reconnect(device, "handshake timeout")


def _intercept(site: Site, device: RealDevice) -> None:
    site.firewall.intercept(device.address)
    _reconnect(device, "signed by unknown authority")


def _expired(role: str) -> Plant:
    def plant(site: Site, device: RealDevice) -> None:
        site.firewall.serve_expired(device.address, host(device, role))
        if role == "eventing":
            _reconnect(device, "certificate has expired")

    return plant


def _misnamed(site: Site, device: RealDevice) -> None:
    site.firewall.serve_misnamed(device.address, host(device, "mx"))


# -- names ------------------------------------------------------------------------------------------------------------


def _resolver(*servers: str) -> Plant:
    def plant(_: Site, device: RealDevice) -> None:
        device.set_resolver(*servers)
        _reconnect(device, "lookup")

    return plant


def _dns(mode: DnsMode) -> Plant:
    def plant(site: Site, device: RealDevice) -> None:
        site.dns.mode(device.address, mode)
        _reconnect(device, "lookup")

    return plant


def _dns_one(site: Site, device: RealDevice) -> None:
    site.dns.mode(device.address, DnsMode.NXDOMAIN, host(device, "dex"))


def _dns_dropped(site: Site, device: RealDevice) -> None:
    site.firewall.drop_dns(device.address)
    _reconnect(device, "lookup")


def _sinkhole(site: Site, device: RealDevice) -> None:
    site.dns.lie(device.address, host(device, "dex"), names.NOBODY)


# -- proxy ------------------------------------------------------------------------------------------------------------

_PROXY = f"http://{names.PROXY}:{names.PROXY_PORT}"


def _only_proxy(site: Site, device: RealDevice) -> None:
    site.firewall.drop_all(device.address)


def _dead_proxy(site: Site, device: RealDevice) -> None:
    _only_proxy(site, device)
    site.firewall.reset(device.address, names.PROXY)
    _reconnect(device, "proxyconnect")


# -- configuration and processes --------------------------------------------------------------------------------------


def _property(key: str, value: str, error: str | None = None) -> Plant:
    def plant(_: Site, device: RealDevice) -> None:
        seen = device.log_says(error or "established")
        device.set_property(key, value)
        wait_until(seen, f"{device.name}'s connector met its new {key}")

    return plant


def _no_properties(_: Site, device: RealDevice) -> None:
    device.path("/etc/sf/connector.properties").unlink()


def _disabled(process: str) -> Plant:
    def plant(_: Site, device: RealDevice) -> None:
        device.pmtool("disablebyid", process)

    return plant


def _frozen(process: str) -> Plant:
    def plant(_: Site, device: RealDevice) -> None:
        device.freeze(process)

    return plant


def _stalled(site: Site, device: RealDevice) -> None:
    """A firewall forgets the one long session, and drops it in silence, before the next event; new ones pass."""
    site.firewall.stall(device.address, device.session_port())
    device.make_event()
    waiting = r"ss -tno state established | grep -Eq ':443 .*timer:\(on,[^,]*,[4-9]'"
    wait_until(lambda: device.run("sh", "-c", f"{waiting} && echo yes || true") == "yes\n", "the event is sent again")


def _event_handler_down(*, leave_socket: bool) -> Plant:
    def plant(_: Site, device: RealDevice) -> None:
        device.pmtool("disablebyid", "EventHandler")
        if not leave_socket:
            device.path("/var/sf/run/EventHandler_SSEConnector.sock").unlink()
        _reconnect(device, "connection refused" if leave_socket else "no such file or directory")

    return plant


def _socket_missing(_: Site, device: RealDevice) -> None:
    device.path("/var/sf/run/EventHandler_SSEConnector.sock").unlink()
    _reconnect(device, "no such file or directory")


def _socket_closed_to_connector(_: Site, device: RealDevice) -> None:
    device.path("/var/sf/run/EventHandler_SSEConnector.sock").chmod(0o600)
    _reconnect(device, "permission denied")


def _no_ca(_: Site, device: RealDevice) -> None:
    device.path("/etc/ssl/connectorCA.pem").unlink()


def _expired_ca(_: Site, device: RealDevice) -> None:
    old = pki.make_authority("HydrantID Lab", "HydrantID Old", days=(-800, -20))
    device.path("/etc/ssl/connectorCA.pem").write_text(old.bundle)


# -- log --------------------------------------------------------------------------------------------------------------


def _healed(site: Site, device: RealDevice) -> None:
    drop("eventing")(site, device)
    site.firewall.repair(device.address)
    wait_until(device.log_says("established"), f"{device.name}'s connector is back")


def _not_back_yet(site: Site, device: RealDevice) -> None:
    drop("eventing")(site, device)
    # Stopped before the repair, so that it can't come back: the log's last word is an error.
    device.freeze("SSEConnector")
    site.firewall.repair(device.address)


# -- the rest ---------------------------------------------------------------------------------------------------------


def _slow(_: Site, device: RealDevice) -> None:
    device.slow_link("256kbit")


def _disk_full(_: Site, device: RealDevice) -> None:
    device.fill_disk()


def _one_session(_: Site, device: RealDevice) -> None:
    device.limit_sessions(1)


def _session_taken(_: Site, device: RealDevice) -> None:
    device.limit_sessions(1)
    device.take_session()


def _hung_sshd(_: Site, device: RealDevice) -> None:
    device.hang_sshd()


FAULTS = {
    fault.name: fault
    for fault in (
        *(Fault(f"drop-{role}", drop(role)) for role in ("api", "est", "mx", "dex", "eventing")),
        Fault("reset", _reset),
        Fault("unreachable", _unreachable),
        Fault("drop-all", _drop_all),
        Fault("drop-behind-session", _drop_behind_session),
        Fault("black-hole", _black_hole),
        Fault("interception", _intercept),
        Fault("expired-mx", _expired("mx")),
        Fault("expired-eventing", _expired("eventing")),
        Fault("misnamed", _misnamed),
        Fault("dns-none", _resolver()),
        Fault("dns-stopped", _resolver(names.DNS_STOPPED)),
        Fault("dns-silent", _dns(DnsMode.SILENT)),
        Fault("dns-nxdomain", _dns(DnsMode.NXDOMAIN)),
        Fault("dns-refused", _dns(DnsMode.REFUSED)),
        Fault("dns-servfail", _dns(DnsMode.SERVFAIL)),
        Fault("dns-dropped", _dns_dropped),
        Fault("dns-one-name", _dns_one),
        Fault("dns-sinkhole", _sinkhole),
        Fault("proxy-needed", _drop_all),
        Fault("proxy-works", _only_proxy, {"proxy": _PROXY}),
        Fault("proxy-dead", _dead_proxy, {"proxy": _PROXY}),
        Fault("connector-disabled", _disabled("SSEConnector")),
        Fault("connector-frozen", _frozen("SSEConnector")),
        Fault("event-handler-frozen", _frozen("EventHandler")),
        Fault("session-stalled", _stalled),
        Fault("event-handler-down", _event_handler_down(leave_socket=True)),
        Fault("event-handler-down-no-socket", _event_handler_down(leave_socket=False)),
        Fault("socket-missing", _socket_missing),
        Fault("socket-closed", _socket_closed_to_connector),
        Fault("wrong-port", _property("connector_port", "8990")),
        Fault("wrong-fqdn", _property("connector_fqdn", "api-sse.cisco.co", "no such host")),
        Fault("wrong-region", nothing, {"own_region": "eu"}),
        Fault("no-properties", _no_properties),
        Fault("no-ca", _no_ca),
        Fault("expired-ca", _expired_ca),
        Fault("old-software", nothing, {"version": "6.2.3", "build": 83}),
        Fault("log-healed", _healed),
        Fault("log-not-back-yet", _not_back_yet),
        Fault("slow-link", _slow),
        Fault("disk-full", _disk_full),
        Fault("one-session", _one_session),
        Fault("session-taken", _session_taken),
        Fault("cloud-off", nothing, {"cloud": False}),
        Fault("hung-sshd", _hung_sshd),
        Fault("sudo-refused", nothing, {"sudo": False}),
        Fault("expert-refused", nothing, {"expert": False}),
        Fault("menu-login", nothing, {"login": Login.MENU}),
        Fault("shell-login", nothing, {"login": Login.SHELL}),
    )
}
