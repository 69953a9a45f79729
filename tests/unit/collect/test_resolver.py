"""What the runner asks itself: a trusted resolver (a real one, on loopback) and the operator's portals."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
import requests

from sse_compliance.collect.resolver import TrustedResolver, make_resolver
from sse_compliance.collect.source import ask_all
from sse_compliance.errors import InputError
from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.facts.network.trusted_resolver import trusted_status
from sse_compliance.judge.portals import PortalClient
from tests_sse.test_reachability import test_portal_is_reachable as portal_test

KNOWN = "api-sse.cisco.com"


def _answer(query: dns.message.Message) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    name = query.question[0].name
    if name.to_text() == f"{KNOWN}.":
        answer.answer.append(dns.rrset.from_text(name, 60, "IN", "A", "203.0.113.7"))
    else:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer


@pytest.fixture
def server() -> Iterator[int]:
    """A DNS server on loopback that knows one name; gives its port."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        sock.settimeout(0.1)
        stop = threading.Event()

        def serve() -> None:
            while not stop.is_set():
                try:
                    query, client = sock.recvfrom(4096)
                except TimeoutError:
                    continue
                sock.sendto(_answer(dns.message.from_wire(query)).to_wire(), client)

        thread = threading.Thread(target=serve)
        thread.start()
        yield sock.getsockname()[1]
        stop.set()
        thread.join()


def test_a_trusted_resolver_knows_a_name_or_says_nxdomain(server: int) -> None:
    resolver = make_resolver("127.0.0.1")
    resolver.port = server
    plan = {"ftd-1": [f"resolver:{KNOWN}", "resolver:nowhere.cisco.com"]}
    answers = ask_all([TrustedResolver(resolver)], {**plan, "ftd-2": ["date"]})["ftd-1"]
    known, unknown = answers[f"resolver:{KNOWN}"], answers["resolver:nowhere.cisco.com"]
    assert isinstance(known, ProbeResult)
    assert known.stdout == "NOERROR\n203.0.113.7\n"
    assert isinstance(unknown, ProbeResult)
    assert trusted_status(unknown) == "NXDOMAIN"


def test_a_silent_resolver_is_no_finding() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        resolver = make_resolver("127.0.0.1")
        resolver.port = silent.getsockname()[1]
        resolver.lifetime = 0.2
        (answer,) = ask_all([TrustedResolver(resolver)], {"ftd-1": [f"resolver:{KNOWN}"]})["ftd-1"].values()
    assert isinstance(answer, NotObtained)
    assert KNOWN in answer.unavailable


def test_a_resolver_that_is_no_address() -> None:
    with pytest.raises(InputError, match="expected an IP address or 'system'"):
        make_resolver("nonsense")


class _Response:
    status_code = 403

    def __enter__(self) -> _Response:
        return self

    def __exit__(self, *_: object) -> None: ...


def test_any_http_status_of_a_portal_is_an_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def get(url: str, **_: Any) -> _Response:
        asked.append(url)
        return _Response()

    monkeypatch.setattr(requests, "get", get)
    portals = PortalClient()
    portal_test(portals, "admin.sse.itd.cisco.com")
    assert asked == ["https://admin.sse.itd.cisco.com/"]
    assert portals.judgement.observed == "HTTP status 403"


def test_a_portal_that_does_not_answer_is_not_met(monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **_: Any) -> _Response:
        raise requests.ConnectTimeout(url)

    monkeypatch.setattr(requests, "get", get)
    portals = PortalClient()
    with pytest.raises(AssertionError):
        portal_test(portals, "admin.sse.itd.cisco.com")
    assert portals.judgement.observed == "admin.sse.itd.cisco.com does not answer: ConnectTimeout"
