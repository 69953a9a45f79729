"""The releases of Firepower software that the lab's devices run."""

from __future__ import annotations

from dataclasses import replace

from sse_compliance.lab.scenario import Software

FTD_64 = Software(
    version="6.4.0.9",
    build=62,
    model="Cisco Firepower 1120 Threat Defense (78)",
    banner=("Cisco Fire Linux OS v6.4.0 (build 2)", "Cisco Firepower 1120 Threat Defense v6.4.0.9 (build 62)"),
    year=2019,
    curl="7.44.0",
    old_nslookup=True,
    wrapped_netstat=True,
    listening=True,
    interface="br1",
    expert_notice=True,
)
FTD_63 = replace(
    FTD_64,
    version="6.3.0",
    build=83,
    banner=("Cisco Fire Linux OS v6.3.0 (build 65)", "Cisco Firepower 1120 Threat Defense v6.3.0 (build 83)"),
    year=2018,
    expert_notice=False,
)
FTD_66 = Software(
    version="6.6.1",
    build=91,
    model="Cisco Firepower 2110 Threat Defense (77)",
    banner=("Cisco Fire Linux OS v6.6.1 (build 14)", "Cisco Firepower 2110 Threat Defense v6.6.1 (build 91)"),
    year=2020,
    curl="7.66.0",
    old_nslookup=True,
    wrapped_netstat=False,
    listening=True,
    interface="management0",
)
FTD_74 = Software(
    version="7.4.2",
    build=172,
    model="Cisco Firepower 1010 Threat Defense (78)",
    banner=(
        "Cisco Firepower Extensible Operating System (FX-OS) v2.14.1 (build 167)",
        "Cisco Firepower 1010 Threat Defense v7.4.2 (build 172)",
    ),
    year=2024,
    curl="7.88.1",
    old_nslookup=False,
    wrapped_netstat=False,
    listening=True,
    interface="management0",
)
FTD_76 = Software(
    version="7.6.4",
    build=69,
    model="Cisco Secure Firewall 1210CE Threat Defense (86)",
    banner=(
        "Cisco Firepower Extensible Operating System (FX-OS) v2.16.0 (build 128)",
        "Cisco Secure Firewall 1210CE Threat Defense v7.6.4 (build 69)",
    ),
    year=2025,
    curl="8.16.0",
    old_nslookup=False,
    wrapped_netstat=False,
    listening=False,
    interface="management1",
)
FMC_64 = replace(
    FTD_64,
    version="6.4.0",
    build=102,
    model="Cisco Firepower Management Center for VMWare (66)",
    banner=("Cisco Fire Linux OS v6.4.0 (build 2)", "Cisco Firepower Management Center for VMWare v6.4.0 (build 102)"),
    expert_notice=False,
)
FMC_74 = replace(
    FTD_74,
    model="Cisco Secure Firewall Management Center for VMware (66)",
    banner=(
        "Cisco Firepower Extensible Operating System (FX-OS) v2.14.1 (build 167)",
        "Cisco Secure Firewall Management Center for VMWare 300 v7.4.2 (build 172)",
    ),
)
SFR_66 = replace(
    FTD_66,
    model="ASA5516 (72)",
    banner=("Cisco Fire Linux OS v6.6.1 (build 14)", "Cisco ASA5516 v6.6.1 (build 91)"),
)
