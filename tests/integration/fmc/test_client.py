"""The client over real TLS: what it sends, what it survives, what it says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import requests

from sse_compliance.collect.fmc import client as client_module
from sse_compliance.collect.fmc.client import FmcClient
from sse_compliance.collect.fmc.errors import FmcError, NoSuchPathError
from sse_compliance.collect.fmc.transport import ReadOnlySession, WriteRefusedError
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import RestAccess
from sse_compliance.lab.fmc import server as server_module
from sse_compliance.lab.fmc.api import Reply
from sse_compliance.lab.fmc.state import GLOBAL, Fault, FmcState, Managed
from sse_compliance.lab.fmc.trust import Trust
from tests.integration.fmc.conftest import PASSWORD, REFERENCE, StartFmc, access, client

RECORDS = f"/api/fmc_config/v1/domain/{GLOBAL}/devices/devicerecords"
VERSION = "/api/fmc_platform/v1/info/serverversion"
LOGIN = ("POST", "/api/fmc_platform/v1/auth/generatetoken")
REFRESH = ("POST", "/api/fmc_platform/v1/auth/refreshtoken")


def fleet(count: int) -> tuple[Managed, ...]:
    return tuple(Managed(f"ftd-{n:04}", f"192.0.2.{n % 250 + 1}") for n in range(count))


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "POST", "get"])
def test_nothing_but_a_get_can_be_sent(start_fmc: StartFmc, trust: Trust, method: str) -> None:
    server = start_fmc()
    one = client(server, trust)
    session = one.session
    if method == "get":
        with pytest.raises(WriteRefusedError, match="body"):
            session.request("GET", server.base + RECORDS, json={"name": "x"})
    else:
        with pytest.raises(WriteRefusedError, match=f"{method} .* is not sent"):
            session.request(method, server.base + RECORDS, json={"name": "x"})
        with pytest.raises(WriteRefusedError):
            session.send(requests.Request(method, server.base + RECORDS).prepare())
    assert server.seen == []


def test_the_two_posts_that_are_sent_are_those_for_tokens(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc()
    one = client(server, trust)
    one.get(VERSION)
    assert server.seen == [LOGIN, ("GET", VERSION)]


def test_a_cloud_delivered_fmc_gets_no_post_at_all(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc(bearer="token-of-scc", prefix="/firewall/v1/cdfmc")
    cloud = RestAccess(server.base, REFERENCE, "cdfmc", "", str(trust.ca_file))
    one = FmcClient(cloud, Secret("token-of-scc"))
    assert one.get(VERSION)["items"]
    assert [domain.uuid for domain in one.domains] == [GLOBAL]
    with pytest.raises(WriteRefusedError):
        one.session.post(server.base + LOGIN[1])
    assert server.seen == [("GET", VERSION)]
    with pytest.raises(FmcError, match="API token is not accepted") as refused:
        FmcClient(cloud, Secret("an-old-token")).get(VERSION)
    assert "an-old-token" not in str(refused.value)


def test_the_certificate_is_verified(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc()
    with pytest.raises(FmcError, match=r"certificate can't be verified .* `ca_file`"):
        FmcClient(replace(access(server, trust), ca_file=None), Secret(PASSWORD)).get(VERSION)
    assert server.seen == []


def test_a_list_is_read_page_by_page(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc(FmcState(devices=fleet(2001)))
    items = client(server, trust).items(RECORDS, {"expanded": "true"})
    assert [item["name"] for item in items] == [device.name for device in fleet(2001)]
    assert server.seen.count(("GET", RECORDS)) == 3


def test_an_empty_list_has_no_items(start_fmc: StartFmc, trust: Trust) -> None:
    one = client(start_fmc(), trust)
    assert "items" not in one.get(RECORDS)
    assert one.items(RECORDS) == []


def test_a_busy_fmc_is_waited_for_as_it_says(start_fmc: StartFmc, trust: Trust) -> None:
    pauses: list[float] = []
    server = start_fmc(FmcState(faults=(Fault.STORM,)))
    one = client(server, trust, pauses)
    for _ in range(6):
        assert one.get(VERSION)["items"]
    assert pauses == [0.0]


def test_an_fmc_that_stays_busy_is_given_up(start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    server = start_fmc()
    pauses: list[float] = []
    one = client(server, trust, pauses)
    monkeypatch.setattr(server, "busy", lambda _: True)
    with pytest.raises(FmcError, match=r"too many requests \(429\), 7 times in a row"):
        one.get(VERSION)
    assert len(pauses) == client_module.MOST_PAUSES


@pytest.mark.parametrize(
    ("header", "seconds"), [("3", 3.0), ("86400", 60.0), (None, 10.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 10.0)]
)
def test_retry_after_is_obeyed_within_a_bound(header: str | None, seconds: float) -> None:
    assert client_module._seconds(header) == seconds


def test_a_token_that_expires_in_the_middle_is_had_anew_once(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc(FmcState(faults=(Fault.EXPIRES,)))
    one = client(server, trust)
    for _ in range(9):
        assert one.get(VERSION)["items"]
    assert server.sessions.logins == 2


def test_another_login_of_the_same_user_is_told_and_not_fought(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc(FmcState(faults=(Fault.OTHER_LOGIN,)))
    one = client(server, trust)
    assert one.get(VERSION)["items"]
    assert one.get(VERSION)["items"]
    for _ in range(3):
        with pytest.raises(FmcError, match="another login of user api-reader ended the session, twice"):
            one.get(VERSION)
    assert server.sessions.logins == 2


def test_a_token_is_renewed_three_times_and_then_had_by_logging_in(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc()
    now = [0.0]
    one = FmcClient(access(server, trust), Secret(PASSWORD), now=lambda: now[0])
    for _ in range(6):
        one.begin()
        assert one.get(VERSION)["items"]
        now[0] += 26 * 60
    posts = [seen for seen in server.seen if seen[0] == "POST"]
    assert posts == [LOGIN, REFRESH, REFRESH, REFRESH, LOGIN, REFRESH]


def test_a_refused_login_is_tried_once(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc()
    with pytest.raises(FmcError, match="the login of user api-reader is refused") as refused:
        client(server, trust, password="wrong-secret").get(VERSION)
    assert "wrong-secret" not in str(refused.value)
    assert server.seen == [LOGIN]


def test_a_path_that_an_old_fmc_lacks_is_told_apart(start_fmc: StartFmc, trust: Trust) -> None:
    with pytest.raises(NoSuchPathError, match="HTTP 404: The requested resource"):
        client(start_fmc(), trust).get("/api/fmc_platform/v1/nothing")


def test_half_an_answer_is_none(start_fmc: StartFmc, trust: Trust) -> None:
    one = client(start_fmc(FmcState(truncated=("info/serverversion",))), trust)
    with pytest.raises(FmcError, match="the answer is no complete JSON"):
        one.get(VERSION)


def test_a_list_that_ends_early_is_none(start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    one = client(start_fmc(), trust)
    pages = iter([{"items": [{"id": "1"}], "paging": {"count": 3}}, {"paging": {"count": 3}}])
    monkeypatch.setattr(one, "get", lambda *_: next(pages))
    with pytest.raises(FmcError, match="the list ended after 1 of 3 items"):
        one.items(RECORDS)


def test_a_slow_fmc_is_waited_for_and_not_for_ever(
    start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = start_fmc(FmcState(faults=(Fault.SLOW,)))
    assert client(server, trust).get(VERSION)["items"]
    one = client(server, trust)
    one.begin()
    assert one.domains
    monkeypatch.setattr("sse_compliance.collect.fmc.transport.TIMEOUTS", (5.0, 0.02))
    with pytest.raises(FmcError, match=r"no answer within 0\.02 s"):
        one.get(VERSION)


def test_a_flood_is_cut(start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sse_compliance.collect.fmc.transport.MOST_BYTES", 100)
    with pytest.raises(FmcError, match="more than 100 bytes"):
        client(start_fmc(FmcState(devices=fleet(50))), trust).get(RECORDS)


def test_a_redirect_is_not_followed(start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch) -> None:
    server, other = start_fmc(), start_fmc()
    one = client(server, trust)
    one.get(VERSION)
    answer = server_module._Handler._answer

    def elsewhere(self: Any, _: Reply, **__: Any) -> None:
        answer(self, Reply(302, {}), {"Location": other.base + VERSION})

    monkeypatch.setattr(server_module._Handler, "_answer", elsewhere)
    with pytest.raises(FmcError, match="HTTP 302"):
        one.get(VERSION)
    assert other.seen == []


def test_the_environment_gives_no_other_password_and_no_other_ca(
    start_fmc: StartFmc, trust: Trust, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / ".netrc").write_text("machine 127.0.0.1 login other password secret-of-netrc\n")
    (home / ".netrc").chmod(0o600)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(home / "nothing.pem"))
    assert client(start_fmc(), trust).get(VERSION)["items"]


def test_no_secret_is_in_a_message(start_fmc: StartFmc, trust: Trust) -> None:
    server = start_fmc(FmcState(faults=(Fault.OTHER_LOGIN,)))
    one = client(server, trust)
    told: list[str] = [repr(one.__dict__), repr(one._token.__dict__)]
    for _ in range(4):
        try:
            one.get(VERSION)
        except FmcError as error:
            told.append(str(error))
    assert PASSWORD not in " ".join(told)
    assert server.sessions._access == "" or server.sessions._access not in " ".join(told)


def test_a_session_for_reading_refuses_before_it_connects() -> None:
    attempt: Callable[[], object] = lambda: ReadOnlySession(may_log_in=False, ca_file=None).post(  # noqa: E731
        "https://192.0.2.1/api/fmc_platform/v1/auth/generatetoken"
    )
    with pytest.raises(WriteRefusedError):
        attempt()
