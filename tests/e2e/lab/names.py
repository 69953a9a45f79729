"""The cloud's names and addresses as the lab serves them, written down apart from the suite's own allowlist.

The addresses are the 6to4 relay anycast block (192.88.99.0/24, retired by RFC 7526): global in form, so that no check
takes them for private ones, and nobody's. They exist in the lab's namespaces only.
"""

from __future__ import annotations

REGIONS = ("us", "eu", "apj")

#: Host that every region's devices need (TechNote 215547).
EST = "est.sco.cisco.com"

#: What the region's classic allowlist names, by role (TechNote 215547).
CLASSIC = {
    "us": {
        "api": "api-sse.cisco.com",
        "mx": "mx01.sse.itd.cisco.com",
        "dex": "dex.sse.itd.cisco.com",
        "eventing": "eventing-ingest.sse.itd.cisco.com",
        "est": EST,
    },
    **{
        region: {
            "api": f"api.{region}.sse.itd.cisco.com",
            "mx": f"mx01.{region}.sse.itd.cisco.com",
            "dex": f"dex.{region}.sse.itd.cisco.com",
            "eventing": f"eventing-ingest.{region}.sse.itd.cisco.com",
            "est": EST,
        }
        for region in ("eu", "apj")
    },
}

#: Names beyond the classic allowlists: newer ones, and those of the malware cloud.
OTHERS = (
    "registration.us.sse.itd.cisco.com",
    "registration.eu.sse.itd.cisco.com",
    "registration.apj.sse.itd.cisco.com",
    "cloud-sa.amp.sourcefire.com",
    "cloud-sa.amp.cisco.com",
    "api.amp.sourcefire.com",
    "panacea.threatgrid.com",
)

#: The API host's alias, as in TechNote 217616's nslookup.
ALIASES = {"api-sse.cisco.com": "api-sse.cisco.com.akadns.net"}

#: The block that all hosts of the cloud are in.
BLOCK = "192.88.99.0/24"
DNS_SERVER = "10.25.0.1"
#: An address of the cloud where no DNS server listens.
DNS_STOPPED = "10.25.0.3"
#: A DNS server that refuses every question.
DNS_REFUSING = "10.25.0.4"
PROXY = "10.25.0.8"
PROXY_PORT = 3128
#: The same proxy's port that asks for a user and a password.
PROXY_LOGIN_PORT = 3129
PROXY_USER = "svc-ftd"
#: An address of the cloud that no host has.
NOBODY = "10.25.0.77"
#: Where the firewall sends a connection that it intercepts.
INTERCEPTOR = "10.25.0.5"


def _assign() -> dict[str, tuple[str, ...]]:
    names = list(dict.fromkeys([*(name for hosts in CLASSIC.values() for name in hosts.values()), *OTHERS]))
    # The first name, the US API host, has two addresses.
    return {
        name: tuple(f"192.88.99.{10 + 2 * number + extra}" for extra in range(2 if number == 0 else 1))
        for number, name in enumerate(names)
    }


#: Every name that the lab's cloud serves -> its addresses.
ADDRESSES = _assign()


def allowlist(region: str) -> tuple[str, ...]:
    """The classic allowlist of a region, sorted."""
    return tuple(sorted(CLASSIC[region].values()))


def pointer(address: str) -> str:
    """The PTR name that the cloud's provider gives an address: never the service's own name."""
    return f"ec2-{address.replace('.', '-')}.compute-1.amazonaws.com"
