"""What a test asks for when it asks for a device."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tests.e2e.lab import names


class Login(StrEnum):
    """What a user finds after logging in."""

    CLISH = "clish"
    SHELL = "shell"
    #: A menu that is neither: no command of the suite's means anything to it.
    MENU = "menu"


_PRODUCTS = {
    "ftd": ("Cisco Firepower 1010 Threat Defense", 78),
    "fmc": ("Cisco Secure Firewall Management Center for VMWare", 66),
    "sfr": ("Cisco ASA5516-X FirePOWER", 72),
}


@dataclass(frozen=True, slots=True)
class DeviceSpec:
    """A device to be. The inventory's view of it and its own may differ: that is a fault too."""

    name: str
    platform: str = "ftd"
    region: str = "us"
    #: The region that its connector is configured for, where it is not the inventory's.
    own_region: str | None = None
    version: str = "7.4.2"
    build: int = 172
    login: Login = Login.CLISH
    cloud: bool = True
    #: ``http://host:port``, in the device's configuration and in the inventory.
    proxy: str | None = None
    #: ``user:password`` that the device's connector shows to the proxy.
    proxy_login: str | None = None
    #: Whether the inventory refers to them.
    proxy_told: bool = False
    #: Whether sshd offers keyboard-interactive (as the real ones do) or the plain password method.
    keyboard_interactive: bool = True
    #: Whether ``expert`` gives a shell.
    expert: bool = True
    #: Whether admin may use sudo.
    sudo: bool = True

    @property
    def prefix(self) -> str:
        """What the paths of its files begin with: ``/ngfw`` on FTD."""
        return "/ngfw" if self.platform == "ftd" else ""

    @property
    def product(self) -> str:
        return _PRODUCTS[self.platform][0]

    @property
    def model_number(self) -> int:
        return _PRODUCTS[self.platform][1]

    @property
    def home(self) -> str:
        """The home directory of admin."""
        return "/Volume/home/admin" if self.platform == "fmc" else "/home/admin"

    @property
    def connector_properties(self) -> str:
        """The text of its ``connector.properties``: four keys as in TechNote 217616."""
        api = names.CLASSIC[self.own_region or self.region]["api"]
        return (
            "registration_interval=180\n"
            "connector_port=8989\n"
            "region_discovery_endpoint=https://api-sse.cisco.com/providers/sse/api/v1/regions\n"
            f"connector_fqdn={api}\n"
        )
