"""What is an address, and when two entries lead to one device."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from sse_compliance.inventory.addresses import HOST_PATTERN, as_name, is_host, place, shown
from sse_compliance.inventory.device import Access, JumpHost
from sse_compliance.inventory.file_form import NAME_PATTERN


@pytest.mark.parametrize(
    "text",
    ["::1", "::", "fe80::", "2001:db8::1", "fe80::1%eth0", "::ffff:192.0.2.1", "192.0.2.1", "ftd-1.example.net", "a",
     "2001:0db8:0000:0000:0000:0000:0000:0001"],
)  # fmt: skip
def test_an_address(text: str) -> None:
    assert is_host(text)
    assert re.fullmatch(NAME_PATTERN, as_name(text))


@pytest.mark.parametrize(
    "text",
    ["", ":", "1::2::3", "a:b", "12345::", "[::1]", "::1;reboot", "-oProxyCommand=x", "a b", "*", "a,b", "fe80::1%",
     "::1%-", "fe80::1%a b", "::g"],
)  # fmt: skip
def test_none(text: str) -> None:
    assert not is_host(text)


def test_the_pattern_alone_lets_nothing_in_that_a_shell_takes_for_something_else() -> None:
    for sign in " ;|&$`'\"<>()*?!#~=,[]{}/\\\n":
        assert not re.fullmatch(HOST_PATTERN, f"::1{sign}")
        assert not re.fullmatch(HOST_PATTERN, f"a{sign}b")


def test_brackets_for_ipv6() -> None:
    assert shown("2001:db8::1", 22) == "[2001:db8::1]:22"
    assert shown("192.0.2.1", 22) == "192.0.2.1:22"


ONE = Access("ftd.example.net")


@pytest.mark.parametrize("same", [Access("FTD.example.net."), replace(ONE, user="other")])
def test_one_device(same: Access) -> None:
    assert place(same) == place(ONE)


@pytest.mark.parametrize(
    "other",
    [
        replace(ONE, port=2222),
        replace(ONE, module=2),
        replace(ONE, instance="ftd2"),
        replace(ONE, jump=(JumpHost("10.0.0.1"),)),
        Access("ftd.example.com"),
    ],
)
def test_another_device(other: Access) -> None:
    assert place(other) != place(ONE)
