"""What an inventory file may hold."""

from __future__ import annotations

import re
from ipaddress import ip_address
from typing import Annotated, Any, Literal, Self

from pydantic import Field, StrictBool, StrictInt, StrictStr, field_validator, model_validator

from sse_compliance.files.plain_words import matching
from sse_compliance.files.yaml_file import StrictModel
from sse_compliance.inventory.addresses import HOST_PATTERN
from sse_compliance.inventory.device import CredentialKind, CredentialRef, Platform, RestAccess

#: Names go into test ids, file names and reports, so nothing else is let in.
NAME_PATTERN = r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,62}"
#: A login's name, of a directory's domain perhaps.
USER_PATTERN = r"[A-Za-z0-9._@\\-]{1,64}"
_PROXY = re.compile(r"https?://[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?:([0-9]{1,5})")

#: What a name is called where one is refused.
A_NAME = "a name of letters, digits, dots, hyphens and underscores"
A_HOST = "a host name or an IP address"

Host = Annotated[str, matching(f"^{HOST_PATTERN}$", A_HOST)]
Port = Annotated[StrictInt, Field(ge=1, le=65535)]
Tag = Annotated[str, matching(f"^{NAME_PATTERN}$", A_NAME)]
#: A name or host that may hold one range, ``ftd-[01-20]``.
Ranged = Annotated[StrictStr, Field(min_length=1, max_length=300)]


class CredentialEntry(StrictModel):
    """Where a password is found; exactly one of the three."""

    env: Annotated[str, matching(r"^[A-Za-z_][A-Za-z0-9_]*$", "the name of an environment variable")] | None = None
    file: Annotated[StrictStr, Field(min_length=1)] | None = None
    command: Annotated[StrictStr, Field(min_length=1)] | None = None

    @model_validator(mode="before")
    @classmethod
    def _no_clear_password(cls, value: Any) -> Any:
        # The value is not repeated: it may be the very secret that must not be shown.
        if not isinstance(value, (dict, cls)):
            raise ValueError("never a password itself; expected {env: NAME}, {file: PATH} or {command: TEXT}")
        return value

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if sum(value is not None for value in (self.env, self.file, self.command)) != 1:
            raise ValueError("expected exactly one of env, file, command")
        return self

    def reference(self) -> CredentialRef:
        """The reference as the rest of the program knows it."""
        for kind in CredentialKind:
            value = getattr(self, kind.value)
            if value is not None:
                return CredentialRef(kind, value)
        raise AssertionError("unreachable: one of the three is set")


#: A time, in seconds.
Seconds = Annotated[StrictInt, Field(ge=1, le=3600)]


class JumpEntry(StrictModel):
    """A jump host."""

    address: Host
    port: Port = 22
    user: Annotated[str, matching(r"^[A-Za-z0-9._@-]{1,64}$", "a user name")] | None = None
    password: CredentialEntry | None = None


class RestEntry(StrictModel):
    """How an FMC is read over REST: a user and password, or the token of a cloud-delivered FMC."""

    kind: Literal["fmc", "cdfmc"] = "fmc"
    port: Port = 443
    path: Annotated[str, matching(r"^(/[A-Za-z0-9._-]+){0,8}$", "a path such as /fmc")] | None = None
    user: Annotated[str, matching(f"^{USER_PATTERN}$", "a user name")] | None = None
    password: CredentialEntry | None = None
    token: CredentialEntry | None = None
    ca_file: Annotated[StrictStr, Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _fits_the_kind(self) -> Self:
        is_cloud = self.kind == "cdfmc"
        if is_cloud and (self.token is None or self.password is not None or self.user is not None):
            raise ValueError("kind cdfmc: expected token, and neither user nor password")
        if not is_cloud and (self.token is not None or self.password is None or self.user is None):
            raise ValueError("kind fmc: expected user and password, and no token")
        return self

    def access(self, host: str, ca_file: str | None, secret: CredentialRef) -> RestAccess:
        """The access as the rest of the program knows it.

        Args:
            host: the FMC's address.
            ca_file: the path of the CA's file.
            secret: the reference, its path made absolute.
        """
        is_shared = self.kind == "cdfmc" and host.startswith("api.") and host.endswith(".security.cisco.com")
        path = ("/firewall/v1/cdfmc" if is_shared else "") if self.path is None else self.path
        shown = f"[{host}]" if ":" in host else host
        base = f"https://{shown}{'' if self.port == 443 else f':{self.port}'}{path}"
        return RestAccess(base, secret, self.kind, self.user or "", ca_file)


class RuleSetEntry(StrictModel):
    """A firewall's rule set, a file or an access policy of an FMC, and the firewall's place on the path."""

    file: Annotated[StrictStr, Field(min_length=1)] | None = None
    fmc: Tag | None = None
    policy: Annotated[StrictStr, Field(min_length=1)] | None = None
    format: Annotated[StrictStr, Field(min_length=1)] | None = None
    acl: Annotated[StrictStr, Field(min_length=1)] | None = None
    vdom: Annotated[StrictStr, Field(min_length=1)] | None = None
    from_zone: Annotated[StrictStr, Field(min_length=1)] | None = None
    to_zone: Annotated[StrictStr, Field(min_length=1)] | None = None
    source: StrictStr | None = None
    on_device: StrictBool = False

    @model_validator(mode="after")
    def _a_file_or_a_policy(self) -> Self:
        if (self.file is None) == (self.fmc is None) or (self.policy is None) != (self.fmc is None):
            raise ValueError("expected file, or fmc and policy: the FMC's name here and its access policy's there")
        if self.fmc is not None and self.format not in (None, "fmc"):
            raise ValueError("an access policy of an FMC has no other format than fmc")
        return self

    @field_validator("source")
    @classmethod
    def _an_address(cls, value: str | None) -> str | None:
        if value is not None:
            try:
                ip_address(value)
            except ValueError:
                raise ValueError(f"{value!r} is no IP address") from None
        return value


class Settings(StrictModel):
    """Everything of a device that a group or the file may give a default for."""

    platform: Platform | None = None
    region: Annotated[str, matching(f"^{NAME_PATTERN}$", A_NAME)] | None = None
    profile: Annotated[str, matching(f"^{NAME_PATTERN}$", A_NAME)] | None = None
    amp: StrictBool | None = None
    cloud: StrictBool | None = None
    proxy: StrictStr | None = None
    proxy_user: Annotated[str, matching(f"^{USER_PATTERN}$", "a user name")] | None = None
    proxy_password: CredentialEntry | None = None
    port: Port | None = None
    user: Annotated[str, matching(f"^{USER_PATTERN}$", "a user name")] | None = None
    password: CredentialEntry | None = None
    sudo_password: CredentialEntry | None = None
    key_file: Annotated[StrictStr, Field(min_length=1)] | None = None
    known_hosts: Annotated[StrictStr, Field(min_length=1)] | None = None
    jump: Annotated[tuple[JumpEntry, ...], Field(max_length=8)] | None = None
    login: Literal["auto", "exec", "fmc"] | None = None
    #: In path order: an entry, or the name of one under the file's own ``rulesets``.
    rulesets: Annotated[tuple[RuleSetEntry | Tag, ...], Field(min_length=1)] | None = None
    module: Annotated[StrictInt, Field(ge=1, le=3)] | None = None
    instance: Annotated[str, matching(f"^{NAME_PATTERN}$", A_NAME)] | None = None
    algorithms: tuple[Annotated[str, matching(r"^[a-z0-9@.-]{1,64}$", "the name of an SSH algorithm")], ...] | None = (
        None
    )
    connect_timeout: Seconds | None = None
    login_timeout: Seconds | None = None
    probe_timeout: Seconds | None = None
    device_timeout: Seconds | None = None
    site: Tag | None = None
    rest: RestEntry | None = None
    fmc: Annotated[str, matching(f"^{NAME_PATTERN}$", A_NAME)] | None = None
    tags: tuple[Tag, ...] = ()

    @field_validator("jump", mode="before")
    @classmethod
    def _one_or_more_hops(cls, value: Any) -> Any:
        return value if value is None or isinstance(value, (list, tuple)) else (value,)

    @field_validator("proxy")
    @classmethod
    def _plain_proxy(cls, value: str | None) -> str | None:
        if value is not None and not is_proxy(value):
            raise ValueError(
                "expected http://HOST:PORT, without user or password; they belong in proxy_user and proxy_password"
            )
        return value


class DeviceEntry(Settings):
    """A device, or a range of devices that differ in a number only."""

    name: Ranged
    address: Ranged
    #: Its name on its FMC, where it is another.
    fmc_name: Annotated[StrictStr, Field(min_length=1, max_length=300)] | None = None
    #: Where an import had the device from; for people.
    source: Annotated[StrictStr, Field(max_length=300)] | None = None


class GroupEntry(StrictModel):
    """Devices that share defaults; the group's name becomes a tag of theirs."""

    defaults: Settings = Settings()
    devices: Annotated[tuple[DeviceEntry, ...], Field(min_length=1)]


class InventoryFile(StrictModel):
    """The file as a whole."""

    defaults: Settings = Settings()
    rulesets: dict[Tag, RuleSetEntry] = Field(default_factory=dict)
    groups: dict[Tag, GroupEntry] = Field(default_factory=dict)
    devices: tuple[DeviceEntry, ...] = ()


def is_proxy(value: str) -> bool:
    """Whether a text is ``http://HOST:PORT``, without user or password."""
    found = _PROXY.fullmatch(value)
    return found is not None and 1 <= int(found.group(2)) <= 65535
