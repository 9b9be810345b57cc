"""The benchmark of the network counts what is lost and what comes twice, and finds nothing of either."""

import argparse
from dataclasses import replace
from pathlib import Path

from benchmarks.network import Load, Side, figures, ours

LOAD = Load(
    rate=10,
    reached=9.8,
    events=150,
    deliveries=600,
    p50=40,
    p95=90,
    lost=0,
    twice=0,
    wrong=0,
    server_ms=30,
    phones_ms=9,
)


def test_a_small_fleet_loses_nothing_and_hears_nothing_twice(tmp_path: Path) -> None:
    options = argparse.Namespace(phones=5, seconds=2.0, rates=(4.0,))
    (load,) = ours(tmp_path / "network", options).loads
    assert (load.events, load.deliveries) == (8, 32)
    assert (load.lost, load.twice, load.wrong) == (0, 0, 0)


def test_a_lost_delivery_misses_the_goal() -> None:
    def goals(load: Load) -> list[bool | None]:
        side = Side(enrolled=10, sync_ms=5, loads=(load,))
        return [figure.met for figure in figures(side, side, 200) if figure.goal]

    assert goals(LOAD) == [True]
    for fault in (replace(LOAD, lost=1), replace(LOAD, twice=1), replace(LOAD, wrong=1)):
        assert goals(fault) == [False]
