"""Pairs and clusters of an emulated FMC, in the shapes of Cisco's OpenAPI (FMC 7.0)."""

from __future__ import annotations

from collections.abc import Iterable

from sse_compliance.lab.fmc.state import GLOBAL, Container, ContainerKind, Item, Managed, uuid_of


def members(devices: Iterable[Managed], kind: ContainerKind) -> dict[str, list[Managed]]:
    """The members of each pair or cluster, by its name."""
    found: dict[str, list[Managed]] = {}
    for device in devices:
        if device.container is not None and device.container.kind is kind:
            found.setdefault(device.container.name, []).append(device)
    return found


def pair(name: str, devices: list[Managed]) -> Item:
    """A high-availability pair, with the key that must never be kept."""
    ordered = sorted(devices, key=lambda device: _container(device).role != "PRIMARY")
    return {
        "id": uuid_of("container", name),
        "type": "DeviceHAPair",
        "name": name,
        "primary": {"id": ordered[0].uuid},
        "secondary": {"id": ordered[-1].uuid},
        "ftdHAFailoverTriggerCriteria": {
            "peerPollTime": 1,
            "peerPollTimeUnit": "SEC",
            "peerHoldTime": 15,
            "peerHoldTimeUnit": "SEC",
            "interfacePollTime": 5,
            "interfacePollTimeUnit": "SEC",
            "interfaceHoldTime": 25,
            "noOfFailedInterfaceLimit": 1,
        },
        "ftdHABootstrap": {
            "isEncryptionEnabled": "false",
            "encKeyGenerationScheme": "CUSTOM",
            "sharedKey": "lab-shared-key-1",
            "useSameLinkForFailovers": "true",
            "lanFailover": _failover_link("LAN-INTERFACE"),
            "statefulFailover": _failover_link("STATEFUL-INTERFACE"),
        },
        "metadata": {"primaryStatus": {"currentStatus": "Active"}, "secondaryStatus": {"currentStatus": "Standby"}},
    }


def _failover_link(name: str) -> Item:
    interface = "GigabitEthernet0/0"
    return {
        "useIPv6Address": "false",
        "subnetMask": "255.255.255.252",
        "interfaceObject": {"id": uuid_of("interface", interface), "type": "PhysicalInterface", "name": interface},
        "logicalName": name,
        "activeIP": "192.0.2.249",
        "standbyIP": "192.0.2.250",
    }


def cluster(name: str, devices: list[Managed]) -> Item:
    """A cluster in the form of 6.4 to 7.0, with the key that must never be kept."""
    ordered = sorted(devices, key=lambda device: _container(device).role != "CONTROL")
    return {
        "id": uuid_of("container", name),
        "type": "DeviceCluster",
        "name": name,
        "masterDevice": {"id": ordered[0].uuid, "type": "Device", "keepLocalEvents": False},
        "slaveDevices": [{"id": d.uuid, "type": "Device", "keepLocalEvents": False} for d in ordered[1:]],
        "commonBootstrap": {"clusterKey": "lab-cluster-key-1"},
        "metadata": {
            "clusterDeviceGroup": {"id": uuid_of("clustergroup", name), "type": "DeviceGroup", "name": name},
            "lastUser": {"name": "admin", "type": "User"},
            "domain": {"id": GLOBAL, "type": "Domain"},
        },
    }


def _container(device: Managed) -> Container:
    assert device.container is not None
    return device.container
