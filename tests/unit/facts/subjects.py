"""The facts as subjects of tests that hold for all of them: their samples, and what a mutation must never add.

A *sign of health* is what a requirement would be met by. A sample that is broken lacks some, and no mutation of it
may bring one about. So a sample that holds a healthy line beside what spoils it (two states of one process, say) is
left out: where the mutation strikes the one, the other is all that remains. So is one in which a healthy line is only
longer than it should be (an answer for ``api-sse.cisco.com.corp.example``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sse_compliance.errors import Unavailable
from sse_compliance.evidence.answer import ProbeResult
from sse_compliance.facts.connector import ca, context, log, properties
from sse_compliance.facts.network import (
    curl,
    nslookup,
    ping,
    proxy_conf,
    resolv_conf,
    show_managers,
    show_network,
    tcp,
)
from sse_compliance.facts.system import (
    device_clock,
    disk,
    lsof,
    netstat,
    pmtool,
    process_states,
    show_version,
    tcp_sessions,
)
from tests.unit.facts.connector import log_texts, test_ca, test_context, test_properties
from tests.unit.facts.network import (
    test_curl,
    test_curl_hostile,
    test_curl_wordings,
    test_nslookup,
    test_ping,
    test_proxy_conf,
    test_resolv_conf,
    test_show_managers,
    test_show_network,
    test_tcp,
)
from tests.unit.facts.system import (
    test_device_clock,
    test_disk,
    test_lsof,
    test_netstat,
    test_pmtool,
    test_process_states,
    test_show_version,
    test_tcp_sessions,
)
from tests.unit.facts.tables import Case, NoFact

Signs = dict[str, bool]


@dataclass(frozen=True, slots=True)
class Subject:
    """A fact, its samples, and its signs of health."""

    name: str
    parse: Callable[[ProbeResult], Any]
    samples: tuple[ProbeResult, ...]
    #: Everything that can be asked of the fact; only Unavailable may be raised.
    signs: Callable[[Any], Signs]
    #: Whether a lost line, or a damaged word, can be what makes a text healthy: an error that is gone from a log, a
    #: wrong digit in an encoded certificate. Then only mutations that keep every line's letters are tried.
    only_gentle: bool = False

    def healthy_signs(self, result: ProbeResult) -> frozenset[str]:
        """The signs of health that are there; none where there is no fact."""
        try:
            return frozenset(sign for sign, there in self.signs(self.parse(result)).items() if there)
        except Unavailable:
            return frozenset()


def _signs_of_properties(fact: properties.ConnectorProperties) -> Signs:
    def told(ask: Callable[[], bool]) -> bool:
        try:
            return ask()
        except Unavailable:
            return False

    return {
        "port": told(lambda: fact.connector_port == 8989),
        "fqdn": told(lambda: fact.connector_fqdn == "api-sse.cisco.com"),
        "interval": told(lambda: fact.registration_interval == 180),
        "endpoint": told(lambda: fact.region_discovery_endpoint == test_properties.DISCOVERY),
        "port within a file that is well formed": not fact.problems and told(lambda: fact.connector_port == 8989),
    }


def _signs_of_log(fact: log.ConnectorLog) -> Signs:
    kinds = {(e.kind, e.is_stream_up, e.is_zeromq_up, fact.healed(number)) for number, e in enumerate(fact.entries)}
    no_errors = not fact.errors_since(fact.first)
    no_failures = not fact.dial_failures_since(fact.first) and not fact.zeromq_failures_since_start()
    return {"no errors": bool(kinds) and no_errors, "no failures": no_failures and no_errors}


def _signs_of_pmtool(fact: pmtool.PmTool) -> Signs:
    def running(name: str) -> bool:
        process = fact.process(name)
        return process is not None and process.understood and process.enabled and process.running

    return {"connector": running("SSEConnector"), "both": running("SSEConnector") and running("EventHandler")}


def _signs_of_netstat(fact: netstat.Netstat) -> Signs:
    return {"connected": any(s.kind == "STREAM" and s.state == "CONNECTED" for s in fact.event_handler)}


def _signs_of_curl(fact: curl.Curl) -> Signs:
    dates = fact.certificate
    return {
        "resolved": fact.resolved is True,
        "connected": fact.connected is True,
        "status": fact.http_status is not None,
        "left intact": fact.left_intact is not None,
        "verified": fact.verified is True,
        "in date": dates is not None and dates.not_after is not None and dates.not_after > test_ca.NOW,
    }


def _seen(table: list[Case[Any]], *but: str) -> tuple[ProbeResult, ...]:
    """The results of those cases that give a fact, but for some by their id."""
    ids = [case.id for case in table]
    assert set(but) <= set(ids), but
    return tuple(case.result for case in table if not isinstance(case.expected, NoFact) and case.id not in but)


def _properties() -> tuple[ProbeResult, ...]:
    file, four = test_properties.file, test_properties.FOUR
    wrong = (
        four.replace("8989", "8990"),
        four.replace("=api-sse.cisco.com\n", "=api.eu.sse.itd.cisco.com\n"),
        four.replace("180", "3600"),
        four.replace("8989", "many"),
    )
    return (file(four), file(test_properties.THREE), *(file(text) for text in wrong))


def _certificates() -> tuple[ProbeResult, ...]:
    made = test_ca
    texts = (made.ROOT.pem, made.OLD.pem, made.LEAF.pem + made.FUTURE.pem, made.OLD.pem + made.PLAIN.pem, "")
    return tuple(made.file(text) for text in texts)


def _logs() -> tuple[ProbeResult, ...]:
    log, fine = log_texts.log, log_texts.NOTHING_WRONG
    texts = (
        log_texts.TIMEOUTS,
        fine + log_texts.ERROR,
        fine + log_texts.ZEROMQ,
        fine + log_texts.UP_AFTER,
        fine,
    )
    return tuple(log(text) for text in texts)


def _versions() -> tuple[ProbeResult, ...]:
    older = test_show_version.FPR_1010.replace("7.4.2", "6.2.3")
    return (*_seen(test_show_version.CASES), replace(test_show_version.CASES[0].result, stdout=older))


def _clocks() -> tuple[ProbeResult, ...]:
    sample = test_device_clock.CASES[0].result
    return (sample, *(replace(sample, stdout=f"{test_device_clock.EPOCH + off}\n") for off in (-86400, 86400, 3600)))


def _contexts() -> tuple[ProbeResult, ...]:
    sample = test_context.CASES[0].result
    elsewhere = replace(sample, stdout=sample.stdout.replace("api-sse.cisco.com", "api.eu.sse.itd.cisco.com"))
    return (*_seen(test_context.CASES), elsewhere)


def _subjects() -> Iterator[Subject]:
    yield Subject(
        "show_network",
        show_network.parse,
        _seen(test_show_network.CASES),
        lambda fact: {"DNS": bool(fact.dns_servers)},
    )
    yield Subject(
        "resolv_conf",
        resolv_conf.parse,
        _seen(
            test_resolv_conf.CASES,
            "indented: the resolver does not read it",
            "keyword broken by a NUL",
            "U+2028 ends no line",
        ),
        lambda fact: {"DNS": bool(fact.nameservers)},
    )
    yield Subject(
        "proxy_conf", proxy_conf.parse, _seen(test_proxy_conf.CASES), lambda fact: {"proxy": fact.host is not None}
    )
    yield Subject(
        "nslookup",
        nslookup.parse,
        _seen(
            test_nslookup.CASES,
            "search domain with a wildcard",
            "search domain with a wildcard, busybox",
            "search domain with an alias",
            "alias of another name than the one that answers",
        ),
        lambda fact: {"addresses": bool(fact.addresses)},
    )
    yield Subject(
        "curl",
        curl.parse,
        _seen(
            test_curl.RECORDED + test_curl_wordings.WORDINGS + test_curl_hostile.HOSTILE,
            "certificate's name fakes the last line, the server closes",
            "status out of range",
            "no status",
        ),
        _signs_of_curl,
    )
    yield Subject("connector_properties", properties.parse, _properties(), _signs_of_properties)
    yield Subject(
        "connector_ca",
        ca.parse,
        _certificates(),
        lambda fact: {"unexpired": bool(fact.unexpired(test_ca.NOW))},
        only_gentle=True,
    )
    yield Subject(
        "lsof",
        lsof.parse,
        _seen(test_lsof.CASES),
        lambda fact: {
            "listens": bool(fact.connector_listens_on(8989)),
            "session": bool(fact.connector_sessions_to(443)),
        },
    )
    yield Subject(
        "netstat",
        netstat.parse,
        _seen(test_netstat.CASES, "a path that begins far below is nobody's", "two lines run into one"),
        _signs_of_netstat,
    )
    yield Subject("pmtool", pmtool.parse, _seen(test_pmtool.CASES, "twice, different"), _signs_of_pmtool)
    yield Subject(
        "show_version",
        show_version.parse,
        _versions(),
        lambda fact: {"ftd 6.4": fact.product == "ftd" and fact.version >= (6, 4)},
    )
    yield Subject(
        "sf_version",
        show_version.parse_sf_version,
        _seen(test_show_version.SF_CASES),
        lambda fact: {"fmc 6.4": fact.product == "fmc" and fact.version >= (6, 4)},
    )
    yield Subject(
        "device_clock",
        device_clock.parse,
        _clocks(),
        lambda fact: {"right": abs(fact.skew_seconds) <= 300 and fact.now > datetime.now(UTC) - timedelta(days=9999)},
    )
    yield Subject(
        "context",
        context.parse,
        _contexts(),
        lambda fact: {
            "exchange": fact.exchange_fqdn == "api-sse.cisco.com" and fact.error is None,
            "enrolled": bool(fact.registrations) and not fact.strange_registrations,
            "version": fact.version == "7.4.2",
        },
    )
    yield Subject("connector_log", log.parse, _logs(), _signs_of_log, only_gentle=True)
    yield Subject(
        "process_states",
        process_states.parse,
        _seen(test_process_states.CASES, "waiting twice"),
        lambda fact: {"works": not any(process.fault for process in fact.of(("connector",)))},
    )
    yield Subject(
        "tcp_sessions",
        tcp_sessions.parse,
        _seen(test_tcp_sessions.CASES),
        lambda fact: {"moves": (found := fact.find(*test_tcp_sessions.ENDS)) is not None and not found.stalled},
        only_gentle=True,
    )
    yield Subject(
        "disk",
        disk.parse,
        _seen(test_disk.CASES),
        lambda fact: {"room": not fact.of("/ngfw/var/log").full},
        only_gentle=True,
    )
    yield Subject(
        "show_managers",
        show_managers.parse,
        _seen(test_show_managers.CASES, "a pair of managers"),
        lambda fact: {"registered": bool(fact.managers) and all(m.registration == "completed" for m in fact.managers)},
    )
    yield Subject("ping", ping.parse, _seen(test_ping.CASES), lambda fact: {"answered": fact.answered})
    yield Subject("tcp", tcp.parse, _seen(test_tcp.CASES), lambda fact: {"connected": fact.connected})


SUBJECTS = tuple(_subjects())
