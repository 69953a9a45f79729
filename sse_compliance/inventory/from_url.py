"""One device given on the command line, as ``firepower://user@address``."""

from __future__ import annotations

import os
import re
from urllib.parse import parse_qs, unquote, urlsplit

from sse_compliance.errors import InputError
from sse_compliance.inventory.addresses import as_name, is_host
from sse_compliance.inventory.device import RUNNER, Access, CredentialKind, CredentialRef, Device, Platform, Target
from sse_compliance.inventory.file_form import NAME_PATTERN, USER_PATTERN
from sse_compliance.inventory.load import RESERVED, RegionProfiles

#: Where the password of a device given by ``--hosts`` is looked for.
PASSWORD_VARIABLE = "SSE_PASSWORD"  # noqa: S105  a name, not a password  # nosec B105


def target_from_url(url: str, regions: RegionProfiles) -> Target:
    """One device given on the command line: ``firepower://admin@10.0.0.5:22?platform=fmc&region=eu``.

    Platform is ``ftd`` and region ``us`` unless the URL says otherwise; the password comes from the environment
    variable ``SSE_PASSWORD``, a key or the SSH agent, never from the URL.

    Raises:
        InputError: the URL can't be used; it is repeated without what stands before ``@``.
    """
    try:
        parts = urlsplit(url)
        port = parts.port or 22
        query = {key: values[-1] for key, values in parse_qs(parts.query, strict_parsing=bool(parts.query)).items()}
    except ValueError as error:
        raise InputError(f"not a URL of the form firepower://user@address:port: {error}", place="--hosts") from None
    shown = f"firepower://…@{parts.hostname}"
    if parts.password is not None:
        raise InputError(
            "a password never stands in a URL; put it into the variable SSE_PASSWORD", place=f"--hosts={shown}"
        )
    if parts.hostname is None or not is_host(parts.hostname):
        raise InputError("expected firepower://user@address:port", place=f"--hosts={shown}")
    unknown = set(query) - {"platform", "region", "profile", "name"}
    if unknown:
        raise InputError(
            f"unknown {sorted(unknown)}; expected platform, region, profile, name", place=f"--hosts={shown}"
        )
    platform = query.get("platform", "ftd")
    if platform not in set(Platform):
        raise InputError(f"platform is {platform!r}; expected one of {', '.join(Platform)}", place=f"--hosts={shown}")
    region = query.get("region", "us")
    if region not in regions:
        raise InputError(
            f"region is {region!r}; expected one of {', '.join(sorted(regions))}", place=f"--hosts={shown}"
        )
    profile = query.get("profile", "classic")
    if profile not in regions[region]:
        raise InputError(f"region {region} has no profile {profile!r}", place=f"--hosts={shown}")
    name = query.get("name", as_name(parts.hostname))
    if not re.fullmatch(NAME_PATTERN, name):
        raise InputError(f"{name!r} is no device name", place=f"--hosts={shown}")
    if name == RUNNER:
        raise InputError(f"{RESERVED}; give it another with ?name=NAME", place=f"--hosts={shown}")
    user = unquote(parts.username or "") or "admin"
    if not re.fullmatch(USER_PATTERN, user):
        raise InputError("what stands before @ is no user name", place=f"--hosts={shown}")
    device = Device(
        name=name,
        platform=Platform(platform),
        region=region,
        profile=profile,
        address=parts.hostname,
        port=port,
    )
    password = CredentialRef(CredentialKind.ENV, PASSWORD_VARIABLE) if PASSWORD_VARIABLE in os.environ else None
    return Target(device, Access(parts.hostname, port, user, password))
