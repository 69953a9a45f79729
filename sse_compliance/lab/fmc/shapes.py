"""The items of an emulated FMC's lists, in the shapes of Cisco's OpenAPI (FMC 7.0, and 10.0 of the cloud)."""

from __future__ import annotations

from collections.abc import Iterable

from sse_compliance.lab.fmc.state import Alert, FmcState, Item, Managed, Release, uuid_of

_HEALTH_POLICY = uuid_of("healthpolicy", "on"), uuid_of("healthpolicy", "off")
_POLICY_NAMES = "Initial_Health_Policy", "Health without the cloud"


def server_version(state: FmcState) -> Item:
    """The item of ``info/serverversion``."""
    return {
        "serverVersion": state.release.server_version,
        "geoVersion": "2026-11-02-046",
        "vdbVersion": "build 394 ( 2026-11-05 18:00:00 )",
        "sruVersion": "2026-11-04-001-vrt",
        "lspVersion": "lsp-rel-20261104-1530",
        "type": "ServerVersion",
    }


def device_record(state: FmcState, device: Managed, domain: tuple[str, str]) -> Item:
    """A device record; 10.0 tells more."""
    record: Item = {
        "id": device.uuid,
        "type": "Device",
        "name": device.name,
        "hostName": device.host,
        "model": device.model,
        "modelId": "A",
        "modelNumber": "75",
        "modelType": "Sensor",
        "healthStatus": "red" if device.alerts else "green",
        "sw_version": device.version,
        "license_caps": ["BASE", "THREAT", "MALWARE"],
        "keepLocalEvents": False,
        "prohibitPacketTransfer": False,
        "ftdMode": "ROUTED",
        "accessPolicy": {"id": uuid_of("accesspolicy", "lab"), "name": "lab", "type": "AccessPolicy"},
        "healthPolicy": _policy_reference(device),
        "metadata": _metadata(state.release, device, domain),
    }
    if device.kind == "sfr":
        del record["ftdMode"]
    if state.release is not Release.FMC_67:
        record["snortEngine"] = "SNORT3"
    if state.release is Release.FMC_100:
        record |= {
            "advanced": {"enableOGS": True},
            "deploymentStatus": "NOT_DEPLOYED" if device.pending else "DEPLOYED",
            "deploymentTime": "2026-11-01T02:30:20Z",
            "healthMessage": "FXOS health check passed.",
            "isConnected": True,
            "managementState": "MANAGED",
            "performanceTier": "FTDv50",
        }
    return record


def _policy_reference(device: Managed) -> Item:
    which = 0 if device.health_module else 1
    return {"id": _HEALTH_POLICY[which], "name": _POLICY_NAMES[which], "type": "HealthPolicy"}


def _metadata(release: Release, device: Managed, domain: tuple[str, str]) -> Item:
    metadata: Item = {
        "deviceSerialNumber": uuid_of("serial", device.name)[:11].upper(),
        "domain": {"id": domain[0], "name": domain[1], "type": "Domain"},
        "isPartOfContainer": device.container is not None,
        "isMultiInstance": False,
        "readOnly": {"state": False},
        "snortVersion": "3.9.0.0-123",
        "sruVersion": "2026-11-04-001-vrt",
        "lspVersion": "lsp-rel-20261104-1530",
        "vdbVersion": "Build 394 - 2026-11-05 18:00:00.0",
        "snortEngine": "SNORT3",
        "clusterBootstrapSupported": True,
        "coreProfile": "Default",
        "inventoryData": {
            "cpuCores": "1 CPU (4 cores)",
            "cpuType": "CPU Xeon E5 series 2300 MHz",
            "memoryInMB": "8192 MB RAM",
        },
    }
    if release is not Release.FMC_100:
        metadata["task"] = {"id": uuid_of("task", device.name), "type": "TaskStatus"}
    if device.container is not None and device.container_named:
        metadata["containerDetails"] = {
            "id": uuid_of("container", device.container.name),
            "type": device.container.kind.value,
            "name": device.container.name,
        }
        if release is not Release.FMC_67:
            metadata["containerDetails"] |= {
                "role": device.container.role,
                "status": "Active" if device.container.role in ("PRIMARY", "CONTROL") else "Standby",
            }
    return metadata


def device_groups(devices: Iterable[Managed]) -> list[Item]:
    """The device groups with their members."""
    groups: dict[str, list[Managed]] = {}
    for device in devices:
        for group in device.groups:
            groups.setdefault(group, []).append(device)
    return [
        {
            "id": uuid_of("group", name),
            "type": "DeviceGroup",
            "name": name,
            "members": [{"id": device.uuid, "type": "Device", "name": device.name} for device in members],
        }
        for name, members in groups.items()
    ]


def alert(release: Release, raised: Alert, uuid: str, now: int) -> Item:
    """An alert; 10.0 has no name, and its row stands in ``details``."""
    item: Item = {
        "type": "Alert",
        "moduleID": raised.module,
        "moduleUUID": uuid_of("module", raised.module),
        "deviceUUID": uuid,
        "status": raised.status,
        "timestamp": now - raised.age_seconds,
    }
    if release is Release.FMC_100:
        return item | {"details": raised.description}
    return item | {
        "id": uuid_of("alert", uuid + raised.module),
        "name": "Threat Data Updates on Devices" if raised.module == "THREAT_DATA_UPDATES" else raised.module,
        "description": raised.description,
        "details": "",
        "params": "",
    }


def health_policies(release: Release) -> list[Item]:
    """The two health policies of the lab; FMC tells their modules from 7.7 on."""
    items: list[Item] = []
    for uuid, name, enabled in zip(_HEALTH_POLICY, _POLICY_NAMES, (True, False), strict=True):
        item: Item = {"id": uuid, "type": "HealthPolicy", "name": name}
        if release is Release.FMC_100:
            item["healthModules"] = [
                {"moduleId": "hm_tds", "enabled": enabled},
                {"moduleId": "hm_conn_status_sse", "enabled": True},
            ]
        items.append(item)
    return items


def smart_licence(state: FmcState) -> Item:
    """The item of ``license/smartlicenses``."""
    metadata: Item = {"authStatus": state.authorisation, "exportControl": False}
    if state.registration == "EVALUATION":
        metadata |= {"evalExpiresInDays": 89, "evalUsed": False, "virtualAccount": "Evaluation Mode"}
    else:
        metadata |= {
            "evalExpiresInDays": 0,
            "evalUsed": True,
            "lastRenewedTime": "2026-10-25T15:10:26UTC",
            "lastSynchronizedTime": "2026-10-25T15:10:38UTC",
            "smartAccount": "LAB",
            "virtualAccount": "LAB-VIRTUAL",
        }
    return {"metadata": metadata, "regStatus": state.registration, "type": "SmartLicense"}


def cloud_events(state: FmcState, devices: Iterable[Managed]) -> Item:
    """The cloud event configuration; 10.0 has more kinds, and devices that are left out."""
    item: Item = {
        "id": uuid_of("cloud", "events"),
        "type": "CloudEventsConfig",
        "sendIntrusionEvents": state.send_intrusion,
        "sendFileEvents": state.send_others,
        "sendConnectionEvents": state.send_others,
    }
    if state.release is Release.FMC_100:
        item |= {
            "sendAllConnectionEvents": False,
            "sendPackets": False,
            "sendNetworkDiscoveryEvents": False,
            "sendAIDefenseEvents": False,
            "devicesExcludedFromSendingEvents": [
                {"id": device.uuid, "type": "Device", "name": device.name} for device in devices if device.excluded
            ],
        }
    return item


def cloud_regions(state: FmcState) -> list[Item]:
    """The regions, one of them in use."""
    return [
        {
            "id": uuid_of("region", name),
            "type": "CloudRegion",
            "name": name,
            "description": f"The region {name}",
            "domain": domain,
            "current": current,
        }
        for name, domain, current in (
            (state.region_name, state.region_domain, True),
            ("another-region", "region.example.com", False),
        )
    ]


def cloud_integration(state: FmcState) -> Item:
    """The integration with Security Cloud."""
    return {
        "enabled": state.integration_enabled,
        "info": {
            "cdoUrl": "https://www.defenseorchestrator.com",
            "connected": state.integration_connected,
            "deviceId": uuid_of("device", "fmc"),
            "onboardingStatus": state.onboarding,
            "sseTenantName": "lab-tenant",
            "tenantId": uuid_of("tenant", "lab"),
        },
    }


def securex() -> Item:
    """The SecureX configuration, its password masked as on a real FMC."""
    return {
        "id": uuid_of("cloud", "securex"),
        "type": "SecurexConfig",
        "name": "securexconfig",
        "enabled": True,
        "clientId": "client-1234",
        "clientPassword": "*********",
    }


def deployable(device: Managed) -> Item:
    """A device with changes that are not deployed."""
    return {
        "version": "1763990400000",
        "name": device.name,
        "type": "DeployableDevice",
        "canBeDeployed": True,
        "upToDate": False,
        "deviceGroup": False,
        "device": {"id": device.uuid, "type": "Device", "name": device.name},
    }
