"""The index of a segment: every kept row is one document, and every document leads back to its row."""

import resource
from collections.abc import Iterator, Mapping
from pathlib import Path

import pyarrow as pa
import pytest
import tantivy
from hypothesis import given, settings
from hypothesis import strategies as st

from examples import examples
from underseal.core.records import RECORDS, Media
from underseal.errors import IntegrityError, InternalError
from underseal.evidence.store.folding import fold
from underseal.evidence.store.index import (
    EARLIEST,
    FACTS,
    LATEST,
    MAX_FACT,
    MAX_INDEX_ROWS,
    SCHEMA,
    build_index,
    fact,
    open_index,
    order_of,
    row_of,
    time_of,
    value_of,
)


def _table(*rows: Mapping[str, object]) -> pa.Table:
    filled = [{"number": number, "time": 0, **row} for number, row in enumerate(rows)]
    columns = {field.name: [row.get(field.name) for row in filled] for field in RECORDS}
    return pa.table({name: pa.array(columns[name], type=RECORDS.field(name).type) for name in columns})


def _rows_with(index: tantivy.Index, field: str, term: str) -> list[int]:
    found = index.searcher().search(tantivy.Query.term_query(SCHEMA, field, term), limit=1000, order_by_field="order")
    return sorted(row_of(order) for order, _ in found.hits)


def test_every_fact_of_a_row_leads_to_it(tmp_path: Path) -> None:
    media = Media(name="Plan Dock 4.pdf", mime="application/pdf").to_json()
    rows = _table(
        {"sender": "@a:b", "conversation": "!r 1", "recipients": ["x", "y"], "kind": "text", "verdict": "clear",
         "exhibit": "1", "text": "See HTTPS://x.be or not"},
        {"kind": "file", "verdict": "opened", "media": media, "relation": "reply", "text": "here"},
        {"kind": "voice", "media": Media().to_json(), "copy_of": 0, "relation": "thread"},
        {"sender": "@a:b", "recipients": ["y", "y"], "kind": "edit", "relation": "edit", "text": "see Www.x.be"},
        {"text": "no link: ww. x", "media": Media(name="no link ww x").to_json()},
    )  # fmt: skip
    assert build_index(tmp_path / "text", rows) == 5
    index = open_index(tmp_path / "text")
    expected = {
        "f:@a:b": [0, 3], "i:!r%201": [0], "t:x": [0], "t:y": [0, 3], "k:file": [1], "v:clear": [0], "e:1": [0],
        "h:link": [0, 3], "h:media": [1, 2, 4], "h:file": [1], "h:reply": [1], "h:voice": [2], "h:thread": [2], "c:1": [2],
        "h:edit": [3],
    }  # fmt: skip
    assert {term: _rows_with(index, "facts", term) for term in expected} == expected
    assert [_rows_with(index, "text", word) for word in ("see", "here", "plan", "dock", "no")] == [
        [0, 3],
        [1],
        [1],
        [1],
        [4],
    ]


def test_no_phrase_reaches_from_a_text_into_a_file_name(tmp_path: Path) -> None:
    build_index(tmp_path / "text", _table({"text": "one", "media": Media(name="two").to_json()}))
    searcher = open_index(tmp_path / "text").searcher()
    assert searcher.search(tantivy.Query.phrase_query(SCHEMA, "text", ["one", "two"])).hits == []


def test_rows_that_are_not_kept_have_no_document_and_the_others_keep_their_offsets(tmp_path: Path) -> None:
    rows = _table(*({"text": f"w{number}", "time": number} for number in range(30_000)))
    keep = pa.array([number % 3 == 0 for number in range(30_000)])
    assert build_index(tmp_path / "text", iter(rows.to_batches(7_000)), keep=keep) == 10_000
    index = open_index(tmp_path / "text")
    assert index.searcher().num_docs == 10_000
    assert [_rows_with(index, "text", f"w{row}") for row in (0, 1, 6_999, 7_000, 29_997)] == [
        [0],
        [],
        [6_999],
        [],
        [29_997],
    ]


def test_many_batches_become_one_piece(tmp_path: Path) -> None:
    rows = _table(*({"text": f"w{number}"} for number in range(1_000)))
    build_index(tmp_path / "text", rows.to_batches(10))
    assert open_index(tmp_path / "text").searcher().num_segments == 1


def test_an_index_without_rows_is_an_index(tmp_path: Path) -> None:
    assert build_index(tmp_path / "text", _table()) == 0
    assert open_index(tmp_path / "text").searcher().num_docs == 0


@given(st.integers(EARLIEST, LATEST), st.integers(0, MAX_INDEX_ROWS - 1))
def test_order_keeps_time_and_row(time: int, row: int) -> None:
    order = order_of(time, row)
    assert -(2**63) <= order < 2**63
    assert (time_of(order), row_of(order)) == (time, row)
    assert order_of(time, 0) <= int(float(order)) < order_of(time + 1, 0) if time < LATEST else True


@given(st.integers(-(2**63), 2**63 - 1))
def test_a_time_beyond_the_range_stands_at_its_end(time: int) -> None:
    assert EARLIEST <= time_of(order_of(time)) <= LATEST


def test_impossible_times_are_indexed_in_order(tmp_path: Path) -> None:
    times = [2**62, -(2**62), 0, -1, 1]
    build_index(tmp_path / "text", _table(*({"text": "x", "time": time} for time in times)))
    found = (
        open_index(tmp_path / "text")
        .searcher()
        .search(tantivy.Query.term_query(SCHEMA, "text", "x"), order_by_field="order")
    )
    assert [row_of(order) for order, _ in found.hits] == [0, 4, 2, 3, 1]


def test_too_many_rows_are_refused(tmp_path: Path) -> None:
    many = pa.record_batch({"time": pa.nulls(MAX_INDEX_ROWS + 1)})
    with pytest.raises(InternalError, match="rows at most"):
        build_index(tmp_path / "text", [many])


@given(st.sampled_from(sorted(FACTS)), st.text(max_size=200).map(lambda text: text * 4))
def test_every_value_has_a_term_of_its_own(field: str, value: str) -> None:
    term = fact(field, value)
    assert tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build().analyze(term) == [term]
    assert len(term.encode()) <= MAX_FACT + 2
    if len(value.encode()) * 3 <= MAX_FACT:
        assert value_of(term) == value
    assert fact(field, value + "x") != term


names = st.sampled_from(["@a", "@b", "a b", "a%20b", "a\x00b", "", "é"])
facts_of_rows = st.fixed_dictionaries(
    {},
    optional={
        "sender": names,
        "conversation": names,
        "recipients": st.lists(names, max_size=3),
        "kind": st.sampled_from(["text", "voice", "edit"]),
        "relation": st.sampled_from(["reply", "edit", "reaction"]),
        "copy_of": st.integers(0, 9),
        "text": st.sampled_from(["", "a", "http://a", "ww.", "é www.x"]),
    },
)


@settings(max_examples=examples(25))
@given(st.lists(facts_of_rows, min_size=4, max_size=20), st.integers(1, 9))
def test_rows_share_no_facts_that_they_do_not_have(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, object]], size: int
) -> None:
    folder = tmp_path_factory.mktemp("index") / "text"
    build_index(folder, _table(*rows).combine_chunks().to_batches(size))
    searcher = open_index(folder).searcher()
    counted = dict(searcher.terms_with_prefix("facts", ""))
    expected: dict[str, int] = {}
    for row in rows:
        for term in set(_expected_facts(row)):
            expected[term] = expected.get(term, 0) + 1
    assert counted == expected


def _expected_facts(row: dict[str, object]) -> Iterator[str]:
    for column, field in (("sender", "from"), ("conversation", "in"), ("kind", "kind")):
        if column in row:
            yield fact(field, str(row[column]))
    recipients = row.get("recipients", [])
    assert isinstance(recipients, list)
    yield from (fact("to", name) for name in recipients)
    if row.get("kind") == "voice":
        yield "h:voice"
    if row.get("relation") == "reply":
        yield "h:reply"
    if "edit" in {row.get("kind"), row.get("relation")}:
        yield "h:edit"
    if "copy_of" in row:
        yield "c:1"
    elif "kind" in row:
        yield "m:1"
    if row.get("text") in {"http://a", "é www.x"}:
        yield "h:link"


def test_a_damaged_or_missing_index_says_so(tmp_path: Path) -> None:
    with pytest.raises(IntegrityError, match="cannot be opened"):
        open_index(tmp_path / "none")
    build_index(tmp_path / "text", _table({"text": "x"}))
    (tmp_path / "text" / "meta.json").write_text("{")
    with pytest.raises(IntegrityError, match="cannot be opened"):
        open_index(tmp_path / "text")


def test_a_full_disk_is_a_clear_error(tmp_path: Path) -> None:
    rows = _table(*({"text": fold(f"word{number} and more")} for number in range(30_000)))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with pytest.raises(InternalError, match="could not be written"):
            build_index(tmp_path / "text", rows)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
