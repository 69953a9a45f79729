"""The ``host`` of a test: a testinfra host whose typed properties are the facts of one device.

It is light and made for one test: it keeps what that test noted and read. The facts are the device's, and shared.

testinfra is used through this module only. Its own SSH backends check no host key or put passwords on command lines;
here every command goes through the one session that collecting opened, or is read from evidence.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from ipaddress import ip_address
from typing import Any, TypeVar

import testinfra.backend
from testinfra.backend.base import BaseBackend, CommandResult
from testinfra.host import Host

from sse_compliance.catalogue.probes import CERTIFICATE_EXITS
from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.evidence.record import Evidence
from sse_compliance.facts.connector import ca, context, log, properties
from sse_compliance.facts.network import (
    chain,
    host_addresses,
    nslookup,
    ping,
    proxy_conf,
    resolv_conf,
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
    lsof,
    netstat,
    pmtool,
    show_version,
)
from sse_compliance.files.text import one_line
from sse_compliance.firewall.evaluation import Address
from sse_compliance.firewall.model import RuleSet
from sse_compliance.firewall.stored import load as load_rule_sets
from sse_compliance.inventory.device import Device, Platform
from sse_compliance.judge.device_facts import DeviceFacts
from sse_compliance.judge.fmc_facts import FmcFacts
from sse_compliance.judge.judgement import Judged, Judgement

Fact = TypeVar("Fact")


class FirepowerBackend(BaseBackend):  # type: ignore[misc]  # testinfra has no types
    """testinfra's way to run a command, over the evidence and the session of one device."""

    NAME = "firepower"

    def __init__(self, hostname: str, *args: Any, probe: Callable[[str], ProbeResult] | None = None, **kwargs: Any):
        super().__init__(hostname, *args, **kwargs)
        # testinfra would run Python on the device to find this out.
        self._encoding = "utf-8"
        self._probe = probe

    def run(self, command: str, *args: str, **kwargs: Any) -> CommandResult:  # noqa: ARG002  testinfra's signature
        """Runs a reading command in the device's one session, or takes its answer from the evidence.

        Raises:
            Unavailable: a replay holds no answer to it, or the session is gone.
        """
        command = self.get_command(command, *args)
        if self._probe is None:
            raise Unavailable(f"{self.hostname} was not collected, so {command!r} can't be run")
        result = self._probe(command)
        return self.result(result.exit_status, command.encode(), result.stdout, result.stderr)


testinfra.backend.BACKENDS[FirepowerBackend.NAME] = f"{__name__}.{FirepowerBackend.__name__}"


class FirepowerHost(Host, Judged):  # type: ignore[misc]  # testinfra has no types
    """One device: facts as properties, and all of testinfra's own (``run``, ``file`` …).

    A fact that can't be told raises ``Unavailable``, which makes the test *not assessed*.
    """

    def __init__(self, facts: DeviceFacts) -> None:
        self._facts = facts
        self.judgement = Judgement()
        super().__init__(FirepowerBackend(facts.device.name, probe=self._command))

    def explained_by(self, requirement: str) -> None:
        """Says that an advisory requirement, unmet, explains what is about to be found; else it can't be its cause."""
        self.judgement.because = requirement

    @property
    def evidence(self) -> Evidence:
        """What the device said, the commands that tests ran by themselves included."""
        return self._facts.evidence

    @property
    def api_host(self) -> str:
        """The API host of the device's region."""
        return self._facts.api_host

    @property
    def device(self) -> Device:
        """What the inventory says of the device."""
        return self._facts.device

    def note(self, *, expected: str, observed: str) -> None:
        """What a test is about to compare, in words for the report; the assertion that follows decides."""
        self.judgement.note(expected=expected, observed=observed)

    # -- testinfra's own reading, where a command failed

    def run_expect(self, expected: list[int], command: str, *args: str, **kwargs: Any) -> CommandResult:
        """Runs a command whose exit status must be one of those expected.

        Raises:
            Unavailable: it is another: a tool that the device does not have is no finding about the device.
        """
        result = self.run(command, *args, **kwargs)
        if result.rc not in expected:
            said = one_line(result.stderr or result.stdout)
            raise Unavailable(f"`{one_line(self.backend.quote(command, *args))}` ended with status {result.rc}: {said}")
        return result

    def check_output(self, command: str, *args: str, **kwargs: Any) -> str:
        """The output of a command that must succeed; see :meth:`run_expect`."""
        return str(self.run_expect([0], command, *args, **kwargs).stdout.rstrip("\r\n"))

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
    def context(self) -> context.ConnectorContext:
        """The connector's local API."""
        return self._fact("context", context.parse)

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

    # -- how it is read

    def _fact(self, probe: str, parse: Callable[[ProbeResult], Fact]) -> Fact:
        """A probe's fact; that this test read it is recorded."""
        self.judgement.probes[probe] = None
        return self._facts.fact(probe, parse)

    def _command(self, command: str) -> ProbeResult:
        """A command that this test runs by itself; that is recorded as well."""
        self.judgement.probes[self._facts.probe_of(command)] = None
        return self._facts.run(command)
