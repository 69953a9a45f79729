"""SSE-CFG: connector.properties."""

from __future__ import annotations

from sse_compliance.catalogue.parameters import Parameters
from sse_compliance.catalogue.regions import Regions
from sse_compliance.judge.host import FirepowerHost
from sse_compliance.judge.mark import not_applicable, requirement


@requirement("SSE-CFG-01")
def test_connector_properties_is_well_formed(host: FirepowerHost) -> None:
    properties = host.connector_properties
    missing = f"{properties.path}: {properties.missing}" if properties.missing else None
    also = f"; unknown keys: {', '.join(properties.unknown)}" if properties.unknown else ""
    host.note(
        expected="the file exists, can be read and is well formed",
        observed=missing or "; ".join(properties.problems) or f"{properties.path} is well formed{also}",
    )
    assert properties.missing is None
    assert not properties.problems


@requirement("SSE-CFG-02")
def test_connector_port_is_8989(host: FirepowerHost, parameters: Parameters) -> None:
    port, expected = host.connector_properties.connector_port, parameters.number("port")
    host.note(expected=f"connector_port is {expected}", observed=f"connector_port is {port}")
    assert port == expected


@requirement("SSE-CFG-03")
def test_connector_fqdn_is_the_regions_api_host(host: FirepowerHost) -> None:
    fqdn = host.connector_properties.connector_fqdn
    host.note(expected=f"connector_fqdn is {host.api_host}", observed=f"connector_fqdn is {fqdn!r}")
    assert fqdn.lower() == host.api_host


@requirement("SSE-CFG-04")
def test_region_discovery_endpoint_is_right(host: FirepowerHost, regions: Regions, parameters: Parameters) -> None:
    path = parameters.text("path")
    endpoint = host.connector_properties.region_discovery_endpoint
    if endpoint is None:
        not_applicable("region_discovery_endpoint is optional, and not set")
    # S0 and S1 show the US host; whether other regions name their own is not documented, so both are right.
    hosts = {regions.api("us"), host.api_host}
    host.note(
        expected=f"https://{' or '.join(sorted(hosts))}{path}",
        observed=f"region_discovery_endpoint is {endpoint!r}",
    )
    # Compared as text: a parser of URLs drops blanks and tabs that the connector may stumble over.
    assert endpoint.endswith(path)
    server = endpoint.removesuffix(path).lower().removesuffix(":443")
    assert server in {f"https://{name}" for name in hosts}


@requirement("SSE-CFG-05")
def test_registration_interval_is_180(host: FirepowerHost, parameters: Parameters) -> None:
    interval, expected = host.connector_properties.registration_interval, parameters.number("interval")
    host.note(expected=f"registration_interval is {expected}", observed=f"registration_interval is {interval}")
    assert interval == expected
