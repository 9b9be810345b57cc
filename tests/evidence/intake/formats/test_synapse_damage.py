"""A damaged database gives every row that is still there, and says which are not; what it gives is never changed."""

import random
import re
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.evidence.intake import Source
from underseal.evidence.intake.formats.synapse import SynapseReader

from .reading import HARBOUR, Outcome, read_all

READER = SynapseReader()
ORIGINAL = HARBOUR / "capture" / "homeserver.db"


@cache
def _intact() -> dict[str, dict[str, object]]:
    return read_all(READER, Source(path=ORIGINAL, exhibit="S-1")).by_event()


@cache
def _data() -> bytes:
    return ORIGINAL.read_bytes()


def _page_size() -> int:
    return int.from_bytes(_data()[16:18], "big")


def _pages(table: str, kind: str) -> list[int]:
    """Return the offsets of the pages of a table or index."""
    question = "SELECT pgoffset FROM dbstat WHERE name = ? AND pagetype = ? AND path <> '/' ORDER BY pageno"
    with closing(sqlite3.connect(f"file:{ORIGINAL}?mode=ro&immutable=1", uri=True)) as connection:
        return [offset for (offset,) in connection.execute(question, (table, kind))]


def _read(data: bytes, folder: Path) -> Outcome:
    damaged = folder / "homeserver.db"
    damaged.write_bytes(data)
    assert READER.detect(damaged)
    outcome = read_all(READER, Source(path=damaged, exhibit="S-1"))
    assert damaged.read_bytes() == data
    return outcome


def _without(*offsets: int, noise: random.Random | None = None) -> bytes:
    data = bytearray(_data())
    for offset in offsets:
        data[offset : offset + _page_size()] = noise.randbytes(_page_size()) if noise else bytes(_page_size())
    return bytes(data)


def _assert_nothing_is_lost_in_silence(outcome: Outcome) -> None:
    """Hold that every event is read as it was, or named in a failure, or lies in a gap that is told."""
    told = " ".join(failure.reason for failure in outcome.failures)
    pattern = r"table events cannot be read at row (\d+)(?: to row (\d+))?"
    gaps = [(int(first), int(last or first)) for first, last in re.findall(pattern, told)]
    found = outcome.by_event()
    for event, row in _intact().items():
        if not event.startswith("$"):
            continue
        rowid = int(str(row["row"]))
        lost = event in told or any(first <= rowid <= last for first, last in gaps)
        assert event in found or lost or re.search(r"table events cannot be read at .* to the end", told)


def _same(row: dict[str, object], other: dict[str, object]) -> bool:
    names = ("sender", "conversation", "time", "kind", "text", "ciphertext", "source_sha256", "session", "target")
    return all(row.get(name) == other.get(name) for name in names)


@pytest.mark.parametrize("index", ["sqlite_autoindex_events_1", "sqlite_autoindex_event_json_1"])
@pytest.mark.parametrize("kind", ["leaf", "internal"])
def test_a_damaged_index_loses_nothing(tmp_path: Path, index: str, kind: str) -> None:
    for offset in _pages(index, kind)[:2]:
        found = _read(_without(offset), tmp_path).by_event()
        assert all(_same(found[event], row) for event, row in _intact().items())


@pytest.mark.parametrize("kind", ["leaf", "internal"])
def test_events_whose_row_is_lost_are_still_read_from_their_json(tmp_path: Path, kind: str) -> None:
    for offset in _pages("events", kind)[3:5]:
        outcome = _read(_without(offset), tmp_path)
        found = outcome.by_event()
        assert all(_same(found[event], row) for event, row in _intact().items())
        assert any(failure.code == "damaged_database" for failure in outcome.failures)
        assert any(row.get("unit") == "event_json rowid" for row in outcome.rows)


def test_a_lost_page_of_json_costs_only_the_events_on_it(tmp_path: Path) -> None:
    for offset in _pages("event_json", "leaf")[10:12]:
        outcome = _read(_without(offset), tmp_path)
        lost = _intact().keys() - outcome.by_event().keys()
        assert 1 <= len(lost) <= _page_size() // 100
        told = [failure.reason for failure in outcome.failures]
        assert all(any(event in reason for reason in told) for event in lost)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 0.999])
def test_a_truncated_database_gives_what_is_left(tmp_path: Path, share: float) -> None:
    outcome = _read(_data()[: int(len(_data()) * share)], tmp_path)
    _assert_nothing_is_lost_in_silence(outcome)
    assert outcome.failures
    assert all(_same(row, _intact()[event]) for event, row in outcome.by_event().items())


@settings(max_examples=examples(8))
@given(choice=st.randoms(use_true_random=True), pages=st.sampled_from([1, 3, 30]))
def test_pages_of_noise_never_stop_the_reader(
    tmp_path_factory: pytest.TempPathFactory, choice: random.Random, pages: int
) -> None:
    all_pages = [page for table in ("events", "event_json") for page in _pages(table, "leaf")]
    outcome = _read(_without(*choice.sample(all_pages, pages), noise=choice), tmp_path_factory.mktemp("noise"))
    _assert_nothing_is_lost_in_silence(outcome)


@settings(max_examples=examples(8))
@given(choice=st.randoms(use_true_random=True), bits=st.sampled_from([1, 20, 300]))
def test_flipped_bits_never_stop_the_reader(
    tmp_path_factory: pytest.TempPathFactory, choice: random.Random, bits: int
) -> None:
    data = bytearray(_data())
    leaves = [page for table in ("events", "event_json") for page in _pages(table, "leaf")]
    for _ in range(bits):
        data[choice.choice(leaves) + choice.randrange(_page_size())] ^= 1 << choice.randrange(8)
    outcome = _read(bytes(data), tmp_path_factory.mktemp("bits"))
    assert len(outcome.by_event()) + len(outcome.failures) > len(_intact()) // 2


def test_reading_goes_on_in_a_damaged_database_behind_any_cursor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("underseal.evidence.intake.formats._batches.BATCH_UNITS", 500)
    damaged = tmp_path / "homeserver.db"
    damaged.write_bytes(_without(_pages("events", "leaf")[2], _pages("event_json", "leaf")[50]))
    source = Source(path=damaged, exhibit="S-1")
    batches = list(READER.read(source))
    everything = [row for batch in batches for row in batch.records.to_pylist()]
    for number, batch in enumerate(batches):
        done = [row for earlier in batches[: number + 1] for row in earlier.records.to_pylist()]
        rest = [row for later in READER.read(source, after=batch.cursor) for row in later.records.to_pylist()]
        assert done + rest == everything
