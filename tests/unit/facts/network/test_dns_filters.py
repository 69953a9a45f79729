"""Answers of DNS filters, and addresses that no public host can have."""

from __future__ import annotations

import pytest

from sse_compliance.facts.network.dns_filters import block_answers, is_public
from sse_compliance.facts.network.nslookup import Nslookup


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("52.4.85.66", True),
        ("2600:1f18::5", True),
        ("64:ff9b::3404:5542", True),
        ("64:ff9b::a00:1", False),  # NAT64 of 10.0.0.1
        ("64:ff9b::7f00:1", False),
        ("::ffff:10.0.0.1", False),
        ("::ffff:52.4.85.66", True),
        ("2002:0a00:0001::1", False),  # 6to4 of 10.0.0.1
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("::", False),
        ("127.0.0.1", False),
        ("fe80::1%eth0", False),
        ("192.0.2.1", False),
        ("224.0.0.1", False),
    ],
)
def test_public(address: str, public: bool) -> None:
    assert is_public(address) is public


@pytest.mark.parametrize(
    ("addresses", "aliases", "blocked"),
    [
        (("146.112.61.104",), (), True),
        (("146.112.61.110",), (), True),
        (("::ffff:146.112.61.106",), (), True),
        (("52.4.85.66", "146.112.61.108"), (), True),
        (("146.112.62.105",), (), False),
        (("208.91.112.55",), (), True),
        (("2620:101:9000:53::55",), (), True),
        (("72.5.65.111",), ("sinkhole.paloaltonetworks.com",), True),
        (("52.4.85.66",), ("hit-block.opendns.com",), True),
        (("52.4.85.66",), ("hit-phish.opendns.com",), True),
        (("52.4.85.66",), ("rpz-passthru",), True),
        (("52.4.85.66",), ("api-sse.cisco.com.rpz.corp.example",), True),
        (("52.4.85.66",), ("blockpage.corp.example",), True),
        (("52.4.85.66",), ("walled-garden.isp.example",), True),
        (("52.4.85.66",), ("api-sse.cisco.com.akadns.net",), False),
        (("52.4.85.66",), ("blockchain.example",), False),
        ((), (), False),
    ],
)
def test_block_answers(addresses: tuple[str, ...], aliases: tuple[str, ...], blocked: bool) -> None:
    assert bool(block_answers(Nslookup("10.25.0.1", addresses, aliases))) is blocked
