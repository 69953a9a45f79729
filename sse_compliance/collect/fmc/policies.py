"""An access policy of an FMC, put together as the dump that ``firewall/readers/fmc.py`` reads.

Paths and their releases: Cisco's OpenAPI of FMC 7.0 and of the cloud-delivered FMC, fireREST's table of versions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from sse_compliance.collect.fmc.endpoints import Item
from sse_compliance.collect.fmc.errors import FmcError, NoSuchPathError

_EXPANDED = {"expanded": "true"}
_POLICIES = "policy/accesspolicies"

#: The lists of objects that rules name by their UUID.
_OBJECTS = (
    *("hosts", "networks", "ranges", "fqdns", "networkgroups", "dynamicobjects", "urls", "urlgroups"),
    *("protocolportobjects", "portobjectgroups"),
)

if TYPE_CHECKING:
    from sse_compliance.collect.fmc.client import FmcClient

#: Policies that inherit from each other deeper than this go in a circle.
_MAX_DEPTH = 20

#: What stands for rules that an FMC does not tell: nothing can be said of a connection that meets them.
_PREFILTER_UNTOLD = [{"name": "the prefilter policy, which the FMC does not tell", "action": "NOT TOLD"}]
_DECRYPTION_UNTOLD = [{"name": "the decryption policy, which the FMC does not tell", "ruleAction": "NOT TOLD"}]


class NoSuchPolicyError(FmcError):
    """No domain of the FMC has an access policy of that name."""


def read_policy(client: FmcClient, name: str) -> str:
    """An access policy with all that stands before and behind its rules, as a dump.

    What the FMC does not tell is in the dump as rules that are not understood, so that it is never taken for absent.

    Raises:
        NoSuchPolicyError: there is none of that name; the text names those that there are.
        FmcError: the FMC could not be asked.
    """
    known: list[str] = []
    for domain in client.domains:
        base = f"/api/fmc_config/v1/domain/{domain.uuid}/"
        policies = client.items(base + _POLICIES, _EXPANDED)
        known += [str(policy.get("name")) for policy in policies]
        for policy in policies:
            if policy.get("name") == name and isinstance(policy.get("id"), str):
                return json.dumps(_Policy(client, base, policy["id"]).dump(), indent=1, ensure_ascii=False)
    has = f"it has {', '.join(sorted(set(known))[:20])}" if known else "it has none"
    raise NoSuchPolicyError(f"there is no access policy {name!r}; {has}")


class _Policy:
    """One access policy.

    Args:
        client: the FMC.
        base: the path of its domain.
        uuid: the policy's.
        depth: how many policies inherit from it that are read already.
    """

    def __init__(self, client: FmcClient, base: str, uuid: str, depth: int = 0) -> None:
        if depth > _MAX_DEPTH:
            raise FmcError("its access policies inherit from each other without end")
        self._client, self._base, self._uuid, self._depth = client, base, uuid, depth
        self._own: Item = client.get(f"{base}{_POLICIES}/{uuid}")

    def dump(self) -> dict[str, Any]:
        """The policy, and the objects that rules name."""
        found = self._layer()
        # The prefilter, Security Intelligence and decryption of a device are those of the policy that it has.
        found |= self._before()
        found["assignments"] = [
            one for one in self._list("assignment/policyassignments") if _id(one.get("policy")) == self._uuid
        ]
        objects = {}
        for kind in _OBJECTS:
            try:
                objects[kind] = self._list(f"object/{kind}")
            except NoSuchPathError:  # an older FMC: what rules name of it is not in the dump, and so not understood
                continue
        return found | {"objects": objects}

    def _layer(self) -> dict[str, Any]:
        """The policy's own rules, and below ``base`` those that it inherits."""
        found: dict[str, Any] = {
            "accesspolicy": {**self._own, "defaultAction": self._default()},
            "accessrules": self._list(f"{_POLICIES}/{self._uuid}/accessrules"),
        }
        for setting in self._list(f"{_POLICIES}/{self._uuid}/inheritancesettings"):
            inherited = _id(setting.get("basePolicy"))
            if inherited is not None:
                found["base"] = _Policy(self._client, self._base, inherited, self._depth + 1)._layer()
        return found

    def _default(self) -> Item:
        """The default action; the policy itself may name it by its UUID only."""
        held = self._own.get("defaultAction")
        action: Item = held if isinstance(held, dict) else {}
        if "action" not in action and _id(action) is not None:
            return self._client.get(f"{self._base}{_POLICIES}/{self._uuid}/defaultactions/{_id(action)}")
        return action

    def _before(self) -> dict[str, Any]:
        found: dict[str, Any] = {"prefilterrules": _PREFILTER_UNTOLD, "decryptionpolicyrules": _DECRYPTION_UNTOLD}
        if (prefilter := _id(self._own.get("prefilterPolicySetting"))) is not None:
            found["prefilterrules"] = self._list(f"policy/prefilterpolicies/{prefilter}/prefilterrules")
        if (decryption := _id(self._own.get("decryptionPolicySetting"))) is not None:
            policy = f"policy/decryptionpolicies/{decryption}"
            found["decryptionpolicy"] = self._client.get(self._base + policy)
            if found["decryptionpolicy"].get("mode") == "EXPERT":
                found["decryptionpolicyrules"] = self._list(f"{policy}/decryptionpolicyrules")
        if self._own.get("securityIntelligence"):
            found["securityintelligence"] = self._own["securityIntelligence"]
        return found

    def _list(self, path: str) -> list[Item]:
        return self._client.items(self._base + path, _EXPANDED)


def _id(value: object) -> str | None:
    uuid = value.get("id") if isinstance(value, Mapping) else None
    return uuid if isinstance(uuid, str) else None
