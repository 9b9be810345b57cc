"""The benchmark of the network counts what is lost and what comes twice, and finds nothing of either."""

from dataclasses import replace
from pathlib import Path

from benchmarks.network import Plan, Side, both, figures
from benchmarks.traffic import Load

LOAD = Load(
    reached=9.8,
    events=150,
    deliveries=600,
    waits=(40.0, 90.0),
    lost=0,
    twice=0,
    wrong=0,
    server_ms=30,
    phones_ms=9,
)


def test_a_small_fleet_loses_nothing_and_hears_nothing_twice_though_its_server_is_killed(tmp_path: Path) -> None:
    plan = Plan(phones=5, seconds=1.0, least=0, rounds=2, rates=(4.0,), crash_rate=8.0, many=10)
    side, plain = both(tmp_path, plan)
    assert side.many is not None
    assert side.crash is not None
    assert (side.loads[4.0].events, side.loads[4.0].deliveries) == (8, 32)
    assert (side.many.events, side.many.deliveries) == (10, 40)
    assert side.crash.events + side.crash.unanswered == 8
    assert all(load.kept for load in (side.loads[4.0], side.many, side.crash, plain.loads[4.0]))


def test_a_lost_delivery_misses_the_goal() -> None:
    def goals(load: Load) -> list[bool | None]:
        side = Side(enrolled=10, sync_ms=5, loads={10: load})
        return [figure.met for figure in figures(side, replace(side, loads={10: LOAD}), 200) if figure.goal]

    assert goals(LOAD) == [True, True]
    for fault in (replace(LOAD, lost=1), replace(LOAD, twice=1), replace(LOAD, wrong=1)):
        assert goals(fault) == [False, True]
    assert goals(replace(LOAD, server_ms=33.1)) == [True, False]
