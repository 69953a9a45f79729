"""What is known of a device before anything is asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal


class Platform(StrEnum):
    """The three kinds of Firepower device that run SSEConnector."""

    FTD = "ftd"
    FMC = "fmc"
    SFR = "sfr"


@dataclass(frozen=True, slots=True)
class Device:
    """A device as judging sees it: everything that its evidence must carry, and no secret."""

    name: str
    platform: Platform
    region: str
    #: Which allowlist of the region applies: ``classic`` (6.4 to 7.4) or ``current`` (7.6 and later).
    profile: str = "classic"
    #: Whether AMP and Threat Grid names are in scope (the catalogue's *profile amp*).
    amp: bool = False
    #: Whether the Cisco cloud integration is meant to be on (scenario 2 of TechNote 217616) or off (scenario 1).
    cloud: bool = True
    #: ``http://host:port`` of the management proxy, None where there is none. Never with a password.
    proxy: str | None = None
    address: str = ""
    port: int = 22
    tags: tuple[str, ...] = ()
    #: The FMC of the inventory that answers over REST for this device (an FMC for itself); None where none does.
    fmc: str | None = None
    #: Whether it is a cloud-delivered FMC: Cisco runs it, so nothing of it but its API can be seen.
    cloud_delivered: bool = False
    #: The files of the firewall rule sets on its way to the cloud, in path order, as the inventory names them.
    rulesets: tuple[str, ...] = ()
    #: Whether the proxy asks for a user and a password, to which the inventory refers.
    proxy_login: bool = False


def without_userinfo(url: str | None) -> str | None:
    """A proxy's URL without user and password."""
    if url is None or "@" not in url:
        return url
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


class CredentialKind(StrEnum):
    """Where a password comes from; the inventory holds this reference, never the password."""

    ENV = "env"
    FILE = "file"
    COMMAND = "command"


@dataclass(frozen=True, slots=True)
class CredentialRef:
    """A reference to a secret: an environment variable, a file that only its owner can read, or a command."""

    kind: CredentialKind
    value: str


@dataclass(frozen=True, slots=True)
class JumpHost:
    """A host that the SSH connection goes through (OpenSSH's ProxyJump)."""

    address: str
    port: int = 22
    user: str | None = None
    password: CredentialRef | None = None


@dataclass(frozen=True, slots=True)
class RestAccess:
    """How to read an FMC over its REST API."""

    #: ``https://HOST:PORT``, and what stands before ``/api`` on a cloud-delivered FMC.
    base: str
    #: A user's password on ``fmc``; the API token of Security Cloud Control on ``cdfmc``.
    secret: CredentialRef
    kind: Literal["fmc", "cdfmc"] = "fmc"
    user: str = ""
    #: The CA that the FMC's certificate comes from; the system's where None.
    ca_file: str | None = None


@dataclass(frozen=True, slots=True)
class Timeouts:
    """How long a device may take, in seconds; what the run's options say where None."""

    connect: float | None = None
    login: float | None = None
    probe: float | None = None
    device: float | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """How to log in to a device."""

    address: str
    port: int = 22
    user: str = "admin"
    password: CredentialRef | None = None
    #: The password that ``sudo`` asks for, where it differs from the login's.
    sudo_password: CredentialRef | None = None
    #: What the management proxy asks for.
    proxy_user: str | None = None
    proxy_password: CredentialRef | None = None
    #: Private key file; the SSH agent and OpenSSH's default keys are tried as well.
    key_file: str | None = None
    #: The hosts to go through, the first one first.
    jump: tuple[JumpHost, ...] = ()
    #: known_hosts file; OpenSSH's own where None.
    known_hosts: str | None = None
    #: ``auto``: a terminal, and whatever prompt comes. ``exec``: a plain POSIX shell by an exec request, no terminal
    #: (a Linux host; an FTD may never answer one). ``fmc``: no SSH at all, only what the device's FMC tells.
    login: Literal["auto", "exec", "fmc"] = "auto"
    #: The REST API of an FMC.
    rest: RestAccess | None = None
    #: The device's name on its FMC, where it is another than here.
    fmc_name: str | None = None
    #: Behind a chassis's supervisor: the security module, and the FTD instance where several run on it.
    module: int = 1
    instance: str | None = None
    #: Old SSH algorithms that are allowed for it.
    algorithms: tuple[str, ...] = ()
    #: Where this device may take another time than the others.
    timeouts: Timeouts = Timeouts()
    #: The site that it is reached from, where a cluster's workers are at several; None where any may reach it.
    site: str | None = None


@dataclass(frozen=True, slots=True)
class RuleSetRef:
    """A firewall's rule set on a device's way to the cloud, and the firewall's place there."""

    #: As the inventory names it, and where it lies; of an access policy that is read from its FMC, ``fmc:FMC/POLICY``.
    file: str
    path: str
    #: None to tell it by what the file holds.
    format: str | None = None
    #: The access list, chain's hook or policy that the device's connections meet.
    acl: str | None = None
    #: The virtual firewall: VDOM, vsys.
    vdom: str | None = None
    from_zone: str | None = None
    to_zone: str | None = None
    #: The device's address as the firewall sees it, where NAT stands before it.
    source: str | None = None
    #: Whether the device's management traffic passes the device's own rules (``Gateway : data-interfaces``).
    on_device: bool = False
    #: The FMC that it is read from, and the name of the access policy there.
    fmc: str | None = None
    policy: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """A device together with the way to reach it, and the firewalls on its own way to the cloud."""

    device: Device
    access: Access
    rulesets: tuple[RuleSetRef, ...] = ()
    #: The line of the inventory that lists it; None where no file does.
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Inventory:
    """The devices of a fleet, by name, in the file's order."""

    targets: tuple[Target, ...] = field(default=())
    source: str = ""


#: The name under which findings of the runner's own appear beside the devices.
RUNNER = "runner"
