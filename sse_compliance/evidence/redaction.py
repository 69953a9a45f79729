r"""Taking passwords, tokens and keys out of what a device said, before anything keeps it.

Only values are touched: the name that stands before a secret, and everything else, stays as parsers read it. The forms
that are known::

    password=hunter2   proxy.pwd: …   --token …   PROXY_PASSWORD …;   Proxy Password : …   "deviceKey": "…"
    "tokens": […]   https://user:pw@proxy   Authorization: Basic …   Bearer …   Cookie: …   eyJ….eyJ….…
    -----BEGIN PRIVATE KEY-----

Prose that only speaks of a secret stays, because a log is judged by it: ``refresh token: dial tcp: i/o timeout``.
Redacting twice changes nothing more. All patterns are bounded, so that hostile text takes time in proportion to its
length.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from sse_compliance.evidence.answer import NotObtained, ProbeResult
from sse_compliance.inventory.masking import MASK

#: The end of a key whose value is a secret. ``auth…`` counts in JSON only, as ``"auth": "…"``; the
#: state of a licence (``authStatus``) is none.
_KEY = re.compile(
    r"(?:(?P<password>passw(?:or)?d|passphrase|passcode|pwd)|secret|token|credential)"
    r"(?:[\w-]{0,40}(?:\.[\w-]{1,40}){1,3}(?=[ \t]*=)|[\w-]{0,40})"
    r"|(?:(?<!by)pass|otp|jwt|(?<!public)(?<!public[ _-])(?<!host[ _-])keys?)(?![\w.-])"
    r"|(?P<auth>auth)(?!Status)[\w-]{0,40}+(?=\\?[\"'])",
    re.IGNORECASE | re.ASCII,
)
_SEPARATOR = re.compile(r"(?P<quote>\\?[\"'])?(?P<sign>[ \t]*+[=:][ \t]*+|[ \t]++)")
#: What may stand before a key where a line is one setting: ``Proxy Password : …``, ``> X-Auth-Token: …``.
_BEFORE = re.compile(r"[\w./()<>* \t-]*", re.ASCII)
_BEFORE_CHARACTERS = 80
#: Without one of these a text holds no key.
_STEMS = ("pass", "pwd", "secret", "token", "credential", "otp", "jwt", "key", "auth")
_STEM = re.compile("|".join(_STEMS))

#: Texts in quotes, by the quote that opens them; in a log's message quotes are escaped.
_QUOTED = {
    '"': r'"(?:[^"\\\n]|\\[^\n])*+"',
    "'": r"'(?:[^'\\\n]|\\[^\n])*+'",
    r"\"": r'\\"(?:[^"\\\n]|\\\\(?:\\["\\]|[^\\"\n]))*+\\"',
    r"\'": r"\\'[^'\n]*+'",
}
_TEXT = {quote: re.compile(pattern) for quote, pattern in _QUOTED.items()}
_TEXT_OR_BRACKET = {quote: re.compile(rf"{pattern}|[\[\]{{}}]") for quote, pattern in _QUOTED.items()}
_QUOTE = re.compile(r"\\?[\"']")
_WORD = re.compile(r"(?:[^\s\"'\\]|\\[^\s\"'])++")
_LITERAL = re.compile(r"(?!(?:true|false|null|none)\b|\*{8})[^\s,\]}\"'\\]++", re.IGNORECASE)
_REST_OF_LINE = re.compile(r"[^\n]*[^\s;]")
_UP_TO_SEMICOLON = re.compile(
    r"\"[^\"\n]*+\"(?=[ \t]*;)|[^;\s](?:[^;\n]*[^;\s])?(?=[ \t]*;)|\S++(?=[ \t]*$)", re.MULTILINE
)
_PORT = re.compile(r"[0-9]{1,5}(?!\w)")

#: In prose, what follows ``token: `` is a secret only if it looks like one: it is no status and no error that Go wraps.
_LIKE_A_SECRET = re.compile(r"(?![0-9]{3}\b|x509\b)(?=[^\s\"'\\]*[0-9])[^\s\"'\\]++(?<!:)", re.IGNORECASE)
_LAST_WORD = re.compile(
    r"(?!(?:unauthori[sz]ed|forbidden|timeout|refused|eof|invalid|incorrect|rejected|expired|failed|required|missing"
    r"|empty|denied|wrong|none|null|not|set|unset|enabled|disabled|yes|no|[0-9]{3})\b)"
    r"[^\s\"'\\]++(?<!:)(?=[ \t]*(?:[\"'\\\n]|\Z))",
    re.IGNORECASE,
)

_USERINFO = re.compile(
    r"(?<=://)(?:[^/\s\"'?#]{1,256}@|[^/\s\"'?#@:]{0,64}:(?!//|[0-9]{1,5}[/?#])[^\s\"'@]{1,128}@)", re.ASCII
)
_USER_OPTION = re.compile(r"(?<!\S)(-u ?|--(?:proxy-)?user[ =])([^\s:\"']{1,64}):[^\s\"']+", re.IGNORECASE)
_HEADER = re.compile(
    r"(^[ \t<>*]*+(?:(?:proxy-)?authorization|(?:set-)?cookie):[ \t]*)[^\r\n]*[^\s]", re.IGNORECASE | re.MULTILINE
)
_COOKIE_OPTION = re.compile(r"([\"'](?:set-)?cookie:[ \t]*)[^\"'\r\n]+", re.IGNORECASE)
_SCHEME = re.compile(
    r"\b(authorization[ \t]*[:=][ \t]*(?:basic|digest|ntlm|negotiate|token|apikey)[ \t]+|bearer[ \t]+"
    r"(?!(?:tokens?|auth\w*|realm|scheme|error|is|was|has|not|expired|rejected|invalid|missing|required|refused|failed"
    r"|credentials?|method)\b))[^\s\"'\\,;]+",
    re.IGNORECASE | re.ASCII,
)
#: A certificate is public; a line of it may begin as a token does.
_CERTIFICATE_OR_JWT = re.compile(
    r"-----BEGIN [A-Z0-9 ]{0,20}CERTIFICATE-----[A-Za-z0-9+/=\s]*+-----END"
    r"|(?<![A-Za-z0-9_+/.-])(?P<jwt>eyJ[A-Za-z0-9_-]{8,}+(?:\.[A-Za-z0-9_-]*+)*+)"
)
_PRIVATE_KEY = re.compile(
    r"(-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----).*?(-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|\Z)", re.DOTALL
)

#: ``snmp-server community X``, ``snmp-server host inside 10.0.0.1 community X``, ``community: X``.
_COMMUNITY = re.compile(
    r"(\bsnmp-server[ \t][^\n]{0,120}?\bcommunity[ \t]+(?:[0-9][ \t]+)?|\bsnmp-server[ \t]+community[ \t]+"
    r"|\bcommunity(?:[ _-]?string)?[\"']?[ \t]*[:=][ \t]*[\"']?)[^\s\"',]+",
    re.IGNORECASE,
)
#: ``enable password X encrypted``, ``username u password X pbkdf2``, ``secret 5 X``, ``pre-shared-key X``,
#: ``key 7 X`` as lines of a configuration, which hold nothing else.
_CONFIGURED = re.compile(
    r"(^[ \t]*(?:[\w.-]+[ \t]+){0,6}?(?:"
    r"passw(?:or)?d[ \t]+(?=\S+[ \t]+(?:encrypted|pbkdf2|nt-encrypted)\b)"
    r"|(?:password|secret|passwd)[ \t]+[0-9][ \t]+"
    r"|(?:enable[ \t]+)?secret[ \t]+(?=\S+[ \t]*$)"
    r"|(?:pre-shared-key|authentication-key[ \t]+[0-9]+[ \t]+\w+|ospf[ \t]+message-digest-key[ \t]+[0-9]+[ \t]+md5"
    r"|(?-i:key))[ \t]+(?:[0-9][ \t]+)?(?=[^\s:]+[ \t]*$)))[^\s\"']+",
    re.IGNORECASE | re.MULTILINE,
)
#: Go prints a request's headers as ``map[Authorization:[Bearer X] Cookie:[X]]``.
_GO_MAP = re.compile(
    r"(\b(?:(?:proxy-)?authorization|(?:set-)?cookie|x-[\w-]{0,30}(?:token|key|secret|auth)[\w-]{0,20}|csrf-?token):\[)"
    r"[^\]\n]+",
    re.IGNORECASE,
)
#: The parameters that sign a URL of a cloud's storage, and those of sessions and tokens.
_PARAMETER = re.compile(
    r"([?&](?:x-(?:amz|goog)-(?:signature|credential|security-token)|sig|signature|awsaccesskeyid|googleaccessid"
    r"|access_token|id_token|refresh_token|code|api_?key|session_?id|jsessionid)=)[^&\s\"'#]+",
    re.IGNORECASE,
)
#: Identifiers that let in whoever has them.
_IDENTIFIER = re.compile(
    r"(\b(?:(?:j|php|asp\.net_)?sess(?:ion)?[_-]?id|csrf[_-]?token|x-csrf-token|reg[_-]?key|shared[_-]?key)"
    r"\\?[\"']?[ \t]*[:=][ \t]*\\?[\"']?)(?!\*{8})[^\s\"',;&}\]\\]{4,}",
    re.IGNORECASE,
)

#: Where a value begins and ends, and the quote to put around the mask.
_Span = tuple[int, int, str]


def redacted(
    result: ProbeResult | NotObtained, mask: Callable[[str], str] = lambda text: text
) -> ProbeResult | NotObtained:
    """A probe's result without the secrets that its command and its output may hold.

    Args:
        result: of the probe.
        mask: takes the run's own secrets out of a text; it is asked first, while they are whole.
    """
    return masked(result, lambda text: redacted_text(mask(text)))


def masked(result: ProbeResult | NotObtained, mask: Callable[[str], str]) -> ProbeResult | NotObtained:
    """A probe's result with each text of it masked."""
    if isinstance(result, NotObtained):
        return NotObtained(mask(result.unavailable))
    return replace(result, command=mask(result.command), stdout=mask(result.stdout), stderr=mask(result.stderr))


#: Texts that hold no secret: those that were looked through last. Commands are alike on all devices, and evidence is
#: looked through once more when it is written.
_CLEAN: dict[str, str] = {}
_MOST_CLEAN = 4096


def redacted_text(text: str) -> str:
    """Text without the secrets in it, each replaced by ``********``."""
    known = _CLEAN.get(text)
    if known is not None:
        return known
    clean = _redacted_text(text)
    if len(_CLEAN) >= _MOST_CLEAN:
        _CLEAN.clear()
    _CLEAN[clean] = clean
    return clean


def _redacted_text(text: str) -> str:
    text = _without_device_forms(text)
    if "PRIVATE KEY" in text:
        text = _PRIVATE_KEY.sub(rf"\1\n{MASK}\n\2", text)
    if "eyJ" in text:
        text = _CERTIFICATE_OR_JWT.sub(lambda found: MASK if found["jwt"] else found[0], text)
    if "://" in text:
        text = _USERINFO.sub(f"{MASK}@", text)
    lower = text.lower()
    if "authorization" in lower or "cookie" in lower:
        text = _HEADER.sub(rf"\g<1>{MASK}", text)
        text = _COOKIE_OPTION.sub(rf"\g<1>{MASK}", text)
    if "authorization" in lower or "bearer" in lower:
        text = _SCHEME.sub(rf"\g<1>{MASK}", text)
    if "-u" in lower or "-user" in lower:
        text = _USER_OPTION.sub(rf"\g<1>\g<2>:{MASK}", text)
    return _without_settings(text) if any(stem in lower for stem in _STEMS) else text


def _without_device_forms(text: str) -> str:
    """Text without the secrets of a device's configuration, of Go's maps and of signed URLs."""
    lower = text.lower()
    if "community" in lower or "snmp" in lower:
        text = _COMMUNITY.sub(rf"\g<1>{MASK}", text)
    if any(word in lower for word in ("passw", "secret", "key")):
        text = _CONFIGURED.sub(rf"\g<1>{MASK}", text)
    if "map[" in lower:
        text = _GO_MAP.sub(rf"\g<1>{MASK}", text)
    if "=" in text:
        text = _PARAMETER.sub(rf"\g<1>{MASK}", text)
    if any(word in lower for word in ("session", "csrf", "regkey", "sharedkey", "reg_key", "shared_key")):
        text = _IDENTIFIER.sub(rf"\g<1>{MASK}", text)
    return text


def _without_settings(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for key in _keys(text):
        separator = _SEPARATOR.match(text, key.end()) if key.start() >= done else None
        if separator is None:
            continue
        span = _in_json(text, key, separator) if separator["quote"] else _in_text(text, key, separator)
        if span is not None:
            start, done_next, quote = span
            pieces += text[done:start], quote, MASK, quote
            done = done_next
    return "".join((*pieces, text[done:]))


def _keys(text: str) -> Iterator[re.Match[str]]:
    """The keys in a text, looked for only where one of the stems stands: most of what a device says holds none."""
    if not text.isascii():
        yield from _KEY.finditer(text)
        return
    lower, at = text.lower(), 0
    while stem := _STEM.search(lower, at):
        at = stem.start() + 1
        if key := _KEY.match(text, stem.start()):
            at = key.end()
            yield key


def _in_json(text: str, key: re.Match[str], separator: re.Match[str]) -> _Span | None:
    """The value of ``"key": …``: a text or a number, or a list or object as a whole."""
    quote, at = separator["quote"], separator.end()
    if not separator["sign"].strip():
        return None
    if opening := _QUOTE.match(text, at):
        return _quoted(text, at, opening[0])
    if key["auth"]:
        return None
    if text.startswith(("[", "{"), at):
        return at, _closing(text, at, quote), quote
    literal = _LITERAL.match(text, at)
    return (at, literal.end(), quote) if literal else None


def _in_text(text: str, key: re.Match[str], separator: re.Match[str]) -> _Span | None:
    """The value of a setting or an option, or what prose tells of a secret."""
    sign, at = separator["sign"], separator.end()
    before = _before_in_line(text, key.start())
    name = before.split(" ")[-1]
    is_setting = _BEFORE.fullmatch(before) is not None
    if not sign.strip():
        if name.startswith("-"):
            return None if text.startswith("-", at) else _word(text, at)
        if is_setting and name == before.strip() and ("_" in name or "_" in key[0]):
            return _found(_UP_TO_SEMICOLON.match(text, at))
        return None
    spaced = ":" in sign and not sign.endswith(":")
    if ":" in sign and not spaced and not key["password"] and _PORT.match(text, at):
        return None
    if is_setting and (spaced or name == before.strip()) and not name.startswith("-"):
        return _found(_REST_OF_LINE.match(text, at))
    if not spaced:
        return _word(text, at)
    return _found(_LIKE_A_SECRET.match(text, at) or (_LAST_WORD.match(text, at) if key["password"] else None))


def _before_in_line(text: str, position: int) -> str:
    """What stands before in the same line; where that is long, its end behind a mark that no setting has."""
    first = max(0, position - _BEFORE_CHARACTERS)
    line = text.rfind("\n", first, position)
    return f"…{text[first:position]}" if line < 0 < first else text[line + 1 : position]


def _found(match: re.Match[str] | None) -> _Span | None:
    return (match.start(), match.end(), "") if match else None


def _word(text: str, at: int) -> _Span | None:
    opening = _QUOTE.match(text, at)
    return _quoted(text, at, opening[0]) if opening else _found(_WORD.match(text, at))


def _quoted(text: str, at: int, quote: str) -> _Span | None:
    """A text in quotes; the rest of the line where it does not end."""
    found = _TEXT[quote].match(text, at)
    return (at, found.end(), quote) if found else _found(_REST_OF_LINE.match(text, at))


def _closing(text: str, at: int, quote: str) -> int:
    """Where a list or object ends; the end of the text where it does not."""
    depth = 0
    for piece in _TEXT_OR_BRACKET[quote].finditer(text, at):
        if piece[0] in "[{":
            depth += 1
        elif piece[0] in "]}":
            depth -= 1
            if depth == 0:
                return piece.end()
    return len(text)
