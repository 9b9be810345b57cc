"""An event identifier leads to every row that it may stand in, and to next to none besides."""

from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from underseal.errors import IntegrityError
from underseal.evidence.store.references import References, write_references

Identifiers = Sequence[str | None]


def _references(folder: Path, events: Identifiers, targets: Identifiers | None = None) -> References:
    targets = [None] * len(events) if targets is None else targets
    table = pa.table({"event": pa.array(events, pa.string()), "target": pa.array(targets, pa.string())})
    write_references(table, folder / "references.bin")
    return References(folder / "references.bin")


def test_events_and_targets_are_kept_apart(tmp_path: Path) -> None:
    found = _references(tmp_path, ["$a", "$b", None, "", "$a"], [None, "$a", "$a", None, "$b"])
    assert found.rows("event", {"$a"}).tolist() == [0, 4]
    assert found.rows("target", {"$a", "$none"}).tolist() == [1, 2]
    assert found.rows("target", {"$a", "$b"}).tolist() == [1, 2, 4]
    assert found.rows("event", {""}).tolist() == [3]
    assert found.rows("event", set()).tolist() == []


def test_a_segment_without_identifiers_has_an_empty_table(tmp_path: Path) -> None:
    assert _references(tmp_path, [None, None]).rows("event", {"$a"}).tolist() == []


def test_any_number_of_references_is_found_with_few_strangers(tmp_path: Path) -> None:
    events = [f"${row}" for row in range(20_000)]
    found = _references(tmp_path, events, ["$root"] * len(events))
    assert found.rows("target", {"$root"}).tolist() == list(range(20_000))
    assert found.rows("event", events).tolist() == list(range(20_000))
    strangers = sum(len(found.rows("event", {event})) for event in events[:1_000]) - 1_000
    assert strangers < 150  # one in 32 is expected


@given(st.lists(st.none() | st.text(max_size=3), max_size=300), st.lists(st.text(max_size=3), max_size=5))
def test_no_row_is_missed(
    tmp_path_factory: pytest.TempPathFactory, events: list[str | None], wanted: list[str]
) -> None:
    found = _references(tmp_path_factory.mktemp("references"), events).rows("event", wanted).tolist()
    assert found == sorted(set(found))
    assert {row for row, event in enumerate(events) if event in wanted} <= set(found)


@pytest.mark.parametrize("data", [b"", b"\x05\x00\x00\x00", b"\x01\x00\x00\x00" + bytes(4) + b"\x09\x00\x00\x00"])
def test_a_damaged_table_is_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "references.bin").write_bytes(data)
    with pytest.raises(IntegrityError, match=r"references\.bin"):
        References(tmp_path / "references.bin")
