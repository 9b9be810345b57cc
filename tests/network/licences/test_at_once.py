"""Many at the same instant, and dead at any: one code, one licence, and nothing half done."""

import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier as ThreadBarrier

import pytest

from forked import Worker, forked
from underseal.network.licences import CodeState, Seller

from .racing_for_codes import activate, race_for, sell_without_end
from .shelf import NORTH, NOW, OFFICE, PRODUCT, Shelf
from .tables import assert_true

RACERS = 8
LIMIT_SECONDS = 120
"""For a race that hangs, not an expectation."""


def _assert_one_winner_each(results: Sequence[tuple[int, int, str]], codes: int) -> None:
    won = [(number, pin) for number, _, pin in results if pin]
    assert len(results) == codes * RACERS
    assert sorted(number for number, _ in won) == list(range(codes))
    assert len({pin for _, pin in won}) == codes


def test_of_eight_processes_at_one_barrier_exactly_one_gets_the_licence(shelf: Shelf) -> None:
    codes = [code.text for code in shelf.licences.codes.issue(NORTH, PRODUCT, 6, at=NOW, by=OFFICE).codes]
    context = forked()
    with context.Manager() as manager:
        start, results = manager.Barrier(RACERS), manager.list()
        racers = [
            context.Process(target=race_for, args=(str(shelf.network.root), codes, racer, start, results))
            for racer in range(RACERS)
        ]
        for racer in racers:
            racer.start()
        for racer in racers:
            racer.join(LIMIT_SECONDS)
        assert [racer.exitcode for racer in racers] == [0] * RACERS
        _assert_one_winner_each(list(results), len(codes))
    assert shelf.licences.codes.counts()[CodeState.ACTIVATED] == len(codes)
    shelf.licences.close()
    assert_true(shelf.network.licences, shelf.network.signing_key)


def test_of_eight_threads_of_one_process_exactly_one_gets_the_licence(shelf: Shelf) -> None:
    codes = [code.text for code in shelf.licences.codes.issue(NORTH, PRODUCT, 10, at=NOW, by=OFFICE).codes]
    start = ThreadBarrier(RACERS)

    def race(racer: int) -> list[tuple[int, int, str]]:
        found = []
        for number, code in enumerate(codes):
            start.wait(LIMIT_SECONDS)
            found.append((number, racer, activate(shelf.licences, code, racer)))
        return found

    with ThreadPoolExecutor(RACERS) as pool:
        results = [result for found in pool.map(race, range(RACERS)) for result in found]
    _assert_one_winner_each(results, len(codes))
    shelf.licences.verify()


def test_one_phone_that_asks_eight_times_at_once_gets_one_licence(shelf: Shelf) -> None:
    code, start = shelf.code(), ThreadBarrier(RACERS)

    def ask(_: int) -> tuple[str, bool]:
        start.wait(LIMIT_SECONDS)
        activation = shelf.licences.activate(code, retry_key=b"p" * 32, at=NOW)
        return activation.pin, activation.fresh

    with ThreadPoolExecutor(RACERS) as pool:
        answers = list(pool.map(ask, range(RACERS)))
    assert len({pin for pin, _ in answers}) == 1
    assert [fresh for _, fresh in answers].count(True) == 1


def test_a_quota_holds_against_many_at_once(shelf: Shelf) -> None:
    start = ThreadBarrier(RACERS)

    def issue(_: int) -> int:
        start.wait(LIMIT_SECONDS)
        try:
            return len(shelf.licences.codes.issue(NORTH, PRODUCT, 3, at=NOW, by=Seller.reseller(NORTH)).codes)
        except Exception as error:  # noqa: BLE001  # named below
            assert "quota is 10" in str(error)  # noqa: PT017
            return 0

    with ThreadPoolExecutor(RACERS) as pool:
        assert sum(pool.map(issue, range(RACERS))) == 9
    assert shelf.licences.resellers.get(NORTH).unused == 9


@pytest.mark.parametrize("seed", range(8))
def test_kill_9_at_a_random_moment_leaves_what_the_ledger_says(shelf: Shelf, seed: int) -> None:
    worker = Worker(sell_without_end, str(shelf.network.root))
    told = worker.killed(seed, within=0.25)
    assert worker.ended() == -signal.SIGKILL
    with shelf.reopened() as licences:
        assert all(licences.get(pin).run.months == 12 for pin in told)
        counts = licences.codes.counts()
        licensed = {
            licence.pin: licence.run.months for licence in licences.ending(NOW, NOW.replace(year=2030), limit=1000)
        }
        assert len(licensed) == counts[CodeState.ACTIVATED]
        assert list(licensed.values()).count(12) == counts[CodeState.RENEWED]
        assert set(told) <= set(licensed)
        assert len(licensed) - len(told) in (0, 1)
        assert licences.activate(shelf.code(), retry_key=b"n" * 32, at=NOW).fresh
    shelf.licences.close()
    assert_true(shelf.network.licences, shelf.network.signing_key)
