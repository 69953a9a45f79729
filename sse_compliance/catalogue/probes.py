"""The probes: for each name that evidence may hold, the reading command that a device runs for it.

Every command here only reads. File candidates follow TechNote 215547 (``/ngfw/...`` on FTD) and the prefix rule for FMC
and SFR; the first that exists is read and the evidence's command says which.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from shlex import quote

from sse_compliance.errors import InputError
from sse_compliance.inventory.device import Device, Platform

#: How long curl waits for a TCP connection, and for the whole call, in seconds. Resolving counts as part of connecting,
#: and a resolver waits 5 s for a first DNS server that is silent before it asks the second.
CONNECT_SECONDS = 10
CALL_SECONDS = 15
#: What a command may take on the device that has no time of its own, in seconds.
PROBE_SECONDS = 10
#: How many addresses of a host are tried.
MAX_ADDRESSES = 8
#: How long a host's certificates are waited for, in seconds.
CHAIN_SECONDS = 12

#: Exit statuses of curl that mean "the certificate was not accepted" or "no TLS session was made".
CERTIFICATE_EXITS = (35, 51, 60, 77)

#: How much of a log's end, and of any other output, is read, in bytes.
LOG_BYTES = 262_144

#: The call that TechNote 215547 makes to the API host.
CLIENTS_PATH = "/providers/sse/services/registration/api/v2/clients"

_CURL_VARIABLES = (
    "http_code",
    "remote_ip",
    "remote_port",
    "time_namelookup",
    "time_connect",
    "time_appconnect",
    "time_total",
    "ssl_verify_result",
)
#: Values are quoted because curl prints ``000`` for "no status", which is no JSON number.
CURL_WRITE_OUT = "{" + ",".join(f'"{name}":"%{{{name}}}"' for name in _CURL_VARIABLES) + "}"


class Where(StrEnum):
    """Which prompt of the device a command is for."""

    CLISH = "clish"
    SHELL = "shell"


@dataclass(frozen=True, slots=True)
class ProbeSpec:
    """How one probe is made."""

    name: str
    #: Shell text (or a clish command); ``{file}`` stands for the first of ``files`` that exists.
    command: str
    where: Where = Where.SHELL
    #: Time limit on the device, in seconds.
    seconds: int = PROBE_SECONDS
    files: tuple[str, ...] = ()
    #: Whether its standard input is curl's line on the proxy's user and password.
    proxy_login: bool = False
    #: Run next, only where this one ended with one of ``then_on_exits`` (its own result is kept as well).
    then: ProbeSpec | None = None
    then_on_exits: tuple[int, ...] = ()


def file_candidates(path: str, platform: Platform) -> tuple[str, ...]:
    """Where a file may lie: below ``/ngfw`` first on FTD, without it on FMC and SFR, the other spelling next."""
    below, plain = f"/ngfw{path}", path
    return (below, plain) if platform is Platform.FTD else (plain, below)


CONNECTOR_PROPERTIES = "/etc/sf/connector.properties"
CONNECTOR_CA = "/etc/ssl/connectorCA.pem"
CONNECTOR_LOG = "/var/log/connector/connector.log"


def _proxy(device: Device) -> str:
    """curl's options for the device's proxy; user and password it reads from its standard input."""
    if not device.proxy:
        return ""
    return f"{'-K - ' if device.proxy_login else ''}-x {quote(device.proxy)} "


def _curl(url: str, device: Device, *, trust: str) -> str:
    proxy = _proxy(device)
    return (
        f"curl -q -sS -v -o /dev/null --connect-timeout {CONNECT_SECONDS} -m {CALL_SECONDS} "
        f"-w {quote(CURL_WRITE_OUT)} {proxy}{trust} {quote(url)}"
    )


def _connector_curl(name: str, url: str, device: Device, then: ProbeSpec | None = None) -> ProbeSpec:
    return ProbeSpec(
        name,
        _curl(url, device, trust="--cacert {file}"),
        seconds=CALL_SECONDS + 3,
        files=file_candidates(CONNECTOR_CA, device.platform),
        proxy_login=device.proxy_login,
        then=then,
        then_on_exits=CERTIFICATE_EXITS if then else (),
    )


def _local_api(part: str) -> str:
    """A call to the connector's own API; the last line is the HTTP status."""
    return rf"curl -q -sS -m 5 -w '\n%{{http_code}}\n' http://localhost:8989/v1/contexts/default{part}"


#: The state of each process; again where one that matters waits for the kernel, which is short unless it hangs.
PROCESSES = (
    'look() { ps -eo pid,stat,comm; }; s=$(look); echo "$s"; '
    "echo \"$s\" | grep -Eq '^ *[0-9]+ +D.* (connector|SSEConnector|EventHandler) *$' || exit 0; sleep 2; look"
)

#: The TCP sessions with their timers; again where one has data to send, which is soon sent unless it has stalled.
TCP_SESSIONS = (
    "look() { if command -v ss >/dev/null 2>&1; then ss -tnoi; "
    "else cat /proc/net/tcp /proc/net/tcp6 2>/dev/null; fi; }; "
    's=$(look); echo "$s"; '
    "echo \"$s\" | grep -Eq '^ESTAB +[0-9]+ +[1-9]| 01 0*[1-9A-F][0-9A-F]*:' || exit 0; sleep 3; echo --; look"
)


_COMMANDS = {
    spec.name: spec
    for spec in (
        ProbeSpec("show-version", "show version", Where.CLISH),
        ProbeSpec("show-network", "show network", Where.CLISH),
        ProbeSpec("show-managers", "show managers", Where.CLISH),
        ProbeSpec("sf-version", "cat /etc/sf/sf-version"),
        ProbeSpec("resolv-conf", "cat /etc/resolv.conf"),
        ProbeSpec("proxy-conf", "cat /etc/sf/iprep_proxy.conf"),
        ProbeSpec("context", _local_api("")),
        ProbeSpec("context-status", _local_api("/status")),
        ProbeSpec("context-statistics", _local_api("/statistics")),
        ProbeSpec("processes", PROCESSES, seconds=12),
        ProbeSpec("tcp-sessions", TCP_SESSIONS, seconds=12),
        ProbeSpec("disk", "df -P"),
        ProbeSpec("pmtool", "pmtool status"),
        ProbeSpec("lsof", "lsof -nP -i", seconds=15),
        ProbeSpec("netstat", "netstat -anlp", seconds=15),
        ProbeSpec("date", "date -u +%s"),
    )
}

#: Probes that read a file of the connector: how, and which.
_FILES = {
    "connector-properties": ("cat {file}", CONNECTOR_PROPERTIES),
    "connector-ca": ("cat {file}", CONNECTOR_CA),
    "connector-log": (f"tail -c {LOG_BYTES} {{file}}", CONNECTOR_LOG),
}


def _nslookup(_: Device, host: str) -> ProbeSpec:
    # Three tries of 2 s for each DNS server, of which a resolver has three.
    return ProbeSpec(f"nslookup:{host}", f"nslookup -timeout=2 {quote(host)}", seconds=20)


def _dns_servers(_: Device, host: str) -> ProbeSpec:
    ask = f'r=$(nslookup -timeout=2 {quote(host)} "$s" 2>&1); printf "== %s %s\\n%s\\n" "$s" "$?" "$r"'
    servers = "$(sed -n 's/^nameserver[[:space:]]*//p' /etc/resolv.conf)"
    # The host is the last word of the command, as it is of nslookup's own.
    return ProbeSpec(
        f"dns-servers:{host}",
        f"for s in {servers}; do {{ {ask}; }} & done; wait; echo end; : {quote(host)}",
        seconds=12,
    )


def _addresses(_: Device, host: str) -> ProbeSpec:
    """One TCP connection to each address of a host, all at once; the first few, as a name may have many."""
    found = (
        f"$(nslookup -timeout=2 {quote(host)} | sed -n '/^Name:/,$s/^Address[^:]*:[[:space:]]*//p' | sort -u "
        f"| head -n {MAX_ADDRESSES})"
    )
    call = (
        f"t=$(curl -q -s -k -o /dev/null --connect-timeout 5 -m {CONNECT_SECONDS} "
        "-w '%{time_connect} %{remote_ip}' "
        f'--resolve {quote(f"{host}:443")}:"$a" {quote(f"https://{host}")}); printf "%s %s %s\\n" "$a" "$?" "$t"'
    )
    command = f"for a in {found}; do {{ {call}; }} & done; wait; echo end"
    return ProbeSpec(f"addresses:{host}", command, seconds=CONNECT_SECONDS + 6)


def _ping(_: Device, host: str) -> ProbeSpec:
    return ProbeSpec(f"ping:{host}", f"ping -c 1 -W 2 {quote(host)}", seconds=12)


def _tcp(_: Device, address: str) -> ProbeSpec:
    host, port = address.rsplit(":", 1)
    connect = quote(f"exec 3<>/dev/tcp/{host}/{int(port)}")
    return ProbeSpec(f"tcp:{address}", f"bash -c {connect}", seconds=CONNECT_SECONDS)


def _curl_host(device: Device, host: str) -> ProbeSpec:
    url = f"https://{host}"
    insecure = ProbeSpec(
        f"curl-insecure:{host}",
        _curl(url, device, trust="-k"),
        seconds=CALL_SECONDS + 3,
        proxy_login=device.proxy_login,
    )
    return _connector_curl(f"curl:{host}", url, device, insecure)


def _chain(device: Device, host: str) -> ProbeSpec:
    """The certificates that the host presents, by one connection more. Of openssl's output only those: it also prints
    the session's keys. Its s_client knows proxies only from 1.1.0 on, so curl is asked behind one (7.88 and later)."""
    if device.proxy:
        told = quote("%{certs}\n%{num_certs} certificates\n")
        limits = f"--connect-timeout {CONNECT_SECONDS} -m {CHAIN_SECONDS}"
        command = f"curl -q -sS -o /dev/null {limits} -w {told} {_proxy(device)}-k {quote(f'https://{host}')}"
    else:
        client = f"openssl s_client -connect {quote(f'{host}:443')} -servername {quote(host)} -showcerts </dev/null"
        command = f"{client} | sed -n '/^Certificate chain/,/^Server certificate/p'"
    return ProbeSpec(f"chain:{host}", command, seconds=CHAIN_SECONDS, proxy_login=device.proxy_login)


def _curl_clients(device: Device, host: str) -> ProbeSpec:
    return _connector_curl(f"curl-clients:{host}", f"https://{host}{CLIENTS_PATH}", device)


_ADDRESSED: dict[str, Callable[[Device, str], ProbeSpec]] = {
    "nslookup": _nslookup,
    "dns-servers": _dns_servers,
    "addresses": _addresses,
    "ping": _ping,
    "tcp": _tcp,
    "curl": _curl_host,
    "chain": _chain,
    "curl-clients": _curl_clients,
}

#: Probes that come along with another one, never planned on their own.
IMPLIED = {"curl-insecure": "curl"}

#: Probes that only some platforms have: FMC has no ``show network``, and only FMC keeps these files.
PLATFORMS: dict[str, frozenset[Platform]] = {
    "show-network": frozenset({Platform.FTD, Platform.SFR}),
    "show-managers": frozenset({Platform.FTD, Platform.SFR}),
    "resolv-conf": frozenset({Platform.FMC}),
    "proxy-conf": frozenset({Platform.FMC}),
    "sf-version": frozenset({Platform.FMC}),
}

#: Kinds of probe that another source than the device's own session answers (``collect/source.py``).
FROM_ELSEWHERE = frozenset({"resolver", "fmc", "rulesets"})

#: What tells that FMC leaves a device out of the cloud, so that nothing of the cloud is asked of it.
CLOUD_EVENTS = "fmc:integration/cloudeventsconfigs"

#: Kinds of probe that a catalogue entry may name.
KINDS = frozenset({*_COMMANDS, *_FILES, *_ADDRESSED, *IMPLIED, *FROM_ELSEWHERE})


def probe_specs(device: Device, names: Iterable[str]) -> tuple[ProbeSpec, ...]:
    """How to make each of the probes on a device, in the order of the names.

    Raises:
        InputError: a name that no probe has.
    """
    specs = []
    for name in names:
        kind, _, argument = name.partition(":")
        if name in _COMMANDS:
            specs.append(_COMMANDS[name])
        elif name in _FILES:
            command, path = _FILES[name]
            specs.append(ProbeSpec(name, command, files=file_candidates(path, device.platform)))
        elif kind in _ADDRESSED and argument:
            specs.append(_ADDRESSED[kind](device, argument))
        else:
            raise InputError(f"there is no probe {name!r}; known kinds: {', '.join(sorted(KINDS))}")
    return tuple(specs)


def is_of_the_table(device: Device, spec: ProbeSpec) -> bool:
    """Whether a probe is to the letter what this module makes for its name."""
    kind, _, argument = spec.name.partition(":")
    try:
        (made,) = probe_specs(device, [f"{IMPLIED[kind]}:{argument}" if kind in IMPLIED else spec.name])
    except (InputError, ValueError):
        return False
    return any(
        (spec.name, spec.command, spec.where, spec.files) == (one.name, one.command, one.where, one.files)
        for one in (made, made.then)
        if one
    )
