"""pynetbox and the import list the same devices of a stub of NetBox."""

from __future__ import annotations

import importlib
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.importers.from_netbox import read
from sse_compliance.inventory.credentials import Secret
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import trust

__all__ = ["trust"]

TOKEN = "0123456789abcdef0123456789abcdef01234567"
TODAY = date(2026, 11, 25)


def device(number: int, **more: object) -> dict[str, object]:
    return {
        "id": number,
        "url": f"https://netbox.example.com/api/dcim/devices/{number}/",
        "name": f"ftd-{number:03}",
        "status": {"value": "active", "label": "Active"},
        "site": {"id": 1, "name": "Frankfurt", "slug": "fra"},
        "platform": {"id": 1, "name": "Cisco FTD", "slug": "cisco-ftd"},
        "primary_ip4": {"id": number, "address": f"192.0.2.{number % 250}/24"},
        "tags": [{"id": 1, "name": "Edge", "slug": "edge"}],
        "custom_fields": {"sse_region": "eu", "other": "x", "sse_proxy": None},
        "config_context": {"sse": {"profile": "current", "region": "us"}},
    } | more


DEVICES = [device(n) for n in range(1, 451)]


class _NetBox(BaseHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        return

    def do_GET(self) -> None:
        query = parse_qs(urlsplit(self.path).query)
        if self.headers.get("Authorization") != f"Token {TOKEN}":
            self._answer(403, {"detail": "Invalid token"})
            return
        offset, limit = int(query.get("offset", ["0"])[0]), min(int(query.get("limit", ["50"])[0]) or 100, 100)
        more = offset + limit < len(DEVICES)
        base = f"https://{self.headers['Host']}/api/dcim/devices/"
        following = f"{base}?limit={limit}&offset={offset + limit}" if more else None
        results = DEVICES[offset : offset + limit]
        self._answer(200, {"count": len(DEVICES), "next": following, "previous": None, "results": results})

    def _answer(self, status: int, body: object) -> None:
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("API-Version", "4.1")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)


@pytest.fixture
def netbox(trust: Trust) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _NetBox)
    context: ssl.SSLContext = trust.server_context()
    server.socket = context.wrap_socket(server.socket, server_side=True)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield f"https://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


def test_pynetbox_and_the_import_list_the_same(netbox: str, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    # It stands above what a session of requests is told.
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trust.ca_file))
    api = importlib.import_module("pynetbox").api(netbox, token=TOKEN)
    theirs = [(one.name, str(one.primary_ip4).partition("/")[0]) for one in api.dcim.devices.all()]
    ours = read(netbox, Secret(TOKEN), str(trust.ca_file), {"platform": "cisco-ftd"}, TODAY).devices
    assert [(one.name, one.address) for one in ours] == theirs
    assert len(theirs) == len(DEVICES)
    assert ours[0].platform == "ftd"
    assert ours[0].tags == ("fra", "edge")
    assert ours[0].more == {"region": "eu", "profile": "current"}


def test_a_refused_token_is_told_without_it(netbox: str, trust: Trust) -> None:
    with pytest.raises(FmcError, match="HTTP 403") as refused:
        read(netbox, Secret("wrong-token"), str(trust.ca_file), {}, TODAY)
    assert "wrong-token" not in str(refused.value)
