"""The ``host`` of a test: a testinfra host whose typed properties are the facts of one device.

It is light and made for one test: it keeps what that test noted and read. The facts are the device's, and shared.
"""

from __future__ import annotations

from datetime import datetime
from ipaddress import ip_address
from typing import TypeVar

from sse_compliance.catalogue.probes import CERTIFICATE_EXITS
from sse_compliance.errors import Unavailable
from sse_compliance.facts.connector import ca, log, properties
from sse_compliance.facts.connector.context import ConnectorContext
from sse_compliance.facts.connector.context import parse as parse_context
from sse_compliance.facts.network import (
    chain,
    host_addresses,
    nslookup,
    ping,
    proxy_conf,
    resolv_conf,
    show_managers,
    show_network,
    tcp,
)
from sse_compliance.facts.network.curl import Curl
from sse_compliance.facts.network.curl import parse as parse_curl
from sse_compliance.facts.network.dns_servers import DnsServer
from sse_compliance.facts.network.dns_servers import parse as parse_dns_servers
from sse_compliance.facts.network.trusted_resolver import trusted_addresses, trusted_status
from sse_compliance.facts.system import (
    device_clock,
    disk,
    lsof,
    netstat,
    pmtool,
    process_states,
    show_version,
    tcp_sessions,
)
from sse_compliance.firewall.conditions import Address
from sse_compliance.firewall.model import RuleSet
from sse_compliance.firewall.stored import load as load_rule_sets
from sse_compliance.inventory.device import Platform
from sse_compliance.judge.fmc_facts import FmcFacts
from sse_compliance.judge.testinfra_host import TestinfraHost

Fact = TypeVar("Fact")


class FirepowerHost(TestinfraHost):
    """One device: facts as properties, and all of testinfra's own (``run``, ``file`` …).

    A fact that can't be told raises ``Unavailable``, which makes the test *not assessed*.
    """

    # -- configuration

    @property
    def dns_servers(self) -> tuple[str, ...]:
        """The DNS servers that are configured: ``show network`` on FTD and SFR, /etc/resolv.conf on FMC."""
        if self.device.platform is Platform.FMC:
            return self._fact("resolv-conf", resolv_conf.parse).nameservers
        return self.show_network.dns_servers

    @property
    def show_network(self) -> show_network.ShowNetwork:
        """``show network`` (FTD, SFR)."""
        return self._fact("show-network", show_network.parse)

    @property
    def show_managers(self) -> show_managers.ShowManagers:
        """``show managers`` (FTD, SFR)."""
        return self._fact("show-managers", show_managers.parse)

    @property
    def proxy_conf(self) -> proxy_conf.ProxyConf:
        """/etc/sf/iprep_proxy.conf (FMC)."""
        return self._fact("proxy-conf", proxy_conf.parse)

    @property
    def version(self) -> show_version.ShowVersion:
        """``show version``; on an FMC without a CLI /etc/sf/sf-version."""
        try:
            return self._fact("show-version", show_version.parse)
        except Unavailable:
            if self.device.platform is not Platform.FMC:
                raise
            return self._fact("sf-version", show_version.parse_sf_version)

    @property
    def connector_properties(self) -> properties.ConnectorProperties:
        """connector.properties."""
        return self._fact("connector-properties", properties.parse)

    @property
    def connector_ca(self) -> ca.ConnectorCA:
        """connectorCA.pem."""
        return self._fact("connector-ca", ca.parse)

    @property
    def clock(self) -> device_clock.DeviceClock:
        """The device's clock beside the runner's."""
        return self._fact("date", device_clock.parse)

    # -- the way to the cloud

    def nslookup(self, name: str) -> nslookup.Nslookup:
        """The device's answer for a name."""
        return self._fact(f"nslookup:{name}", nslookup.parse)

    def curl(self, name: str) -> Curl:
        """The HTTPS call to a host that trusts the connector's CA only."""
        return self._fact(f"curl:{name}", parse_curl)

    def curl_clients(self, name: str) -> Curl:
        """The documented call to the registration path of the API host."""
        return self._fact(f"curl-clients:{name}", parse_curl)

    def curl_insecure(self, name: str) -> Curl:
        """The call to a host whoever presents the certificate: that with ``-k`` where the first one failed on trust."""
        trusted = self.curl(name)
        if trusted.exit_status not in CERTIFICATE_EXITS:
            return trusted
        return self._fact(f"curl-insecure:{name}", parse_curl)

    def chain(self, name: str) -> chain.PresentedChain:
        """The certificates that a host presents."""
        return self._fact(f"chain:{name}", chain.parse)

    def tcp(self, address: str) -> tcp.TcpConnect:
        """A TCP connection to ``host:port``."""
        return self._fact(f"tcp:{address}", tcp.parse)

    def dns_servers_asked(self, name: str) -> tuple[DnsServer, ...]:
        """Each of the device's DNS servers, asked for a name."""
        return self._fact(f"dns-servers:{name}", parse_dns_servers)

    def addresses(self, name: str) -> tuple[host_addresses.TriedAddress, ...]:
        """Each address of a host, tried by itself."""
        return self._fact(f"addresses:{name}", host_addresses.parse)

    def ping(self, name: str) -> ping.Ping:
        """One ICMP echo request."""
        return self._fact(f"ping:{name}", ping.parse)

    # -- the connector

    @property
    def pmtool(self) -> pmtool.PmTool:
        """The process manager's list."""
        return self._fact("pmtool", pmtool.parse)

    @property
    def lsof(self) -> lsof.Lsof:
        """Internet sockets by process."""
        return self._fact("lsof", lsof.parse)

    @property
    def netstat(self) -> netstat.Netstat:
        """Unix sockets."""
        return self._fact("netstat", netstat.parse)

    @property
    def context(self) -> ConnectorContext:
        """The connector's local API."""
        return self._fact("context", parse_context)

    def context_part(self, part: str) -> ConnectorContext | None:
        """What the local API answers for ``status`` or ``statistics``; None where it tells nothing of it."""
        try:
            answer = self._fact(f"context-{part}", parse_context)
        except Unavailable:
            return None
        return None if answer.error else answer

    def was_asked(self, probe: str) -> bool:
        """Whether the evidence has an answer, or why there is none: an older one was collected without some probes."""
        return probe in self.evidence.probes

    @property
    def processes(self) -> process_states.ProcessStates:
        """The kernel's list of processes."""
        return self._fact("processes", process_states.parse)

    @property
    def tcp_sessions(self) -> tcp_sessions.TcpSessions:
        """How the TCP sessions fare."""
        return self._fact("tcp-sessions", tcp_sessions.parse)

    @property
    def disk(self) -> disk.Disk:
        """How full the file systems are."""
        return self._fact("disk", disk.parse)

    @property
    def connector_log(self) -> log.ConnectorLog:
        """The end of connector.log."""
        return self._fact("connector-log", log.parse)

    # -- beside the device

    @property
    def fmc(self) -> FmcFacts:
        """What the device's FMC tells over its REST API."""
        return FmcFacts(self._fact, self.read_at)

    @property
    def rule_sets(self) -> tuple[RuleSet, ...]:
        """The rule sets of the firewalls on the device's way to the cloud, in path order."""
        return self._fact("rulesets", lambda result: load_rule_sets(result.stdout))

    @property
    def address(self) -> Address | None:
        """The device's address, where the inventory gives one and not a name."""
        try:
            return ip_address(self.device.address)
        except ValueError:
            return None

    def known_addresses(self, name: str) -> tuple[Address, ...]:
        """A host's addresses: the device's own answer, else a trusted resolver's; none where neither was had."""
        try:
            found = self.nslookup(name).addresses
        except Unavailable:
            found = ()
        if not found:
            try:
                found = self._fact(f"resolver:{name}", trusted_addresses)
            except Unavailable:
                found = ()
        return tuple(ip_address(text.partition("%")[0]) for text in found)

    def trusted_resolver_status(self, name: str) -> str | None:
        """What a trusted resolver said of a name (``NOERROR``, ``NXDOMAIN`` …); None where none answered."""
        try:
            return self._fact(f"resolver:{name}", trusted_status)
        except Unavailable:
            return None

    def read_at(self, probe: str) -> datetime:
        """The runner's clock when a probe's answer arrived: what dates of certificates are compared with."""
        self.judgement.probes[probe] = None
        return self._facts.read_at(probe)
