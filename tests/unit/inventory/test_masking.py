"""A password that a device gives back is found in the forms that it may have by then; other text stays."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from html import escape
from importlib import import_module
from shlex import quote as shell_quote
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.masking import MASK, pattern_of

SECRET = "p@ss/w0rd+'&\"%\\é"

FORMS = {
    "plain": SECRET,
    "in a URL": f"https://u:{quote(SECRET, safe='')}@h/",
    "in a form": "password=" + quote_plus(SECRET),
    "in a URL, lower case": "p%40ss%2fw0rd%2b%27%26%22%25%5c%c3%a9",
    "in JSON": json.dumps({"p": SECRET}),
    "in HTML": escape(SECRET),
    "quoted for a shell": shell_quote("p@ss/w0rd"),
    "in Base64": b64encode(SECRET.encode()).decode(),
    "in hexadecimal digits": SECRET.encode().hex().upper(),
    "wrapped": SECRET[:5] + "\r\n" + SECRET[5:],
    "wrapped and indented": SECRET[:5] + "  \n    " + SECRET[5:],
    "wrapped in JSON": json.dumps(SECRET[:5] + "\n" + SECRET[5:]),
}


@pytest.mark.parametrize("text", FORMS.values(), ids=FORMS)
def test_each_form_is_masked(text: str) -> None:
    secret = "p@ss/w0rd" if text == shell_quote("p@ss/w0rd") else SECRET
    masked = Secret(secret).mask(f"it said: {text} and no more")
    assert MASK in masked
    assert "w0rd" not in masked
    assert masked.startswith("it said: ")
    assert masked.endswith(" and no more")


@given(
    st.text("abcXYZ019-_.!@/", min_size=6, max_size=24).filter(lambda text: not text.isalpha() and not text.isdigit()),
    st.binary(max_size=5),
    st.binary(max_size=5),
    st.integers(10, 76),
    st.sampled_from([b64encode, urlsafe_b64encode]),
)
def test_base64_of_a_text_that_holds_it(secret: str, before: bytes, after: bytes, width: int, encode: object) -> None:
    assert callable(encode)
    encoded = encode(before + secret.encode() + after).decode()
    wrapped = "\n".join(encoded[start : start + width] for start in range(0, len(encoded), width))
    masked = Secret(secret).mask(wrapped)
    assert MASK in masked
    # What is left beside the mask depends on the neighbours: too little to have the password from it.
    assert len(masked.replace(MASK, "").replace("\n", "")) <= len(encoded) - len(secret)


@given(st.text(min_size=1, max_size=30).filter(lambda text: all(ord(char) >= 32 for char in text)))
def test_any_password_that_stands_by_itself(secret: str) -> None:
    assert pattern_of(secret).fullmatch(secret)


@pytest.mark.parametrize("text", ["api-sse.cisco.com", "/home/cisco/x", "san-francisco", "cisco-firepower 10"])
def test_a_mere_word_stays_within_names(text: str) -> None:
    assert Secret("cisco").mask(text) == text


@pytest.mark.parametrize("text", ["Password: cisco", "cisco", "echo 'cisco'\n", "sorry, cisco."])
def test_a_mere_word_is_masked_where_it_stands_by_itself(text: str) -> None:
    assert Secret("cisco").mask(text) == text.replace("cisco", MASK)


def test_no_repeat_is_without_a_bound() -> None:
    # A device that sent a mebibyte of backslashes would have held up the whole run for hours.
    parsed = str(import_module("re._parser").parse(pattern_of("login-S3cret X&<9").pattern))
    assert "MAX_REPEAT" in parsed
    assert "MAXREPEAT" not in parsed
