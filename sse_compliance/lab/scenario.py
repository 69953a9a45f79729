"""What an emulated device is like: its software, how it lets people in, what is wrong with it, what must be found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sse_compliance.catalogue.regions import Endpoint, Regions, Role
from sse_compliance.inventory.device import Platform
from sse_compliance.lab.fmc.state import Alert, FmcState


class Shell(StrEnum):
    """What a login gives, and so what an SSH exec request does."""

    #: ``> `` (FTD, SFR, newer FMC); an exec request is ignored and the CLI starts.
    CLISH = "clish"
    #: ``> ``; an exec request is run as a CLI command, so that a shell command is a syntax error.
    CLISH_EXEC = "clish-exec"
    #: ``admin@host:~$`` at once (FMC before 6.5); an exec request runs in the shell.
    LINUX = "linux"


class Sudo(StrEnum):
    """What ``sudo`` does."""

    PASSWORD = "password"  # nosec B105 # a way of logging in, not a password
    #: Prints the lecture of a first use, then asks for the password.
    LECTURE = "lecture"
    #: Asks for nothing (the last answer is still remembered).
    REMEMBERED = "remembered"
    #: Takes the password, then says that the user may not.
    REFUSED = "refused"
    #: Gives a shell that looks like root's and is not.
    NOT_ROOT = "not-root"


class Session(StrEnum):
    """The state of the connector's TCP session to the cloud."""

    ESTABLISHED = "ESTABLISHED"
    SYN_SENT = "SYN_SENT"
    NONE = "none"


class Log(StrEnum):
    """What the end of connector.log tells."""

    HEALTHY = "healthy"
    #: Dial time-outs up to a few minutes ago.
    TIMEOUTS = "timeouts"
    #: Names that don't resolve.
    NO_SUCH_HOST = "no such host"
    #: A certificate that the connector does not trust.
    UNKNOWN_AUTHORITY = "unknown authority"
    #: The proxy does not take the connection.
    PROXY = "proxy"
    #: The EventHandler socket could not be dialled since the last start.
    ZEROMQ = "zeromq"
    #: The cloud refuses the connector's token.
    TOKEN = "token"  # nosec B105 # a question, not a token
    #: Time-outs 40 minutes ago, a success after them.
    HEALED = "healed"
    #: The last entries are days old.
    OLD = "old"


@dataclass(frozen=True, slots=True)
class Software:
    """A release of Firepower software and the generation of its tools."""

    version: str
    build: int
    #: Model as ``show version`` prints it.
    model: str
    #: The two last lines of the login banner.
    banner: tuple[str, str]
    #: Last year of the banner's copyright line.
    year: int
    #: Version of curl whose wording its texts have; one of ``texts/curl``.
    curl: str
    #: Whether nslookup prints blanks as in TechNote 217616, or tabs as BIND 9.18 does.
    old_nslookup: bool
    #: Whether netstat's lines are wrapped before the path as in TechNote 215547.
    wrapped_netstat: bool
    #: Whether netstat shows a LISTENING line beside CONNECTED (not on 7.6).
    listening: bool
    #: Name of the management interface in ``show network``.
    interface: str
    #: Whether ``expert`` prints the notice of 6.4 and 6.5.
    expert_notice: bool = False


@dataclass(frozen=True, slots=True)
class Scenario:
    """One emulated device. Every field's default is the healthy state."""

    name: str
    #: One sentence for people.
    title: str
    software: Software
    platform: Platform = Platform.FTD
    region: str = "us"
    profile: str = "classic"
    amp: bool = False
    cloud: bool = True
    #: The management proxy, ``http://host:port``.
    proxy: str | None = None
    proxy_alive: bool = True

    hostname: str = "firepower"
    shell: Shell = Shell.CLISH
    #: Line printed before authentication.
    pre_auth: str = ""
    #: Whether the password of the inventory is not the device's.
    wrong_password: bool = False
    expert_refused: bool = False
    sudo: Sudo = Sudo.PASSWORD
    #: Whether root's shell is bash, with line editing on, or the plain sh.
    bash: bool = True

    dns_servers: tuple[str, ...] = ("208.67.222.222", "208.67.220.220")
    #: Whether the DNS servers answer.
    dns_answers: bool = True
    #: DNS servers that are silent while the others answer.
    dns_silent: tuple[str, ...] = ()
    #: Roles whose host the DNS server says does not exist.
    nxdomain: tuple[Role, ...] = ()
    #: Roles whose host's packets are dropped on the way.
    dropped: tuple[Role, ...] = ()
    #: Roles whose second address is not let through.
    half_open: tuple[Role, ...] = ()
    #: Whether a device on the way decrypts TLS and signs with its own CA.
    intercepted: bool = False
    #: Whether that device's CA was appended to the connector's file, so that what it signs is accepted.
    added_ca: bool = False
    #: Whether root's shell has ``openssl``, which shows the certificates that a host presents.
    openssl: bool = True
    #: Roles whose host presents a certificate that has expired.
    expired: tuple[Role, ...] = ()
    #: How long a stand-in waits before it says that a connection timed out, in seconds. Real tools wait for their
    #: limit.
    time_out: float = 0.2

    connector_port: int = 8989
    #: Where it differs from the API host of the region.
    connector_fqdn: str | None = None
    #: Whether ``connector.properties`` has ``region_discovery_endpoint`` (TechNote 217616) or not (215547).
    discovery: bool = True
    connector_running: bool = True
    event_handler_running: bool = True
    #: Whether the connector is attached to EventHandler's socket.
    attached: bool = True
    session: Session = Session.ESTABLISHED
    #: Address of the session's peer, where it is none of eventing-ingest's.
    peer: str | None = None
    log: Log = Log.HEALTHY
    #: How far the registration with the manager is; None where there is no manager.
    manager: str | None = "Completed"
    #: The kernel's letter for the state of the two processes (ps).
    connector_state: str = "S"
    event_handler_state: str = "S"
    #: Whether what the connector sends on its session gets no answer any more.
    stalled: bool = False
    #: Whether the file system of the connector's log is full.
    disk_full: bool = False
    #: Whether the local API joins status and statistics to the context, or has them at paths of their own.
    joined_context: bool = True
    #: Whether the connector says that its service Events has failed, though the socket is CONNECTED.
    events_failed: bool = False
    #: Whether the connector's statistics count events that were sent.
    events_sent: bool = True
    #: How far the device's clock is ahead, in seconds.
    clock_ahead: int = 0
    #: Zone of the device's clock, in minutes east of UTC.
    zone_minutes: int = 0

    #: The scenario that is its FMC; its REST API tells about it.
    fmc: str | None = None
    #: For an FMC: its REST API.
    rest: FmcState | None = None
    #: What the FMC's health monitor says of it.
    alerts: tuple[Alert, ...] = ()
    #: Whether the FMC leaves it out of sending events to the cloud.
    excluded: bool = False
    #: Whether its health policy has *Threat Data Updates on Devices*.
    health_module: bool = True
    #: Whether the FMC has changes that are not deployed to it.
    pending: bool = False
    #: Whether nobody may log in: the inventory says ``login: fmc``.
    fmc_only: bool = False

    #: Files that differ from the healthy ones, as paths below the root; None where the file is missing.
    files: Mapping[str, str | None] = field(default_factory=dict)

    #: Rule sets of the firewalls in front, in path order: the file's name, and its text.
    rules: Mapping[str, str] = field(default_factory=dict)

    #: The requirements whose unmet state is a cause of its own, each with the roles of the hosts concerned (none: the
    #: device).
    planted: Mapping[str, tuple[Role, ...]] = field(default_factory=dict)
    #: For a device that can't be collected: words that the reason must hold.
    not_assessed: str | None = None


@dataclass(frozen=True, slots=True)
class Planted:
    """What a run over a lab device must come to, and nothing else."""

    #: Root findings: requirement id, and the hosts concerned (none: the device itself).
    roots: Mapping[str, tuple[str, ...]]
    #: Words of the reason why nothing of it can be assessed; None where it can.
    not_assessed: str | None = None

    @property
    def keys(self) -> frozenset[str]:
        """The root findings as ``Finding.key`` writes them: ``SSE-DNS-01``, ``SSE-NET-01[host]``."""
        return frozenset(
            key
            for requirement, hosts in self.roots.items()
            for key in ([f"{requirement}[{host}]" for host in hosts] or [requirement])
        )


def endpoints(scenario: Scenario, regions: Regions) -> tuple[Endpoint, ...]:
    """The hosts that the device must reach, those of AMP included where they are in scope."""
    allowlist = regions.endpoints(scenario.region, scenario.profile)
    return (*allowlist, *regions.amp) if scenario.amp else allowlist


def planted(scenario: Scenario, regions: Regions) -> Planted:
    """What must be found, with the roles turned into the hosts of the device's region."""
    hosts = endpoints(scenario, regions)
    roots = {
        requirement: tuple(host.fqdn for host in hosts if host.role in roles)
        for requirement, roles in scenario.planted.items()
    }
    return Planted(roots, scenario.not_assessed)
