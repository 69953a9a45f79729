"""What curl answers on a device: one directory of files per way, host and trust, for the stand-in to replay.

``verbose`` is what ``-v`` prints, ``error`` the message that is printed without it too, ``values`` what ``-w`` may ask
for, ``exit`` the exit status and ``wait`` the seconds to wait before. The texts lie in ``curl/VERSION/OUTCOME.txt``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from sse_compliance.catalogue.regions import Endpoint, Role
from sse_compliance.lab.scenario import Scenario
from sse_compliance.lab.texts.addresses import addresses

_TEXTS = Path(__file__).parent / "curl"

#: The issuer that TechNotes 215547 and 217616 show, and one of a company's own that decrypts.
_CISCO_ISSUER = "C=US; O=HydrantID (Avalanche Cloud Corporation); CN=HydrantID SSL ICA G2"
_CORPORATE_ISSUER = "C=US; O=Example Corp; CN=Corp Proxy ICA"

#: OpenSSL 1 and OpenSSL 3 spell it differently.
_SELF_SIGNED = {
    "7.44.0": "self signed certificate in certificate chain",
    "7.66.0": "self signed certificate in certificate chain",
    "7.88.1": "self-signed certificate in certificate chain",
    "8.16.0": "self-signed certificate in certificate chain",
}

#: How long ago a host's certificate began, and how many days it has left.
VALID_BEFORE = timedelta(days=200)
_VALID_DAYS, _EXPIRED_DAYS = 500, -9

#: The proxy's own address.
PROXY_ADDRESS = "192.0.2.80"


class Trust(StrEnum):
    """How a call judges the certificate: by the connector's CA file, not at all, or by the system's CAs."""

    CACERT = "cacert"
    INSECURE = "insecure"
    PLAIN = "plain"


class Outcome(StrEnum):
    """How a call ends; the name of the text file."""

    ANSWERED = "answered"
    UNTRUSTED = "untrusted"
    UNRESOLVED = "unresolved"
    TIMEOUT = "timeout"
    REFUSED = "refused"


_EXITS = {
    Outcome.ANSWERED: 0,
    Outcome.UNTRUSTED: 60,
    Outcome.UNRESOLVED: 6,
    Outcome.TIMEOUT: 28,
    Outcome.REFUSED: 7,
}


@dataclass(frozen=True, slots=True)
class _Peer:
    """Whom curl connects to: the host itself, or the proxy."""

    host: str
    address: str
    port: int


def curl_files(scenario: Scenario, hosts: Iterable[Endpoint], now: datetime) -> dict[str, str]:
    """All answers of the device, as paths below ``/lab`` and contents.

    Args:
        now: the device's own clock.
    """
    files: dict[str, str] = {}
    for endpoint in hosts:
        direct = _Peer(endpoint.fqdn, addresses(endpoint.fqdn)[0], 443)
        for trust in Trust:
            outcome = _direct(scenario, endpoint.role, trust)
            expired = endpoint.role in scenario.expired
            files |= _call(scenario, endpoint.fqdn, direct, "direct", trust, outcome, now, expired=expired)
            if scenario.proxy is not None:
                proxy, way = _proxy(scenario.proxy)
                through = _through_proxy(scenario, trust)
                files |= _call(scenario, endpoint.fqdn, proxy, way, trust, through, now)
    return files


def local_api_files(answers: Mapping[int, Mapping[str, str] | None]) -> dict[str, str]:
    """What ``curl http://localhost:PORT/PATH`` answers: a body for each path, or None where nothing answers."""
    files: dict[str, str] = {}
    for port, bodies in answers.items():
        below = f"curl/direct/localhost:{port}/{Trust.PLAIN}"
        if bodies is None:
            verbose, error = _text(
                "7.88.1", Outcome.REFUSED, {"ip": "127.0.0.1", "peer": "localhost", "port": str(port)}
            )
            files |= {f"{below}/verbose": verbose, f"{below}/error": error, f"{below}/exit": "7"}
            files[f"{below}/values"] = _values("000", "", 0, 0.0, 0.0, 0)
        else:
            files |= {f"{below}/body": "404 page not found\n", f"{below}/exit": "0"}
            files[f"{below}/values"] = _values("404", "127.0.0.1", port, 0.0004, 0.0, 0)
            for path, body in bodies.items():
                files[f"{below}/paths{path}/body"] = body
                files[f"{below}/paths{path}/exit"] = "0"
                files[f"{below}/paths{path}/values"] = _values("200", "127.0.0.1", port, 0.0004, 0.0, 0)
    return files


def _direct(scenario: Scenario, role: Role, trust: Trust) -> Outcome:
    if scenario.proxy is not None or not scenario.dns_servers or not scenario.dns_answers or role in scenario.nxdomain:
        return Outcome.UNRESOLVED
    if role in scenario.dropped:
        return Outcome.TIMEOUT
    if role in scenario.expired and trust is not Trust.INSECURE:
        return Outcome.UNTRUSTED
    return _trusted(scenario, trust)


def is_answered(scenario: Scenario, role: Role) -> bool:
    """Whether a call to the host that does not look at its certificate is answered, the way that the device goes."""
    if scenario.proxy is not None:
        return scenario.proxy_alive
    return _direct(scenario, role, Trust.INSECURE) is Outcome.ANSWERED


def second_address(host: str) -> str:
    """The address of a host that a call which does not choose never comes to."""
    return addresses(host)[1]


def valid_for(scenario: Scenario, role: Role) -> int:
    """How many days the host's certificate is valid from now on."""
    return _EXPIRED_DAYS if role in scenario.expired else _VALID_DAYS


def _through_proxy(scenario: Scenario, trust: Trust) -> Outcome:
    return _trusted(scenario, trust) if scenario.proxy_alive else Outcome.REFUSED


def _trusted(scenario: Scenario, trust: Trust) -> Outcome:
    if trust is Trust.INSECURE or (trust is Trust.CACERT and (scenario.added_ca or not scenario.intercepted)):
        return Outcome.ANSWERED
    return Outcome.UNTRUSTED


def _proxy(url: str) -> tuple[_Peer, str]:
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 80
    return _Peer(host, PROXY_ADDRESS, port), f"proxy-{host}:{port}"


def _call(
    scenario: Scenario,
    host: str,
    peer: _Peer,
    way: str,
    trust: Trust,
    outcome: Outcome,
    now: datetime,
    *,
    expired: bool = False,
) -> dict[str, str]:
    version = scenario.software.curl
    names = {
        "host": host,
        "peer": peer.host,
        "ip": peer.address,
        "port": str(peer.port),
        "addresses": ", ".join(addresses(host)),
        "start": _certificate_date(now - VALID_BEFORE, version),
        "expire": _certificate_date(now + timedelta(days=_EXPIRED_DAYS if expired else _VALID_DAYS), version),
        "problem": "certificate has expired" if expired else _SELF_SIGNED[version],
        "issuer": _CORPORATE_ISSUER if scenario.intercepted else _CISCO_ISSUER,
        "date": f"{now.astimezone():%a, %d %b %Y %H:%M:%S} GMT",
    }
    verbose, error = _text(version, outcome, names, trust)
    connected = outcome in (Outcome.ANSWERED, Outcome.UNTRUSTED)
    if way != "direct" and connected:
        verbose = _text(version, "proxied", names)[0] + _without_connecting(verbose)
    below = f"curl/{way}/{host}/{trust}"
    return {
        f"{below}/verbose": verbose,
        f"{below}/error": error,
        f"{below}/body": "Forbidden" if outcome is Outcome.ANSWERED else "",
        f"{below}/exit": str(_EXITS[outcome]),
        f"{below}/wait": str(scenario.time_out if outcome is Outcome.TIMEOUT else 0),
        f"{below}/values": _outcome_values(outcome, trust, peer, connected),
    }


def _outcome_values(outcome: Outcome, trust: Trust, peer: _Peer, connected: bool) -> str:
    untrusted = outcome is Outcome.UNTRUSTED or trust is Trust.INSECURE
    # A failed handshake leaves time_connect at zero, though the connection was made (recorded with curl 7.88.1).
    made = 0.013 if outcome is Outcome.ANSWERED else 0.0
    return _values(
        "403" if outcome is Outcome.ANSWERED else "000",
        peer.address if connected else "",
        peer.port if connected else 0,
        made,
        made * 4,
        19 if connected and untrusted else 0,
    )


def _values(code: str, address: str, port: int, connect: float, handshake: float, verify: int) -> str:
    return (
        f"http_code {code}\nremote_ip {address}\nremote_port {port}\ntime_namelookup 0.000060\n"
        f"time_connect {connect:.6f}\ntime_appconnect {handshake:.6f}\ntime_total {handshake + 0.011:.6f}\n"
        f"ssl_verify_result {verify}\n"
    )


def _without_connecting(verbose: str) -> str:
    """The text from the handshake on: the connection itself was made to the proxy."""
    lines = verbose.splitlines(keepends=True)
    start = next(number for number, line in enumerate(lines) if line.startswith("* ALPN"))
    return "".join(lines[start:])


def _certificate_date(moment: datetime, version: str) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S} GMT" if version == "7.44.0" else f"{moment:%b %e %H:%M:%S %Y} GMT"


@cache
def _template(version: str, outcome: str) -> Template:
    text = (_TEXTS / version / f"{outcome}.txt").read_text(encoding="utf-8")
    return Template(text.partition("\n")[2])


def _text(version: str, outcome: str, names: Mapping[str, str], trust: Trust | None = None) -> tuple[str, str]:
    """What ``-v`` prints for an outcome, and the message at its end."""
    lines = []
    for line in _template(version, outcome).substitute(names).splitlines(keepends=True):
        condition, colon, rest = line.partition(": ")
        if colon and condition in (Trust.CACERT, Trust.INSECURE):
            if condition == trust:
                lines.append(rest)
        else:
            lines.append(line)
    text = "".join(lines)
    verbose, mark, error = text.partition("curl: (")
    return verbose, mark + error
