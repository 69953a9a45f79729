"""The FMC's proxy file."""

from __future__ import annotations

from sse_compliance.facts.network.proxy_conf import ProxyConf, parse
from tests.unit.facts.tables import BINARY, Case, NoFact, check, each, gave

#: From TechNote 222847.
DOCUMENTED = "iprep_proxy {\nPROXY_HOST 10.10.10.1;\nPROXY_PORT 80;\n}\n"

CASES: list[Case[ProxyConf]] = [
    Case("documented", gave(DOCUMENTED), ProxyConf("10.10.10.1", 80)),
    Case("CR/LF, indented", gave(DOCUMENTED.replace("\nP", "\r\n  P")), ProxyConf("10.10.10.1", 80)),
    Case(
        "with user and password",
        gave(DOCUMENTED.replace("}", "PROXY_USER a;\nPROXY_PASS b;\n}")),
        ProxyConf("10.10.10.1", 80),
    ),
    Case(
        "name, no port", gave("iprep_proxy {\nPROXY_HOST proxy.example.com;\n}\n"), ProxyConf("proxy.example.com", None)
    ),
    Case("empty block", gave("iprep_proxy {\n}\n"), ProxyConf(None, None)),
    Case(
        "no such file: no proxy",
        gave("", "cat: /etc/sf/iprep_proxy.conf: No such file or directory\n", exit_status=1),
        ProxyConf(None, None),
    ),
    Case("not readable", gave("", "cat: x: Permission denied\n", exit_status=1), NoFact("Permission denied")),
    Case("empty", gave(""), NoFact("expected one")),
    Case("cut", gave(DOCUMENTED[:30], truncated=True), NoFact("not read to its end")),
    Case("cut behind the block", gave(DOCUMENTED, truncated=True), NoFact("not read to its end")),
    Case("two hosts", gave(DOCUMENTED.replace("}", "PROXY_HOST b;\n}")), NoFact("one PROXY_HOST")),
    Case("two blocks", gave(DOCUMENTED * 2), NoFact("expected one")),
    Case("host line broken", gave(DOCUMENTED.replace("HOST", "H0ST")), NoFact("one PROXY_HOST")),
    Case("binary", gave(BINARY), NoFact("expected one")),
]


@each(CASES)
def test_proxy_conf(case: Case[ProxyConf]) -> None:
    check(parse, case)
