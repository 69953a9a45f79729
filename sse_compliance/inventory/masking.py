r"""Finding a password that a device gives back, in the forms that it may have by then.

Plain, with characters escaped for a URL (``%40``), JSON, a shell or HTML, in Base64 at any place of a longer text, in
hexadecimal digits; and each of them split by a line wrap.

A password that is a mere word (``admin``) is masked only where it stands by itself: within a path or a host's name it
tells nothing, and masking it there would make a device look other than it is.
"""

from __future__ import annotations

import re
from base64 import b64encode
from urllib.parse import quote

MASK = "********"

#: What a terminal, MIME or a log may put between two characters.
_WRAP = r"(?:[ \t]{0,8}[\r\n]{1,8}[ \t]{0,8}|(?:\\r)?\\n)?"
#: What makes a word part of a longer one.
_JOINED_BEFORE, _JOINED_AFTER = r"(?<![A-Za-z0-9])(?<![A-Za-z0-9][._/@-])", r"(?![A-Za-z0-9]|[._/@-][A-Za-z0-9])"
#: A shorter piece of Base64 or hexadecimal digits may be anything.
_LEAST_ENCODED = 6
#: A shorter password can't be told from other text.
_LEAST_ANYWHERE = 4


def pattern_of(secret: str) -> re.Pattern[str]:
    """What finds a password in a text, in all of its forms. It takes time in proportion to the text."""
    plain = _WRAP.join(_character(char) for char in secret)
    if len(secret) < _LEAST_ANYWHERE or secret.isalpha() or secret.isdigit():
        plain = f"{_JOINED_BEFORE}{plain}{_JOINED_AFTER}"
    forms = [plain]
    for encoded in sorted(_base64_forms(secret.encode()), key=len, reverse=True):
        forms.append(_WRAP.join(map(re.escape, encoded)) + "={0,2}")
    digits = secret.encode().hex()
    if len(digits) >= _LEAST_ENCODED:
        forms.append(f"(?i:{_WRAP.join(digits)})")
    return re.compile("|".join(forms))


def _character(char: str) -> str:
    """A character as it is, or escaped."""
    code = ord(char)
    forms = [rf"\\{{0,3}}{re.escape(char)}", rf"&#0{{0,8}}{code};", rf"&#x0{{0,8}}{code:x};", rf"\\{{1,8}}u{code:04x}"]
    percent = quote(char, safe="")
    forms.append(percent if percent.startswith("%") else f"%{code:02x}")
    named = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&apos;", " ": r"\+"}
    if char in named:
        forms.append(named[char])
    plain, *escaped = forms
    return f"(?:{plain}|(?i:{'|'.join(escaped)}))"


def _base64_forms(secret: bytes) -> set[str]:
    """What of the Base64 of a text does not depend on what stands around the secret, by where it begins."""
    forms = set()
    for before in range(3):
        encoded = b64encode(bytes(before) + secret).decode().rstrip("=")
        first = (0, 2, 3)[before]
        last = len(encoded) - (1 if (before + len(secret)) % 3 else 0)
        if last - first >= _LEAST_ENCODED:
            piece = encoded[first:last]
            forms |= {piece, piece.replace("+", "-").replace("/", "_")}
    exact = b64encode(secret).decode().rstrip("=")
    return forms | ({exact} if len(exact) >= _LEAST_ENCODED else set())
