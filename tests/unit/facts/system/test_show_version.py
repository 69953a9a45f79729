"""``show version`` and ``/etc/sf/sf-version``."""

from __future__ import annotations

from sse_compliance.facts.system.show_version import ShowVersion, parse, parse_sf_version
from tests.unit.facts.samples import transcript
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave, noisy

FPR_1010 = transcript("ftd_742_fpr1010_show_version_system")
FPR_1010_FACT = ShowVersion("Cisco Firepower 1010 Threat Defense", "ftd", (7, 4, 2), 172)


def model(text: str) -> str:
    return f"---------[ firepower ]---------\nModel                     : {text}\nVDB version               : 338\n"


FMC = "Cisco Firepower Management Center for VMWare (66) Version 6.6.1 (Build 91)"

CASES: list[Case[ShowVersion]] = [
    Case("FTD 7.4.2", gave(FPR_1010), FPR_1010_FACT),
    Case("as a terminal shows it", gave(noisy(FPR_1010)), FPR_1010_FACT),
    Case(
        "FMC 6.6.1", gave(model(FMC)), ShowVersion("Cisco Firepower Management Center for VMWare", "fmc", (6, 6, 1), 91)
    ),
    Case(
        "FTD 7.6.4",
        gave(model("Cisco Secure Firewall 1210CE Threat Defense (86) Version 7.6.4 (Build 69)")),
        ShowVersion("Cisco Secure Firewall 1210CE Threat Defense", "ftd", (7, 6, 4), 69),
    ),
    Case(
        "virtual FTD",
        gave(model("Cisco Secure Firewall Threat Defense for KVM (75) Version 7.6.4 (Build 69)")),
        ShowVersion("Cisco Secure Firewall Threat Defense for KVM", "ftd", (7, 6, 4), 69),
    ),
    Case(
        "four numbers",
        gave(model("Cisco Firepower 1120 Threat Defense (78) Version 6.4.0.9 (Build 62)")),
        ShowVersion("Cisco Firepower 1120 Threat Defense", "ftd", (6, 4, 0, 9), 62),
    ),
    Case(
        "module in an ASA",
        gave(model("ASA5516 (72) Version 6.4.0 (Build 102)")),
        ShowVersion("ASA5516", "sfr", (6, 4, 0), 102),
    ),
    Case(
        "FTD on an ASA",
        gave(model("Cisco ASA5516-X Threat Defense (75) Version 6.4.0 (Build 102)")),
        ShowVersion("Cisco ASA5516-X Threat Defense", "ftd", (6, 4, 0), 102),
    ),
    Case(
        "model not known",
        gave(model("Toaster 9000 Version 1.0.0 (Build 1)")),
        ShowVersion("Toaster 9000", None, (1, 0, 0), 1),
    ),
    Case("two that differ", gave(model(FMC) + model(FMC.replace("6.6.1", "6.6.2"))), NoFact("several versions")),
    Case(
        "version only elsewhere",
        gave("Cisco Adaptive Security Appliance Software Version 9.20(2)32\n"),
        NoFact("no model"),
    ),
    Case("no build", gave(model("Cisco Firepower 1010 Threat Defense (78) Version 7.4.2")), NoFact("no model")),
    Case("huge number", gave(model(f"Cisco Threat Defense Version 7.{'4' * 5000} (Build 1)")), NoFact("no model")),
    Case("cut", gave("Model                     : Cisco Firepower 1010 Thr", truncated=True), NoFact("no model")),
    Case("refused", gave("Syntax error: Illegal command line\n"), NoFact("no model")),
    Case("empty", gave(""), NoFact("it is empty")),
    Case("binary", gave(BINARY), NoFact("no model")),
]

SF_FMC = "Cisco Firepower Management Center for VMWare v6.4.0 (build 102) / Cisco Fire Linux OS v6.4.0 (build 2)\n"
SF_FMC_FACT = ShowVersion("Cisco Firepower Management Center for VMWare", "fmc", (6, 4, 0), 102)

SF_CASES: list[Case[ShowVersion]] = [
    Case("FMC, both on one line", gave(SF_FMC), SF_FMC_FACT),
    Case("on two lines", gave(SF_FMC.replace(" / ", "\n")), SF_FMC_FACT),
    Case(
        "FTD",
        gave("Cisco Firepower 1120 Threat Defense v6.4.0.9 (build 62)\n"),
        ShowVersion("Cisco Firepower 1120 Threat Defense", "ftd", (6, 4, 0, 9), 62),
    ),
    Case("only the Linux", gave("Cisco Fire Linux OS v6.4.0 (build 2)\n"), NoFact("no model")),
    Case(
        "two products",
        gave(SF_FMC + "Cisco Firepower 1120 Threat Defense v6.4.0 (build 62)\n"),
        NoFact("several versions"),
    ),
    Case(
        "no such file",
        gave("", "cat: /etc/sf/sf-version: No such file or directory\n", exit_status=1),
        NoFact("No such file"),
    ),
    Case("empty", gave(""), NoFact("it is empty")),
    Case("binary", gave(BINARY), NoFact("no model")),
]


@each(CASES)
def test_show_version(case: Case[ShowVersion]) -> None:
    check(parse, case)


@each(SF_CASES)
def test_sf_version(case: Case[ShowVersion]) -> None:
    check(parse_sf_version, case)
