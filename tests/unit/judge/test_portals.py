"""Portals are asked by the runner: any HTTP status is an answer, and nothing else is."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import requests

from sse_compliance.judge.judgement import Judgement
from sse_compliance.judge.portals import PortalAnswer, PortalClient


class Answer(SimpleNamespace):
    """What ``requests`` gives: closed again when it was looked at."""

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_: object) -> None:
        self.closed = True


@pytest.mark.parametrize("status", [200, 302, 403, 503])
def test_any_status_is_an_answer_and_no_redirect_is_followed(status: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, dict[str, Any]]] = []
    answer = Answer(status_code=status, closed=False)

    def get(url: str, **options: Any) -> Answer:
        asked.append((url, options))
        return answer

    monkeypatch.setattr(requests, "get", get)
    assert PortalClient().ask("portal.example.com") == PortalAnswer(status, f"HTTP status {status}")
    assert asked == [("https://portal.example.com/", {"timeout": 10, "allow_redirects": False, "stream": True})]
    assert answer.closed


@pytest.mark.parametrize(
    "error", [requests.ConnectionError("gone"), requests.Timeout("late"), requests.exceptions.SSLError("x")]
)
def test_no_answer_names_what_went_wrong(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def get(url: str, **options: Any) -> Answer:
        raise error

    monkeypatch.setattr(requests, "get", get)
    expected = PortalAnswer(None, f"portal.example.com does not answer: {type(error).__name__}")
    assert PortalClient().ask("portal.example.com") == expected


def test_notes_are_kept_as_for_a_device() -> None:
    client, other = PortalClient(), PortalClient()
    client.note(expected="an answer", observed="HTTP status 200")
    assert client.judgement == Judgement("an answer", "HTTP status 200")
    assert other.judgement == Judgement()
    assert client.evidence is None
