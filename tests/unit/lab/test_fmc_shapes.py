"""What the emulated FMC answers has the keys and types of Cisco's own example of the path.

``tests/data/fmc/shapes.json`` holds those, with the source of each. It has none of the health policies and of the
devices that wait for a deployment: no example of them is published.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest

from sse_compliance.collect.fmc.endpoints import ENDPOINTS
from sse_compliance.lab.fmc.api import Api, error
from sse_compliance.lab.fmc.state import GLOBAL, Alert, Container, ContainerKind, FmcState, Managed, Release

ANSWERS = json.loads((Path(__file__).parents[2] / "data" / "fmc" / "shapes.json").read_text("utf-8"))["answers"]
WITHOUT_EXAMPLE = {"policy/healthpolicies", "deployment/deployabledevices"}
PLATFORM = {"license/smartlicenses", "info/serverversion"}

#: What the emulator adds: named in the models of the same documents, or by clients that read it.
ADDED = {
    "devices/devicerecords": {
        "healthPolicy", "healthPolicy.id", "healthPolicy.name", "healthPolicy.type", "links", "links.self",
        "metadata.containerDetails.role", "metadata.containerDetails.status", "metadata.task.id", "metadata.task.type",
    },
    "devicegroups/devicegrouprecords": {"members", "members[].id", "members[].name", "members[].type"},
    "devicehapairs/ftddevicehapairs": {
        "metadata", "metadata.primaryStatus", "metadata.primaryStatus.currentStatus", "metadata.secondaryStatus",
        "metadata.secondaryStatus.currentStatus",
    },
    "deviceclusters/ftddevicecluster": {"commonBootstrap", "commonBootstrap.clusterKey"},
    "integration/cloudeventsconfigs": {f"devicesExcludedFromSendingEvents[].{key}" for key in ("id", "type", "name")},
}  # fmt: skip


def member(number: int, kind: ContainerKind, role: str) -> Managed:
    return Managed(f"ftd-{number}", f"192.0.2.{number}", container=Container(kind, kind.value, role), groups=("g",))


DEVICES = (
    member(1, ContainerKind.PAIR, "PRIMARY"),
    member(2, ContainerKind.PAIR, "SECONDARY"),
    member(3, ContainerKind.CLUSTER, "CONTROL"),
    member(4, ContainerKind.CLUSTER, "DATA"),
    Managed("ftd-5", "192.0.2.5", alerts=(Alert("THREAT_DATA_UPDATES", "RED", "row"),), excluded=True, pending=True),
)


@dataclass(frozen=True)
class Example:
    """An example of Cisco's, and a release whose answer is held against it."""

    path: str
    release: Release
    shape: Any
    evaluation: bool

    def __str__(self) -> str:
        return f"{self.release} {self.path}{' in evaluation' if self.evaluation else ''}"


EXAMPLES = [
    Example(one["path"], Release(release), one["shape"], one.get("state") == "evaluation")
    for one in ANSWERS
    for release in one["releases"]
]


def answer(example: Example) -> Any:
    """What the emulator says; of an item by its UUID, the first of the list."""
    mode = {"registration": "EVALUATION", "authorisation": "EVALUATION"} if example.evaluation else {}
    api = Api(FmcState(example.release, devices=DEVICES, **mode))  # type: ignore[arg-type]
    name, _, query = example.path.partition("?")
    listed = f"{'/api/fmc_platform/v1' if name in PLATFORM else f'/api/fmc_config/v1/domain/{GLOBAL}'}/{name}"
    if listed.endswith("/{id}"):
        listed = listed.removesuffix("/{id}")
        listed += "/" + api.get("https://fmc", listed, {}).body["items"][0]["id"]
    reply = api.get("https://fmc", listed, dict(parse_qsl(query)))
    assert reply.status == 200
    return reply.body


def shape(value: Any) -> Any:
    """The keys and JSON types of a value; of a list, those of all its items."""
    if isinstance(value, dict):
        return {key: shape(held) for key, held in value.items()}
    if isinstance(value, list):
        return [shape(held) for held in value]
    return "boolean" if isinstance(value, bool) else "number" if isinstance(value, int | float) else "string"


def differences(wanted: Any, found: Any, at: str = "") -> Iterator[str]:
    """Keys of an example that are missing, and types that are others."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key, held in wanted.items():
            yield from differences(held, found[key], f"{at}.{key}") if key in found else (f"{at}.{key} is missing",)
    elif isinstance(wanted, list) and isinstance(found, list):
        if wanted and not found:
            yield f"{at} is empty"
        for held in found if wanted else ():
            yield from differences(wanted[0], held, f"{at}[]")
    elif wanted != found:
        yield f"{at} is {found}, not {wanted}"


def keys(value: Any, at: str = "") -> Iterator[str]:
    """The keys of a shape, with the way to them."""
    if isinstance(value, dict):
        for key, held in value.items():
            own = f"{at}.{key}".removeprefix(".")
            yield own
            yield from keys(held, own)
    elif isinstance(value, list):
        for held in value:
            yield from keys(held, f"{at}[]")


def bare(path: str) -> str:
    return path.partition("?")[0].removesuffix("/{id}")


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_each_key_of_the_example_has_its_type(example: Example) -> None:
    assert list(differences(example.shape, shape(answer(example)))) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_no_key_is_made_up(example: Example) -> None:
    known = set(ADDED.get(bare(example.path), ())) | {"items", "paging", "links", "links.self", "items[].links.self"}
    known |= {f"paging.{key}" for key in ("offset", "limit", "count", "pages")}
    for other in ANSWERS:
        if bare(other["path"]) == bare(example.path):
            known |= {key.removeprefix("items[].") for key in keys(other["shape"])}
    found = {key.removeprefix("items[].") for key in keys(shape(answer(example)))}
    assert found - known == set()


def test_every_list_that_the_suite_asks_for_has_an_example() -> None:
    assert {bare(example.path) for example in EXAMPLES} >= ENDPOINTS.keys() - WITHOUT_EXAMPLE


def test_an_error_has_the_form_that_clients_look_for() -> None:
    assert shape(error(404, "x").body) == {
        "error": {"category": "string", "messages": [{"description": "string"}], "severity": "string"}
    }
