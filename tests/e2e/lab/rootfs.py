"""A device's root file system: a tmpfs with files of its own; only /usr is the host's, read-only."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tests.e2e.lab import names
from tests.e2e.lab.shell import run
from tests.e2e.lab.spec import DeviceSpec, Login

#: What a device may hold; without a limit, a test that fills its disk would fill the machine's memory.
SIZE = "64m"

ADMIN, WWW = 1000, 33
GATEWAY = "10.62.148.1"

_BOX = Path(__file__).parent / "box"
_PYTHON = "/usr/bin/python3"
_ROOT_HOME = "/root"
_PATH = "/opt/sf/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

_SSHD = """Port 22
ListenAddress 0.0.0.0
HostKey /etc/ssh/host_key
PidFile none
UsePAM yes
PasswordAuthentication {password}
KbdInteractiveAuthentication {keyboard}
PermitRootLogin no
MaxAuthTries 3
MaxSessions 5
LoginGraceTime 600
UseDNS no
PrintMotd no
"""

_PAM = "auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n"

_SUDOERS = f"""Defaults env_reset, !syslog, !admin_flag
Defaults passprompt="Password: "
Defaults secure_path="{_PATH}"
root ALL=(ALL:ALL) ALL
"""
ADMIN_MAY = "admin ALL=(ALL) ALL\n"

_MENU = """#!/bin/sh
while :; do
    printf '1) Status\\n2) Quit\\nChoice: '
    read -r choice || exit 0
    [ "$choice" = 2 ] && exit 0
done
"""

#: What runs first in a device's namespaces: wait for the network, make the tmpfs the root, become the manager.
PRELUDE = """set -e
read -r _
cd "$1"
mount --bind /usr usr
mount -o remount,bind,ro usr
for node in null zero full random urandom tty; do mount --bind "/dev/$node" "dev/$node"; done
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts dev/pts
mount -t proc proc proc
mount --bind "$2/sudo" usr/bin/sudo
mount --bind "$2/libexec" usr/libexec/sudo
hostname "$3"
ip link set lo up
pivot_root . old
umount -l /old
rmdir /old
exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin /opt/sf/bin/process-manager /opt/sf/manager.py
"""


def copy_sudo(folder: Path) -> None:
    """A sudo whose set-uid bit counts in a user namespace too (the host's does not, and it refuses others' plugins)."""
    folder.mkdir()
    shutil.copy("/usr/bin/sudo", folder / "sudo")
    shutil.copytree("/usr/libexec/sudo", folder / "libexec", symlinks=True)
    for item in (folder / "sudo", *(folder / "libexec").iterdir()):
        os.chown(item, 0, 0, follow_symlinks=False)
    (folder / "sudo").chmod(0o4755)


def build(root: Path, spec: DeviceSpec, *, interface: str, mac: str, password_hash: str, connector_ca: str) -> str:
    """Mount and fill a device's root file system.

    Returns:
        The device's public host key, as known_hosts has it.
    """
    root.mkdir(parents=True)
    run("mount", "-t", "tmpfs", "-o", f"size={SIZE},mode=755", "tmpfs", str(root))
    _directories(root, spec)
    _system_files(root, spec, password_hash)
    _firepower_files(root, spec, interface, mac, connector_ca)
    return _host_key(root)


def _write(root: Path, path: str, text: str, mode: int = 0o644) -> None:
    file = root / path.lstrip("/")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    file.chmod(mode)


def _directories(root: Path, spec: DeviceSpec) -> None:
    for name in ("usr", "proc", "dev/pts", "run/sshd", "run/sudo", "root", "old", "etc/ssl/certs", "var/lib/sudo"):
        (root / name).mkdir(parents=True)
    for name in ("var/log", "var/tmp", "tmp", "opt/sf/bin", spec.home.lstrip("/")):
        (root / name).mkdir(parents=True)
    for name in ("tmp", "var/tmp"):
        (root / name).chmod(0o1777)
    os.chown(root / spec.home.lstrip("/"), ADMIN, ADMIN)
    for name in ("bin", "sbin", "lib", "lib64"):
        (root / name).symlink_to(f"usr/{name}")
    (root / "var/run").symlink_to("/run")
    for name in ("null", "zero", "full", "random", "urandom", "tty"):
        (root / "dev" / name).touch()
    (root / "dev/ptmx").symlink_to("pts/ptmx")
    (root / "dev/fd").symlink_to("/proc/self/fd")
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        (root / "dev" / name).symlink_to(f"/proc/self/fd/{number}")


def _system_files(root: Path, spec: DeviceSpec, password_hash: str) -> None:
    shell = {Login.CLISH: "/opt/sf/bin/clish", Login.SHELL: "/bin/bash", Login.MENU: "/opt/sf/bin/menu"}[spec.login]
    users = (
        ("root", 0, _ROOT_HOME, "/bin/bash", "!"),
        ("admin", ADMIN, spec.home, shell, password_hash),
        ("www", WWW, "/", "/usr/sbin/nologin", "!"),
        ("sshd", 100, "/run/sshd", "/usr/sbin/nologin", "!"),
        ("nobody", 65534, "/", "/usr/sbin/nologin", "!"),
    )
    _write(root, "/etc/passwd", "".join(f"{n}:x:{u}:{u}:{n}:{home}:{sh}\n" for n, u, home, sh, _ in users))
    _write(root, "/etc/group", "tty:x:5:\nshadow:x:42:\n" + "".join(f"{n}:x:{u}:\n" for n, u, *_ in users))
    _write(root, "/etc/shadow", "".join(f"{n}:{h}:20000:0:99999:7:::\n" for n, _, _, _, h in users), 0o640)
    _write(root, "/etc/shells", "/bin/bash\n/opt/sf/bin/clish\n")
    _write(root, "/etc/hostname", f"{spec.name}\n")
    _write(root, "/etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {spec.name}\n")
    _write(
        root, "/etc/nsswitch.conf", "passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nservices: files\n"
    )
    _write(root, "/etc/resolv.conf", f"nameserver {names.DNS_SERVER}\n")
    _write(root, "/etc/login.defs", f"ENV_SUPATH PATH={_PATH}\nENV_PATH PATH={_PATH}\n")
    _write(root, "/etc/profile", f"PATH={_PATH}\nPS1='\\u@\\h:\\w\\$ '\n")
    _write(root, f"{_ROOT_HOME}/.bashrc", "PS1='\\u@\\h:\\w\\$ '\n")
    for service in ("sshd", "sudo", "other"):
        _write(root, f"/etc/pam.d/{service}", _PAM)
    for service in ("su", "su-l"):
        _write(root, f"/etc/pam.d/{service}", "auth sufficient pam_rootok.so\n" + _PAM)
    lecture = "Defaults lecture=always\n" if spec.version.startswith("6.") else ""
    _write(root, "/etc/sudoers", _SUDOERS + lecture + (ADMIN_MAY if spec.sudo else ""), 0o440)
    methods = (
        {"password": "no", "keyboard": "yes"} if spec.keyboard_interactive else {"password": "yes", "keyboard": "no"}
    )
    _write(root, "/etc/ssh/sshd_config", _SSHD.format(**methods))
    for name in ("wtmp", "lastlog"):
        _write(root, f"/var/log/{name}", "")
    for name in ("ld.so.cache", "services", "protocols", "ssl/openssl.cnf"):
        shutil.copy(f"/etc/{name}", root / "etc" / name)
    shutil.copytree("/etc/alternatives", root / "etc/alternatives", symlinks=True)


def _firepower_files(root: Path, spec: DeviceSpec, interface: str, mac: str, connector_ca: str) -> None:
    prefix = spec.prefix
    _write(root, f"{prefix}/etc/sf/connector.properties", spec.connector_properties)
    _write(root, f"{prefix}/etc/ssl/connectorCA.pem", connector_ca)
    _write(root, f"{prefix}/var/log/connector/connector.log", connector_history(spec.name))
    for path in ("var/log/connector", "var/log/connector/connector.log"):
        os.chown(root / prefix.lstrip("/") / path, WWW, WWW)
    (root / prefix.lstrip("/") / "var/sf/run").mkdir(parents=True)
    _write(root, "/etc/sf/sf-version", f"{spec.product} v{spec.version} (build {spec.build})\n")
    if spec.proxy and spec.platform == "fmc":
        host, port = spec.proxy.removeprefix("http://").split(":")
        _write(root, "/etc/sf/iprep_proxy.conf", f"iprep_proxy {{\nPROXY_HOST {host};\nPROXY_PORT {port};\n}}\n")
    told = {
        "name": spec.name,
        "platform": spec.platform,
        "product": spec.product,
        "model_number": spec.model_number,
        "version": spec.version,
        "build": spec.build,
        "prefix": prefix,
        "proxy": spec.proxy,
        "proxy_login": spec.proxy_login,
        "cloud": spec.cloud,
        "expert": "allowed" if spec.expert else "refused",
        "www": WWW,
        "interface": interface,
        "gateway": GATEWAY,
        "mac": mac,
    }
    _write(root, "/opt/sf/device.json", json.dumps(told))
    for script in _BOX.glob("*.py"):
        shutil.copy(script, root / "opt/sf" / script.name)
    # lsof takes a process's name from the program file, netstat from argv[0]: a link to Python makes both right.
    for name in ("connector", "EventHandler", "process-manager"):
        (root / "opt/sf/bin" / name).symlink_to(_PYTHON)
    for name in ("clish", "pmtool"):
        for folder in ("/opt/sf/bin", "/ngfw/usr/local/sf/bin"):
            _write(root, f"{folder}/{name}", f'#!/bin/sh\nexec {_PYTHON} -IS /opt/sf/{name}.py "$@"\n', 0o755)
    _write(root, "/opt/sf/bin/menu", _MENU, 0o755)


def connector_history(name: str) -> str:
    """What ``connector.log`` holds before the connector starts: a start and a success of two days ago.

    A log that is younger than the hour that is judged would prove nothing.
    """
    began = dt.datetime.now(dt.UTC) - dt.timedelta(days=2)
    entries = (
        (0.0, "main.go:31 main:main", "connector version 1.9.22 starting, pid 812"),
        (0.4, "events.go:98 events:connectWebSocket", "websocket connection to eventing-ingest established"),
    )
    return "".join(
        f'time="{(began + dt.timedelta(seconds=after)).isoformat()}" level=info msg="[{name}][{where}] {text}"\n'
        for after, where, text in entries
    )


def _host_key(root: Path) -> str:
    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
    _write(root, "/etc/ssh/host_key", private.decode(), 0o600)
    return key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
