"""The addresses that names of the cloud have in the lab. They are text only: nothing ever connects to them."""

from __future__ import annotations

import zlib

#: Addresses that TechNote 215547 shows for its hosts.
_SEEN = {
    "api-sse.cisco.com": ("52.4.85.66", "52.4.85.67"),
    "eventing-ingest.sse.itd.cisco.com": ("18.205.49.246", "100.25.93.234"),
}

#: Region of the cloud's data centre, as its reverse names print it.
_DATA_CENTRES = {
    "us": "compute-1",
    "eu": "eu-central-1.compute",
    "apj": "ap-northeast-1.compute",
    "aus": "ap-southeast-2.compute",
    "in": "ap-south-1.compute",
}


def addresses(host: str) -> tuple[str, ...]:
    """The addresses of a host: those of the documents, or made-up ones that stay the same from run to run."""
    if host in _SEEN:
        return _SEEN[host]
    number = zlib.crc32(host.encode())
    second, third, last = 20 + number % 40, number // 40 % 250, 1 + number // 10_000 % 250
    return (f"52.{second}.{third}.{last}", f"52.{second}.{third}.{last + 1}")


def reverse_name(address: str, region: str) -> str:
    """The name that ``lsof`` without ``-n`` prints for an address of the cloud."""
    return f"ec2-{address.replace('.', '-')}.{_DATA_CENTRES[region]}.amazonaws.com"
