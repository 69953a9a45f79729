"""The link as stations: what breaks first, what follows, and that nothing unknown is drawn as good."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from sse_compliance.catalogue.link import STATIONS, Lane
from sse_compliance.catalogue.requirements import load_catalogue
from sse_compliance.findings.finding import Finding, State
from sse_compliance.findings.stations import Link, Plan, Stop, fleet
from tests.unit.findings.made import finding

INFO = tuple(requirement.info() for requirement in load_catalogue())
PLAN = Plan(INFO)


def link(*findings: Finding) -> Link:
    return PLAN.link(findings)


def stop(link: Link, name: str) -> Stop:
    (found,) = (one for one in link.stops if one.station.name == name)
    return found


def test_the_link_breaks_first_where_nothing_else_is_unmet_before() -> None:
    told = link(
        finding("SSE-SOK-03"),
        finding("SSE-NET-01", target="a"),
        finding("SSE-DNS-02", target="b"),
        finding("SSE-TLS-02", target="a", cause="SSE-NET-01[a]"),
        finding("SSE-CFG-02", State.COMPLIANT),
    )
    assert told.first is stop(told, "DNS")
    assert [one.station.name for one in told.stops if one.breaks] == ["DNS", "TCP 443", "Session"]
    assert stop(told, "TLS").follows == "SSE-NET-01[a]"
    assert not stop(told, "TLS").breaks
    assert stop(told, "Configuration").state is State.COMPLIANT


def test_a_finding_of_its_own_tells_the_station_before_one_that_follows() -> None:
    told = link(finding("SSE-NET-01", target="a", cause="SSE-DNS-02[a]"), finding("SSE-NET-01", target="b"))
    assert stop(told, "TCP 443").finding == finding("SSE-NET-01", target="b")
    assert stop(told, "TCP 443").breaks


def test_where_nothing_was_judged_nothing_is_said() -> None:
    told = link(finding("SSE-DNS-01", State.COMPLIANT))
    assert {one.station.name for one in told.stops if one.state is not None} == {"DNS"}
    assert len(told.stops) == len(STATIONS)
    assert told.first is None


@given(st.lists(st.sampled_from(sorted(State)), min_size=1, max_size=6))
def test_a_station_is_good_only_where_all_that_concerns_it_is(states: list[State]) -> None:
    told = link(*(finding("SSE-NET-01", state, target=f"h{number}") for number, state in enumerate(states)))
    good = {State.COMPLIANT, State.NOT_APPLICABLE}
    assert (stop(told, "TCP 443").state in good) == (set(states) <= good)
    assert (stop(told, "TCP 443").state is State.COMPLIANT) == (set(states) <= good and State.COMPLIANT in states)


def test_what_follows_from_something_waived_still_breaks_somewhere() -> None:
    told = link(finding("SSE-CFG-02", State.WAIVED), finding("SSE-SOK-02", cause="SSE-CFG-02"))
    assert told.first is not None
    assert told.first.station.name == "SSEConnector"


def test_a_new_requirement_takes_its_place_and_a_new_area_a_station_of_its_own() -> None:
    new = replace(INFO[0], id="SSE-TLS-99", area="TLS", depends_on=("SSE-DNS-01", "SSE-GONE-01"))
    other = replace(INFO[0], id="SSE-NEW-01", area="NEW", station="", depends_on=("SSE-NEW-01",))
    plan = Plan((*INFO, new, other))
    told = plan.link([replace(finding(), requirement="SSE-TLS-99")])
    assert told.first is stop(told, "TLS")
    told = plan.link([replace(finding(), requirement="SSE-NEW-01")])
    assert told.lane(Lane.DEVICE)[-1].station.name == "NEW"
    assert told.first is stop(told, "NEW")


def test_of_two_breaks_the_one_that_less_lies_before_is_first() -> None:
    """The session stands after TLS on the way, but needs the certificate of the host, which needs its name."""
    shallow = replace(INFO[0], id="SSE-SOK-98", area="SOK", station="", depends_on=())
    deep = replace(INFO[0], id="SSE-DNS-98", area="DNS", station="", depends_on=("SSE-DNS-97",))
    before = replace(INFO[0], id="SSE-DNS-97", area="DNS", station="", depends_on=())
    plan = Plan((*INFO, shallow, before, deep))
    told = plan.link(replace(finding(), requirement=name) for name in ("SSE-DNS-98", "SSE-SOK-98"))
    assert told.first is not None
    assert told.first.finding is not None
    assert told.first.finding.requirement == "SSE-SOK-98"
    assert Plan((*INFO, shallow, before)).link([replace(finding(), requirement="SSE-DNS-97")]).first is not None


def test_a_requirement_may_name_a_station_of_another_area() -> None:
    (elsewhere,) = (one for one in STATIONS if one.name == "TLS")
    named = replace(INFO[0], id="SSE-DNS-96", area="DNS", station="TLS", depends_on=())
    assert Plan((*INFO, named)).station("SSE-DNS-96") == elsewhere


def broken(requirements: Iterable[str]) -> Link:
    return link(*(finding(requirement) for requirement in requirements))


def test_the_counts_of_a_fleet_add_up_to_its_devices() -> None:
    links = [
        broken(["SSE-DNS-01", "SSE-CFG-02"]),
        link(finding("SSE-DNS-01"), finding("SSE-CFG-02", cause="SSE-DNS-01")),
        link(finding("SSE-CFG-02", State.NOT_ASSESSED)),
        link(finding("SSE-DNS-01", State.COMPLIANT), finding("SSE-CFG-02")),
    ]
    stops = {one.station.name: one for one in fleet(links)}
    for one in stops.values():
        assert sum(one.states.values()) + one.follow + one.not_judged == len(links)
    assert sum(one.first for one in stops.values()) == 3, "each broken device breaks first somewhere"
    assert (stops["DNS"].first, stops["Configuration"].first, stops["Configuration"].follow) == (2, 1, 1)
    assert stops["Configuration"].states == {State.NON_COMPLIANT: 2, State.NOT_ASSESSED: 1}
    assert stops["TLS"].state is None
    twice = {one.station.name: one for one in fleet([links[1], links[1]])}
    assert twice["Configuration"].follow == 2
