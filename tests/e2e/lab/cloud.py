"""The cloud: the TLS endpoints of every region, the event ingest and a management proxy, in one process."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import ssl
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path

from tests.e2e.lab import names

#: Folder of certificates -> the TCP port that serves them. The firewall turns 443 into the others for a device.
PORTS = {"genuine": 443, "intercepted": 9001, "expired": 9002, "misnamed": 9003}
#: The port that TechNote 217616 asks for beside 443.
LEGACY_PORT = 8989

_FORBIDDEN = (
    b"HTTP/1.1 403 Forbidden\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
    b"Content-Length: 9\r\n"
    b"Connection: keep-alive\r\n"
    b"Keep-Alive: timeout=5\r\n"
    b"Cache-Control: no-store\r\n"
    b"Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n"
    b"\r\n"
    b"Forbidden"
)
_SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"


async def serve_https(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer 403 to whatever is asked; turn an upgrade request into a session that is held."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, ssl.SSLError, TimeoutError):
        while True:
            head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), 60)
            if b"upgrade: websocket" in head.lower():
                writer.write(_SWITCHING)
                await writer.drain()
                while await reader.read(4096):
                    pass
                break
            writer.write(_FORBIDDEN)
            await writer.drain()
    writer.close()


_NO_LOGIN = (
    b'HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="proxy"\r\nContent-Length: 0\r\n'
    b"Connection: close\r\n\r\n"
)


def serve_proxy_with_login(
    login: str,
) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], Coroutine[None, None, None]]:
    """The proxy for those who show ``user:password``."""
    shown = b"proxy-authorization: basic " + base64.b64encode(login.encode()).lower()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, OSError):
            head = await reader.readuntil(b"\r\n\r\n")
            if shown not in head.lower():
                writer.write(_NO_LOGIN)
                await writer.drain()
                writer.close()
                return
            await serve_proxy(reader, writer, head)

    return serve


async def serve_proxy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes | None = None) -> None:
    """A CONNECT proxy that knows the cloud's names itself; the request is read, unless it was read before."""
    with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, OSError):
        head = (request or await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        method, target = head.split(" ", 2)[:2]
        host, _, port = target.partition(":")
        if method != "CONNECT" or host not in names.ADDRESSES:
            writer.write(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n")
            await writer.drain()
        else:
            there_reader, there_writer = await asyncio.open_connection(names.ADDRESSES[host][0], int(port))
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(reader, there_writer), _pump(there_reader, writer))
    writer.close()


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await source.read(65536):
            sink.write(data)
            await sink.drain()
    with contextlib.suppress(ConnectionError, OSError):
        sink.write_eof()


async def accept_and_wait(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A port that is open and says nothing."""
    await reader.read()
    writer.close()


def tls_context(folder: Path) -> ssl.SSLContext:
    """A server context that shows the certificate of the name that the client asks for."""
    contexts: dict[str, ssl.SSLContext] = {}
    for file in sorted(folder.glob("*.pem")):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # The documents' transcripts are TLS 1.2 with an RSA suite, and the server asks for a client certificate.
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        context.load_cert_chain(file)
        context.load_verify_locations(file)
        context.verify_mode = ssl.CERT_OPTIONAL
        contexts[file.stem] = context
    default = contexts["api-sse.cisco.com"]

    def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        connection.context = contexts.get(name or "", default)

    default.sni_callback = choose
    return default


async def main(certificates: Path) -> None:
    """Serve until killed."""
    for folder, port in PORTS.items():
        await asyncio.start_server(
            serve_https, "0.0.0.0", port, ssl=tls_context(certificates / folder), ssl_handshake_timeout=60, backlog=512
        )
    await asyncio.start_server(accept_and_wait, "0.0.0.0", LEGACY_PORT)
    await asyncio.start_server(serve_proxy, names.PROXY, names.PROXY_PORT)
    await asyncio.start_server(serve_proxy_with_login(sys.argv[2]), names.PROXY, names.PROXY_LOGIN_PORT)
    print("ready", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
