"""NetBox (and Nautobot): its devices over REST, by GET only.

Conventions: the platform's slug holds ``ftd``, ``fmc`` or ``sfr`` as a word (``cisco-ftd``); custom fields
``sse_platform``, ``sse_region``, ``sse_profile``, ``sse_cloud``, ``sse_proxy``; ``config_context.sse`` may hold the
same without ``sse_``. Site and tags become tags.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from sse_compliance.collect.fmc.errors import FmcError
from sse_compliance.collect.fmc.transport import ReadOnlySession, json_object
from sse_compliance.importers.entry import Import, Imported, tag
from sse_compliance.inventory.credentials import Secret
from sse_compliance.inventory.device import Platform

_PAGE = 200
_MOST_PAGES = 200
_KEYS = ("region", "profile", "proxy", "cloud", "amp")


def read(base: str, token: Secret, ca_file: str | None, query: Mapping[str, str], today: date) -> Import:
    """The active devices that a query names.

    Args:
        base: NetBox's address, ``https://netbox.example.com``.
        token: its API token.
        ca_file: the CA of its certificate; the system's where None.
        query: further parameters, such as ``{"platform": "cisco-ftd"}``.
        today: for ``source``.

    Raises:
        FmcError: NetBox could not be asked, or what it said is no list of devices.
    """
    session = ReadOnlySession(may_log_in=False, ca_file=ca_file)
    headers = {"Authorization": f"Token {token.reveal()}", "Accept": "application/json"}
    found: list[dict[str, Any]] = []
    for _ in range(_MOST_PAGES):
        parameters = {"status": "active", **query, "limit": str(_PAGE), "offset": str(len(found))}
        url = f"{base.rstrip('/')}/api/dcim/devices/?{urlencode(parameters)}"
        response = session.call("GET", url, headers=headers)
        if response.status_code != 200:
            response.close()
            raise FmcError(f"{base}: HTTP {response.status_code} for the list of devices")
        body = json_object(response)
        results = body.get("results")
        if not isinstance(results, list) or not all(isinstance(item, dict) for item in results):
            raise FmcError(f"{base}: the answer holds no list of devices")
        found += results
        if not body.get("next") or not results:
            break
    else:
        raise FmcError(f"{base}: a list of more than {_MOST_PAGES} pages; narrow it with --query")
    source = f"netbox {re.sub(r'^https?://', '', base).rstrip('/')} {today}"
    return Import(tuple(_device(item, source) for item in found))


def _device(item: Mapping[str, Any], source: str) -> Imported:
    fields = {
        key.removeprefix("sse_"): value
        for key, value in _part(item, "custom_fields").items()
        if key.startswith("sse_") and value is not None
    }
    known = {**_part(_part(item, "config_context"), "sse"), **fields}
    address = _part(item, "primary_ip4") or _part(item, "primary_ip") or _part(item, "oob_ip")
    tags = [str(_part(item, "site").get("slug", "")), *(str(one.get("slug", "")) for one in item.get("tags", ()))]
    return Imported(
        name=str(item.get("name") or ""),
        address=str(address.get("address", "")).partition("/")[0],
        platform=_platform(known, str(_part(item, "platform").get("slug", ""))),
        source=source,
        tags=tuple(dict.fromkeys(tag(text) for text in tags if text)),
        more={key: known[key] for key in _KEYS if known.get(key) is not None},
    )


def _platform(known: Mapping[str, Any], slug: str) -> str | None:
    if known.get("platform"):
        return str(known["platform"])
    named = [word for word in re.split(r"[^a-z0-9]+", slug.lower()) if word in set(Platform)]
    return named[0] if len(named) == 1 else None


def _part(item: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    value = item.get(key)
    return value if isinstance(value, dict) else {}
