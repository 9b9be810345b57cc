"""The benchmark of reviewers at once finds all that they wrote, once, and tells where something is missing or too much."""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from benchmarks.generate.message_table import write_table
from benchmarks.generate.messages import Plan as Messages
from benchmarks.postgresql import fresh_database
from benchmarks.reviewers import Account, Plan, Side, Work, figures, fill, reconcile, work
from benchmarks.reviewing import ACTS, Book, Stretch, Written

PLAN = Plan(reviewers=3, dossiers=2, think=(0.0, 0.1), seconds=1.0, restless=1.0)
FOUND = Account(written=2, lost=0, twice=0, acts=9, missing=0, entries=20)
CODED = Written(dossier="0123456789abcdef", user="reviewer000", words="nobody wrote this", record=1, choice="relevant")


@dataclass(frozen=True, kw_only=True)
class Worked:
    """A workspace in which reviewers have worked, and what they were told."""

    folder: Path
    done: Work


@pytest.fixture(scope="module")
def worked(postgresql_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worked]:
    folder = tmp_path_factory.mktemp("reviewers")
    table = write_table(Messages(messages=1_000, accounts=40, conversations=30), folder)
    with fresh_database(postgresql_folder) as (_, url):
        fill(table, folder / "workspace", url, PLAN, cores=1)
        done = work(table, folder / "workspace", PLAN, database=os.getpid())
        yield Worked(folder=folder / "workspace", done=done)


def changed(book: Book, *, written: Written | None = None, forgotten: bool = False, kind: str = "") -> Book:
    """Return what was told with something more, or less."""
    fresh = Book()
    fresh.add(book)
    if written:
        fresh.written[written] += 1
    if forgotten:
        del fresh.written[next(iter(fresh.written))]
    if kind:
        fresh.times[kind].append(1.0)
    return fresh


def test_everything_that_reviewers_wrote_is_there_once(worked: Worked, tmp_path: Path) -> None:
    told = worked.done.told
    account = reconcile(worked.folder, told, tmp_path / "audit.jsonl")
    assert account.kept
    assert not told.errors
    assert account.written == told.written.total() >= 2 * PLAN.reviewers, "each writes a coding and a note at the start"
    assert account.acts > account.written
    assert worked.done.restless.book.every, "they work without a pause, too"
    assert worked.done.restless.cost > 0


def test_what_is_not_there_once_is_told(worked: Worked, tmp_path: Path) -> None:
    def found(told: Book) -> tuple[int, int, int]:
        account = reconcile(worked.folder, told, tmp_path / f"audit-{len(list(tmp_path.iterdir()))}.jsonl")
        return account.lost, account.twice, account.missing

    told = worked.done.told
    assert found(changed(told, written=CODED)) == (2, 0, 0), "neither in the database nor in the audit"
    assert found(changed(told, forgotten=True)) == (0, 2, 0)
    assert found(changed(told, kind="page")) == (0, 0, 1)


def test_a_slow_answer_an_error_and_a_loss_each_miss_their_goal() -> None:
    def goals(wait: float = 100.0, *, errors: int = 0, account: Account = FOUND) -> list[bool | None]:
        book = Book(times={"page": [wait] * 20}, errors=Counter({"page: 500 internal": errors} if errors else {}))
        side = Side(stretch=Stretch(book=book, seconds=10, own=1), server=2, database=1, memory=1)
        done = Work(entered=Book(), thinking=side, restless=side)
        return [figure.met for figure in figures(PLAN, done, account) if figure.goal]

    assert goals() == [True, True, True, True]
    assert goals(500.0) == [False, False, True, True]
    assert goals(errors=1) == [True, True, False, True]
    for fault in (replace(FOUND, lost=1), replace(FOUND, twice=1), replace(FOUND, missing=1)):
        assert goals(account=fault) == [True, True, True, False]


def test_a_hundred_acts_are_a_hundred() -> None:
    assert sum(ACTS.values()) == 100
