"""The operator's portals, asked from the runner."""

from __future__ import annotations

from dataclasses import dataclass

from sse_compliance.evidence.record import Evidence
from sse_compliance.judge.judgement import Judged, Judgement

#: How long a portal may take, in seconds.
PORTAL_SECONDS = 10


@dataclass(frozen=True, slots=True)
class PortalAnswer:
    """What a portal said; any HTTP status is an answer."""

    http_status: int | None
    text: str


class PortalClient(Judged):
    """Asks the operator's portals from the runner; what their tests note is kept as for a device."""

    def __init__(self) -> None:
        self.judgement = Judgement()

    @property
    def evidence(self) -> Evidence | None:
        """None: nothing is kept of what a portal said but the notes."""
        return None

    def note(self, *, expected: str, observed: str) -> None:
        """What a test is about to compare, in words."""
        self.judgement.note(expected=expected, observed=observed)

    def ask(self, portal: str) -> PortalAnswer:
        """One GET request; redirects are answers too."""
        # Takes as long to load as all the rest of judging, and few runs ask the portals.
        import requests

        try:
            with requests.get(
                f"https://{portal}/", timeout=PORTAL_SECONDS, allow_redirects=False, stream=True
            ) as response:
                return PortalAnswer(response.status_code, f"HTTP status {response.status_code}")
        except requests.RequestException as error:
            return PortalAnswer(None, f"{portal} does not answer: {type(error).__name__}")
