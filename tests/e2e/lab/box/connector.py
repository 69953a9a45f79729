"""The stand-in for SSEConnector's ``connector``.

It listens on localhost:``connector_port``, keeps a websocket session to the region's event ingest, stays attached to
EventHandler's unix socket and passes its events on, and writes ``connector.log`` with the errors that the kernel and
TLS really give.
"""

from __future__ import annotations

import base64
import datetime as dt
import errno
import json
import os
import re
import socket
import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

DEVICE = json.loads(Path("/opt/sf/device.json").read_text())
PREFIX = DEVICE["prefix"]
LOG = Path(f"{PREFIX}/var/log/connector/connector.log")
SOCKET = f"{PREFIX}/var/sf/run/EventHandler_SSEConnector.sock"

#: Pauses between attempts, in seconds; the last one stays.
BACK_OFF = (1, 2, 4, 8, 15)

_DIAL_ERRORS = {
    errno.ECONNREFUSED: "connect: connection refused",
    errno.EHOSTUNREACH: "connect: no route to host",
    errno.ENETUNREACH: "connect: network is unreachable",
    errno.EACCES: "connect: permission denied",
    errno.ENOENT: "connect: no such file or directory",
    errno.ETIMEDOUT: "getsockopt: connection timed out",
}


def log(level: str, where: str, text: str) -> None:
    """One logrus line. A full disk loses it, as it would the real one's."""
    now = dt.datetime.now(dt.UTC).isoformat()
    message = f"[{DEVICE['name']}][{where}] {text}".replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    try:
        with LOG.open("a") as file:
            file.write(f'time="{now}" level={level} msg="{message}"\n')
    except OSError:
        pass


def read_properties() -> dict[str, str]:
    lines = Path(f"{PREFIX}/etc/sf/connector.properties").read_text().splitlines()
    return {key.strip(): value.strip() for key, _, value in (line.partition("=") for line in lines) if key.strip()}


def ingest_host(fqdn: str) -> str:
    """The event ingest of the region whose API host is given; the name itself where it is no API host."""
    if fqdn == "api-sse.cisco.com":
        return "eventing-ingest.sse.itd.cisco.com"
    region = re.fullmatch(r"api\.(\w+)\.sse\.itd\.cisco\.com", fqdn)
    return f"eventing-ingest.{region[1]}.sse.itd.cisco.com" if region else fqdn


def go_text(error: OSError) -> str:
    """The error in the words of Go's net package."""
    return _DIAL_ERRORS.get(error.errno or 0, error.strerror or str(error))


class State:
    """What the connector knows of its own work, and the stream that events take."""

    def __init__(self) -> None:
        self.events_fault: str | None = "not started"
        self._stream: ssl.SSLSocket | None = None
        self._waiting = b""
        self._received = self._sent = 0
        self._times = {"LastCloudConnectSuccess": "", "LastCloudConnectFailure": "", "LastCloudDisconnect": ""}
        self._lock = threading.Lock()

    def stream_is_up(self, stream: ssl.SSLSocket) -> None:
        self._now("LastCloudConnectSuccess")
        self._stream = stream
        self.pass_on(b"")

    def stream_is_down(self) -> None:
        self._now("LastCloudDisconnect")
        self._stream = None

    def cloud_failed(self) -> None:
        self._now("LastCloudConnectFailure")

    def pass_on(self, events: bytes) -> None:
        """Send events to the cloud, once there is a stream."""
        with self._lock:
            self._received += events.count(b"\n")
            self._waiting += events
            if self._stream is not None and self._waiting:
                self._stream.sendall(self._waiting)
                self._sent += self._waiting.count(b"\n")
                self._waiting = b""

    def status(self) -> dict[str, object]:
        fault = f'zmq4: could not dial to "ipc://{SOCKET}" (retry=250ms): {self.events_fault}'
        events = ("Failed", f"Events service module failed, err: {fault}") if self.events_fault else ("Success", "")
        services = {"administration": ("Stopped", ""), "Events": events, "wsproxy": ("Success", "")}
        return {
            "client": [{"type": n, "status": s, "name": "", "description": d} for n, (s, d) in services.items()],
            "exchange": [{"type": "registration", "status": "Enrolled", "description": "Device has been enrolled."}],
            "dataInput": None,
        }

    def statistics(self) -> dict[str, object]:
        counts = {"TotalEventsReceived": self._received, "TotalEventsSent": self._sent}
        return {"client": [{"type": "Events", "statistics": {"ZmqStat": {**self._times, **counts}}}]}

    def _now(self, name: str) -> None:
        self._times[name] = dt.datetime.now(dt.UTC).isoformat().replace("+00:00", "Z")


STATE = State()


def dial(host: str) -> socket.socket:
    """A TCP connection to port 443 of the host, through the management proxy where one is set.

    Raises:
        OSError: there is none; its text is what Go would say.
    """
    proxy = DEVICE["proxy"]
    target, port = proxy.removeprefix("http://").split(":") if proxy else (host, "443")
    prefix = "proxyconnect tcp: " if proxy else ""
    try:
        address = (socket.gethostbyname(target), int(port))
    except socket.gaierror as error:
        again = error.errno == socket.EAI_AGAIN
        reason = "i/o timeout" if again else "no such host"
        raise OSError(f"{prefix}dial tcp: lookup {target}: {reason}") from error
    link = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        link.connect(address)
        if proxy:
            login = base64.b64encode((DEVICE["proxy_login"] or "").encode()).decode()
            shown = f"Proxy-Authorization: Basic {login}\r\n" if login else ""
            link.sendall(f"CONNECT {host}:443 HTTP/1.1\r\nHost: {host}:443\r\n{shown}\r\n".encode())
            if b" 200 " not in link.recv(4096).split(b"\r\n")[0]:
                link.close()
                raise OSError(f"{prefix}Service Unavailable")
    except OSError as error:
        link.close()
        if error.errno is None:
            raise
        raise OSError(f"{prefix}dial tcp {address[0]}:{address[1]}: {go_text(error)}") from error
    return link


def secure(link: socket.socket, host: str) -> ssl.SSLSocket:
    """TLS on top, trusting the connector's own CA only.

    Raises:
        OSError: as for :func:`dial`.
    """
    try:
        context = ssl.create_default_context(cafile=f"{PREFIX}/etc/ssl/connectorCA.pem")
        return context.wrap_socket(link, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        if error.verify_code == 10:
            reason = "certificate has expired or is not yet valid"
        elif "match" in error.verify_message:
            reason = f"certificate is not valid for {host}"
        else:
            reason = "certificate signed by unknown authority"
        raise OSError(f"x509: {reason}") from error
    except TimeoutError as error:
        raise OSError("net/http: TLS handshake timeout") from error
    except OSError as error:
        raise OSError(f"read tcp: {error.strerror or error}") from error


def hold_session(host: str) -> None:
    """Open the event session and stay in it until the peer ends it.

    Raises:
        OSError: it could not be opened, or broke.
    """
    link = dial(host)
    link.settimeout(10)
    with secure(link, host) as session:
        session.sendall(
            f"GET /ws HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n".encode()
        )
        if b" 101 " not in session.recv(4096).split(b"\r\n")[0]:
            raise OSError("websocket: bad handshake")
        log("info", "events.go:98 events:connectWebSocket", f"websocket connection to {host} established")
        STATE.stream_is_up(session)
        session.settimeout(None)
        try:
            if not session.recv(4096):
                raise OSError("websocket: close 1006 (abnormal closure): unexpected EOF")
        finally:
            STATE.stream_is_down()


def keep_session() -> None:
    """The event session, for ever."""
    failures = 0
    while True:
        started = time.monotonic()
        try:
            hold_session(ingest_host(read_properties().get("connector_fqdn", "")))
        except OSError as error:
            STATE.cloud_failed()
            log("error", "events.go:90 events:connectWebSocket", str(error))
        failures = 0 if time.monotonic() - started > 30 else failures + 1
        time.sleep(BACK_OFF[min(failures, len(BACK_OFF)) - 1] if failures else 1)


def keep_attached() -> None:
    """The link to EventHandler, for ever."""
    while True:
        with socket.socket(socket.AF_UNIX) as link:
            try:
                link.connect(SOCKET)
                STATE.events_fault = None
                while events := link.recv(4096):
                    STATE.pass_on(events)
            except OSError as error:
                STATE.events_fault = f"dial unix {SOCKET}: {go_text(error)}"
                log(
                    "error",
                    "service.go:70 events:(*Service).Start",
                    'Could not connect to ZeroMQ PUSH endpoint: could not dial to "ipc://'
                    f'{SOCKET}": dial unix {SOCKET}: {go_text(error)}\n',
                )
        time.sleep(3)


def context() -> dict[str, object]:
    """The context without what is told of it, in the form of connector 2.1.16 on an FTD 7.4.2.1."""
    exchange = {"registration": {"refreshInterval": 180}, "fqdn": read_properties().get("connector_fqdn", "")}
    events = {"uri": f"ipc://{SOCKET}", "type": "ZMQ_PUSH", "enabled": "true"}
    return {
        "clientInfo": {"name": DEVICE["name"], "version": DEVICE["version"], "type": DEVICE["platform"].upper()},
        "settings": {"client": {"events": events}, "exchange": exchange},
        "id": "default",
    }


class Api(BaseHTTPRequestHandler):
    """The local API: the context with its status and statistics, and these at paths of their own."""

    def do_GET(self) -> None:
        parts = {"status": STATE.status(), "statistics": STATE.statistics()}
        answers = {"/v1/contexts/default": {**context(), **parts}}
        answers |= {f"/v1/contexts/default/{name}": part for name, part in parts.items()}
        if self.path not in answers:
            self.send_error(404)
            return
        body = json.dumps(answers[self.path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Keep the log to what the connector says."""


def main() -> None:
    # The log begins with each start: the suite tells this run's errors from earlier ones by it.
    log("info", "main.go:31 main:main", f"connector version 1.9.22 starting, pid {os.getpid()}")
    for work in (keep_session, keep_attached):
        threading.Thread(target=work, daemon=True).start()
    server = ThreadingHTTPServer(("127.0.0.1", int(read_properties().get("connector_port", "8989"))), Api)
    server.serve_forever()


if __name__ == "__main__":
    main()
