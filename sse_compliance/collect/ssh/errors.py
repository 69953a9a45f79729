"""What can go wrong between here and a root shell on a device. Each text says what, where, and what to do next.

No text ever holds a password: what a device said is passed through :func:`excerpt`, and the terminal takes out any
secret that the device may have echoed.
"""

from __future__ import annotations

from typing import Self

from sse_compliance.errors import SseError, Unavailable


def excerpt(said: str, limit: int = 160) -> str:
    """The last line of what a device said, made safe to show: printable, and short."""
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    last = lines[-1] if lines else ""
    return "".join(char if char.isprintable() else "?" for char in last)[:limit]


def not_allowed(command: str) -> Unavailable:
    """A command of a test's own, in a run that allows none. It was not sent."""
    return Unavailable(
        f"`{command}` was not sent: no probe runs it, and --allow-commands, by which tests may run commands of their "
        "own, is not given"
    )


class DeviceError(SseError):
    """A device could not be collected.

    Args:
        place: the device, as ``name (address:port)``.
        what: what happened.
        advice: what to do next, where it differs from the class's own.
    """

    kind = "device error"
    #: Whether it stays until somebody acts. Trying again is then of no use, and after a refused login it does harm.
    lasting = False
    #: Whether a password was sent and refused as wrong, so that it is not to be tried on other devices.
    wrong_password = False

    def __init__(self, place: str, what: str, advice: str | None = None) -> None:
        super().__init__(what.rstrip(".") + ".", place=place, advice=advice)

    def on_the_way_to(self, place: str, through: str) -> Self:
        """The same error where the device is another one, and this was a host that leads to it."""
        self.place, self.what = place, f"{through}: {self.what}"
        return self


class UnreachableError(DeviceError):
    """No TCP connection, or a peer that does not speak SSH."""

    kind = "unreachable"
    advice = "Check address, port, route and the firewall in between; on the device, `configure ssh-access-list`."
    #: Whether another attempt may do better: after a refusal or a reset, not after a time-out (TCP repeats by itself).
    passing = False


class HostKeyUnknownError(DeviceError):
    """The known_hosts file has no key for this host."""

    kind = "host key unknown"
    lasting = True


class HostKeyChangedError(DeviceError):
    """The known_hosts file has another key for this host: a re-imaged device, or somebody in between."""

    kind = "host key changed"
    lasting = True


class LoginRefusedError(DeviceError):
    """The device did not accept the login. Never tried a second time: accounts get locked."""

    kind = "login refused"
    advice = "Check the user and the credential reference in the inventory; it was tried once and will not be retried."
    lasting = True


class WrongPeerError(DeviceError):
    """What answers is the CLI of something else: a chassis, a module without the instance, an ASA."""

    kind = "not the device"
    lasting = True


class NotTriedError(DeviceError):
    """A password that another device has refused was not sent to this one."""

    kind = "not tried"
    advice = "Check the user and the credential reference in the inventory, then run again."
    lasting = True


class ExpertRefusedError(DeviceError):
    """``expert`` gave no shell."""

    kind = "no expert shell"
    advice = "The account needs the Config role, and the CLI must not be locked down (`system lockdown-sensor`)."
    lasting = True


class SudoRefusedError(DeviceError):
    """``sudo`` refused. The password was sent once at most."""

    kind = "sudo refused"
    advice = "Check sudo_password in the inventory and the account's rights; it was tried once and will not be retried."
    lasting = True


class NotRootError(DeviceError):
    """The shell is not root's. As an ordinary user lsof and netstat look healthy and empty, so nothing was read."""

    kind = "not root"
    advice = "Check that `sudo su -` gives this account a root shell."
    lasting = True


class StepTimeoutError(DeviceError):
    """A step of the login, or the collecting, took too long. The text names the step."""

    kind = "timed out"
    advice = "Log in by hand with the same account and see where it stops."


class SessionLostError(DeviceError):
    """The connection ended while it was needed."""

    kind = "session lost"
    advice = "Check the path to the device and its limit of concurrent SSH sessions, then run again."


class NotInTheTableError(DeviceError):
    """A command that the table of commands does not hold. It was not sent."""

    kind = "command refused"
    lasting = True


class InternalError(DeviceError):
    """A fault of this program's own, met while a device was collected."""

    kind = "internal error"
