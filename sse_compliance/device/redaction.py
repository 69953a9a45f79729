"""Taking passwords, tokens and keys out of what a device said, before anything keeps it.

Only the outputs that may hold one are touched, and only its value, so that parsers read everything else as it was.
"""

from __future__ import annotations

import re
from dataclasses import replace

from sse_compliance.evidence import NotObtained, ProbeResult
from sse_compliance.inventory.credentials import MASK

_WORDS = r"passw(?:or)?d|passphrase|secret|token|credential|api_?key|private_?key"

#: ``"authToken": "…"``, ``PROXY_PASSWORD …;``, ``proxy.password=…``, ``Password : …``, and a URL's ``user:password@``.
_JSON = re.compile(rf'("[^"\n]{{0,80}}(?:{_WORDS}|auth)[^"\n]{{0,80}}"\s*:\s*)"(?:[^"\\]|\\.)*"', re.IGNORECASE)
_SETTING = re.compile(
    rf"^([ \t]*[\w.-]{{0,80}}(?:{_WORDS})[\w.-]{{0,80}}[ \t]*[ \t=:][ \t]*)([^;\s].*?)(;?[ \t\r]*)$", re.I | re.M
)
_USERINFO = re.compile(r"(?<=://)[^/\s@\"']{1,256}@")
_PRIVATE_KEY = re.compile(r"(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)

#: Probes whose output is configuration.
_CONFIGURATION = frozenset({"context", "proxy-conf", "connector-properties", "show-network"})


def redacted(name: str, result: ProbeResult | NotObtained) -> ProbeResult | NotObtained:
    """A probe's result without the secrets that its output may hold."""
    if isinstance(result, NotObtained):
        return result
    text = result.stdout
    if name in _CONFIGURATION:
        text = _JSON.sub(rf'\1"{MASK}"', text)
        text = _SETTING.sub(rf"\g<1>{MASK}\g<3>", text)
        text = _USERINFO.sub(f"{MASK}@", text)
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(rf"\1\n{MASK}\n\2", text)
    return result if text == result.stdout else replace(result, stdout=text)
